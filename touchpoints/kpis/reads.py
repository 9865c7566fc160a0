"""Where sums are read from: always the smallest grain that can answer, the measurements themselves at last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Model,
    Q,
    QuerySet,
    SmallIntegerField,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Trunc

from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import BY_SUBJECT, Grain, Split
from touchpoints.kpis.grains import COUNTED_GRAINS
from touchpoints.kpis.models import (
    DayCell,
    DistinctCell,
    KpiDefinition,
    Measurement,
    MonthCell,
    PhaseCell,
    Segment,
    TouchpointCell,
)
from touchpoints.kpis.periods import Period, running_quarter
from touchpoints.kpis.pools import Pool

type Pools = dict[tuple[int, int | None, date], Pool]
"""Sums by KPI, place (of the split; None without one, or where it is unknown) and first day of the period."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """A part of the measurements. Empty: all of them."""

    phase: Phase | None = None
    channel: Channel | None = None
    touchpoint: Touchpoint | None = None
    segment: Segment | None = None

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def names(self) -> set[Split]:
        """By what it is limited."""
        return {split for split in Split if getattr(self, split.value) is not None}

    @property
    def condition(self) -> Q:
        """The same for the database; a touchpoint stands for those that were merged into it, too."""
        condition = Q()
        for split in self.names - {Split.TOUCHPOINT}:
            condition &= Q(**{split.value: getattr(self, split.value)})
        if self.touchpoint is not None:
            pk = self.touchpoint.pk
            family = Touchpoint.objects.filter(Q(pk=pk) | Q(duplicate_of=pk)).order_by()
            condition &= Q(touchpoint__in=family.values("pk"))
        return condition


EVERYWHERE = Where()


@dataclass(frozen=True)
class _Source:
    """A table of sums: the column of its day or month, and by what it can be cut."""

    model: type[Model]
    start: str
    splits: frozenset[Split]
    answers: bool = False  # holds the histogram of every KPI

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.order_by()

    def can(self, needed: set[Split], *, by_day: bool, answers: bool) -> bool:
        return needed <= self.splits and (self.start == "day" or not by_day) and (self.answers or not answers)


PLACED = frozenset({Split.PHASE, Split.CHANNEL, Split.SEGMENT})
SOURCES = (
    _Source(PhaseCell, "month", frozenset({Split.PHASE})),
    _Source(MonthCell, "month", PLACED, answers=True),
    _Source(TouchpointCell, "month", frozenset({Split.TOUCHPOINT})),
    _Source(DayCell, "day", PLACED),
    _Source(Measurement, "day", frozenset(Split), answers=True),
)


def has_past(at: date | None = None) -> Exists:
    """Whether anything was measured before the running quarter; for `annotate()`, the same in all rows."""
    return Exists(PhaseCell.objects.filter(month__lt=running_quarter(at).start))


def pools(
    kpis: Sequence[KpiDefinition],
    periods: Sequence[Period],
    *,
    by: Split | None = None,
    where: Where = EVERYWHERE,
) -> Pools:
    """Sums of each KPI and period, cut by `by`. One query, one more if KPIs count different customers.

    Periods are of one grain, or spans without a name. Different customers are known for calendar months, quarters
    and years as a whole: with `by` or `where`, or for other spans, they are left out.
    """
    return pools_of([(kpis, periods)], by=by, where=where)


type Span = tuple[Sequence[KpiDefinition], Sequence[Period]]
"""KPIs with the periods in which they are read."""


def pools_of(spans: Iterable[Span], *, by: Split | None = None, where: Where = EVERYWHERE) -> Pools:
    """The same for KPIs of different lengths of period: still one query, one more if customers are counted."""
    plain: list[Any] = []
    counted = Q()
    for kpis, periods in spans:
        of_sums = [kpi for kpi in kpis if kpi.shape not in BY_SUBJECT]
        by_subject = [kpi for kpi in kpis if kpi.shape in BY_SUBJECT]
        if of_sums and periods:
            plain.append(_summed(of_sums, periods, by, where))
        if by_subject and periods and by is None and not where and periods[0].grain in COUNTED_GRAINS:
            starts = [period.start for period in periods]
            counted |= Q(kpi__in=by_subject, grain=periods[0].grain, start__in=starts)
    found = _pooled(plain[0].union(*plain[1:], all=True) if len(plain) > 1 else plain[0]) if plain else {}
    for cell in DistinctCell.objects.filter(counted) if counted else ():
        found[cell.kpi_id, None, cell.start] = Pool(cell.subjects, subjects=cell.subjects, again=cell.again)
    return found


def _pooled(rows: Iterable[tuple[Any, ...]]) -> Pools:
    """The sums by KPI, place and period. Those of percentiles come bucket by bucket, by the thousand: no objects."""
    sums: dict[tuple[int, int | None, date], list[Any]] = {}
    buckets: dict[tuple[int, int | None, date], dict[int, int]] = {}
    for kpi, place, since, shelf, count, n, total, squares in rows:
        key = kpi, place, since
        if key in sums:
            kept = sums[key]
            kept[0] += count
            kept[1] += n
            kept[2] += total
            kept[3] += squares
        else:
            sums[key] = [count, n, total, squares]
        if shelf is not None:
            buckets.setdefault(key, {})[shelf] = n
    return {
        key: Pool(count, n, total, squares, buckets.get(key, {}))
        for key, (count, n, total, squares) in sums.items()
    }


def _summed(
    kpis: Sequence[KpiDefinition], periods: Sequence[Period], by: Split | None, where: Where
) -> QuerySet[Any, tuple[Any, ...]]:
    by_day = not all(period.months for period in periods)
    source = chosen({*where.names, *([by] if by else [])}, by_day=by_day)
    percentiles = [kpi.pk for kpi in kpis if kpi.is_bucketed]
    # Cast: with several lengths of period the queries are put together, and a bare NULL has no type.
    shelf = Cast(Case(When(kpi__in=percentiles, then="bucket"), default=None), SmallIntegerField(null=True))
    rows: QuerySet[Any, tuple[Any, ...]] = (
        source.rows.filter(_in(source, periods), where.condition, kpi__in=kpis)
        .annotate(since=_since(source, periods), place=_place(by), shelf=shelf)
        .values_list("kpi_id", "place", "since", "shelf")
        .annotate(
            count=Count("pk") if source.model is Measurement else Sum("rows"),
            sum_n=Sum("n"), sum_total=Sum("total"), sum_squares=Sum("squares"),
        )
    )  # fmt: skip
    return rows


def chosen(needed: set[Split], *, by_day: bool, answers: bool = False) -> _Source:
    """The smallest grain that can be cut so."""
    return next(source for source in SOURCES if source.can(needed, by_day=by_day, answers=answers))


def answers(kpi: KpiDefinition, period: Period, *, where: Where = EVERYWHERE) -> dict[int, int]:
    """The histogram: how often each answer (or log-scaled bucket) was given in the period. One query."""
    source = chosen(where.names, by_day=not period.months, answers=True)
    rows = (
        source.rows.filter(_in(source, [period]), where.condition, kpi=kpi)
        .values_list("bucket")
        .annotate(Sum("n"))
    )
    return {bucket: count for bucket, count in rows if count}


def _in(source: _Source, periods: Sequence[Period]) -> Q:
    start, end = min(period.start for period in periods), max(period.end for period in periods)
    return Q(**{f"{source.start}__gte": start, f"{source.start}__lt": end})


def _since(source: _Source, periods: Sequence[Period]) -> Any:
    """The first day of the period in which a cell lies."""
    grain = periods[0].grain
    if grain == Grain.DAY or (grain == Grain.MONTH and source.start == "month"):
        return F(source.start)
    if grain:
        return Trunc(source.start, grain.value, output_field=DateField())
    spans = [
        When(
            **{f"{source.start}__gte": period.start, f"{source.start}__lt": period.end},
            then=Value(period.start),
        )
        for period in periods
    ]
    return Case(*spans, default=None, output_field=DateField(null=True))


def _place(by: Split | None) -> Any:
    if by is None:
        return Cast(Value(None), BigIntegerField(null=True))
    if by == Split.TOUCHPOINT:
        return Coalesce("touchpoint__duplicate_of", "touchpoint")
    return F(f"{by.value}_id")
