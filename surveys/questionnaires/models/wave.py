"""Waves: who is asked when, the roll of those who were asked, and what they have begun to write."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.history import track_history
from cxm.organisation.models import Person, Unit
from surveys.questionnaires.choices import (
    CUSTOMER_USES,
    Group,
    Identity,
    Step,
    Turnout,
    Use,
    theme_name,
)
from surveys.questionnaires.models.questionnaire import SMALLEST_CELL, Questionnaire, Version
from surveys.questionnaires.permissions import VIEW
from touchpoints.inventory.models import Touchpoint

MOST_REMINDERS = 2
KEEP_DRAFTS = timedelta(days=30)  # after closing: then what was not handed in is deleted
KEEP_ADDRESSES = timedelta(days=365)  # after closing: then customers are without name on the roll


def new_token() -> str:
    """The secret part of a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token. SHA-256 suffices: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


class WaveQuerySet(models.QuerySet["Wave"]):
    """Reads of waves."""

    def visible_to(self, user: User) -> Self:
        """Whoever may see questionnaires."""
        return self.all() if user.is_active and user.may(VIEW) else self.none()

    def open(self) -> Self:
        """Those that take answers now."""
        now = timezone.now()
        return self.filter(opened_at__lte=now, closed_at=None).filter(
            models.Q(closes_at=None) | models.Q(closes_at__gt=now)
        )

    def due_to_close(self) -> Self:
        """Open ones whose time is over."""
        return self.filter(opened_at__isnull=False, closed_at=None, closes_at__lte=timezone.now())

    def closed(self) -> Self:
        """Those that take no answers any more."""
        return self.exclude(closed_at=None)


@track_history("edition", "fresh")
class Wave(models.Model):
    """One asking of a published version. Rules of what may be shown are frozen when it opens."""

    # PROTECT: what was asked and answered stays.
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="waves")
    version = models.ForeignKey(Version, models.PROTECT, related_name="waves")
    name = models.CharField(_("Name"), max_length=120)
    closes_at = models.DateTimeField(_("Closes"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Copied from the questionnaire at opening; from then on nobody lowers it.
    min_cell = models.PositiveSmallIntegerField(default=SMALLEST_CELL, editable=False)
    weights = models.JSONField(_("Weights of the themes"), default=dict, blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Touchpoint")
    )
    # The block of answers that is being filled, and how many it has: an open wave shows whole blocks only.
    edition = models.PositiveIntegerField(default=1, editable=False)
    fresh = models.PositiveIntegerField(default=0, editable=False)
    # A link that many may use, each once from his browser; empty: by invitation only.
    link_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["questionnaire", "name"],
                name="questionnaires_wave_name",
                violation_error_message=_("There is a wave of this name already."),
            ),
            models.UniqueConstraint(fields=["id", "version"], name="questionnaires_wave_version"),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~models.Q(link_digest=""), name="questionnaires_wave_link"
            ),
            models.CheckConstraint(
                condition=models.Q(min_cell__gte=SMALLEST_CELL), name="questionnaires_wave_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(opened_at__lte=models.F("closed_at")),
                name="questionnaires_wave_order",
            ),
        ]
        triggers: ClassVar = [
            # An open wave keeps its version, its weights and its smallest cell; a closed one stays closed.
            pgtrigger.Protect(
                name="frozen_when_open",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.opened_at IS NOT NULL AND (OLD.version_id, OLD.questionnaire_id, OLD.min_cell, OLD.weights,"
                    " OLD.opened_at) IS DISTINCT FROM (NEW.version_id, NEW.questionnaire_id, NEW.min_cell,"
                    " NEW.weights, NEW.opened_at) OR OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM"
                    " OLD.closed_at"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:wave", args=[self.pk])

    @property
    def step(self) -> Step:
        """Where it is in its life."""
        if self.opened_at is None:
            return Step.PLANNED
        over = self.closed_at is not None or (self.closes_at is not None and self.closes_at <= timezone.now())
        return Step.CLOSED if over else Step.OPEN

    @property
    def named_weights(self) -> list[tuple[str, str]]:
        """The weights by the names of their themes."""
        return [(theme_name(theme), weight) for theme, weight in self.weights.items()]

    @property
    def shows_after_closing_only(self) -> bool:
        """Whether results are hidden while people may still answer: always where employees are asked."""
        return self.questionnaire.use == Use.ASSESSMENT or self.version.identity == Identity.ANONYMOUS

    @property
    def asks_customers(self) -> bool:
        """Whether customers can be asked by a list of addresses."""
        return self.questionnaire.use in CUSTOMER_USES

    @property
    def drafts_until(self) -> datetime | None:
        """Until when what was not handed in can be read; None while nothing is over."""
        end = self.closed_at or self.closes_at
        return end + KEEP_DRAFTS if end and self.step == Step.CLOSED else None


class RollQuerySet(models.QuerySet["Invitation"]):
    """Reads of the roll."""

    def with_token(self, token: str) -> Self:
        """The one whose link this is."""
        return self.filter(token_digest=digest_of(token))

    def to_remind(self) -> Self:
        """Who has been asked, has not finished, has not declined, and was not reminded too often."""
        return self.filter(
            status__in=[Turnout.SENT, Turnout.STARTED], reminders__lt=MOST_REMINDERS, wave__closed_at=None
        )

    def declined_lately(self) -> Self:
        """Customers who did not want to take part in a wave that is open or closed less than twelve months ago."""
        since = timezone.now() - KEEP_ADDRESSES
        lately = models.Q(wave__closed_at=None) | models.Q(wave__closed_at__gte=since)
        return self.filter(lately, is_customer=True, status=Turnout.OPTED_OUT).exclude(email="")

    def to_erase(self, at: datetime) -> Self:
        """Customers whose wave closed twelve months ago and whose name or address still stands here."""
        customers = self.filter(is_customer=True, wave__closed_at__lt=at - KEEP_ADDRESSES)
        return customers.exclude(email="", name="")


class Invitation(models.Model):
    """One entry of the roll: who may answer once. It never knows what was answered.

    Group and unit are those of the day on which the wave opened. No field history: it would tell when somebody
    began and finished.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    # SET_NULL: the roll keeps its count when a mistaken entry of a person is deleted.
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="survey_invitations"
    )
    is_customer = models.BooleanField(default=False, editable=False)  # asked by a list of addresses
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=2, default="de")
    group = models.CharField(max_length=12, choices=Group, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Turnout, default=Turnout.QUEUED)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)

    objects = RollQuerySet.as_manager()

    class Meta:
        ordering = ("wave", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["wave", "person"],
                condition=models.Q(person__isnull=False),
                name="questionnaires_invited_once",
            ),
            models.UniqueConstraint(
                "wave",
                Lower("email"),
                condition=models.Q(is_customer=True) & ~models.Q(email=""),
                name="questionnaires_customer_once",
                violation_error_message=_("This address is invited already."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_customer=False) | models.Q(person=None),
                name="questionnaires_customer_outside",
            ),
            models.CheckConstraint(
                condition=models.Q(reminders__lte=MOST_REMINDERS), name="questionnaires_two_reminders"
            ),
            models.UniqueConstraint(fields=["id", "wave"], name="questionnaires_invitation_of"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.person or self.email)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Reads of drafts."""

    def to_forget(self, at: datetime) -> Self:
        """What was not handed in before its wave closed, thirty days after that."""
        return self.filter(is_finished=False, wave__closed_at__lt=at - KEEP_DRAFTS)


class Draft(models.Model):
    """What somebody has written so far; the same link opens it again. Once it is released it is gone.

    `answers` maps codes of concepts to what stood in the form: a number, a code of a choice, a list of codes, a
    text, or "unknown".
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="drafts")
    # CASCADE: without its entry of the roll a draft belongs to nobody.
    invitation = models.OneToOneField(Invitation, models.CASCADE, null=True, related_name="draft")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(max_length=2, default="de")
    answers = models.JSONField(default=dict)
    page = models.PositiveSmallIntegerField(default=1)
    is_finished = models.BooleanField(default=False)
    is_paper = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "wave"], name="questionnaires_draft_of"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["wave"], condition=models.Q(is_finished=True), name="questionnaires_draft_finished"
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.wave_id}"
