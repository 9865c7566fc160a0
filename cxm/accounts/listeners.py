"""What the sign-in library says happened, written into the history.

Signals, since sign-in is not ours: Django and allauth send them, whichever way somebody came in.
"""

import time
from typing import Any

from allauth.account.signals import login_code_rejected, password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cxm.accounts.choices import PASSWORD_CHANGED, SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from cxm.accounts.middleware import SIGNED_IN_AT
from cxm.accounts.models import User
from cxm.audit.actions import record


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody came in; from now on his session counts its hours."""
    request.session[SIGNED_IN_AT] = int(time.time())
    record(SIGNED_IN, actor=user, target=user)


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Somebody went out."""
    if isinstance(user, User):
        record(SIGNED_OUT, actor=user, target=user)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_failed")
def sign_in_failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """A wrong password. An unknown address is not kept: it may be a password typed into the wrong field."""
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=email).first()
    record(SIGN_IN_FAILED, actor=None, target=user, label="" if user else _("somebody unknown"))


@receiver(login_code_rejected, dispatch_uid="accounts.code_rejected")
def code_rejected(user: User | None, **kwargs: Any) -> None:
    """A wrong code of the e-mail."""
    if isinstance(user, User):
        record(SIGN_IN_FAILED, actor=None, target=user)


@receiver([password_changed, password_reset, password_set], dispatch_uid="accounts.password_changed")
def password_is_new(user: User, **kwargs: Any) -> None:
    """A new password, by whichever way."""
    record(PASSWORD_CHANGED, actor=user, target=user)
