"""Answers as they count. Read by nobody but `surveys.questionnaires.guard`; a test of the house says so."""

import uuid
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from cxm.kit.versions import append_only
from cxm.organisation.models import Unit
from surveys.questionnaires.choices import Group, Identity
from surveys.questionnaires.models.questionnaire import Choice, Question, Version
from surveys.questionnaires.models.wave import Invitation, Wave
from touchpoints.inventory.models import Touchpoint


class Response(models.Model):
    """One finished answer to a wave. Its headline scores stand here, so that a figure needs no join.

    Of an anonymous one neither who nor when is known: no invitation, no day, no language, an id that tells no time;
    it is written with all others of its wave at once, in shuffled order, and its group and unit are kept only as
    finely as at least `wave.min_cell` answers share them (`surveys.questionnaires.ballot`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    identity = models.CharField(max_length=12, choices=Identity)
    # PROTECT: what was answered with a name is erased on purpose, not by the way.
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="+")
    day = models.DateField(null=True)
    language = models.CharField(max_length=2, blank=True)
    group = models.CharField(max_length=12, choices=Group, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, null=True, related_name="+")
    # Which block of answers it came with: a wave that is read while it is open shows whole blocks only.
    edition = models.PositiveIntegerField(default=1)
    nps = models.SmallIntegerField(null=True)
    csat = models.SmallIntegerField(null=True)
    ces = models.SmallIntegerField(null=True)
    score = models.DecimalField(_("Score"), max_digits=6, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    is_paper = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "version"], name="questionnaires_response_of"),
            models.UniqueConstraint(fields=["id", "passed"], name="questionnaires_response_passed"),
            models.CheckConstraint(
                condition=~models.Q(identity=Identity.ANONYMOUS)
                | models.Q(invitation=None, day=None, language=""),
                name="questionnaires_anonymous_for_real",
            ),
            models.CheckConstraint(
                condition=models.Q(nps=None) | models.Q(nps__gte=0, nps__lte=10), name="questionnaires_nps"
            ),
            models.CheckConstraint(
                condition=models.Q(csat=None) | models.Q(csat__gte=1, csat__lte=5), name="questionnaires_csat"
            ),
            models.CheckConstraint(
                condition=models.Q(ces=None) | models.Q(ces__gte=1, ces__lte=7), name="questionnaires_ces"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wave", "group", "unit"], name="questionnaires_response_cell")
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.pk)


# One look at each statement's rows instead of one for each row: ten answers cost one query.
FITTING = """
IF EXISTS (
  SELECT FROM new_values a JOIN questionnaires_question q ON q.id = a.question_id
  WHERE NOT coalesce(CASE
    WHEN a.is_unknown THEN q.allows_unknown
    WHEN q.kind IN ('maturity', 'nps', 'csat', 'ces', 'likert') THEN a.number BETWEEN q.low AND q.high
    WHEN q.kind IN ('single', 'multiple') THEN a.choice_id IS NOT NULL
    WHEN q.kind = 'number' THEN a.decimal BETWEEN coalesce(q.low, a.decimal) AND coalesce(q.high, a.decimal)
    WHEN q.kind = 'date' THEN a.day IS NOT NULL
    ELSE a.text IS NOT NULL
  END, false)
) THEN
  RAISE EXCEPTION 'an answer does not fit its question'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'questionnaires_answer_fits';
END IF;
RETURN NULL;
"""


VALUES = models.Func(
    "number", "choice", "text", "decimal", "day", function="num_nonnulls", output_field=models.IntegerField()
)
"""How many values an answer has."""


class Answer(models.Model):
    """One answer to one question; of several choices one row each. The keys make wrong ones impossible.

    Composite foreign keys (migration 0003): a question of another version and a choice of another question are
    refused by the database.
    """

    pk = models.CompositePrimaryKey("response_id", "question_id", "item")
    response = models.ForeignKey(Response, models.CASCADE, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    item = models.SmallIntegerField(default=0)
    number = models.SmallIntegerField(null=True)
    choice = models.ForeignKey(Choice, models.PROTECT, null=True, related_name="+")
    text = models.TextField(null=True)
    decimal = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    is_unknown = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Exact(VALUES, models.Case(models.When(is_unknown=True, then=0), default=1)),
                name="questionnaires_answer_one_value",
            ),
            models.CheckConstraint(
                condition=models.Q(text=None) | ~models.Q(text=""), name="questionnaires_answer_said"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["question", "number"], name="questionnaires_answer_dist")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="fits_its_question",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_values"),  # type: ignore[no-untyped-call]
                func=FITTING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} {self.question_id}"


class Publication(models.Model):
    """What has been said of a wave, with the figures: the guard's memory. Said once, it is said again the same way.

    `population` says whose answers ("all", "group=leaders", "unit=7", see `disclosure.Population`), `measure` what of
    them ("mean:bond", "spread:bond"). What was withheld stands here, too, and stays withheld. Append-only.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    measure = models.CharField(max_length=60)
    population = models.CharField(max_length=80)
    # The units that it held on that day: moving units about later must not make the guard forget what it told.
    units = ArrayField(models.BigIntegerField(), null=True)
    edition = models.PositiveIntegerField()
    is_shown = models.BooleanField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["wave", "edition", "measure", "population"], name="questionnaires_said_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_shown=True) | models.Q(figures={}),
                name="questionnaires_withheld_is_empty",
            ),
        ]
        triggers: ClassVar = [append_only()]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.measure} {self.population}"
