"""The mailer of the house: what is sent lands in the outbox table, in the transaction of its cause.

A worker hands it to the mailer "delivery" (see `cxm.settings`); so a rolled back transaction sends nothing, a slow
mail server holds nobody up, and without a mail server an administrator reads what would have left.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cxm.notices.actions import queue_mail
from cxm.notices.letters import parts_of


class OutboxBackend(BaseEmailBackend):
    """Django's default mailer in this project."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue each message once for each recipient, so that one bad address never holds up another."""
        for message in email_messages:
            parts = parts_of(message)
            for recipient in dict.fromkeys(message.recipients()):
                queue_mail(recipient=recipient, **parts)
        return len(email_messages)
