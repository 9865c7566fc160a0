"""Figures as pages show them: value with interval and n, light against the target of its time, change, trend.

`figures()` is what dashboards call: a constant number of queries, whatever the number of KPIs, places and
measurements. `figure()` is the same for one. Both read sums, never measurements (but for days of one touchpoint).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.kit.charts import Reading, reading
from cxm.kit.numbers import Formats
from cxm.kit.statistics import Change, Difference, Estimate, Light, light, while_provisional
from touchpoints.kpis.choices import ADDITIVE, WHOLE_ONLY, Shape, Split
from touchpoints.kpis.models import DayCell, KpiDefinition, KpiVersion, Target
from touchpoints.kpis.periods import Period, own_period
from touchpoints.kpis.pools import (
    EMPTY,
    Pool,
    change_of,
    difference_of,
    direction_of,
    estimate_of,
    percentile_of,
)
from touchpoints.kpis.reads import EVERYWHERE, Pools, Where, pools, pools_of
from touchpoints.kpis.words import show_change, shower

P90 = 0.9


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target as it applies to a period, in the unit of the figure."""

    value: float
    tolerance: float


@dataclass(frozen=True)
class Figure:
    """One KPI in one period, as a whole or at one place of a split. `estimate` is None below the fewest shown.

    `period` is the one asked for, or that of the KPI's own length (`own_period`). `breaks` are the days since which
    it is counted in another way: what lies before one is never compared with what lies behind it.
    """

    kpi: KpiDefinition
    asked: Period
    period: Period
    place: int | None
    pool: Pool
    before: tuple[tuple[Period, Pool], ...]
    breaks: tuple[date, ...]
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
        """The verdict; green and red only where the interval decides, and not before the period is settled."""
        aim = self.target
        found = light(
            self.estimate, aim.value if aim else None, direction_of(self.kpi), aim.tolerance if aim else 0.0
        )
        return while_provisional(found) if self.is_provisional else found

    @cached_property
    def mixed_since(self) -> date | None:
        """The day inside the period on which the way of counting changed: its figure is of two kinds."""
        inside = (day for day in self.breaks if self.period.start < day < self.period.end)
        return max(inside, default=None)

    @cached_property
    def comparable(self) -> list[Pool]:
        """The earlier periods, oldest first, that were counted as this one was; none for a mixed one."""
        since = max((day for day in self.breaks if day < self.period.end), default=None)
        if self.mixed_since:
            return []
        return [pool for past, pool in self.before if since is None or past.start >= since]

    @cached_property
    def change(self) -> Change:
        """Whether it moved against the period before by more than chance explains; half a period moves nowhere."""
        if self.is_provisional:
            return Change.NOT_SIGNIFICANT
        return change_of(self.kpi, self.comparable, self.pool)

    @cached_property
    def difference(self) -> Difference | None:
        """This period minus the one before, if the two can be compared."""
        if self.is_provisional or not self.comparable:
            return None
        return difference_of(self.kpi, self.comparable[-1], self.pool)

    @property
    def p90(self) -> Estimate | None:
        """The ninth of ten, beside a median."""
        return percentile_of(self.kpi, self.pool, P90) if self.kpi.shape == Shape.PERCENTILE else None

    @cached_property
    def trend(self) -> list[float | None]:
        """The values of the earlier periods and this one, for a sparkline; None is a gap, and parts two versions."""
        values: list[float | None] = []
        last: Period | None = None
        for period, pool in (*self.before, (self.period, self.pool)):
            if last and any(last.start < day < period.end for day in self.breaks):
                values.append(None)
            estimate = estimate_of(self.kpi, pool)
            values.append(estimate.value if estimate else None)
            last = period
        return values

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
        remarks = [self.period.label(f.lang)] if self.period != self.asked else []
        if self.mixed_since:
            remarks.append(_("new formula since {day}").format(day=f.date(self.mixed_since)))
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
            n=self.n,
            is_provisional=self.is_provisional,
            remark=", ".join(remarks),
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
    versions: Iterable[KpiVersion] | None = None,
) -> Figures:
    """The figures of many KPIs in a period, with what earlier periods say.

    Without `by` there is one for each KPI; with it one for each place that has measurements in these periods. A KPI
    with a period of its own is read in that. Two queries, three with customer counts, one more if a KPI has been given
    another version. Who has read all targets or versions of these KPIs already hands them over and saves a query.
    """
    spans: defaultdict[Period, list[KpiDefinition]] = defaultdict(list)
    for kpi in kpis:
        spans[own_period(period, kpi.own_grain, kpi.settles_after)].append(kpi)
    is_part = by is not None or bool(where)
    judged = {
        span: [kpi for kpi in group if not (is_part and kpi.shape in WHOLE_ONLY)]
        for span, group in spans.items()
    }
    aims = wanted(judged, targets)
    breaks = breaks_of(kpis, versions)
    history_of = {span: span.history(history) for span in spans}
    sums = pools_of([(group, [*history_of[span], span]) for span, group in spans.items()], by=by, where=where)
    places: dict[int, set[int | None]] = {kpi.pk: set() if by else {None} for kpi in kpis}
    for kpi_id, place, _since in sums:
        places[kpi_id].add(place)
    span_of = {kpi.pk: span for span, group in spans.items() for kpi in group}
    return {
        (kpi.pk, place): Figure(
            kpi, period, span, place, sums.get((kpi.pk, place, span.start), EMPTY),
            tuple((past, sums.get((kpi.pk, place, past.start), EMPTY)) for past in history_of[span]),
            breaks.get(kpi.pk, ()), aims.get(kpi.pk), by, where,
        )
        for kpi in kpis
        for span in [span_of[kpi.pk]]
        for place in sorted(places[kpi.pk], key=lambda place: (place is None, place or 0))
    }  # fmt: skip


def figure(
    kpi: KpiDefinition,
    period: Period,
    *,
    where: Where = EVERYWHERE,
    history: int | None = None,
    targets: Sequence[Target] | None = None,
    versions: Iterable[KpiVersion] | None = None,
) -> Figure:
    """One KPI in one period."""
    found = figures([kpi], period, where=where, history=history, targets=targets, versions=versions)
    return found[kpi.pk, None]


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
    return wanted({period: kpis}, targets)


def wanted(
    spans: Mapping[Period, Sequence[KpiDefinition]], targets: Iterable[Target] | None = None
) -> dict[int, Aimed]:
    """The target of each KPI on the last day of its own period. One query, none if all targets were read already."""
    if targets is None:
        held = Q()
        for span, group in spans.items():
            held |= Q(kpi__in=[kpi.pk for kpi in group], during__contains=span.last)
        targets = Target.objects.filter(held) if held else ()
    by_kpi: defaultdict[int, list[Target]] = defaultdict(list)
    for target in targets:
        by_kpi[target.kpi_id].append(target)
    found = {kpi.pk: aim_of(kpi, by_kpi[kpi.pk], span) for span, group in spans.items() for kpi in group}
    return {pk: aim for pk, aim in found.items() if aim}


def aim_of(kpi: KpiDefinition, targets: Iterable[Target], period: Period) -> Aimed | None:
    """The target on the last day of the period, among those of this KPI; the past is judged by that of its time."""
    held = next((target for target in targets if period.last in target.during), None)
    return aimed(kpi, held, period) if held else None


def breaks_of(
    kpis: Sequence[KpiDefinition], versions: Iterable[KpiVersion] | None = None
) -> dict[int, tuple[date, ...]]:
    """The days since which each KPI is counted in another way.

    One query; none if there is but one version of each, or if all were read already.
    """
    renewed = [kpi.pk for kpi in kpis if kpi.formula_version > 1]
    if versions is None:
        versions = KpiVersion.objects.filter(kpi__in=renewed) if renewed else ()
    days: defaultdict[int, list[date]] = defaultdict(list)
    for version in versions:
        days[version.kpi_id].append(version.valid_from)
    return {pk: tuple(sorted(found)) for pk, found in days.items()}


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
