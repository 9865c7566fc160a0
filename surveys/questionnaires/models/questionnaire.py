"""Questionnaires and their versions. What is published never changes, and the database refuses it."""

from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit import versions
from cxm.kit.fields import SortKey
from cxm.kit.history import track_history
from surveys.questionnaires.choices import SCALES, Identity, Kind, Slot, Status, Use
from surveys.questionnaires.permissions import VIEW

SMALLEST_CELL = 5
"""Below this many answers nothing is shown; a questionnaire may ask for more, never for less."""


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Reads of questionnaires."""

    def visible_to(self, user: User) -> Self:
        """Whoever holds the right sees them all."""
        return self.all() if user.is_active and user.may(VIEW) else self.none()

    def live(self) -> Self:
        """Without the archived ones."""
        return self.filter(archived_at=None)


@track_history()
class Questionnaire(models.Model):
    """Something people are asked, over all its versions."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=150)
    use = models.CharField(_("Used for"), max_length=20, choices=Use, default=Use.CUSTOMER)
    min_cell = models.PositiveSmallIntegerField(_("Smallest group shown"), default=SMALLEST_CELL)
    archived_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    name_sort = SortKey("name")

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ("name_sort", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(min_cell__gte=SMALLEST_CELL),
                name="questionnaires_min_cell",
                violation_error_message=_("Fewer than 5 answers are never shown."),
            ),
            models.CheckConstraint(condition=models.Q(use__in=Use.values), name="questionnaires_use"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:questionnaire", args=[self.pk])


class VersionQuerySet(models.QuerySet["Version"]):
    """Reads of versions."""

    def draft(self) -> Self:
        """The one being written, at most one for each questionnaire."""
        return self.filter(status=Status.DRAFT)

    def published(self) -> Self:
        """The one that is valid, at most one for each questionnaire."""
        return self.filter(status=Status.PUBLISHED)

    def final(self) -> Self:
        """Those that never change any more, newest first."""
        return self.exclude(status=Status.DRAFT).order_by("-number")


# The code of a meaning is part of what a published version says.
NAMED = """
IF (NEW.id, NEW.code, NEW.questionnaire_id) IS NOT DISTINCT FROM (OLD.id, OLD.code, OLD.questionnaire_id) THEN
  RETURN NEW;
END IF;
PERFORM FROM questionnaires_version
  WHERE id IN (SELECT version_id FROM questionnaires_question WHERE concept_id = OLD.id) FOR SHARE;
PERFORM FROM questionnaires_version
  WHERE id IN (SELECT version_id FROM questionnaires_question WHERE concept_id = OLD.id) AND status <> 'draft';
IF FOUND THEN
  RAISE EXCEPTION 'a meaning that was asked for keeps its code'
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'questionnaires_version_final';
END IF;
RETURN NEW;
"""


@track_history()
class Version(models.Model):
    """One version of a questionnaire: a draft until published, then the same for ever."""

    # PROTECT: a questionnaire with versions is archived, not deleted.
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    identity = models.CharField(
        _("Who answered"), max_length=12, choices=Identity, default=Identity.CONFIDENTIAL
    )
    languages = ArrayField(models.CharField(max_length=2), verbose_name=_("Languages"), default=list)
    pass_mark = models.PositiveSmallIntegerField(_("Passed from (%)"), null=True, blank=True)
    change_note = models.CharField(_("What is new"), max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("questionnaire", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaires_version_number"),
            # What the composite keys of waves and answers point to.
            models.UniqueConstraint(fields=["id", "questionnaire"], name="questionnaires_version_of"),
            models.UniqueConstraint(fields=["id", "identity"], name="questionnaires_version_identity"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(status=Status.DRAFT),
                name="questionnaires_one_draft",
            ),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(status=Status.PUBLISHED),
                name="questionnaires_one_published",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.DRAFT, published_at=None, digest="")
                | (
                    ~models.Q(status=Status.DRAFT)
                    & models.Q(published_at__isnull=False)
                    & ~models.Q(digest="")
                ),
                name="questionnaires_published_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(pass_mark=None) | models.Q(pass_mark__gte=1, pass_mark__lte=100),
                name="questionnaires_pass_mark",
                violation_error_message=_("The pass mark is a share from 1 to 100."),
            ),
        ]
        triggers: ClassVar = versions.of_versions("questionnaires_version")

    def __str__(self) -> str:
        return f"{self.questionnaire} v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.status == Status.DRAFT


class Concept(models.Model):
    """What a question means, over all versions: trends join on it, whatever the wording."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="concepts")
    code = models.SlugField(max_length=40)

    class Meta:
        ordering = ("questionnaire", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["questionnaire", "code"], name="questionnaires_concept_code"),
            models.UniqueConstraint(fields=["id", "questionnaire"], name="questionnaires_concept_of"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="asked_keeps_its_code", when=pgtrigger.Before, operation=pgtrigger.Update, func=NAMED
            ),
            versions.never_emptied(),
        ]

    def __str__(self) -> str:
        return self.code


def _on_its_scale() -> models.Q:
    """A kind that is a scale has its own ends; a number may have some; the others have none."""
    scales = models.Q()
    for kind, (low, high) in SCALES.items():
        scales |= models.Q(kind=kind, low=low, high=high)
    number = models.Q(kind=Kind.NUMBER) & (
        models.Q(low=None) | models.Q(high=None) | models.Q(low__lt=models.F("high"))
    )
    others = [kind for kind in Kind.values if kind not in SCALES and kind != Kind.NUMBER]
    return scales | number | models.Q(kind__in=others, low=None, high=None)


@track_history()
class Question(models.Model):
    """One question of a version, or what a page says of itself (`Slot.INTRO` of its first question)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="+", editable=False)
    # PROTECT: the meaning outlives the wording.
    concept = models.ForeignKey(Concept, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField(_("Page"), default=1)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    is_required = models.BooleanField(_("Must be answered"), default=False)
    allows_unknown = models.BooleanField(_("“Don't know” is an answer"), default=False)
    low = models.IntegerField(_("Lowest"), null=True, blank=True)
    high = models.IntegerField(_("Highest"), null=True, blank=True)
    theme = models.SlugField(_("Theme"), max_length=40, blank=True)
    weight = models.DecimalField(_("Weight"), max_digits=5, decimal_places=2, default=1)
    # Conditions that must all hold: see `surveys.questionnaires.logic`.
    show_if = models.JSONField(_("Shown if"), default=list, blank=True)

    class Meta:
        ordering = ("version", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "concept"], name="questionnaires_question_once"),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="questionnaires_question_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["id", "version"], name="questionnaires_question_of"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="questionnaires_kind"),
            models.CheckConstraint(condition=_on_its_scale(), name="questionnaires_question_scale"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0, weight__lte=100), name="questionnaires_question_weight"
            ),
        ]
        triggers: ClassVar = versions.of_parts("questionnaires_version", "questionnaires_version")

    def __str__(self) -> str:
        return f"{self.position}. {self.concept}"


@track_history()
class Choice(models.Model):
    """One of the answers that a question offers. Answers point to it by its code, never by its wording."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="+", editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    points = models.DecimalField(_("Points"), max_digits=6, decimal_places=2, default=0)
    is_correct = models.BooleanField(_("Right"), default=False)

    class Meta:
        ordering = ("question", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "code"], name="questionnaires_choice_code"),
            models.UniqueConstraint(
                fields=["question", "position"],
                name="questionnaires_choice_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["id", "question"], name="questionnaires_choice_of"),
            models.UniqueConstraint(fields=["id", "version"], name="questionnaires_choice_version"),
        ]
        triggers: ClassVar = versions.of_parts("questionnaires_version", "questionnaires_version")

    def __str__(self) -> str:
        return self.code


@track_history()
class Label(models.Model):
    """One text in one language: of the version itself, of a question or of a choice."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="labels")
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="labels")
    choice = models.ForeignKey(Choice, models.CASCADE, null=True, related_name="labels")
    slot = models.CharField(max_length=10, choices=Slot)
    language = models.CharField(max_length=2)
    body = models.TextField(max_length=4_000)

    class Meta:
        ordering = ("version", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "question", "choice", "slot", "language"],
                name="questionnaires_label_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(question=None) | models.Q(choice=None), name="questionnaires_label_of_one"
            ),
            models.CheckConstraint(condition=~models.Q(body=""), name="questionnaires_label_said"),
        ]
        triggers: ClassVar = versions.of_parts("questionnaires_version", "questionnaires_version")

    def __str__(self) -> str:
        return self.body[:60]
