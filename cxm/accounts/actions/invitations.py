"""Invitations: a link by e-mail with which somebody opens his account."""

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.actions.users import create_user, in_order
from cxm.accounts.choices import INVITATION_ACCEPTED, INVITATION_SENT_AGAIN, INVITATION_WITHDRAWN, INVITED
from cxm.accounts.letters import send_letter
from cxm.accounts.models import Invitation, Language, User, hash_token
from cxm.accounts.permissions import INVITED_AS, MANAGE
from cxm.audit.actions import record


@transaction.atomic
def invite(
    *, actor: User, email: str, name: str, roles: list[str], language: str = Language.DE
) -> Invitation:
    """Invite somebody who has neither an account nor an open invitation; the mail goes out with the commit.

    Who does not maintain users gives no role by it but those of `INVITED_AS`.
    """
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise ValidationError({"email": _("There is an account with this e-mail already.")})
    if not in_order(roles):
        raise ValidationError({"roles": _("Choose at least one role.")})
    if not set(roles) <= {*INVITED_AS} and not actor.may(MANAGE):
        raise ValidationError({"roles": _("Only administrators can invite with these roles.")})
    put_away_run_out(email)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email,
        name=name.strip(),
        roles=in_order(roles),
        language=language,
        invited_by=actor,
        token_hash=hash_token(token),
        expires_at=timezone.now() + Invitation.LIFE,
    )
    invitation.full_clean(exclude=["accepted_at", "withdrawn_at"])
    save_as_the_only_one(invitation)
    _send(invitation, token)
    record(INVITED, actor=actor, target=invitation, data={"roles": invitation.roles})
    return invitation


def put_away_run_out(email: str) -> None:
    """Withdraw what nobody accepted in time, so that the address may be invited anew."""
    now = timezone.now()
    Invitation.objects.pending().filter(email=email, expires_at__lte=now).update(withdrawn_at=now)


def save_as_the_only_one(invitation: Invitation) -> None:
    """Save it unless the address has another one that waits; the database decides, also between two at once."""
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:
        raise ValidationError({"email": _("There is an open invitation for this e-mail already.")}) from None


def _send(invitation: Invitation, token: str) -> None:
    link = settings.SITE_URL + reverse("accounts:accept", args=[token])
    context = {"link": link, "actor": invitation.invited_by, "until": invitation.expires_at}
    send_letter(user=invitation, name="invitation", context=context, secret=True)


@transaction.atomic
def send_invitation_again(*, actor: User, invitation: Invitation) -> None:
    """Mail a new link for another 14 days; the old link stops working. Locks the invitation."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has been accepted already."))
    if User.objects.filter(email=invitation.email).exists():
        raise ValidationError(_("There is an account with this e-mail already."))
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_token(token)
    invitation.expires_at, invitation.withdrawn_at = timezone.now() + Invitation.LIFE, None
    invitation.invited_by = actor
    put_away_run_out(invitation.email)
    save_as_the_only_one(invitation)
    _send(invitation, token)
    record(INVITATION_SENT_AGAIN, actor=actor, target=invitation)


@transaction.atomic
def withdraw_invitation(*, actor: User, invitation: Invitation) -> None:
    """Make the link stop working. Refused once it was accepted."""
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise ValidationError(_("This invitation is not open any more."))
    record(INVITATION_WITHDRAWN, actor=actor, target=invitation)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> User:
    """Open the account. Locks the invitation, so that a link makes one account however often it is clicked."""
    invitation = Invitation.objects.open().with_token(token).select_for_update().first()
    if invitation is None:
        raise ValidationError(_("This invitation is not open any more."))
    validate_password(password, User(email=invitation.email, name=name))
    user = create_user(
        actor=None,
        email=invitation.email,
        name=name,
        roles=invitation.roles,
        password=password,
        language=invitation.language,
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    data = {"user": user.pk, "invited_by": invitation.invited_by_id}
    record(INVITATION_ACCEPTED, actor=user, target=invitation, label=user.name, data=data)
    return user
