"""Touchpoints and who answers for them, for other systems."""

from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Body, Field, Path, Query, Schema, Status

from cxm.kit.api import ApiRequest, Input, Number, Page, PageQuery, Problem, Ref, Router, page_of
from cxm.kit.fields import sort_key
from cxm.organisation.models import Person
from touchpoints.inventory import choices
from touchpoints.inventory.actions.conflicts import Conflict, comparable
from touchpoints.inventory.actions.responsibility import (
    Outcome,
    assign,
    end_responsibility,
    hand_over,
)
from touchpoints.inventory.actions.touchpoints import (
    archive_touchpoints,
    change_touchpoint,
    record_touchpoint,
    restore_touchpoints,
)
from touchpoints.inventory.models import Channel, ContentItem, Phase, Responsibility, System, Touchpoint
from touchpoints.inventory.permissions import ASSIGN, EDIT, EDIT_OWN, VIEW

router = Router(tags=["Touchpoints"])

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no such character
Numbers = Annotated[list[Number], Field(max_length=500)]
Long = Annotated[str, Field(max_length=10_000, pattern=NO_NUL)]
Line = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Short = Annotated[str, Field(max_length=60, pattern=NO_NUL)]
Web = Annotated[str, Field(max_length=200, pattern=r"^(https?://[^\s\x00]+)?$")]
Feels = Annotated[int, Field(ge=-2, le=2)]
Weighs = Annotated[int, Field(ge=1, le=5)]


class TouchpointFields(Schema):
    """What is written of a touchpoint; what is left out stays. Phase and channel go by their codes."""

    code: str = Field("", min_length=1, max_length=20, pattern=NO_NUL)
    description: Long = ""
    status: choices.Status = choices.Status.ACTIVE
    tags: list[Annotated[str, Field(max_length=40, pattern=NO_NUL)]] = Field([], max_length=50)
    phase: Short | None = Field(None, examples=["closing"])
    further_phases: Annotated[list[Short], Field(max_length=50)] = []
    channel: Short | None = Field(None, examples=["branch"])
    kind: choices.Kind | None = None
    is_direct: bool = True
    ownership: choices.Ownership | None = None
    market: Short = ""
    languages: list[Annotated[str, Field(max_length=5, pattern=NO_NUL)]] = Field([], max_length=50)
    opening_hours: Annotated[str, Field(max_length=120, pattern=NO_NUL)] = ""
    contacts_per_month: int | None = Field(None, ge=0, le=2**31 - 1)
    importance_customer: Weighs | None = None
    importance_company: Weighs | None = None
    is_moment_of_truth: bool = False
    moment_reason: Long = ""
    is_pain_point: bool = False
    pain_reason: Long = ""
    is_best_practice: bool = False
    practice_reason: Long = ""
    customer_goal: Long = ""
    expectation: Long = ""
    customer_questions: Long = ""
    feeling: Feels | None = None
    target_feeling: Feels | None = None
    verdict: choices.Verdict | None = None
    audience: Line = ""
    process_url: Web = ""
    hands_over_to: Numbers = []
    data_shown: Long = ""
    data_captured: Long = ""
    consent_needed: bool | None = Field(None, description="For the data captured; null: not known.")
    risks: Long = ""
    systems: Numbers = []
    contents: Numbers = []
    evidence: int = Field(0, ge=0, le=4)
    evidence_on: date | None = None
    evidence_note: Long = ""
    review_every: int = Field(180, ge=7, le=1500, description="Days between two reviews.")
    trained_on: date | None = None
    improved_on: date | None = None
    improved_note: Long = ""


class TouchpointIn(TouchpointFields, Input):
    """A new touchpoint."""

    name: str = Field(min_length=1, max_length=200, pattern=NO_NUL, examples=["Till in the branch"])
    owner: Number | None = Field(
        None, description="Person who is accountable from today; needs the right to assign."
    )


class TouchpointPatch(TouchpointFields, Input):
    """What changes of a touchpoint."""

    name: str = Field("", min_length=1, max_length=200, pattern=NO_NUL)
    revision: int | None = Field(
        None,
        ge=0,
        le=2**31 - 1,
        description="The one you have read; then nobody's change is overwritten unseen (409).",
    )


class TouchpointOut(TouchpointFields):
    """A touchpoint. `owner` is who is accountable today."""

    id: int
    code: str
    name: str
    owner: Ref | None
    is_archived: bool
    duplicate_of: int | None = Field(None, alias="duplicate_of_id")
    maturity: int
    completeness: int
    last_reviewed_on: date | None
    next_review_on: date
    revision: int
    changed_at: datetime

    @staticmethod
    def resolve_owner(row: Any) -> dict[str, Any] | None:
        """From the annotations of the query."""
        return {"id": row.owner_id, "name": row.owner_name} if row.owner_id else None

    @staticmethod
    def resolve_phase(row: Touchpoint) -> str | None:
        """Its code."""
        return row.phase.code if row.phase else None

    @staticmethod
    def resolve_channel(row: Touchpoint) -> str | None:
        """Its code."""
        return row.channel.code if row.channel else None

    @staticmethod
    def resolve_further_phases(row: Touchpoint) -> list[str]:
        """Their codes."""
        return [phase.code for phase in row.further_phases.all()]

    @staticmethod
    def resolve_systems(row: Touchpoint) -> list[int]:
        """Their numbers."""
        return [system.pk for system in row.systems.all()]

    @staticmethod
    def resolve_contents(row: Touchpoint) -> list[int]:
        """Their numbers."""
        return [content.pk for content in row.contents.all()]

    @staticmethod
    def resolve_hands_over_to(row: Touchpoint) -> list[int]:
        """Their numbers."""
        return [touchpoint.pk for touchpoint in row.hands_over_to.all()]

    @staticmethod
    def resolve_kind(row: Touchpoint) -> str | None:
        """Null where nothing is known."""
        return row.kind or None

    @staticmethod
    def resolve_ownership(row: Touchpoint) -> str | None:
        """Null where nothing is known."""
        return row.ownership or None

    @staticmethod
    def resolve_verdict(row: Touchpoint) -> str | None:
        """Null where nothing is known."""
        return row.verdict or None


class TouchpointsQuery(PageQuery):
    """Which touchpoints."""

    q: str = Field("", max_length=200, description="Part of name or code.")
    phase: str = Field("", max_length=40, pattern=NO_NUL, description="Code of a phase.")
    channel: str = Field("", max_length=40, pattern=NO_NUL, description="Code of a channel.")
    orphaned: bool = Field(False, description="Only live ones that nobody is accountable for today.")
    archived: bool = Field(False, description="Also archived and merged ones.")


class ResponsibilityOut(Schema):
    """A part that somebody plays at a touchpoint. `until` is the first day without it; null: for good."""

    id: int
    touchpoint: int = Field(alias="touchpoint_id")
    person: Ref
    part: choices.Part
    since: date
    until: date | None
    note: str

    @staticmethod
    def resolve_since(row: Responsibility) -> date:
        """The first day."""
        day: date = row.during.lower
        return day

    @staticmethod
    def resolve_until(row: Responsibility) -> date | None:
        """The first day without the part."""
        day: date | None = row.during.upper
        return day


class ResponsibilityIn(Input):
    """Somebody gets a part. A new accountable takes the days over from whoever had them."""

    person: Number
    part: choices.Part
    since: date
    until: date | None = Field(None, description="First day without the part; null: for good.")
    note: Line = ""


class EndIn(Input):
    """A part ends."""

    on: date = Field(description="First day without the part.")


class HandOverIn(Input):
    """Everything that one person is at these touchpoints goes to another one."""

    person: Number
    successor: Number
    on: date = Field(description="First day of the successor.")
    touchpoints: Annotated[list[Number], Field(min_length=1, max_length=10_000)]


class GapOut(Schema):
    """Days on which nobody is accountable; `until` is the first covered day, null: for good."""

    touchpoint: int
    since: date
    until: date | None


class OutcomeOut(Schema):
    """How many touchpoints changed, and the days on which now nobody is accountable."""

    changed: int
    gaps: list[GapOut]


def touchpoints_of(request: ApiRequest) -> Any:
    """Touchpoints with what an answer tells of them."""
    visible = Touchpoint.objects.visible_to(request.user).with_owner().select_related("phase", "channel")
    return visible.prefetch_related("further_phases", "systems", "contents", "hands_over_to")


def answered(request: ApiRequest, pk: int) -> Any:
    """One touchpoint as it is now."""
    return get_object_or_404(touchpoints_of(request), pk=pk)


def editable(request: ApiRequest, pk: int) -> Touchpoint:
    """A touchpoint that this user may change; 404 if it is unknown to him, 403 if it is not his."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    if touchpoint.duplicate_of_id or not Touchpoint.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("not one of your touchpoints")
    return touchpoint


def outcome_of(outcome: Outcome) -> dict[str, Any]:
    """What an action on people did."""
    gaps = [
        {"touchpoint": gap.touchpoint.pk, "since": gap.days.start, "until": gap.days.end}
        for gap in outcome.gaps
    ]
    return {"changed": len(outcome.touchpoints), "gaps": gaps}


def named[M: Model](rows: QuerySet[M], field: str, **key: Any) -> M:
    """The object that a field of the request names; an unknown one is an error of that field."""
    found = rows.filter(**key).first()
    if found is None:
        raise ValidationError({field: _("There is no such entry.")})
    return found


def all_named[M: Model](rows: QuerySet[M], field: str, key: str, values: list[Any]) -> list[M]:
    """The objects that a list of the request names, all of them or an error of that field."""
    found = list(rows.filter(**{f"{key}__in": values}))
    if len(found) != len(set(values)):
        raise ValidationError({field: _("There is no such entry.")})
    return found


def with_objects(request: ApiRequest, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a request with objects in the place of codes and numbers."""
    phases, touchpoints = Phase.objects.default(), Touchpoint.objects.visible_to(request.user).current()
    one: dict[str, QuerySet[Any]] = {"phase": phases, "channel": Channel.objects.all()}
    for name, rows in one.items():
        if given.get(name) is not None:
            given[name] = named(rows, name, code=given[name])
    several: dict[str, tuple[str, QuerySet[Any]]] = {
        "further_phases": ("code", phases),
        "systems": ("pk", System.objects.visible_to(request.user)),
        "contents": ("pk", ContentItem.objects.visible_to(request.user)),
        "hands_over_to": ("pk", touchpoints),
    }
    for name, (key, rows) in several.items():
        if name in given:
            given[name] = all_named(rows, name, key, given[name])
    for name in ("kind", "ownership", "verdict"):
        if name in given:
            given[name] = given[name] or ""
    return given


@router.get("/touchpoints", response=Page[TouchpointOut], permission=VIEW)
def list_touchpoints(request: ApiRequest, at: Query[TouchpointsQuery]) -> Any:
    """Touchpoints in use; with `archived` all."""
    rows = touchpoints_of(request)
    rows = rows if at.archived else rows.current()
    rows = rows.filter(phase__code=at.phase) if at.phase else rows
    rows = rows.filter(channel__code=at.channel) if at.channel else rows
    rows = rows.orphaned() if at.orphaned else rows
    for word in sort_key(at.q.replace("\x00", "")).split():
        rows = rows.filter(search_key__contains=word)
    return page_of(rows, at)


@router.get("/touchpoints/{int:pk}", response=TouchpointOut, permission=VIEW)
def get_touchpoint(request: ApiRequest, pk: Path[Number]) -> Any:
    """One touchpoint."""
    return answered(request, pk)


@router.post("/touchpoints", response={201: TouchpointOut}, permission=EDIT)
def add_touchpoint(request: ApiRequest, data: Body[TouchpointIn]) -> Any:
    """Record a touchpoint."""
    given = data.dict(exclude_unset=True)
    owner_id, owner = given.pop("owner", None), None
    if owner_id:
        if not request.user.may(ASSIGN):
            raise PermissionDenied(ASSIGN.code)
        owner = named(Person.objects.visible_to(request.user), "owner", pk=owner_id)
    touchpoint = record_touchpoint(fields=with_objects(request, given), owner=owner, actor=request.user)
    return Status(201, answered(request, touchpoint.pk))


@router.patch("/touchpoints/{int:pk}", response=TouchpointOut, permission=EDIT_OWN)
def edit_touchpoint(request: ApiRequest, pk: Path[Number], data: Body[TouchpointPatch]) -> Any:
    """Change some fields of a touchpoint. With `revision`, a field that somebody else changed meanwhile is a 409."""
    touchpoint, given = editable(request, pk), data.dict(exclude_unset=True)
    revision = given.pop("revision", None)
    fields = with_objects(request, given)
    try:
        change_touchpoint(
            touchpoint=touchpoint, fields=fields, expected_revision=revision, actor=request.user
        )
    except Conflict as conflict:
        text = _("It says now: %(value)s")
        errors: Any = [
            {"field": clash.name, "reason": text % {"value": comparable(clash.theirs)}}
            for clash in conflict.clashes
        ]
        raise Problem(409, _("Somebody else has changed this meanwhile."), errors=errors) from conflict
    return answered(request, pk)


@router.post("/touchpoints/{int:pk}/archive", response=TouchpointOut, permission=EDIT)
def archive_touchpoint(request: ApiRequest, pk: Path[Number]) -> Any:
    """Put a touchpoint into the archive."""
    archive_touchpoints(touchpoints=[answered(request, pk)], actor=request.user)
    return answered(request, pk)


@router.post("/touchpoints/{int:pk}/restore", response=TouchpointOut, permission=EDIT)
def restore_touchpoint(request: ApiRequest, pk: Path[Number]) -> Any:
    """Take a touchpoint out of the archive."""
    restore_touchpoints(touchpoints=[answered(request, pk)], actor=request.user)
    return answered(request, pk)


@router.get("/touchpoints/{int:pk}/responsibilities", response=list[ResponsibilityOut], permission=VIEW)
def list_responsibilities(request: ApiRequest, pk: Path[Number]) -> Any:
    """Who answers for a touchpoint, who did and who will."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    return list(touchpoint.responsibilities.select_related("person").order_by("part", "during"))


@router.post("/touchpoints/{int:pk}/responsibilities", response={201: OutcomeOut}, permission=ASSIGN)
def add_responsibility(request: ApiRequest, pk: Path[Number], data: Body[ResponsibilityIn]) -> Any:
    """Give somebody a part."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user).current(), pk=pk)
    person = named(Person.objects.visible_to(request.user), "person", pk=data.person)
    outcome = assign(
        touchpoint=touchpoint,
        person=person,
        part=data.part,
        since=data.since,
        until=data.until,
        note=data.note,
        actor=request.user,
    )
    return Status(201, outcome_of(outcome))


@router.post("/responsibilities/{int:pk}/end", response=OutcomeOut, permission=ASSIGN)
def end_part(request: ApiRequest, pk: Path[Number], data: Body[EndIn]) -> Any:
    """End a part. What has not begun by then goes altogether."""
    visible = Touchpoint.objects.visible_to(request.user)
    row = get_object_or_404(
        Responsibility.objects.select_related("touchpoint"), pk=pk, touchpoint__in=visible
    )
    return outcome_of(end_responsibility(responsibility=row, on=data.on, actor=request.user))


@router.post("/responsibilities/hand-over", response=OutcomeOut, permission=ASSIGN)
def hand_over_parts(request: ApiRequest, data: Body[HandOverIn]) -> Any:
    """Hand over what somebody answers for, in one transaction."""
    people = Person.objects.visible_to(request.user)
    outcome = hand_over(
        person=named(people, "person", pk=data.person),
        successor=named(people, "successor", pk=data.successor),
        on=data.on,
        touchpoints=Touchpoint.objects.visible_to(request.user).current().filter(pk__in=data.touchpoints),
        actor=request.user,
    )
    return outcome_of(outcome)
