"""What was learnt, tried and passed. Append-only: the database refuses to change or delete any of it."""

import hashlib
import json
import uuid
from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.models import User
from cxm.kit.versions import append_only, never_emptied
from cxm.organisation.models import Person
from surveys.questionnaires.models import Invitation, Response
from surveys.training.models.assignment import Assignment
from surveys.training.models.course import Course, CourseVersion, Lesson
from surveys.training.permissions import MANAGE, MINE
from touchpoints.inventory.models import Standard, Touchpoint


class LessonDone(models.Model):
    """Somebody has worked through a lesson; of a standard, which version of it he has read."""

    # PROTECT, all: evidence stays. The keys of migration 0002 hold lesson and assignment to one version.
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="done")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "lesson", "standard"], name="training_done_once", nulls_distinct=False
            )
        ]
        triggers: ClassVar = [append_only(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.lesson_id}"


class Attempt(models.Model):
    """One go at the quiz. Begun without a result; what it came to is written once and never changes.

    `answers` are kept here for the learner's own look at them and as evidence; the answers as they are counted stand
    behind the guard of questionnaires.
    """

    # PROTECT, all: evidence stays.
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="attempts")
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=Now())
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    passed = models.BooleanField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    answers = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("assignment", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "number"], name="training_attempt_number"),
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(response=None), name="training_one_attempt_open"
            ),
            models.UniqueConstraint(fields=["id", "passed"], name="training_attempt_passed"),
            models.UniqueConstraint(fields=["id", "assignment"], name="training_attempt_of"),
            models.CheckConstraint(
                condition=models.Q(response=None, passed=None, score=None, finished_at=None)
                | models.Q(
                    response__isnull=False,
                    passed__isnull=False,
                    score__isnull=False,
                    finished_at__isnull=False,
                ),
                name="training_attempt_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.response_id IS NOT NULL OR (OLD.assignment_id, OLD.version_id, OLD.number, OLD.invitation_id,"
                    " OLD.begun_at) IS DISTINCT FROM (NEW.assignment_id, NEW.version_id, NEW.number,"
                    " NEW.invitation_id, NEW.begun_at)"
                ),
            ),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} #{self.number}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of certificates."""

    def visible_to(self, user: User) -> Self:
        """One's own; who manages training sees all."""
        if user.is_active and user.may(MANAGE):
            return self.all()
        return self.filter(person__user=user) if user.is_active and user.may(MINE) else self.none()

    def valid(self, at: date | None = None) -> Self:
        """Those that hold on that day (today by default)."""
        day = at or timezone.localdate()
        return self.filter(issued_on__lte=day).filter(
            models.Q(valid_until=None) | models.Q(valid_until__gte=day)
        )


class Certificate(models.Model):
    """Proof that somebody has passed a course, with what was taught. Only a passed attempt has one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # PROTECT, all: evidence stays.
    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="certificate")
    passed = models.BooleanField(default=True)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    evidence = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(passed=True), name="training_certificate_passed"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("issued_on")),
                name="training_certificate_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="training_certificate_hash"
            ),
        ]
        triggers: ClassVar = [append_only(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.course} ({self.person})"

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.pk])

    @property
    def is_genuine(self) -> bool:
        """Whether evidence and columns still are what was signed."""
        facts = (str(self.pk), self.issued_on.isoformat(), self.valid_until and self.valid_until.isoformat())
        said = tuple(self.evidence.get(name) for name in ("certificate", "issued_on", "valid_until"))
        return facts == said and digest_of(self.evidence) == self.sha256

    def is_valid(self, at: date | None = None) -> bool:
        """Whether it holds on that day (today by default)."""
        return self.valid_until is None or self.valid_until >= (at or timezone.localdate())


def digest_of(evidence: dict[str, Any]) -> str:
    """SHA-256 of the evidence in one canonical form."""
    text = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class CertifiedStandard(models.Model):
    """Which standard of which touchpoint a certificate covers; `digest` is that of the texts that were taught."""

    # PROTECT, all: evidence stays.
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="standards")
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # version of the standard
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("certificate", "touchpoint")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "touchpoint"], name="training_certified_once")
        ]
        triggers: ClassVar = [append_only(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.touchpoint_id} v{self.number}"
