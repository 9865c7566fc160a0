"""Courses, who has to take them, certificates and who is qualified, for other systems."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, Field, Path, Query, Schema, Status

from cxm.audit.actions import record
from cxm.kit.access import Role
from cxm.kit.api import ApiRequest, Input, Number, Page, PageQuery, Ref, Router, page_of
from cxm.organisation.models import Person, Unit
from surveys.training import choices
from surveys.training.actions.assigning import add_rule, end_rule, waive
from surveys.training.matrix import matrix_of
from surveys.training.models import (
    Assignment,
    AssignmentQuerySet,
    Certificate,
    CertificateQuerySet,
    CertifiedStandard,
    Course,
    CourseVersion,
    Rule,
)
from surveys.training.permissions import MANAGE, MINE
from touchpoints.inventory.models import Touchpoint

router = Router(tags=["Training"])


class CourseVersionOut(Schema):
    """A version of a course. Of a material one, whoever has passed an older version has to take it again."""

    number: int
    status: choices.Status
    is_material: bool
    change_note: str
    published_at: datetime | None


class RuleOut(Schema):
    """Who has to take a course. Of `role`, `unit`, `touchpoint` and `person` the one that the kind names is there."""

    id: int
    kind: choices.RuleKind
    role: Role | None
    unit: Ref | None
    touchpoint: Ref | None
    person: Ref | None

    @staticmethod
    def resolve_role(rule: Rule) -> str | None:
        """The role, if the rule names one."""
        return rule.role or None


class CourseOut(Schema):
    """A course with its versions, the newest first, its rules, and how many assignments are open, overdue and passed.

    Those that are overdue are open as well. `version` is the number of the valid version, null if there is none yet.
    """

    id: int
    name: str
    summary: str
    language: str
    days_to_learn: int
    refresh_months: int | None
    refresh_month: int | None
    is_archived: bool
    version: int | None = Field(alias="valid")
    open: int = Field(alias="n_open")
    overdue: int = Field(alias="n_overdue")
    passed: int = Field(alias="n_passed")
    versions: list[CourseVersionOut]
    rules: list[RuleOut]

    @staticmethod
    def resolve_is_archived(course: Course) -> bool:
        """Whether it was put away."""
        return course.archived_at is not None

    @staticmethod
    def resolve_versions(course: Course) -> list[CourseVersion]:
        """The newest first; they were fetched before."""
        return list(course.versions.all())

    @staticmethod
    def resolve_rules(course: Course) -> list[Rule]:
        """In the order in which they were made; they were fetched before."""
        return list(course.rules.all())


class RuleIn(Input):
    """Who has to take a course; of the four fields that of the kind is needed, the others stay away."""

    kind: choices.RuleKind = Field(examples=["working"])
    role: Role | None = None
    unit: Number | None = None
    touchpoint: Number | None = Field(None, examples=[17])
    person: Number | None = None


class AssignmentOut(Schema):
    """A person has to take a course by a day. `rule` is the rule in words, as it was; a refresher is a new cycle."""

    id: int
    person: Ref
    course: Ref
    version: int
    cycle: int
    state: choices.State
    reason: choices.Reason
    rule: str = Field(alias="detail")
    assigned_on: date
    due_on: date
    passed_on: date | None
    waived_on: date | None
    waived_reason: str

    @staticmethod
    def resolve_version(assignment: Assignment) -> int:
        """Its number."""
        return assignment.version.number


class AssignmentsQuery(PageQuery):
    """Which assignments."""

    course: Number | None = Field(None, description="Of this course.", examples=[3])
    person: Number | None = Field(None, description="Of this person.")
    state: choices.State | None = Field(
        None, description="How far they have come today.", examples=["overdue"]
    )
    due_before: date | None = Field(None, description="Due before this day.", examples=["2026-10-01"])


class WaiveIn(Input):
    """Why somebody need not take a course this time."""

    reason: str = Field(min_length=1, max_length=250, examples=["Has taught the course."])


class CertifiedOut(Schema):
    """Which version of the standard of a touchpoint was taught. `digest` is the SHA-256 of its texts."""

    touchpoint: Ref
    version: int = Field(alias="number")
    digest: str


class CertificateOut(Schema):
    """Proof that somebody has passed a course. `sha256` is the digest of the evidence, genuine if that still fits it.

    It is valid until that day, the day included, or for good; `address` shows anybody whether it is genuine.
    """

    id: UUID
    person: Ref
    course: Ref
    issued_on: date
    valid_until: date | None
    is_valid: bool
    is_genuine: bool
    sha256: str
    address: str = Field(alias="get_absolute_url")
    standards: list[CertifiedOut]

    @staticmethod
    def resolve_is_valid(certificate: Certificate) -> bool:
        """Whether it holds today."""
        return certificate.is_valid()

    @staticmethod
    def resolve_standards(certificate: Certificate) -> list[CertifiedStandard]:
        """They were fetched before."""
        return list(certificate.standards.all())


class CertificatesQuery(PageQuery):
    """Which certificates."""

    course: Number | None = Field(None, description="Of this course.", examples=[3])
    person: Number | None = Field(None, description="Of this person.")
    valid_on: date | None = Field(None, description="Valid on this day.", examples=["2026-10-01"])


class QualificationOut(Schema):
    """How many of those who work at a touchpoint are qualified for it. `share` is null where nobody works."""

    touchpoint: Ref
    qualified: int
    n: int
    share: float | None


class QualificationQuery(Schema):
    """Whose qualification."""

    unit: Number | None = Field(None, description="Who works in this unit or below it.")


def courses_of(request: ApiRequest) -> QuerySet[Course]:
    """Courses with what an answer tells of them."""
    rules = Rule.objects.select_related("unit", "touchpoint", "person").order_by("pk")
    rows = Course.objects.visible_to(request.user).with_numbers()
    return rows.prefetch_related(
        Prefetch("versions", CourseVersion.objects.order_by("-number")), Prefetch("rules", rules)
    )


def assignments_of(request: ApiRequest) -> AssignmentQuerySet:
    """Assignments with what an answer tells of them."""
    return Assignment.objects.visible_to(request.user).select_related("person", "course", "version")


def certificates_of(request: ApiRequest) -> CertificateQuerySet:
    """Certificates with what an answer tells of them."""
    rows = Certificate.objects.visible_to(request.user).select_related("person", "course")
    return rows.prefetch_related("standards__touchpoint")


def named[M: Model](rows: QuerySet[M], pk: int | None, field: str) -> M | None:
    """The object that a field of the request names; an unknown one is an error of that field."""
    if pk is None:
        return None
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ValidationError({field: _("There is no such entry.")})
    return found


@router.get("/courses", response=Page[CourseOut], permission=MANAGE)
def list_courses(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All courses, archived ones too."""
    return page_of(courses_of(request), at)


@router.get("/courses/{int:pk}", response=CourseOut, permission=MANAGE)
def get_course(request: ApiRequest, pk: Path[Number]) -> Any:
    """One course."""
    return get_object_or_404(courses_of(request), pk=pk)


@router.post("/courses/{int:pk}/rules", response={201: RuleOut}, permission=MANAGE)
def add_course_rule(request: ApiRequest, pk: Path[Number], data: Body[RuleIn]) -> Any:
    """Say who has to take a course; they get it at once."""
    course = get_object_or_404(Course.objects.visible_to(request.user), pk=pk)
    if not getattr(data, choices.NAMES[data.kind]):
        raise ValidationError({choices.NAMES[data.kind]: _("Choose whom the rule names.")})
    whom = {
        "role": data.role or "",
        "unit": named(Unit.objects.visible_to(request.user), data.unit, "unit"),
        "touchpoint": named(
            Touchpoint.objects.visible_to(request.user).current(), data.touchpoint, "touchpoint"
        ),
        "person": named(Person.objects.visible_to(request.user).present(), data.person, "person"),
    }
    return Status(201, add_rule(course=course, actor=request.user, kind=data.kind, **whom))


@router.post("/rules/{int:pk}/end", response=CourseOut, permission=MANAGE)
def end_course_rule(request: ApiRequest, pk: Path[Number]) -> Any:
    """End a rule.

    The answer is its course. Whom no other rule names need not take the course any more. What was passed stays.
    """
    rules = Rule.objects.filter(course__in=Course.objects.visible_to(request.user))
    rule = get_object_or_404(rules.select_related("course", "unit", "touchpoint", "person"), pk=pk)
    course = rule.course_id
    end_rule(rule=rule, actor=request.user)
    return get_object_or_404(courses_of(request), pk=course)


@router.get("/assignments", response=Page[AssignmentOut], permission=MANAGE)
def list_assignments(request: ApiRequest, at: Query[AssignmentsQuery]) -> Any:
    """Who has to take which course, and how far they are.

    All cycles, refreshers and what came before them. That the list was read is recorded.
    """
    rows = assignments_of(request)
    rows = rows.filter(course=at.course) if at.course else rows
    rows = rows.filter(person=at.person) if at.person else rows
    rows = rows.in_state(at.state) if at.state else rows
    rows = rows.filter(due_on__lt=at.due_before) if at.due_before else rows
    page = page_of(rows, at)
    record(choices.LISTED, actor=request.user, data={"count": len(page["items"])})
    return page


@router.post("/assignments/{int:pk}/waive", response=AssignmentOut, permission=MANAGE)
def waive_assignment(request: ApiRequest, pk: Path[Number], data: Body[WaiveIn]) -> Any:
    """Somebody need not take a course this time.

    It counts like a certificate of that day: the rules ask again when that would have ended, or for what is new.
    """
    assignment = get_object_or_404(assignments_of(request), pk=pk)
    waive(assignment=assignment, reason=data.reason, actor=request.user)
    return get_object_or_404(assignments_of(request), pk=pk)


@router.get("/certificates", response=Page[CertificateOut], permission=MINE)
def list_certificates(request: ApiRequest, at: Query[CertificatesQuery]) -> Any:
    """Certificates.

    All of them for who manages training, else one's own. That the list was read is recorded.
    """
    rows = certificates_of(request)
    rows = rows.filter(course=at.course) if at.course else rows
    rows = rows.filter(person=at.person) if at.person else rows
    page = page_of(rows.valid(at.valid_on) if at.valid_on else rows, at, by="attempt_id")
    if any(one.person.user_id != request.user.pk for one in page["items"]):
        record(choices.CERTIFICATES_LISTED, actor=request.user, data={"count": len(page["items"])})
    return page


@router.get("/certificates/{uuid:pk}", response=CertificateOut, permission=MINE)
def get_certificate(request: ApiRequest, pk: Path[UUID]) -> Any:
    """One certificate, and whether it is genuine and valid.

    That somebody else's was read is recorded.
    """
    found = get_object_or_404(certificates_of(request), pk=pk)
    if found.person.user_id != request.user.pk:
        data = {"person": found.person.name, "person_id": found.person_id, "certificate": str(found.pk)}
        record(choices.CERTIFICATE_READ, actor=request.user, target=found.course, data=data)
    return found


@router.get("/qualification", response=list[QualificationOut], permission=MANAGE)
def list_qualification(request: ApiRequest, at: Query[QualificationQuery]) -> Any:
    """How many people are qualified for each touchpoint.

    Of those who work there today, as in the matrix; of touchpoints whose standard is taught by a course.
    """
    matrix = matrix_of(named(Unit.objects.visible_to(request.user), at.unit, "unit"))
    shares = matrix.shares or [(0, 0)] * len(matrix.touchpoints)
    return [
        {"touchpoint": touchpoint, "qualified": able, "n": n, "share": able / n if n else None}
        for touchpoint, (able, n) in zip(matrix.touchpoints, shares, strict=True)
    ]
