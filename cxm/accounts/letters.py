"""Mails of this room, each in its reader's language."""

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from cxm.accounts.models import Invitation, User

SECRET = {"X-Cxm-Secret": "yes"}  # tells the outbox to erase the text once it is sent


def send_letter(
    *, user: User | Invitation, name: str, context: dict[str, Any], secret: bool = False, to: str = ""
) -> None:
    """Send `templates/cxm/accounts/mail/<name>.txt` to the user, or to another address of his; its first line is
    the subject."""
    with translation.override(user.language):
        text = render_to_string(f"cxm/accounts/mail/{name}.txt", context | {"reader": user})
    subject, body = text.strip().split("\n", 1)
    EmailMessage(
        subject, body.strip() + "\n", to=[to or user.email], headers=SECRET if secret else None
    ).send()
