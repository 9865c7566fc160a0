"""Who has to take which course, by which rule, and by when. Cycles are appended, nothing is reset."""

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.kit.history import track_history
from cxm.kit.versions import never_emptied
from cxm.organisation.models import Person, Unit
from surveys.training.choices import Reason, RuleKind, State
from surveys.training.models.course import Course, CourseVersion
from surveys.training.permissions import MANAGE, MINE
from touchpoints.inventory.models import Touchpoint

AT_TOUCHPOINT = (RuleKind.ACCOUNTABLE, RuleKind.WORKING)


def _names_one() -> models.Q:
    """Each kind names exactly what it is about."""
    nothing = {"role": "", "unit": None, "touchpoint": None, "person": None}

    def only(name: str, kinds: tuple[str, ...]) -> models.Q:
        rest = {key: value for key, value in nothing.items() if key != name}
        there = ~models.Q(role="") if name == "role" else models.Q(**{f"{name}__isnull": False})
        return models.Q(kind__in=kinds, **rest) & there

    return (
        only("role", (RuleKind.ROLE,))
        | only("unit", (RuleKind.UNIT,))
        | only("touchpoint", AT_TOUCHPOINT)
        | only("person", (RuleKind.PERSON,))
    )


@track_history()
class Rule(models.Model):
    """Says who has to take a course, today and whenever somebody comes to be one of them."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="rules")
    kind = models.CharField(_("Who"), max_length=12, choices=RuleKind)
    role = models.CharField(_("Role"), max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Unit")
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Touchpoint")
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Person")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("course", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "kind", "role", "unit", "touchpoint", "person"],
                name="training_rule_once",
                nulls_distinct=False,
                violation_error_message=_("This rule is there already."),
            ),
            models.CheckConstraint(
                condition=_names_one(),
                name="training_rule_names_one",
                violation_error_message=_("Say who is meant."),
            ),
        ]

    def __str__(self) -> str:
        if self.kind == RuleKind.ROLE:
            return _now("Role %(role)s") % {"role": self.get_role_display()}
        if self.kind == RuleKind.UNIT:
            return _now("%(unit)s and all units below") % {"unit": self.unit}
        if self.kind == RuleKind.PERSON:
            return str(self.person)
        words = (
            _now("Accountable for %(name)s")
            if self.kind == RuleKind.ACCOUNTABLE
            else _now("Working at %(name)s")
        )
        return words % {"name": self.touchpoint}


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Reads of assignments."""

    def visible_to(self, user: User) -> Self:
        """One's own; who manages training sees all."""
        if user.is_active and user.may(MANAGE):
            return self.all()
        return self.of_user(user)

    def of_user(self, user: User) -> Self:
        """Those of the user's own person."""
        return self.filter(person__user=user) if user.is_active and user.may(MINE) else self.none()

    def open(self) -> Self:
        """Neither passed nor waived."""
        return self.filter(passed_on=None, waived_on=None)

    def overdue(self, at: date | None = None) -> Self:
        """Open ones whose day is over."""
        return self.open().filter(due_on__lt=at or timezone.localdate())

    def in_state(self, state: str, at: date | None = None) -> Self:
        """Those that have come so far on that day."""
        day = at or timezone.localdate()
        if state == State.OVERDUE:
            return self.overdue(day)
        if state == State.OPEN:
            return self.open().filter(due_on__gte=day)
        ended = {State.PASSED: "passed_on__isnull", State.WAIVED: "waived_on__isnull"}
        return self.filter(**{ended[State(state)]: False})

    def newest(self) -> Self:
        """The last cycle of each person and course."""
        return self.order_by("person_id", "course_id", "-cycle").distinct("person_id", "course_id")


# What was assigned, passed or waived stays so: a further cycle is appended instead.
KEPT = """
IF TG_OP = 'DELETE' THEN
  RAISE EXCEPTION 'assignment % stays', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'training_assignment_kept';
END IF;
IF (OLD.person_id, OLD.course_id, OLD.cycle, OLD.reason, OLD.assigned_on)
   IS DISTINCT FROM (NEW.person_id, NEW.course_id, NEW.cycle, NEW.reason, NEW.assigned_on)
   OR (OLD.passed_on IS NOT NULL OR OLD.waived_on IS NOT NULL)
   AND (OLD.version_id, OLD.due_on, OLD.passed_on, OLD.waived_on, OLD.waived_reason)
       IS DISTINCT FROM (NEW.version_id, NEW.due_on, NEW.passed_on, NEW.waived_on, NEW.waived_reason) THEN
  RAISE EXCEPTION 'assignment % is not reset', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'training_assignment_kept';
END IF;
RETURN NEW;
"""


@track_history()
class Assignment(models.Model):
    """A person has to take a course by a day. A refresher is a further cycle of the same person and course."""

    # PROTECT, all: evidence stays.
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="assignments")
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="assignments")
    cycle = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(_("Reason"), max_length=12, choices=Reason)
    detail = models.CharField(max_length=250, blank=True)  # the rule in words, as it was
    assigned_on = models.DateField(_("Assigned on"))
    due_on = models.DateField(_("Due on"))
    passed_on = models.DateField(_("Passed on"), null=True, editable=False)
    waived_on = models.DateField(_("Waived on"), null=True, editable=False)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    waived_reason = models.CharField(max_length=250, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "course", "cycle"], name="training_assignment_cycle"),
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=models.Q(passed_on=None, waived_on=None),
                name="training_assignment_one_open",
            ),
            models.UniqueConstraint(fields=["id", "version"], name="training_assignment_version"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("assigned_on")), name="training_assignment_dates"
            ),
            models.CheckConstraint(
                condition=models.Q(passed_on=None) | models.Q(waived_on=None),
                name="training_assignment_one_end",
            ),
            models.CheckConstraint(
                condition=models.Q(waived_on=None, waived_reason="")
                | (models.Q(waived_on__isnull=False) & ~models.Q(waived_reason="")),
                name="training_assignment_waived_why",
            ),
            models.CheckConstraint(condition=models.Q(cycle__gte=1), name="training_assignment_cycles"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"],
                condition=models.Q(passed_on=None, waived_on=None),
                name="training_assignment_due",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="never_reset",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=KEPT,
            ),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.course} ({self.person})"

    def get_absolute_url(self) -> str:
        return reverse("training:learn", args=[self.pk])

    @property
    def state(self) -> State:
        """How far it has come today."""
        if self.passed_on:
            return State.PASSED
        if self.waived_on:
            return State.WAIVED
        return State.OVERDUE if self.due_on < timezone.localdate() else State.OPEN

    @property
    def is_open(self) -> bool:
        """Whether it still has to be taken."""
        return self.state in {State.OPEN, State.OVERDUE}
