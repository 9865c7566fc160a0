"""What people are told, and the mail that leaves."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def unread(self) -> Self:
        """Not opened yet."""
        return self.filter(read_at=None)


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
            models.Index(
                fields=["user", "-id"], condition=models.Q(read_at=None), name="notices_notice_unread"
            )
        ]

    def __str__(self) -> str:
        return self.text


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Reads of the mail outbox."""

    def waiting(self) -> Self:
        """Not sent yet and not given up, oldest first."""
        return self.filter(sent_at=None, given_up_at=None).order_by("due_at", "id")


class OutgoingMail(models.Model):
    """A mail as it leaves: written in the transaction of its cause, sent by a worker, kept for the record."""

    recipients = models.JSONField(_("To"))  # list of addresses
    subject = models.CharField(_("Subject"), max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    sender = models.CharField(max_length=254, blank=True)
    headers = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)  # [{name, type, content: base64}]
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(sent_at=None, given_up_at=None),
                name="notices_mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.subject
