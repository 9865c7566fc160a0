"""The first page of an installation, and the door of the demo."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from cxm.accounts.choices import DEMO_CAST, DEMO_DOMAIN
from cxm.accounts.demo import CAST
from cxm.accounts.models import ApiKey, User, hash_token
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.organisation.actions import set_up_company
from cxm.organisation.models import Company, Person
from tests.cast import PASSWORD

SET_UP, DEMO = "/organisation/set-up/", "/organisation/demo-sign-in/"
DATA = {
    "company": "Holzwerk Nord GmbH",
    "language": "de",
    "name": "Ada Admin",
    "email": "Ada@example.org",
    "password": PASSWORD,
}


@pytest.mark.django_db
def test_a_fresh_installation_leads_to_its_set_up(client: Client) -> None:
    answer: Any = client.get("/")
    assert answer.url == SET_UP
    assert client.get(SET_UP).status_code == 200


@pytest.mark.django_db
def test_set_up_makes_company_and_administrator_and_signs_in(client: Client) -> None:
    assert client.post(SET_UP, DATA).status_code == 302
    ada = User.objects.get()
    assert (ada.email, ada.roles, ada.language) == ("ada@example.org", ["admin", "cx_manager"], "de")
    assert Company.objects.get().name == "Holzwerk Nord GmbH"
    assert Person.objects.get().user == ada
    assert client.get("/accounts/users/").status_code == 200
    assert Entry.objects.filter(verb="organisation.company.set_up", actor=ada).exists()


@pytest.mark.django_db
def test_a_weak_password_is_refused_and_nothing_is_made(client: Client) -> None:
    answer = client.post(SET_UP, DATA | {"password": "ada@example.org"})
    assert answer.status_code == 422
    assert "password" in answer.context["form"].errors
    assert not Company.objects.exists()


def test_afterwards_the_page_is_closed(company: Company, client: Client) -> None:
    for answer in (client.get(SET_UP), client.post(SET_UP, DATA)):
        assert answer.status_code == 302
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_once_one_is_refused() -> None:
    start, outcomes = Barrier(2), []

    def set_up(email: str) -> None:
        start.wait(10)
        try:
            set_up_company(**{**DATA, "email": email})
            outcomes.append("done")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=set_up, args=[f"{name}@example.org"]) for name in ("ada", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert (Company.objects.count(), User.objects.count()) == (1, 1)


@pytest.fixture
def demo(company: Company, settings: Any) -> User:
    """The demo with one of its people, who stands before those that were added to it."""
    settings.DEMO = True
    Company.objects.update(is_demo=True)
    return User.objects.create_user(
        f"mia@{DEMO_DOMAIN}", PASSWORD, name="Mia Meyer", roles=[Role.CX_MANAGER], language="en"
    )


def test_the_demo_signs_in_with_one_click(demo: User, client: Client) -> None:
    page = client.get("/sign-in/login/", headers={"Accept-Language": "en"}).content.decode()
    assert "Mia Meyer" in page
    assert "CX manager" in page
    assert client.post(DEMO, {"email": demo.email}).status_code == 302
    assert client.get("/accounts/profile/").status_code == 200


@pytest.mark.parametrize(("demo_allowed", "demo_loaded"), [(True, False), (False, True), (False, False)])
def test_outside_of_the_demo_there_is_no_such_door(
    demo: User, client: Client, settings: Any, demo_allowed: bool, demo_loaded: bool
) -> None:
    settings.DEMO = demo_allowed
    Company.objects.update(is_demo=demo_loaded)
    assert client.post(DEMO, {"email": demo.email}).status_code == 404
    assert client.get("/accounts/profile/").status_code == 302
    assert Company.objects.demo_cast() == []
    assert "demo-sign-in" not in client.get("/sign-in/login/").content.decode()


def test_only_the_people_of_the_demo_come_in_with_one_click(demo: User, ada: User, client: Client) -> None:
    assert [user.email for user in Company.objects.demo_cast()] == [demo.email]
    assert client.post(DEMO, {"email": ada.email}).status_code == 404
    assert client.get("/accounts/profile/").status_code == 302
    assert "Ada Admin" not in client.get("/sign-in/login/").content.decode()


def test_new_roles_of_one_take_nobody_from_the_demos_page(demo: User) -> None:
    boss = User.objects.create_user(f"ada@{DEMO_DOMAIN}", name="Ada Adler", roles=[Role.ADMIN])
    User.objects.create_user(f"guest@{DEMO_DOMAIN}", name="Guest", roles=[Role.SPONSOR])
    User.objects.filter(pk=demo.pk).update(roles=[Role.ADMIN, Role.CX_MANAGER])
    assert Company.objects.demo_cast() == [User.objects.get(pk=demo.pk), boss]


def test_somebody_without_a_role_breaks_no_page(demo: User, client: Client) -> None:
    User.objects.filter(pk=demo.pk).update(roles=[])
    assert "Mia Meyer" in client.get("/sign-in/login/").content.decode()


def test_nobody_whose_account_is_closed_comes_in(demo: User, client: Client) -> None:
    User.objects.update(is_active=False)
    assert client.post(DEMO, {"email": demo.email}).status_code == 404
    assert client.get(DEMO).status_code == 405


def by_password(client: Client, email: str) -> Any:
    return client.post("/sign-in/login/", {"login": email, "password": PASSWORD}, follow=True)


def test_accounts_of_the_demo_end_with_it_although_their_password_is_right(
    demo: User, client: Client, settings: Any
) -> None:
    by_password(client, demo.email)
    assert client.get("/accounts/profile/").status_code == 200
    settings.DEMO = False
    assert client.get("/accounts/profile/").status_code == 302  # who was inside is outside
    page = by_password(client, demo.email)
    assert "CXM_DEMO=1" in page.content.decode()
    assert client.get("/accounts/profile/").status_code == 302
    client.force_login(demo)
    assert client.get("/accounts/profile/").status_code == 302


def test_keys_of_the_demo_end_with_it(demo: User, settings: Any) -> None:
    secret = ApiKey.new_secret()
    ApiKey.objects.create(user=demo, name="Shop", prefix=secret[:12], key_hash=hash_token(secret))
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/organisation/people", headers=headers).status_code == 200
    settings.DEMO = False
    assert Client().get("/api/v1/organisation/people", headers=headers).status_code == 401


def test_own_accounts_beside_the_demo_stay_open_without_it(
    demo: User, ada: User, client: Client, settings: Any
) -> None:
    settings.DEMO = False
    by_password(client, ada.email)
    assert client.get("/accounts/profile/").status_code == 200


def test_the_demo_offers_everybody_whom_it_brings() -> None:
    assert sorted(DEMO_CAST) == sorted(key for key, _name, _roles in CAST)
