"""The company: set up once, then kept."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cxm.accounts.actions import create_user
from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.access import Role
from cxm.organisation.choices import COMPANY_CHANGED, COMPANY_SET_UP
from cxm.organisation.models import Company, Person


@transaction.atomic
def set_up_company(*, company: str, language: str, name: str, email: str, password: str) -> User:
    """Found the company with its first administrator. Of two who try at the same time one is refused."""
    validate_password(password, User(name=name, email=email))
    try:
        with transaction.atomic():
            founded = Company.objects.create(name=company.strip(), language=language)
    except IntegrityError:
        raise ValidationError(_("cxm is set up already. Please sign in.")) from None
    user = create_user(
        actor=None,
        email=email,
        name=name,
        roles=[Role.ADMIN, Role.CX_MANAGER],
        password=password,
        language=language,
    )
    Person.objects.create(user=user, name=user.name, email=user.email)
    record(COMPANY_SET_UP, actor=user, target=founded)
    return user


@transaction.atomic
def change_company(*, actor: User, name: str, language: str) -> Company:
    """Change name and language of the company. Locks its row."""
    company = Company.objects.select_for_update().get()
    if (company.name, company.language) != (name.strip(), language):
        company.name, company.language = name.strip(), language
        company.full_clean()
        company.save()
        record(COMPANY_CHANGED, actor=actor, target=company)
    return company
