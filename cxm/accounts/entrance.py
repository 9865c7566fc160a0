"""The forms of the door: allauth's, with the word for an e-mail that the rest of the house uses."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class _Named:
    """Names the address; a second name inside of the field says nothing more."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("login") or self.fields["email"]
        field.label = _("E-mail")
        field.widget.attrs.pop("placeholder", None)


class LoginForm(_Named, forms.LoginForm):  # type: ignore[misc]  # untyped library
    """E-mail and password."""


class RequestLoginCodeForm(_Named, forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Where to send a code."""


class ResetPasswordForm(_Named, forms.ResetPasswordForm):  # type: ignore[misc]
    """Where to send a link."""
