"""What people are told, and the mail that leaves."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.notices.choices import MailState, Rhythm


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def unread(self) -> Self:
        """Not opened yet."""
        return self.filter(read_at=None)

    def for_digest(self, before: datetime) -> Self:
        """What the digest of that moment tells: unread, older than the moment, in no digest yet; oldest first."""
        return self.unread().filter(digested_at=None, created_at__lt=before).order_by("id")


class Notice(models.Model):
    """One line in somebody's inbox. `key` says what it is about, so that it comes once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True)
    digested_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="notices_notice_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notices_notice_user"),
            models.Index(
                fields=["user", "-id"], condition=models.Q(read_at=None), name="notices_notice_unread"
            ),
            models.Index(
                fields=["created_at"],
                condition=models.Q(read_at=None, digested_at=None),
                name="notices_notice_undigested",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class KindWish(models.Model):
    """Whether somebody wants notices of a kind; written only where he said so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_wishes")
    kind = models.CharField(max_length=60)
    wanted = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notices_kindwish_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.wanted}"


class DigestWish(models.Model):
    """How often somebody wants the digest; daily without a row."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digest_wish")
    rhythm = models.CharField(_("Summary by e-mail"), max_length=6, choices=Rhythm, default=Rhythm.DAILY)

    def __str__(self) -> str:
        return self.get_rhythm_display()


class Digest(models.Model):
    """One digest sent to one person for one period; the row that keeps it from going out twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    period = models.DateField()  # its first day in the person's time zone: the day, or the Monday of the week
    notices = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "period"], name="notices_digest_once")
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.notices}"


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Reads of the mail outbox."""

    def waiting(self) -> Self:
        """Neither sent nor given up nor withdrawn, oldest first."""
        return self.filter(sent_at=None, given_up_at=None, withdrawn_at=None).order_by("due_at", "id")

    def due(self, at: datetime | None = None) -> Self:
        """What a worker should try now."""
        return self.waiting().filter(due_at__lte=at or timezone.now())

    def in_state(self, state: str) -> Self:
        """All mails in one state of `MailState`."""
        if state == MailState.WAITING:
            return self.filter(sent_at=None, given_up_at=None, withdrawn_at=None)
        return self.exclude(**{f"{state}_at": None})


class OutgoingMail(models.Model):
    """A mail as it leaves: written in the transaction of its cause, sent by a worker, kept for the record."""

    PATIENCE = timedelta(hours=24)  # tried that long, then given up
    FIRST_WAIT = timedelta(minutes=1)  # doubled with every failure

    recipients = models.JSONField(_("To"))  # list of one address: a bad one never holds up another
    subject = models.CharField(_("Subject"), max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    sender = models.CharField(max_length=254, blank=True)  # empty: the address of the settings when it leaves
    headers = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)  # [{name, type, content: base64}]
    is_secret = models.BooleanField(default=False)  # holds a link or code that signs in: erased once sent
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    queued_at = models.DateTimeField(
        db_default=Now()
    )  # later than created_at if an administrator tried again
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(sent_at=None, given_up_at=None, withdrawn_at=None),
                name="notices_mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("notices:mail", args=[self.pk])

    @property
    def to(self) -> str:
        """The addresses as one text."""
        return ", ".join(self.recipients)

    @property
    def state(self) -> MailState:
        """Where the mail is on its way."""
        if self.sent_at:
            return MailState.SENT
        if self.withdrawn_at:
            return MailState.WITHDRAWN
        return MailState.GIVEN_UP if self.given_up_at else MailState.WAITING

    @property
    def is_erased(self) -> bool:
        """Whether its text was erased after sending, because it held a secret."""
        return self.is_secret and not self.body and not self.html

    def next_wait(self) -> timedelta:
        """How long to wait after one more failure: a minute, doubled each time."""
        return self.FIRST_WAIT * (1 << min(self.attempts, 20))
