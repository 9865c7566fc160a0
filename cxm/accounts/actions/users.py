"""Accounts: open, change, close."""

from collections.abc import Iterable
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import (
    PASSWORD_LINK_SENT,
    ROLES_CHANGED,
    TWO_FACTOR_RESET,
    USER_CHANGED,
    USER_CREATED,
    USER_DEACTIVATED,
    USER_REACTIVATED,
)
from cxm.accounts.letters import send_letter
from cxm.accounts.models import Language, User
from cxm.audit.actions import record
from cxm.kit.access import Role


@transaction.atomic
def create_user(
    *,
    actor: User | None,
    email: str,
    name: str,
    roles: list[str],
    password: str | None = None,
    language: str = Language.DE,
) -> User:
    """Open an account; its e-mail counts as confirmed, since it comes from a link or from an administrator.

    Without an actor it is recorded as made by the new user himself (set-up, invitation). An address in use is
    refused by the database, whoever comes first.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=name.strip(), roles=in_order(roles), language=language
            )
    except IntegrityError:
        raise ValidationError({"email": _("There is an account with this e-mail already.")}) from None
    confirm_address(user)
    record(USER_CREATED, actor=actor or user, target=user, data={"roles": user.roles})
    return user


def confirm_address(user: User) -> None:
    """Let the sign-in library know the one address of an account."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )


def in_order(roles: list[str]) -> list[str]:
    """Roles without doubles, in the order of their declaration."""
    return [role.value for role in Role if role.value in roles]


@transaction.atomic
def change_user(*, actor: User, user: User, name: str, email: str, roles: list[str], language: str) -> User:
    """Change what an administrator may change of an account. Locks the account and the administrators.

    A changed e-mail is told to the old address: whoever took over the account would not read that mail.
    """
    account = User.objects.select_for_update().get(pk=user.pk)
    old_email = account.email
    changes = {"name": name.strip(), "email": email.lower(), "language": language}
    if changed := {field: value for field, value in changes.items() if getattr(account, field) != value}:
        for field, value in changed.items():
            setattr(account, field, value)
        account.full_clean(exclude=["password"])
        account.save(update_fields=list(changed))
        confirm_address(account)
        data: dict[str, Any] = {"fields": sorted(changed)}
        if "email" in changed:
            data["old_email"] = old_email
            send_letter(user=account, name="email_changed", context={"actor": actor.name}, to=old_email)
        record(USER_CHANGED, actor=actor, target=account, data=data)
    return set_roles(actor=actor, user=account, roles=roles)


@transaction.atomic
def set_roles(*, actor: User, user: User, roles: list[str]) -> User:
    """Give the account exactly these roles. Locks it and the administrators, of whom one must remain."""
    admins = {admin.pk for admin in User.objects.active().with_role(Role.ADMIN).select_for_update()}
    user = User.objects.select_for_update().get(pk=user.pk)
    wanted = in_order(roles)
    if not wanted:
        raise ValidationError({"roles": _("Choose at least one role.")})
    if wanted == in_order(user.roles):
        return user
    if Role.ADMIN not in wanted and user.pk in admins:
        if user.pk == actor.pk:
            raise ValidationError({"roles": _("You cannot take the role of administrator from yourself.")})
        if admins == {user.pk}:
            raise ValidationError({"roles": _("One administrator must remain.")})
    old, user.roles = user.roles, wanted
    user.save(update_fields=["roles"])
    record(ROLES_CHANGED, actor=actor, target=user, data={"before": old, "after": wanted})
    return user


@transaction.atomic
def deactivate_user(*, actor: User | None, user: User) -> None:
    """Close an account: no sign-in, no API key works, open sessions end. Locks the administrators.

    Without an actor it is the system, on the day on which a person leaves.
    """
    admins = {admin.pk for admin in User.objects.active().with_role(Role.ADMIN).select_for_update()}
    if actor and user.pk == actor.pk:
        raise ValidationError(_("You cannot close your own account."))
    if admins == {user.pk}:
        raise ValidationError(_("One administrator must remain."))
    if User.objects.active().filter(pk=user.pk).update(is_active=False):
        record(USER_DEACTIVATED, actor=actor, target=user)


@transaction.atomic
def deactivate_users(*, actor: User, users: Iterable[User]) -> int:
    """Close several accounts, all or none, and say how many were open. Locks the administrators."""
    found = [user for user in users if user.is_active]
    for user in found:
        deactivate_user(actor=actor, user=user)
    return len(found)


@transaction.atomic
def give_role(*, actor: User, users: Iterable[User], role: Role) -> int:
    """Give several accounts one more role and say how many had it not. Locks them and the administrators."""
    found = [user for user in users if role not in user.roles]
    for user in found:
        set_roles(actor=actor, user=user, roles=[*user.roles, role])
    return len(found)


@transaction.atomic
def reactivate_user(*, actor: User, user: User) -> None:
    """Open a closed account again."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(USER_REACTIVATED, actor=actor, target=user)


@transaction.atomic
def reset_two_factor(*, actor: User, user: User) -> None:
    """Take away authenticator app, recovery codes and passkeys, for somebody who has lost his device."""
    count, _rows = Authenticator.objects.filter(user=user).delete()
    record(TWO_FACTOR_RESET, actor=actor, target=user, data={"removed": count})
    send_letter(user=user, name="two_factor_reset", context={})


@transaction.atomic
def send_password_link(*, actor: User, user: User) -> None:
    """Mail a link with which the user sets a new password; it works once and for some days."""
    if not user.is_active:
        raise ValidationError(_("This account is closed."))
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    context = {"link": settings.SITE_URL + path, "actor": actor.name}
    send_letter(user=user, name="password_link", context=context, secret=True)
    record(PASSWORD_LINK_SENT, actor=actor, target=user)
