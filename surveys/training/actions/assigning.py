"""Who has to take which course: worked out from the rules as often as one likes, with the same result."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record, record_many
from cxm.organisation.models import Company, Person, Unit
from surveys.training.choices import ASSIGNED, RULE_ADDED, RULE_ENDED, WAIVED, Reason, RuleKind, Status
from surveys.training.models import Assignment, Certificate, Course, CourseVersion, Rule
from surveys.training.standing import WORKING, standards_of
from surveys.training.validity import valid_until
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Responsibility

REFRESH_AHEAD = timedelta(days=30)
"""So long before a certificate ends its refresher begins."""

type Key = tuple[int, int]
"""Ids of a course and a person."""


@dataclass
class Outcome:
    """What a run has changed."""

    assigned: list[Assignment] = field(default_factory=list)
    waived: list[Assignment] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Why somebody has to take a course, in the words of the rule."""

    reason: Reason
    detail: str


@transaction.atomic
def assign_due(*, courses: Iterable[int] | None = None, at: date | None = None) -> Outcome:
    """Append what is missing and waive what nobody asks for any more, of these courses (ids) or of all.

    Run twice it changes nothing the second time. Locks the courses, so that two runs wait for one another. A fixed
    number of queries, whatever the number of people.
    """
    day = at or timezone.localdate()
    valid = CourseVersion.objects.published().filter(course=OuterRef("pk"))
    rows = Course.objects.live().filter(Exists(valid)).order_by("pk")
    if courses is not None:
        rows = rows.filter(pk__in=list(courses))
    locked = {course.pk: course for course in rows.select_for_update(of=("self",))}
    with translation.override(Company.objects.values_list("language", flat=True).first()):
        wanted = wanted_of(locked, day)
        newest = {
            (one.course_id, one.person_id): one
            for one in Assignment.objects.filter(course__in=locked).newest().select_related("version")
        }
        outcome = Outcome(waived=_waive_unwanted(newest, wanted, locked, day))
        outcome.assigned = _append(newest, wanted, locked, day)
    return outcome


def wanted_of(courses: Mapping[int, Course], day: date) -> dict[Key, Wanted]:
    """Who has to take these courses on that day by which rule; the most personal rule is named."""
    rules = list(Rule.objects.filter(course__in=courses).select_related("unit", "touchpoint", "person"))
    if not rules:
        return {}
    people = list(
        Person.objects.present(day).order_by().values_list("pk", "unit", "user__roles", "user__is_active")
    )
    members = _units_with_all_above()
    at_work: dict[int, list[tuple[int, str]]] = defaultdict(list)
    named = {place_of(rule) for rule in rules if rule.touchpoint_id}
    held = (
        Responsibility.objects.on(day).by_present_people(day).filter(touchpoint__in=named, part__in=WORKING)
    )
    for touchpoint, person, part in held.order_by().values_list("touchpoint_id", "person_id", "part"):
        at_work[touchpoint].append((person, part))
    present = {pk for pk, *_rest in people}
    found: dict[Key, Wanted] = {}
    for rule in sorted(rules, key=_how_general):
        if rule.kind == RuleKind.ROLE:
            meant = {pk for pk, _unit, roles, active in people if active and rule.role in (roles or ())}
        elif rule.kind == RuleKind.UNIT:
            meant = {pk for pk, unit, *_rest in people if unit and rule.unit_id in members[unit]}
        elif rule.kind == RuleKind.PERSON:
            meant = {rule.person_id or 0} & present
        else:
            everybody = rule.kind == RuleKind.WORKING
            meant = {pk for pk, part in at_work[place_of(rule)] if everybody or part == Part.ACCOUNTABLE}
        for person in sorted(meant):
            found[rule.course_id, person] = Wanted(REASONS[RuleKind(rule.kind)], str(rule)[:250])
    return found


def place_of(rule: Rule) -> int:
    """The touchpoint that a rule is about (0: none); one that was merged into another stands for that."""
    return (rule.touchpoint.duplicate_of_id or rule.touchpoint.pk) if rule.touchpoint else 0


REASONS = {
    RuleKind.ROLE: Reason.ROLE,
    RuleKind.UNIT: Reason.UNIT,
    RuleKind.WORKING: Reason.TOUCHPOINT,
    RuleKind.ACCOUNTABLE: Reason.TOUCHPOINT,
    RuleKind.PERSON: Reason.PERSON,
}
"""From the most general rule to the most personal one."""


def _how_general(rule: Rule) -> tuple[int, int]:
    return list(REASONS).index(RuleKind(rule.kind)), rule.pk


def _units_with_all_above() -> dict[int, set[int]]:
    """Each unit with all units above it, itself included."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
    found: dict[int, set[int]] = {}
    for pk in parents:
        above: set[int] = set()
        here: int | None = pk
        while here is not None:
            above.add(here)
            here = parents[here]
        found[pk] = above
    return found


def _waive_unwanted(
    newest: Mapping[Key, Assignment], wanted: Mapping[Key, Wanted], courses: Mapping[int, Course], day: date
) -> list[Assignment]:
    """Open assignments that no rule asks for any more end with the reason; what was learnt stays on record."""
    gone = [one for key, one in newest.items() if key not in wanted and one.is_open]
    people = Person.objects.in_bulk([one.person_id for one in gone])
    for one in gone:
        left = not people[one.person_id].is_present(day)
        one.waived_on = day
        one.waived_reason = _("Has left the company") if left else _("No rule asks for it any more")
    Assignment.objects.bulk_update(gone, ["waived_on", "waived_reason"], batch_size=1000)
    record_many(
        WAIVED, actor=None,
        targets=[
            (courses[one.course_id], _told(one, people[one.person_id]) | {"reason": one.waived_reason})
            for one in gone
        ],
    )  # fmt: skip
    return gone


def _append(
    newest: Mapping[Key, Assignment], wanted: Mapping[Key, Wanted], courses: Mapping[int, Course], day: date
) -> list[Assignment]:
    """A first or a further cycle for everybody who needs one."""
    versions = {
        version.course_id: version for version in CourseVersion.objects.published().filter(course__in=courses)
    }
    proofs = _proofs(newest)
    material = standards_of({t for one in proofs.values() for t in one.numbers})[1]
    relearnt = dict(
        CourseVersion.objects.exclude(status=Status.DRAFT)
        .filter(course__in=courses, is_material=True)
        .order_by("number")
        .values_list("course", "number")
    )
    new = []
    for key, why in wanted.items():
        last, proof = newest.get(key), proofs.get(key)
        if last is not None and last.is_open:
            continue
        course = courses[key[0]]
        reason, due = why.reason, day + timedelta(days=course.days_to_learn)
        if last is not None and last.waived_by_id:
            proof = _freed(last, course)  # somebody has said so: it counts like a certificate of that day
        if proof is not None:
            if proof.is_outdated(material, relearnt.get(course.pk, 0)):
                reason = Reason.NEW_VERSION
            elif proof.ends_by(day + REFRESH_AHEAD):
                reason, due = Reason.REFRESHER, max(proof.valid_until or day, day)
                due = due if due > day else day + timedelta(days=course.days_to_learn)
            else:
                continue
        new.append(
            Assignment(
                person_id=key[1], course=course, version=versions[course.pk], cycle=last.cycle + 1 if last else 1,
                reason=reason, detail=why.detail, assigned_on=day, due_on=due,
            )
        )  # fmt: skip
    Assignment.objects.bulk_create(new, batch_size=1000)
    people = Person.objects.in_bulk([one.person_id for one in new])
    targets = [(courses[one.course_id], _told(one, people[one.person_id])) for one in new]
    record_many(ASSIGNED, actor=None, targets=targets)
    return new


@dataclass(frozen=True)
class Proof:
    """The newest certificate of somebody for a course: until when, and which versions it covers."""

    valid_until: date | None
    version: int
    numbers: Mapping[int, int]

    def is_outdated(self, material: Mapping[int, int], relearnt: int) -> bool:
        """Whether people have to learn something newer than what it covers."""
        return self.version < relearnt or any(
            number < material.get(touchpoint, 0) for touchpoint, number in self.numbers.items()
        )

    def ends_by(self, day: date) -> bool:
        """Whether it does not hold any more after that day."""
        return self.valid_until is not None and self.valid_until <= day


def _freed(last: Assignment, course: Course) -> Proof:
    """What a waiver is worth: as long as a certificate of that day would hold, and not for what is new since."""
    day = last.waived_on or last.assigned_on
    until = valid_until(day, months=course.refresh_months, month=course.refresh_month)
    return Proof(until, last.version.number, {})


def _proofs(newest: Mapping[Key, Assignment]) -> dict[Key, Proof]:
    """The newest certificate of each pair; two queries."""
    rows = Certificate.objects.filter(
        course__in={course for course, _person in newest}, person__in={person for _course, person in newest}
    )
    found: dict[Key, Proof] = {}
    for one in (
        rows.select_related("assignment__version")
        .prefetch_related("standards")
        .order_by("issued_on", "assignment__cycle")
    ):
        numbers = {row.touchpoint_id: row.number for row in one.standards.all()}
        found[one.course_id, one.person_id] = Proof(one.valid_until, one.assignment.version.number, numbers)
    return found


def _told(one: Assignment, person: Person) -> dict[str, Any]:
    return {
        "person": person.name, "person_id": person.pk, "due": one.due_on.isoformat(), "assignment": one.pk,
        "why": one.reason, "cycle": one.cycle,
    }  # fmt: skip


@transaction.atomic
def add_rule(*, course: Course, actor: User, **whom: Any) -> Rule:
    """Say who has to take a course; it is assigned at once. Raises ValidationError by field."""
    rule = Rule(course=course, **whom)
    rule.full_clean()
    rule.save()
    record(RULE_ADDED, actor=actor, target=course, data={"whom": str(rule)})
    assign_due(courses=[course.pk])
    return rule


@transaction.atomic
def end_rule(*, rule: Rule, actor: User) -> None:
    """A rule ends: whoever no other rule names need not take the course any more. Certificates stay."""
    course, whom = rule.course, str(rule)
    rule.delete()
    record(RULE_ENDED, actor=actor, target=course, data={"whom": whom})
    assign_due(courses=[course.pk])


@transaction.atomic
def waive(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """Somebody need not take a course this time, and why. Locks the assignment.

    It counts like a certificate of that day: the rules ask again when that would have ended, or for what is new.
    """
    locked = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("person", "course")
        .get(pk=assignment.pk)
    )
    if not locked.is_open:
        raise ValidationError(_("It is passed or waived already."), code="closed")
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a sentence why.")})
    locked.waived_on, locked.waived_by, locked.waived_reason = (
        timezone.localdate(),
        actor,
        reason.strip()[:250],
    )
    locked.save(update_fields=["waived_on", "waived_by", "waived_reason"])
    record(
        WAIVED, actor=actor, target=locked.course,
        data=_told(locked, locked.person) | {"reason": locked.waived_reason},
    )  # fmt: skip
    return locked
