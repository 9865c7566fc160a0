"""Mail on its way out: queue, deliver, try again, withdraw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import TYPE_CHECKING

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailSerializationError
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Invitation
from cxm.audit.actions import record
from cxm.kit.bell import ring
from cxm.notices.choices import MAIL_SENT_AGAIN, MAIL_WITHDRAWN, MailState
from cxm.notices.letters import message_of
from cxm.notices.models import OutgoingMail

if TYPE_CHECKING:
    from cxm.accounts.models import User

KEEP_MAILS = timedelta(days=90)
KEEP_SECRETS = Invitation.LIFE  # no other link or code that signs in lives longer
ABOUT_THIS_MAIL = (
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPDataError,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    ValueError,  # also of anymail: an address or a feature that the provider does not know
)
"""Errors that say nothing about the next mail; after any other the server is left alone for a while."""
ABOUT_THE_SENDER = {401, 403, 404, 408, 429}
"""Replies of a provider (HTTP 4xx) that would be the same for the next mail."""


class Outcome(Enum):
    """What became of one try to deliver."""

    NOTHING_DUE = "nothing due"
    SENT = "sent"
    MAIL_FAILED = "this mail failed"
    SERVER_FAILED = "the server failed"


@transaction.atomic
def queue_mail(
    *,
    recipient: str,
    subject: str,
    body: str,
    html: str = "",
    sender: str = "",
    headers: dict[str, str] | None = None,
    attachments: list[dict[str, str]] | None = None,
    is_secret: bool = False,
) -> OutgoingMail:
    """Write a mail for one recipient into the outbox and ring for it. What caused it is recorded by its cause."""
    mail = OutgoingMail.objects.create(
        recipients=[recipient],
        subject=one_line(subject),
        body=body,
        html=html,
        sender=sender,
        headers={name: one_line(value) for name, value in (headers or {}).items()},
        attachments=attachments or [],
        is_secret=is_secret,
    )
    ring("notices.send_mail")
    return mail


@dataclass(frozen=True)
class Letter:
    """One of many mails that leave at once."""

    recipient: str
    subject: str
    body: str


@transaction.atomic
def queue_letters(*, letters: Iterable[Letter], is_secret: bool = False) -> int:
    """Write many mails into the outbox, each for one recipient, in a few inserts; says how many. As `queue_mail`."""
    mails = OutgoingMail.objects.bulk_create(
        (
            OutgoingMail(
                recipients=[letter.recipient], subject=one_line(letter.subject), body=letter.body, is_secret=is_secret
            )
            for letter in letters
        ),
        batch_size=2_000,
    )  # fmt: skip
    if mails:
        ring("notices.send_mail")
    return len(mails)


def one_line(text: str) -> str:
    """A header's value without line breaks, which would begin another header; at most 300 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:299] + "…"


@transaction.atomic
def deliver_next_mail() -> Outcome:
    """Hand the mail that is due longest to the mailer "delivery".

    Its row stays locked (SKIP LOCKED) until it is marked, so any number of workers may call this. At least once:
    a worker that dies between the sending and the mark leaves it due, and this one mail leaves a second time,
    with the same Message-ID.
    """
    mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).first()
    if mail is None:
        return Outcome.NOTHING_DUE
    if is_stale(mail):
        _give_up(mail, mail.error or "No mail server took it within 24 hours.")
        return Outcome.MAIL_FAILED
    try:
        message_of(mail).send(using="delivery")
    except Exception as error:  # whatever a mailer raises is kept with the mail and tried again
        _put_off(mail, error)
        return Outcome.MAIL_FAILED if is_about_this_mail(error) else Outcome.SERVER_FAILED
    mail.sent_at, mail.error = timezone.now(), ""
    if mail.is_secret:
        erase(mail)
    mail.attempts += 1
    mail.save()
    return Outcome.SENT


def is_stale(mail: OutgoingMail) -> bool:
    """Whether the mail has waited so long that its reader would be surprised by it."""
    return timezone.now() - mail.queued_at > mail.PATIENCE


def erase(mail: OutgoingMail) -> None:
    """Take the text off a mail; not saved."""
    mail.body = mail.html = ""
    mail.attachments = []


def is_about_this_mail(error: Exception) -> bool:
    """Whether the next mail may well be taken."""
    if isinstance(error, AnymailAPIError):
        code = error.status_code or 500
        return 400 <= code < 500 and code not in ABOUT_THE_SENDER
    return isinstance(error, ABOUT_THIS_MAIL)


def is_final(error: Exception) -> bool:
    """Whether the recipient is refused for good (RFC 5321: a reply of 5xx)."""
    if isinstance(error, AnymailRecipientsRefused):
        return True
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _text in error.recipients.values())


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    """Try again later, or give up where that is hopeless or would be too late."""
    text = f"{type(error).__name__}: {error}"[:2000]
    due_at = timezone.now() + mail.next_wait()
    mail.attempts += 1
    if is_final(error) or due_at - mail.queued_at > mail.PATIENCE:
        _give_up(mail, text)
        return
    mail.due_at, mail.error = due_at, text
    mail.save(update_fields=["due_at", "error", "attempts"])


def _give_up(mail: OutgoingMail, error: str) -> None:
    mail.given_up_at, mail.error = timezone.now(), error
    mail.save(update_fields=["given_up_at", "error", "attempts"])


@transaction.atomic
def send_mail_again(*, actor: "User", mail: OutgoingMail) -> OutgoingMail:
    """Try a mail at once, for another 24 hours. One that was sent leaves as a copy: its Message-ID is used up.

    Locks the mail. Refused if its text was erased.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.is_erased:
        raise ValidationError(
            _(
                "The text of this mail was erased, because it held a link or code; have a new one sent instead."
            )
        )
    now = timezone.now()
    if mail.state == MailState.SENT:
        mail.pk, mail.created_at, mail.sent_at = None, now, None
        mail._state.adding = True
    mail.queued_at = mail.due_at = now
    mail.given_up_at = mail.withdrawn_at = None
    mail.attempts, mail.error = 0, ""
    mail.save()
    record(MAIL_SENT_AGAIN, actor=actor, target=mail, data={"to": mail.to})
    ring("notices.send_mail")
    return mail


@transaction.atomic
def withdraw_mail(*, actor: "User", mail: OutgoingMail) -> None:
    """Keep a waiting mail from leaving. Locks the mail; refused if it is out or being sent already."""
    waiting = OutgoingMail.objects.waiting().select_for_update(skip_locked=True).filter(pk=mail.pk).first()
    if waiting is None:
        raise ValidationError(_("This mail is not waiting any more."))
    waiting.withdrawn_at = timezone.now()
    waiting.save(update_fields=["withdrawn_at"])
    record(MAIL_WITHDRAWN, actor=actor, target=waiting, data={"to": waiting.to})


@transaction.atomic
def erase_old_secrets(*, at: datetime | None = None) -> int:
    """Erase links and codes that no longer work from mails that never left, and say from how many.

    A mail that still waits is given up with that: without its text it is good for nothing. Locks the mails.
    """
    now = at or timezone.now()
    old = OutgoingMail.objects.filter(is_secret=True, created_at__lt=now - KEEP_SECRETS).exclude(
        body="", html=""
    )
    mails = list(old.select_for_update(skip_locked=True))
    for mail in mails:
        erase(mail)
        if mail.state == MailState.WAITING:
            mail.given_up_at, mail.error = now, mail.error or "Its link works no longer."
    fields = ["body", "html", "attachments", "given_up_at", "error"]
    OutgoingMail.objects.bulk_update(mails, fields, batch_size=500)
    return len(mails)


@transaction.atomic
def forget_old_mails(*, at: datetime | None = None) -> int:
    """Delete mails of more than 90 days ago and say how many: one that has waited that long surprises its reader."""
    count, _rows = OutgoingMail.objects.filter(queued_at__lt=(at or timezone.now()) - KEEP_MAILS).delete()
    return count
