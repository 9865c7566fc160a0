"""Figures as pages show them: value with interval and n, light against the target of its time, change, trend.

`figures()` is what dashboards call: a constant number of queries, whatever the number of KPIs, places and
measurements. `figure()` is the same for one. Both read sums, never measurements (but for days of one touchpoint).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from cxm.kit.charts import Reading, reading
from cxm.kit.numbers import Formats
from cxm.kit.statistics import Change, Difference, Estimate, Light, light
from touchpoints.kpis.choices import ADDITIVE, Shape, Split
from touchpoints.kpis.models import DayCell, KpiDefinition, Target
from touchpoints.kpis.periods import Period
from touchpoints.kpis.pools import (
    EMPTY,
    Pool,
    change_of,
    difference_of,
    direction_of,
    estimate_of,
    percentile_of,
)
from touchpoints.kpis.reads import EVERYWHERE, Pools, Where, pools
from touchpoints.kpis.words import show_change, shower

P90 = 0.9


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target as it applies to a period, in the unit of the figure."""

    value: float
    tolerance: float


@dataclass(frozen=True)
class Figure:
    """One KPI in one period, as a whole or at one place of a split. `estimate` is None below the fewest shown."""

    kpi: KpiDefinition
    period: Period
    place: int | None
    pool: Pool
    before: tuple[tuple[Period, Pool], ...]
    target: Aimed | None
    by: Split | None
    where: Where

    @cached_property
    def estimate(self) -> Estimate | None:
        """Value, interval, n, method, in the unit of the KPI."""
        return estimate_of(self.kpi, self.pool)

    @property
    def n(self) -> int:
        """Observations behind it (customers, where those are counted)."""
        return self.pool.n or self.pool.subjects

    @cached_property
    def light(self) -> Light:
        """The verdict; green and red only where the interval decides."""
        aim = self.target
        return light(
            self.estimate, aim.value if aim else None, direction_of(self.kpi), aim.tolerance if aim else 0.0
        )

    @cached_property
    def change(self) -> Change:
        """Whether it moved against the period before by more than chance explains."""
        return change_of(self.kpi, [pool for _period, pool in self.before], self.pool)

    @cached_property
    def difference(self) -> Difference | None:
        """This period minus the one before."""
        return difference_of(self.kpi, self.before[-1][1], self.pool) if self.before else None

    @property
    def p90(self) -> Estimate | None:
        """The ninth of ten, beside a median."""
        return percentile_of(self.kpi, self.pool, P90) if self.kpi.shape == Shape.PERCENTILE else None

    @property
    def trend(self) -> list[float | None]:
        """The values of the earlier periods and this one, for a sparkline; None is a gap."""
        kept = (estimate_of(self.kpi, pool) for pool in (*(pool for _period, pool in self.before), self.pool))
        return [estimate.value if estimate else None for estimate in kept]

    @property
    def is_provisional(self) -> bool:
        """The period is not over, or late events may still change it."""
        return not self.period.is_closed(settles_after=self.kpi.settles_after)

    @property
    def url(self) -> str:
        """The page of the KPI, opened at this period and place."""
        return f"{self.kpi.get_absolute_url()}?{urlencode(self._query())}"

    @property
    def rows_url(self) -> str:
        """The measurements behind it."""
        query = {"kpi": self.kpi.pk, "first": self.period.start, "last": self.period.last}
        place = {key: value for key, value in self._query().items() if key != "period"}
        return f"{reverse('kpis:measurements')}?{urlencode(query | place)}"

    def _query(self) -> dict[str, object]:
        query: dict[str, object] = {"period": self.period.code}
        for split in Split:
            if (limit := getattr(self.where, split.value)) is not None:
                query[split.value] = limit.pk
        if self.by is not None:
            query[self.by.value] = "none" if self.place is None else self.place
        return query

    def reading(self, f: Formats, scale: tuple[float, float] | None = None) -> Reading:
        """The figure as words of one language, for components/interval.html and its parts."""
        show = shower(self.kpi, f)
        gap = self.difference
        return reading(
            self.estimate,
            f=f,
            show=show,
            direction=direction_of(self.kpi),
            target=self.target.value if self.target else None,
            tolerance=self.target.tolerance if self.target else 0.0,
            change=self.change,
            change_text=show_change(self.kpi, gap.value, f) if gap else "",
            scale=scale,
        )


type Figures = dict[tuple[int, int | None], Figure]
"""By KPI and place of the split."""


def figures(
    kpis: Sequence[KpiDefinition],
    period: Period,
    *,
    by: Split | None = None,
    where: Where = EVERYWHERE,
    history: int | None = None,
    targets: Sequence[Target] | None = None,
) -> Figures:
    """The figures of many KPIs in a period, with what earlier periods say: two queries, three with customer counts.

    Without `by` there is one for each KPI; with it one for each place that has measurements in these periods. Who has
    read all targets of these KPIs already hands them over and saves a query.
    """
    before = period.history(history)
    found = pools(kpis, [*before, period], by=by, where=where)
    aims = targets_of(kpis, period, targets)
    places: dict[int, set[int | None]] = {kpi.pk: set() if by else {None} for kpi in kpis}
    for kpi_id, place, _since in found:
        places[kpi_id].add(place)
    return {
        (kpi.pk, place): Figure(
            kpi, period, place, found.get((kpi.pk, place, period.start), EMPTY),
            tuple((past, found.get((kpi.pk, place, past.start), EMPTY)) for past in before),
            aims.get(kpi.pk), by, where,
        )
        for kpi in kpis
        for place in sorted(places[kpi.pk], key=lambda place: (place is None, place or 0))
    }  # fmt: skip


def figure(
    kpi: KpiDefinition,
    period: Period,
    *,
    where: Where = EVERYWHERE,
    history: int | None = None,
    targets: Sequence[Target] | None = None,
) -> Figure:
    """One KPI in one period."""
    return figures([kpi], period, where=where, history=history, targets=targets)[kpi.pk, None]


def series(
    kpi: KpiDefinition, periods: Sequence[Period], *, by: Split | None = None, where: Where = EVERYWHERE
) -> dict[int | None, list[tuple[Period, Pool]]]:
    """The sums of each period, by place of the split. One query (two with customer counts)."""
    found: Pools = pools([kpi], periods, by=by, where=where)
    places = {place for _kpi, place, _since in found} or ({None} if by is None else set())
    return {
        place: [(period, found.get((kpi.pk, place, period.start), EMPTY)) for period in periods]
        for place in places
    }


def targets_of(
    kpis: Sequence[KpiDefinition], period: Period, targets: Iterable[Target] | None = None
) -> dict[int, Aimed]:
    """The target of each KPI on the last day of the period. One query, none if all targets were read already."""
    read = Target.objects.filter(kpi__in=kpis).on(period.last) if targets is None else targets
    by_kpi = {target.kpi_id: [target] for target in read if period.last in target.during}
    return {kpi.pk: aim for kpi in kpis if (aim := aim_of(kpi, by_kpi.get(kpi.pk, ()), period))}


def aim_of(kpi: KpiDefinition, targets: Iterable[Target], period: Period) -> Aimed | None:
    """The target on the last day of the period, among those of this KPI; the past is judged by that of its time."""
    held = next((target for target in targets if period.last in target.during), None)
    return aimed(kpi, held, period) if held else None


def aimed(kpi: KpiDefinition, target: Target, period: Period) -> Aimed | None:
    """The target for a period: of counts and sums it is per month; months of customers do not add up."""
    times = 1
    if kpi.shape in ADDITIVE:
        times = period.months
    elif kpi.shape == Shape.DISTINCT and period.months != 1:
        times = 0
    return Aimed(float(target.value) * times, float(target.tolerance) * times) if times else None


def newest_days(kpis: Sequence[KpiDefinition]) -> dict[int, date]:
    """The day of the newest measurement of each KPI that has one. One query, by the ends of an index."""
    last = DayCell.objects.filter(kpi=OuterRef("pk")).order_by("-day").values("day")[:1]
    rows = KpiDefinition.objects.filter(pk__in=[kpi.pk for kpi in kpis]).order_by()
    found = rows.annotate(newest=Subquery(last)).filter(newest__isnull=False).values_list("pk", F("newest"))
    return dict(found)


def is_stale(kpi: KpiDefinition, newest: date | None, at: date | None = None) -> bool:
    """Whether new data is overdue; a KPI that was never measured is not stale but empty."""
    return newest is not None and ((at or timezone.localdate()) - newest).days > kpi.stale_after
