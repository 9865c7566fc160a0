"""Figures and measurements, for other systems."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Body, Field, Path, Query, Schema, Status

from cxm.kit.api import ApiRequest, Input, Page, PageQuery, Problem, Router, page_of
from cxm.kit.api.problems import FieldError
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis import choices
from touchpoints.kpis.actions import measure
from touchpoints.kpis.coding import ONE, FactError, Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.figures import Figure, figures
from touchpoints.kpis.models import KpiDefinition, Measurement, Segment
from touchpoints.kpis.periods import Period
from touchpoints.kpis.permissions import ENTER, VIEW
from touchpoints.kpis.reads import Where
from touchpoints.kpis.staging import segments_of

router = Router(tags=["KPIs"])

NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no such character
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=NO_NUL)]
Amount = Annotated[Decimal, Field(ge=-(10**12), le=10**12, decimal_places=12, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0, le=10**12)]


class KpiOut(Schema):
    """A KPI: what it means and how it is counted. `phase` is the code of its home phase."""

    code: str
    name: str
    phase: str | None
    aspect: choices.Aspect
    shape: choices.Shape
    unit: choices.Unit
    aim: choices.Aim
    is_census: bool
    is_shown: bool
    formula: str
    min_n: int

    @staticmethod
    def resolve_phase(row: KpiDefinition) -> str | None:
        """Its code."""
        return row.phase.code if row.phase else None

    @staticmethod
    def resolve_formula(row: KpiDefinition) -> str:
        """In the language of the key's owner."""
        return str(row.words("formula"))


class FigureQuery(Schema):
    """Which figure."""

    period: str = Field(
        "", max_length=30, pattern=NO_NUL, examples=["2026-Q3"],
        description="2026, 2026-Q3, 2026-07 or 2026-07-01..2026-07-17; empty: the last closed month.",
    )  # fmt: skip
    by: choices.Split | None = Field(None, description="Take it apart by this.")
    phase: str = Field("", max_length=40, pattern=NO_NUL, description="Code of a phase.")
    channel: str = Field("", max_length=40, pattern=NO_NUL, description="Code of a channel.")
    touchpoint: str = Field("", max_length=20, pattern=NO_NUL, description="Code of a touchpoint.")
    segment: str = Field("", max_length=60, pattern=NO_NUL, description="Code of a segment.")


class FigureOut(Schema):
    """A figure. `value`, `low` and `high` (the 95 % interval) are null with too few observations; an end that the
    sample cannot bound is null, too. `place` is the code of the part, null without a split or where it is unknown."""

    period: str
    place: str | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str | None
    target: float | None
    light: str
    change: str
    is_provisional: bool


class MeasurementIn(Input):
    """One measurement. Which of the numbers count depends on the shape of the KPI."""

    kpi: Code = Field(examples=["AD1"])
    external_id: str = Field(
        min_length=1, max_length=120, pattern=NO_NUL,
        description="Its number in your system: sent twice with the same source it counts once.",
    )  # fmt: skip
    day: date | None = Field(None, description="The day; may be left out if `at` is given.")
    at: datetime | None = None
    value: Amount | None = Field(None, description="The answer, amount or duration.")
    times: int = Field(1, ge=1, le=10**9, description="How many such observations.")
    numerator: Amount | None = None
    denominator: Whole | None = None
    squares: Annotated[Decimal, Field(ge=0, le=10**24, allow_inf_nan=False)] | None = None
    promoters: Whole | None = None
    detractors: Whole | None = None
    customer: Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)] | None = None
    touchpoint: Code | None = Field(None, description="Code of a touchpoint.")
    phase: Code | None = Field(None, description="Code of a phase; else the touchpoint's, else the KPI's.")
    channel: Code | None = Field(None, description="Code of a channel; else the touchpoint's.")
    segment: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)] | None = None


class MeasurementsIn(Input):
    """Some measurements of one source; all of them come in, or none."""

    source: str = Field("api", min_length=1, max_length=60, pattern=NO_NUL)
    items: Annotated[list[MeasurementIn], Field(min_length=1, max_length=1000)]


class MeasuredOut(Schema):
    """How many were new, and how many were known already."""

    new: int
    known: int


class MeasurementOut(Schema):
    """A measurement as it is kept."""

    id: int
    kpi: str
    day: date
    at: datetime | None
    value: Decimal | None
    n: int
    total: Decimal
    touchpoint: str | None
    phase: str | None
    channel: str | None
    segment: str | None
    source: str
    external_id: str | None

    @staticmethod
    def resolve_kpi(row: Measurement) -> str:
        """Its code."""
        return row.kpi.code

    @staticmethod
    def resolve_touchpoint(row: Measurement) -> str | None:
        """Its code."""
        return row.touchpoint.code if row.touchpoint else None

    @staticmethod
    def resolve_phase(row: Measurement) -> str | None:
        """Its code."""
        return row.phase.code if row.phase else None

    @staticmethod
    def resolve_channel(row: Measurement) -> str | None:
        """Its code."""
        return row.channel.code if row.channel else None

    @staticmethod
    def resolve_segment(row: Measurement) -> str | None:
        """Its code."""
        return row.segment.code if row.segment else None


class MeasurementsQuery(PageQuery):
    """Which measurements."""

    kpi: Code = Field(description="Code of a KPI.")
    first: date | None = None
    last: date | None = None


def kpis_of(request: ApiRequest) -> QuerySet[KpiDefinition]:
    """The KPIs that this user may see."""
    return KpiDefinition.objects.visible_to(request.user).select_related("phase")


@router.get("/kpis", response=Page[KpiOut], permission=VIEW)
def list_kpis(request: ApiRequest, at: Query[PageQuery]) -> Any:
    """All KPIs, also those that are not shown on the pages."""
    return page_of(kpis_of(request), at)


@router.get("/kpis/{code}", response=KpiOut, permission=VIEW)
def get_kpi(request: ApiRequest, code: Path[Code]) -> Any:
    """One KPI."""
    return get_object_or_404(kpis_of(request), code=code)


@router.get("/kpis/{code}/figures", response=list[FigureOut], permission=VIEW)
def get_figures(request: ApiRequest, code: Path[Code], at: Query[FigureQuery]) -> Any:
    """The figure of a period with its interval; with `by` one for each part."""
    kpi = get_object_or_404(kpis_of(request), code=code)
    try:
        period = Period.parse(at.period) if at.period else Period.last_closed(choices.Grain.MONTH)
    except ValueError as error:
        raise refusal({"period": _("This is no period.")}) from error
    found = figures([kpi], period, by=at.by, where=where_of(request, at))
    places = {place for _kpi, place in found if place is not None}
    codes = dict(PLACES[at.by].objects.filter(pk__in=places).values_list("pk", "code")) if at.by else {}
    return [shown(one, codes) for one in found.values()]


PLACES: dict[choices.Split, Any] = {
    choices.Split.PHASE: Phase, choices.Split.CHANNEL: Channel, choices.Split.TOUCHPOINT: Touchpoint,
    choices.Split.SEGMENT: Segment,
}  # fmt: skip


def where_of(request: ApiRequest, at: FigureQuery) -> Where:
    """The part that is asked for; 422 for a code that nobody knows."""
    found: dict[str, Any] = {}
    for split in choices.Split:
        if code := getattr(at, split.value):
            row = rows_of(request, split).filter(code=code).first()
            if row is None:
                raise refusal({split.value: _("This code is not known.")})
            found[split.value] = row
    return Where(**found)


def rows_of(request: ApiRequest, split: choices.Split) -> QuerySet[Any]:
    """What may be named by a code."""
    if split is choices.Split.PHASE:
        return Phase.objects.default()
    if split is choices.Split.CHANNEL:
        return Channel.objects.all()
    return PLACES[split].objects.visible_to(request.user)  # type: ignore[no-any-return]  # chosen by a table


def shown(one: Figure, codes: Mapping[int, str]) -> dict[str, Any]:
    """A figure as it is answered."""
    estimate = one.estimate
    bounded = estimate if estimate is not None and estimate.is_bounded else None
    return {
        "period": one.period.code, "place": codes.get(one.place or 0), "n": one.n, "light": one.light.value,
        "change": one.change.value, "is_provisional": one.is_provisional,
        "value": estimate.value if estimate else None, "method": estimate.method if estimate else None,
        "low": bounded.low if bounded else None, "high": bounded.high if bounded else None,
        "target": one.target.value if one.target else None,
    }  # fmt: skip


@router.get("/measurements", response=Page[MeasurementOut], permission=VIEW)
def list_measurements(request: ApiRequest, at: Query[MeasurementsQuery]) -> Any:
    """The measurements of a KPI, in the order in which they came in."""
    kpi = get_object_or_404(kpis_of(request), code=at.kpi)
    rows = Measurement.objects.visible_to(request.user).with_names().filter(kpi=kpi)
    rows = rows.filter(day__gte=at.first) if at.first else rows
    return page_of(rows.filter(day__lte=at.last) if at.last else rows, at)


@router.post("/measurements", response={201: MeasuredOut}, permission=ENTER)
def add_measurements(request: ApiRequest, data: Body[MeasurementsIn]) -> Any:
    """Send up to 1,000 measurements. What was sent before with the same source and number is left out."""
    try:
        new = measure(facts=facts_of(request, data), actor=request.user)
    except FactError as error:  # found by facts_of, with its row; here only if the day turned meanwhile
        raise refusal({error.field: str(error)}) from error
    return Status(201, {"new": new, "known": len(data.items) - new})


def facts_of(request: ApiRequest, data: MeasurementsIn) -> list[Fact]:
    """The measurements with what they name, in five queries; 422 with every row that cannot be counted."""
    names = Names(request, data.items)
    facts: list[Fact] = []
    errors: dict[str, str] = {}
    for place, item in enumerate(data.items):
        wrong = names.unknown(item)
        if item.day is None and item.at is None:
            wrong["day"] = _("A day is needed.")
        if not wrong:
            facts.append(names.fact(item, data.source))
            try:
                facts[-1].row(today=timezone.localdate(), entered_by=request.user)
            except FactError as error:
                wrong["customer" if error.field == "subject" else error.field] = str(error)
        errors |= {f"items.{place}.{name}": reason for name, reason in wrong.items()}
    if errors:
        raise refusal(errors)
    return facts


class Names:
    """What some measurements name by codes, looked up at once."""

    def __init__(self, request: ApiRequest, items: Sequence[MeasurementIn]) -> None:
        splits = (choices.Split.PHASE, choices.Split.CHANNEL, choices.Split.TOUCHPOINT)
        self.rows: dict[str, Mapping[str, Any]] = {
            split.value: by_code(rows_of(request, split), (getattr(item, split.value) for item in items))
            for split in splits
        }
        self.rows["kpi"] = by_code(kpis_of(request), (item.kpi for item in items))
        segments = segments_of({item.segment for item in items if item.segment})
        known = Segment.objects.in_bulk(segments.values())
        self.rows["segment"] = {name: known[pk] for name, pk in segments.items()}

    def unknown(self, item: MeasurementIn) -> dict[str, str]:
        """The fields that name something which is not there."""
        return {
            name: _("This code is not known.")
            for name, rows in self.rows.items()
            if (code := getattr(item, name)) and code not in rows
        }

    def fact(self, item: MeasurementIn, source: str) -> Fact:
        """The measurement that an item describes."""
        found = {name: rows[code] for name, rows in self.rows.items() if (code := getattr(item, name))}
        day = item.day or timezone.localdate(item.at)
        return Fact(
            day=day, at=item.at, given=given_of(item), source=source, external_id=item.external_id, **found
        )


def given_of(item: MeasurementIn) -> Given:
    """The numbers of a measurement."""
    wholes = (item.denominator, item.promoters, item.detractors)
    denominator, promoters, detractors = (None if whole is None else Decimal(whole) for whole in wholes)
    times = ONE if item.times == 1 else Decimal(item.times)
    return Given(
        item.value, times, item.numerator, denominator, item.squares, promoters, detractors, item.customer
    )


def by_code[M: Model](rows: QuerySet[M], codes: Iterable[str | None]) -> dict[str, M]:
    """The named rows by their codes; one query, none if nothing is named."""
    wanted: Sequence[str] = sorted({code for code in codes if code})
    return {row.code: row for row in rows.filter(code__in=wanted)} if wanted else {}  # type: ignore[attr-defined]  # each has one


def refusal(errors: Mapping[str, str]) -> Problem:
    """422, with what is wrong at which field."""
    found = [FieldError(field=name, reason=reason) for name, reason in errors.items()]
    return Problem(422, _("The request does not fit the description."), errors=found)
