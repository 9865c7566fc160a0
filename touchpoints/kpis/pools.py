"""From sums to a figure: estimate with interval by the KPI's shape, change against before, limits of chance.

Pure functions; counts are pooled, figures never averaged. Estimates are in the unit that is shown: per cent 0..100,
NPS points, hours, euros, events per `factor`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from cxm.kit.statistics import (
    TIMES,
    Change,
    ControlChart,
    Difference,
    Direction,
    Estimate,
    Histogram,
    Interval,
    MeanSample,
    NpsSample,
    RateSample,
    Sample,
    ShareSample,
    census,
    changed,
    difference,
    p_chart,
    smallest_change,
    u_chart,
    xmr_chart,
)
from touchpoints.kpis.choices import NEVER_SAMPLED, Shape, Unit
from touchpoints.kpis.models import KpiDefinition

THREE_SIGMA = 0.9973
"""Confidence of an alarm: with 40 figures a month one false alarm in nine months."""
FEWEST_BEFORE = 4
"""Earlier periods without which nothing can be called unusual."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Sums over any set of measurements; `buckets` only where a percentile or a histogram needs them."""

    rows: int = 0
    n: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    buckets: Mapping[int, int] = field(default_factory=dict)
    subjects: int = 0
    again: int = 0

    def __add__(self, other: Self) -> Self:
        buckets = dict(self.buckets)
        for bucket, count in other.buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
        return type(self)(
            self.rows + other.rows, self.n + other.n, self.total + other.total, self.squares + other.squares,
            buckets, self.subjects + other.subjects, self.again + other.again,
        )  # fmt: skip


EMPTY = Pool()


def is_census(kpi: KpiDefinition) -> bool:
    """Whether it is counted over everybody, so that there is no sampling error."""
    return kpi.is_census or kpi.shape in NEVER_SAMPLED


def scale_of(kpi: KpiDefinition) -> float:
    """By what the raw figure is multiplied for its unit."""
    if kpi.shape in (Shape.RATE, Shape.QUOTIENT):
        return float(kpi.factor)
    return (
        100.0 if kpi.unit == Unit.PERCENT and kpi.shape in (Shape.SHARE, Shape.TOP_BOX, Shape.REPEAT) else 1.0
    )


def sample_of(kpi: KpiDefinition, pool: Pool) -> Sample | None:
    """The sample that statistics can compare; None for plain amounts and without observations."""
    if kpi.shape == Shape.REPEAT:
        return ShareSample(pool.again, pool.subjects) if pool.subjects else None
    if not pool.n:
        return None
    if kpi.shape in (Shape.SHARE, Shape.TOP_BOX):
        return ShareSample(int(pool.total), pool.n)
    if kpi.shape == Shape.NPS:
        return NpsSample(int((pool.squares + pool.total) / 2), int((pool.squares - pool.total) / 2), pool.n)
    if kpi.shape == Shape.MEAN:
        bounds = Interval(*kpi.scale) if kpi.scale else None
        return MeanSample(pool.n, float(pool.total), float(pool.squares), bounds)
    if kpi.shape == Shape.PERCENTILE:
        return Histogram(pool.buckets, TIMES, kpi.q)
    return RateSample(int(pool.total), pool.n) if kpi.shape == Shape.RATE else None


def amount_of(kpi: KpiDefinition, pool: Pool) -> tuple[float, int] | None:
    """Figure and n of the shapes that are counted over everybody by nature; None without observations."""
    if kpi.shape == Shape.DISTINCT:
        return (float(pool.subjects), pool.subjects) if pool.subjects else None
    if kpi.shape == Shape.QUOTIENT:
        return (float(pool.total) / pool.n, pool.n) if pool.n else None
    return (float(pool.total), pool.n) if pool.rows else None


def estimate_of(kpi: KpiDefinition, pool: Pool) -> Estimate | None:
    """The figure in its unit. None without observations or with fewer than the KPI wants.

    Only a plain amount is shown however small: three orders are three orders, but one dear case is no cost per case.
    """
    factor = scale_of(kpi)
    if kpi.shape in NEVER_SAMPLED and kpi.shape != Shape.REPEAT:
        amount = amount_of(kpi, pool)
        if amount is None or (kpi.shape == Shape.QUOTIENT and amount[1] < kpi.min_n):
            return None
        return census(amount[0] * factor, amount[1])
    sample = sample_of(kpi, pool)
    estimate = sample.estimate() if sample else None
    if estimate is None or estimate.n < kpi.min_n:
        return None
    if is_census(kpi):
        return census(estimate.value * factor, estimate.n)
    return estimate.scaled(factor)


def percentile_of(kpi: KpiDefinition, pool: Pool, q: float) -> Estimate | None:
    """Another percentile of the same observations, e.g. P90 beside the median."""
    if pool.n < kpi.min_n:
        return None
    return Histogram(pool.buckets, TIMES, q).estimate()


def change_of(kpi: KpiDefinition, before: Sequence[Pool], now: Pool) -> Change:
    """Whether the figure moved against the period before by more than chance explains.

    A sample: test of the difference at 95 %. A census has no sampling error: it moved if it went further than the
    earlier periods usually go from one to the next.
    """
    if not before:
        return Change.NOT_SIGNIFICANT
    if not is_census(kpi):
        return changed(sample_of(kpi, before[-1]), sample_of(kpi, now))
    chart = control_of(kpi, [*before, now]) if estimate_of(kpi, before[-1]) else None
    return chart.last_move if chart else Change.NOT_SIGNIFICANT


def difference_of(kpi: KpiDefinition, before: Pool, now: Pool, confidence: float = 0.95) -> Difference | None:
    """This period minus the one before, in the unit shown; of a census without an interval."""
    first, second = estimate_of(kpi, before), estimate_of(kpi, now)
    if first is None or second is None:
        return None
    if is_census(kpi):
        gap = second.value - first.value
        return Difference(gap, gap, gap, None, "census")
    one, two = sample_of(kpi, before), sample_of(kpi, now)
    if one is None or two is None or min(one.size, two.size) < kpi.min_n:
        return None
    return difference(one, two, confidence).scaled(scale_of(kpi))


def jumped(kpi: KpiDefinition, before: Sequence[Pool], now: Pool) -> Change:
    """An alarm's view: beyond three sigma, of the limits of chance (census) or of the change (sample).

    A census that has left the limits and stays out on the same side does not jump again each month.
    """
    if not before:
        return Change.NOT_SIGNIFICANT
    if is_census(kpi):
        here, last = beyond(kpi, before, now), beyond(kpi, before[:-1], before[-1])
        return here if here is not last else Change.NOT_SIGNIFICANT
    return changed(sample_of(kpi, before[-1]), sample_of(kpi, now), THREE_SIGMA)


def beyond(kpi: KpiDefinition, before: Sequence[Pool], now: Pool) -> Change:
    """On which side of the limits of chance it lies, judged by the periods before."""
    chart = control_of(kpi, [*before, now])
    return chart.points[-1].signal if chart else Change.NOT_SIGNIFICANT


def limits_of(kpi: KpiDefinition, before: Sequence[Pool], now: Pool) -> tuple[float, float] | None:
    """The limits of chance in the unit that is shown; None for a sample, or with too few periods before."""
    chart = control_of(kpi, [*before, now]) if is_census(kpi) else None
    if chart is None:
        return None
    # Charts of plain amounts are in their unit already.
    factor = scale_of(kpi) if kpi.shape in (Shape.SHARE, Shape.TOP_BOX, Shape.REPEAT, Shape.RATE) else 1.0
    return chart.points[-1].low * factor, chart.points[-1].high * factor


def control_of(kpi: KpiDefinition, pools: Sequence[Pool], usual: int | None = None) -> ControlChart | None:
    """Limits of chance in the unit of the chart (fractions, events per one, amounts): the last point is judged by
    the others, or all by the first `usual` ones. None if too few earlier periods have observations, or the last one
    has none."""
    kept = [pool for pool in pools[:-1] if estimate_of(kpi, pool) is not None]
    if len(kept) < FEWEST_BEFORE or not pools or estimate_of(kpi, pools[-1]) is None:
        return None
    kept.append(pools[-1])
    baseline = min(usual or len(kept), len(kept) - 1)
    if kpi.shape in (Shape.SHARE, Shape.TOP_BOX):
        return p_chart([int(pool.total) for pool in kept], [pool.n for pool in kept], baseline)
    if kpi.shape == Shape.REPEAT:
        return p_chart([pool.again for pool in kept], [pool.subjects for pool in kept], baseline)
    if kpi.shape == Shape.RATE:
        return u_chart([int(pool.total) for pool in kept], [float(pool.n) for pool in kept], baseline)
    values = [estimate.value for pool in kept if (estimate := estimate_of(kpi, pool))]
    return xmr_chart(values, baseline)


def seen_from(kpi: KpiDefinition, pool: Pool) -> float | None:
    """From which change on two periods with so many answers would show an arrow, in the unit shown.

    None for what is counted over everybody, and with fewer observations than the KPI wants.
    """
    sample = None if is_census(kpi) else sample_of(kpi, pool)
    least = smallest_change(sample) if sample is not None and sample.size >= kpi.min_n else None
    return None if least is None else least * scale_of(kpi)


def direction_of(kpi: KpiDefinition) -> Direction:
    """Which way is better, for the statistics."""
    return Direction(kpi.aim)
