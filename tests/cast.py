"""The named cast: every test speaks of these people. Each fixture is a user with a person in the company."""

import pytest
from django.test import Client

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.organisation.models import Company, Person, Unit

PASSWORD = "correct horse battery staple"


def make_member(name: str, *roles: Role, language: str = "en", active: bool = True, **fields: object) -> User:
    """A user of the company, with a person of the same name."""
    email = f"{name.split()[0].lower()}@example.org"
    user = User.objects.create_user(
        email, PASSWORD, name=name, roles=[*roles], language=language, is_active=active
    )
    Person.objects.create(user=user, name=name, email=email, **fields)
    return user


@pytest.fixture
def company(db: None) -> Company:
    """The company in which the cast works."""
    return Company.objects.create(name="Holzwerk Nord GmbH")


@pytest.fixture
def unit(company: Company) -> Unit:
    """A department."""
    return Unit.objects.create(name="Kundendienst")


@pytest.fixture
def ada(company: Company) -> User:
    """Ada Admin runs the installation."""
    return make_member("Ada Admin", Role.ADMIN)


@pytest.fixture
def mia(company: Company) -> User:
    """Mia Meyer is CX manager."""
    return make_member("Mia Meyer", Role.CX_MANAGER)


@pytest.fixture
def otto(company: Company) -> User:
    """Otto Özdemir owns touchpoints."""
    return make_member("Otto Özdemir", Role.OWNER)


@pytest.fixture
def emil(company: Company) -> User:
    """Emil Ernst is an employee."""
    return make_member("Emil Ernst", Role.EMPLOYEE)


@pytest.fixture
def sofia(company: Company) -> User:
    """Sofia Sander is the executive sponsor."""
    return make_member("Sofia Sander", Role.SPONSOR, is_sponsor=True)


@pytest.fixture
def karla(company: Company) -> User:
    """Karla Kraus handles complaints."""
    return make_member("Karla Kraus", Role.AGENT)


@pytest.fixture
def gregor(company: Company) -> User:
    """Gregor Grau approves goodwill."""
    return make_member("Gregor Grau", Role.APPROVER)


@pytest.fixture
def lara(company: Company) -> User:
    """Lara Lindt runs loyalty programmes."""
    return make_member("Lara Lindt", Role.LOYALTY_MANAGER)


@pytest.fixture
def dario(company: Company) -> User:
    """Dario Dorn keeps customer data clean."""
    return make_member("Dario Dorn", Role.DATA_STEWARD)


@pytest.fixture
def stranger(company: Company) -> User:
    """Somebody whose account was closed."""
    return make_member("Stranger Schmidt", Role.CX_MANAGER, active=False)


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client
