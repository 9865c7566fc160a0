"""What touchpoints stand on, for other systems: the values that a touchpoint's fields take; standards and comments."""

from datetime import date, datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Body, Field, Path, Query, Schema, Status

from cxm.accounts.models import Language
from cxm.kit.api import ApiRequest, Input, Number, Page, PageQuery, Ref, Router, page_of
from cxm.kit.fields import sort_key
from cxm.organisation.models import Person
from touchpoints.inventory import choices
from touchpoints.inventory.actions.channels import create_channel
from touchpoints.inventory.actions.contents import create_content
from touchpoints.inventory.actions.systems import create_system
from touchpoints.inventory.actions.talk import COMMENT_MAX, comment
from touchpoints.inventory.api import NO_NUL, Line, Long, Short, Web, all_named, named
from touchpoints.inventory.models import (
    Channel,
    Comment,
    ContentItem,
    Phase,
    PhaseModel,
    Standard,
    System,
    Touchpoint,
)
from touchpoints.inventory.models.landscape import ContentKind, SystemKind
from touchpoints.inventory.permissions import COMMENT, MANAGE, VIEW

router = Router(tags=["Touchpoints"])

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
More = Annotated[str, Field(max_length=120, pattern=NO_NUL)]


class PhaseModelOut(Schema):
    """A way to cut the customer's life into phases. Touchpoints and figures are placed in the default one."""

    id: int
    code: str
    name_de: str
    name_en: str
    description: str
    is_default: bool


class PhaseOut(Schema):
    """A phase. `code` is what `phase` and `further_phases` of a touchpoint take, of the default model only."""

    id: int
    model: str
    code: str
    name_de: str
    name_en: str
    position: int
    customer_question: str
    covers: list[str] = Field(
        description="Codes of default phases for which a phase of another model stands."
    )

    @staticmethod
    def resolve_model(row: Phase) -> str:
        """Its code."""
        return row.model.code

    @staticmethod
    def resolve_covers(row: Phase) -> list[str]:
        """Their codes."""
        return [phase.code for phase in row.covers.all()]


class PhasesQuery(PageQuery):
    """Which phases."""

    model: str = Field(
        "", max_length=40, pattern=NO_NUL, description="Code of a model; empty: the default one."
    )


class FoundQuery(PageQuery):
    """Which entries."""

    q: str = Field("", max_length=200, description="Part of the name.")
    archived: bool = Field(False, description="Also archived ones.")


class ChannelIn(Input):
    """A new channel; its code is made from its name."""

    name_de: Name
    name_en: More = ""
    kind: choices.Kind = choices.Kind.DIGITAL
    ownership: choices.Ownership = choices.Ownership.OWNED


class ChannelOut(ChannelIn):
    """A channel. `code` is what `channel` of a touchpoint takes."""

    id: int
    code: str
    position: int
    is_archived: bool


class SystemIn(Input):
    """A new system."""

    name: Name
    kind: SystemKind = SystemKind.OTHER
    vendor: More = ""
    url: Web = ""
    description: Long = ""
    owner: Number | None = Field(None, description="Person who looks after it.")


class SystemOut(Schema):
    """A system. `id` is what `systems` of a touchpoint takes."""

    id: int
    name: str
    kind: SystemKind
    vendor: str
    url: str
    description: str
    owner: Ref | None
    is_archived: bool


class ContentIn(Input):
    """A new piece of content."""

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    kind: ContentKind = ContentKind.TEXT
    language: Language = Language.DE
    url: Web = ""
    description: Long = ""
    owner: Number | None = Field(None, description="Person who looks after it.")
    expires_on: date | None = Field(None, description="The last day on which it is right; null: for good.")
    phases: Annotated[list[Short], Field(max_length=50)] = []


class ContentOut(Schema):
    """A piece of content. `id` is what `contents` of a touchpoint takes."""

    id: int
    title: str
    kind: ContentKind
    language: Language
    url: str
    description: str
    owner: Ref | None
    expires_on: date | None
    phases: list[str]
    is_archived: bool

    @staticmethod
    def resolve_phases(row: ContentItem) -> list[str]:
        """Their codes."""
        return [phase.code for phase in row.phases.all()]


class StandardOut(Schema):
    """A version of a touchpoint's standard. The first of the list is valid; `published_at` null: a draft."""

    id: int
    version: int
    ideal_experience: Long
    process: Long
    dos: Long
    donts: Long
    brand_promise: Long
    service_level: Line
    delight: Long
    change_note: Line
    is_material: bool
    published_at: datetime | None
    published_by: str | None
    digest: str = Field(description="SHA-256 of the texts.")

    @staticmethod
    def resolve_published_by(row: Standard) -> str | None:
        """The name."""
        return row.published_by.name if row.published_by else None


class StandardsQuery(Schema):
    """Which versions."""

    draft: bool = Field(False, description="Also the version that is being written.")


class CommentIn(Input):
    """A remark; people named with @ get a notice."""

    text: Annotated[str, Field(min_length=1, max_length=COMMENT_MAX, pattern=NO_NUL)]


class CommentOut(Schema):
    """A remark at a touchpoint."""

    id: int
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None

    @staticmethod
    def resolve_author(row: Comment) -> str:
        """The name."""
        return row.author.name


class SaidOut(CommentOut):
    """A new remark."""

    unknown: list[str] = Field(description="Words after an @ that fit nobody.")


def found(rows: Any, at: FoundQuery, field: str = "name_sort") -> Any:
    """One page of those in use, or of all, that have these words in their name."""
    rows = rows if at.archived else rows.current()
    for word in sort_key(at.q.replace("\x00", "")).split():
        rows = rows.filter(**{f"{field}__contains": word})
    return page_of(rows, at)


def owner_of(request: ApiRequest, given: dict[str, Any]) -> Person | None:
    """The person that `owner` of a request names."""
    pk = given.pop("owner", None)
    return named(Person.objects.visible_to(request.user), "owner", pk=pk) if pk else None


@router.get("/phase-models", response=Page[PhaseModelOut], permission=VIEW)
def list_phase_models(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """Phase models."""
    return page_of(PhaseModel.objects.visible_to(request.user), at)


@router.get("/phases", response=Page[PhaseOut], permission=VIEW)
def list_phases(request: ApiRequest, at: Query[PhasesQuery]) -> Any:
    """Phases of the default model, or of another one."""
    models = PhaseModel.objects.visible_to(request.user)
    models = models.filter(code=at.model) if at.model else models.filter(is_default=True)
    rows = Phase.objects.filter(model__in=models).select_related("model").prefetch_related("covers")
    return page_of(rows, at)


@router.get("/channels", response=Page[ChannelOut], permission=VIEW)
def list_channels(request: ApiRequest, at: Query[FoundQuery]) -> Any:
    """Channels in use; with `archived` all."""
    rows = Channel.objects.visible_to(request.user)
    rows = rows if at.archived else rows.current()
    for word in at.q.replace("\x00", "").split():
        rows = rows.filter(name_de__icontains=word) | rows.filter(name_en__icontains=word)
    return page_of(rows, at)


@router.post("/channels", response={201: ChannelOut}, permission=MANAGE)
def add_channel(request: ApiRequest, data: Body[ChannelIn]) -> Any:
    """Add a channel behind the others."""
    return Status(201, create_channel(actor=request.user, **data.dict()))


@router.get("/systems", response=Page[SystemOut], permission=VIEW)
def list_systems(request: ApiRequest, at: Query[FoundQuery]) -> Any:
    """Systems in use; with `archived` all."""
    return found(System.objects.visible_to(request.user).select_related("owner"), at)


@router.get("/systems/{int:pk}", response=SystemOut, permission=VIEW)
def get_system(request: ApiRequest, pk: Path[Number]) -> Any:
    """One system."""
    return get_object_or_404(System.objects.visible_to(request.user).select_related("owner"), pk=pk)


@router.post("/systems", response={201: SystemOut}, permission=MANAGE)
def add_system(request: ApiRequest, data: Body[SystemIn]) -> Any:
    """Record a system. Its name must be free."""
    given = data.dict()
    owner = owner_of(request, given)
    return Status(201, create_system(actor=request.user, owner=owner, **given))


@router.get("/contents", response=Page[ContentOut], permission=VIEW)
def list_contents(request: ApiRequest, at: Query[FoundQuery]) -> Any:
    """Content in use; with `archived` all."""
    rows = ContentItem.objects.visible_to(request.user).select_related("owner").prefetch_related("phases")
    return found(rows, at)


@router.get("/contents/{int:pk}", response=ContentOut, permission=VIEW)
def get_content(request: ApiRequest, pk: Path[Number]) -> Any:
    """One piece of content."""
    rows = ContentItem.objects.visible_to(request.user).select_related("owner").prefetch_related("phases")
    return get_object_or_404(rows, pk=pk)


@router.post("/contents", response={201: ContentOut}, permission=MANAGE)
def add_content(request: ApiRequest, data: Body[ContentIn]) -> Any:
    """Record a piece of content."""
    given = data.dict()
    owner = owner_of(request, given)
    phases = all_named(Phase.objects.default(), "phases", "code", given.pop("phases"))
    return Status(201, create_content(actor=request.user, owner=owner, phases=phases, **given))


@router.get("/touchpoints/{int:pk}/standards", response=list[StandardOut], permission=VIEW)
def list_standards(request: ApiRequest, pk: Path[Number], at: Query[StandardsQuery]) -> Any:
    """The published versions of a touchpoint's standard, the valid one first; with `draft` also what is written now."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    standards = touchpoint.standards.select_related("published_by")
    return [*standards.published(), *(standards.draft() if at.draft else ())]


@router.get("/touchpoints/{int:pk}/comments", response=Page[CommentOut], permission=VIEW)
def list_comments(request: ApiRequest, pk: Path[Number], at: Query[PageQuery]) -> Any:
    """What was said about a touchpoint, the oldest first."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    return page_of(touchpoint.comments.shown().select_related("author"), at)


@router.post("/touchpoints/{int:pk}/comments", response={201: SaidOut}, permission=COMMENT)
def add_comment(request: ApiRequest, pk: Path[Number], data: Body[CommentIn]) -> Any:
    """Say something about a touchpoint."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    said, unknown = comment(touchpoint=touchpoint, text=data.text, actor=request.user)
    said.refresh_from_db()
    said.unknown = unknown  # type: ignore[attr-defined]  # for the answer
    return Status(201, said)
