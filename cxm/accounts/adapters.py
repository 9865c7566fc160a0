"""How allauth behaves in this house: nobody signs up by himself; single sign-on lets in who is invited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.accounts.letters import SECRET
from cxm.accounts.models import User
from cxm.kit.http import toast

SECRET_MAILS = ("password_reset_key", "password_reset_code", "login_code", "email_confirmation")
"""Mails with a link or code that opens an account: the outbox erases their text once they are sent."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations and from the set-up page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("The e-mail or the password is not right.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **rest: Any) -> HttpResponse | None:
        """Whichever way somebody comes: password, code, passkey, single sign-on."""
        if user.is_active and not user.may_enter:
            clear_login(request)
            text = _(
                "The accounts of the demo are closed at this address; the setting CXM_DEMO=1 opens them."
            )
            toast(request, text, level="warning")
            closed: HttpResponse = self.respond_user_inactive(request, user)
            return closed
        answer: HttpResponse | None = super().pre_login(request, user, **rest)
        return answer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the reader, not of whoever asked for the mail."""
        reader = User.objects.filter(email=email.lower()).first()
        if "code" in context and template_prefix.endswith("/login_code"):
            path = f"{reverse('account_confirm_login_code')}?{urlencode({'code': context['code']})}"
            context = {**context, "confirm_url": settings.SITE_URL + path}
        with translation.override(reader.language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        secret = SECRET if template_prefix.rpartition("/")[2].startswith(SECRET_MAILS) else {}
        message: EmailMessage = super().render_mail(
            template_prefix, email, context, headers={**(headers or {}), **secret}
        )
        return message


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An identity provider signs in existing users by their confirmed e-mail; it makes no new ones."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
