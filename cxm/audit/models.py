"""Entries that nobody can change, and the deliveries that listeners are owed."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cxm.audit.choices import VERBS
from cxm.kit.versions import append_only, never_emptied

LABEL_KEY = models.Func("label", function="cxm_sort_key", output_field=models.TextField())
"""A label without case and accents, as it is searched for; indexed."""
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the history."""

    def about(self, target: models.Model) -> Self:
        """What happened to one object, newest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=target.pk).order_by("-id")

    def events(self) -> Self:
        """Without the reads of personal data."""
        return self.filter(is_read=False)


class Entry(models.Model):
    """One event: who did what to which object, in the transaction in which it happened."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    # When its transaction began: the versions that triggers keep of the fields bear the same moment.
    began_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    # PROTECT: people leave by deactivation; their history stays attributable.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80, blank=True)
    target_id = models.BigIntegerField(null=True)
    label = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    is_read = models.BooleanField(default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_entry_target"),
            models.Index(fields=["actor", "-id"], name="audit_entry_actor"),
            models.Index(fields=["verb", "-id"], name="audit_entry_verb"),
            models.Index(fields=["at"], name="audit_entry_at"),
            GinIndex(OpClass(LABEL_KEY, "gin_trgm_ops"), name="audit_entry_label"),
        )
        triggers = (
            # History is only ever added to: the database refuses the rest, whoever asks.
            append_only(),
            never_emptied(),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"

    def sentence(self) -> SafeString:
        """The event in plain words, in the reader's language, escaped."""
        verb = VERBS.get(self.verb)
        words: dict[str, Any] = {
            key: as_word(value) for key, value in self.data.items() if isinstance(value, str | int | float)
        }
        actor = self.actor.name if self.actor else _("The system")
        text = verb.text(self.data) if verb else "{actor}: " + self.verb + " {label}"
        words |= {"actor": actor, "label": self.label}
        escaped = {key: conditional_escape(word) for key, word in words.items()}
        return mark_safe(text.format_map(_Gentle(escaped)))  # the sentence is ours, its words are escaped


def as_word(value: str | int | float) -> str | int | float:
    """A value of an entry as it stands in its sentence: days and numbers in the reader's format."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(number_format(value, force_grouping=True))
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        with suppress(ValueError):
            return str(date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT"))
    return value


class _Gentle(dict[str, Any]):
    """A word that an old entry does not have shows as a dash instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return "–"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of the outbox."""

    def due(self, at: datetime | None = None) -> Self:
        """What waits for its listener, oldest first."""
        return self.filter(done_at=None, due_at__lte=at or timezone.now()).order_by("due_at", "id")

    def failing(self) -> Self:
        """What its listener could not hear so far; is tried again."""
        return self.filter(done_at=None).exclude(error="")


class Delivery(models.Model):
    """One entry owed to one listener; written with the entry, marked done with the listener's effect."""

    MAX_WAIT = timedelta(hours=6)

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="deliveries")  # entries are never deleted
    listener = models.CharField(max_length=120)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entry", "listener"], name="audit_delivery_once"),)
        indexes = (
            models.Index(
                fields=["due_at", "id"], condition=models.Q(done_at=None), name="audit_delivery_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} -> {self.listener}"

    def next_try(self) -> timedelta:
        """How long to wait after one more failure: 5 s, doubled each time, at most six hours."""
        return min(timedelta(seconds=5 * 2 ** min(self.attempts, 12)), self.MAX_WAIT)
