"""How far people have come: steps of an assignment, and who is qualified for a touchpoint. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cxm.organisation.models import Person
from surveys.training.choices import LessonKind, Status
from surveys.training.models import Assignment, CertifiedStandard, Lesson, LessonDone
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint

WORKING = (Part.ACCOUNTABLE, Part.RESPONSIBLE, Part.DEPUTY)
"""Who has to master the standard of a touchpoint."""


@dataclass(frozen=True)
class Step:
    """A lesson of an assignment. `standard` is the one that is valid today, of lessons that teach one."""

    lesson: Lesson
    number: int
    is_done: bool
    standard: Standard | None = None


def steps_of(assignment: Assignment) -> list[Step]:
    """The lessons in order with what is done; of a standard, what was read before a material change does not count."""
    return steps_of_many([assignment])[assignment.pk]


def steps_of_many(assignments: Sequence[Assignment]) -> dict[int, list[Step]]:
    """The same of several assignments (by id): three queries, whatever their number."""
    lessons = defaultdict(list)
    rows = Lesson.objects.filter(version__in={one.version_id for one in assignments}).select_related(
        "touchpoint"
    )
    for lesson in rows.order_by("position"):
        lessons[lesson.version_id].append(lesson)
    done = defaultdict(list)
    for row in LessonDone.objects.filter(assignment__in=assignments).select_related("standard"):
        done[row.assignment_id, row.lesson_id].append(row)
    touchpoints = {
        lesson.touchpoint_id for found in lessons.values() for lesson in found if lesson.touchpoint_id
    }
    valid, material = standards_of(touchpoints) if touchpoints else ({}, {})

    def step(number: int, lesson: Lesson, rows: list[LessonDone]) -> Step:
        standard = valid.get(lesson.touchpoint_id or 0)
        if lesson.kind == LessonKind.STANDARD:
            least = material.get(lesson.touchpoint_id or 0, 0)
            return Step(
                lesson, number, any(r.standard and r.standard.version >= least for r in rows), standard
            )
        return Step(lesson, number, bool(rows))

    return {
        one.pk: [
            step(number, lesson, done[one.pk, lesson.pk])
            for number, lesson in enumerate(lessons[one.version_id], 1)
        ]
        for one in assignments
    }


def standards_of(touchpoints: Iterable[int]) -> tuple[dict[int, Standard], dict[int, int]]:
    """Of these touchpoints (ids) the valid standard, and the version that people have to know at least. One query."""
    valid: dict[int, Standard] = {}
    material: dict[int, int] = {}
    for standard in Standard.objects.published().filter(touchpoint__in=touchpoints):
        valid.setdefault(standard.touchpoint_id, standard)
        if standard.is_material:
            material.setdefault(standard.touchpoint_id, standard.version)
    return valid, material


def qualifications(at: date | None = None) -> QuerySet[CertifiedStandard]:
    """Rows of certificates that hold on that day and cover the standard that people have to know today."""
    day = at or timezone.localdate()
    needed = (
        Standard.objects.filter(
            touchpoint=OuterRef("touchpoint"), published_at__isnull=False, is_material=True
        )
        .order_by()
        .values("touchpoint")
        .annotate(newest=Max("version"))
        .values("newest")
    )
    holds = Q(certificate__valid_until=None) | Q(certificate__valid_until__gte=day)
    return (
        CertifiedStandard.objects.filter(holds, certificate__issued_on__lte=day)
        .annotate(needed=Subquery(needed, output_field=IntegerField()))
        .filter(Q(needed=None) | Q(number__gte=F("needed")))
    )


def qualified(touchpoints: Iterable[int], at: date | None = None) -> dict[int, set[int]]:
    """Of these touchpoints (ids) the people (ids) who hold a valid certificate on today's standard. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = qualifications(at).filter(touchpoint__in=list(touchpoints)).order_by()
    for touchpoint, person in rows.values_list("touchpoint_id", "certificate__person_id"):
        found[touchpoint].add(person)
    return found


def workers(touchpoints: Iterable[int], at: date | None = None) -> dict[int, list[Person]]:
    """Who works at these touchpoints (ids) on that day, each once, by name. One query."""
    rows = (
        Responsibility.objects.on(at)
        .by_present_people(at)
        .filter(touchpoint__in=list(touchpoints), part__in=WORKING)
        .select_related("person")
        .order_by("person__name_sort", "person")
    )
    found: dict[int, dict[int, Person]] = defaultdict(dict)
    for row in rows:
        found[row.touchpoint_id][row.person_id] = row.person
    return {touchpoint: list(people.values()) for touchpoint, people in found.items()}


def taught() -> set[int]:
    """Touchpoints (ids) whose standard a valid version of a course teaches."""
    lessons = Lesson.objects.filter(
        kind=LessonKind.STANDARD, version__status=Status.PUBLISHED, version__course__archived_at=None
    )
    live = Touchpoint.objects.current().values("pk")
    return set(lessons.filter(touchpoint__in=live).order_by().values_list("touchpoint_id", flat=True))
