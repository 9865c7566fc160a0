"""Control charts: limits of chance for figures counted over everybody, so that noise raises no alarm.

Limits lie 3 standard deviations around the centre, which is pooled over the points (or over the first
`baseline` of them, to judge new points by an undisturbed past). Source: NIST/SEMATECH e-Handbook of
Statistical Methods, 6.3.2 and 6.3.3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, inf, sqrt

from cxm.kit.statistics.arguments import check_count, check_number, check_part
from cxm.kit.statistics.values import Interval
from cxm.kit.statistics.verdicts import Change

SIGMAS = 3.0
# 3 / d2 with d2 = 1.128, the mean range of two normal values in standard deviations.
_RANGE_TO_LIMIT = 2.66


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One period: its value, the limits that hold for its size, and on which side it lies outside, if at
    all.
    """

    value: float
    low: float
    high: float

    @property
    def signal(self) -> Change:
        """UP above the upper limit, DOWN below the lower one, else NOT_SIGNIFICANT."""
        if self.value > self.high:
            return Change.UP
        return Change.DOWN if self.value < self.low else Change.NOT_SIGNIFICANT


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Centre line and judged points, in the unit of the values."""

    centre: float
    points: tuple[ControlPoint, ...]
    method: str


def p_limits(centre: float, n: int) -> Interval:
    """Limits of a share of n: p +- 3 sqrt(p (1 - p) / n), clipped to 0..1; ValueError for p outside 0..1, n
    < 1.
    """
    check_count("n", n, 1)
    check_number("centre", centre, 0)
    if centre > 1:
        raise ValueError(f"centre must lie between 0 and 1, not {centre!r}")
    half = SIGMAS * sqrt(centre * (1 - centre) / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def u_limits(centre: float, exposure: float) -> Interval:
    """Limits of events per exposure: u +- 3 sqrt(u / exposure), not below 0; ValueError for exposure <= 0."""
    check_number("centre", centre, 0)
    _check_exposure(exposure)
    half = SIGMAS * sqrt(centre / exposure)
    return Interval(max(0.0, centre - half), centre + half)


def p_chart(hits: Sequence[int], sizes: Sequence[int], baseline: int | None = None) -> ControlChart:
    """Shares hits / size per period as fractions, judged by the limits of a pooled share; each size at
    least 1.
    """
    used = _baseline(len(sizes), len(hits), baseline, 1)
    for hit, size in zip(hits, sizes, strict=True):
        check_count("sizes", size, 1)
        check_part("hits", hit, "its size", size)
    centre = sum(hits[:used]) / sum(sizes[:used])
    values = (hit / size for hit, size in zip(hits, sizes, strict=True))
    return _chart(centre, values, [p_limits(centre, size) for size in sizes], "p-chart")


def u_chart(events: Sequence[int], exposures: Sequence[float], baseline: int | None = None) -> ControlChart:
    """Events per exposure (complaints per contact), judged by Poisson limits; each exposure above 0."""
    used = _baseline(len(exposures), len(events), baseline, 1)
    for event, exposure in zip(events, exposures, strict=True):
        check_count("events", event)
        _check_exposure(exposure)
    centre = sum(events[:used]) / fsum(exposures[:used])
    values = (event / exposure for event, exposure in zip(events, exposures, strict=True))
    return _chart(centre, values, [u_limits(centre, exposure) for exposure in exposures], "u-chart")


def xmr_chart(values: Sequence[float], baseline: int | None = None) -> ControlChart:
    """Single values (revenue a month): mean +- 2.66 x mean moving range; needs two values in the baseline.

    Unlike the others it takes its noise from the values themselves. Source: NIST e-Handbook 6.3.2.2.
    """
    used = _baseline(len(values), len(values), baseline, 2)
    for value in values:
        check_number("values", value)
    centre = fsum(values[:used]) / used
    moves = [abs(after - before) for before, after in pairwise(values[:used])]
    half = _RANGE_TO_LIMIT * fsum(moves) / len(moves)
    return _chart(centre, values, [Interval(centre - half, centre + half)] * len(values), "XmR")


def _chart(centre: float, values: Iterable[float], limits: Sequence[Interval], method: str) -> ControlChart:
    points = (ControlPoint(value, limit.low, limit.high) for value, limit in zip(values, limits, strict=True))
    return ControlChart(centre, tuple(points), method)


def _baseline(count: int, other: int, baseline: int | None, least: int) -> int:
    if count != other:
        raise ValueError(f"both sequences must be equally long, not {other} and {count}")
    used = count if baseline is None else baseline
    check_count("baseline", used, least)
    if used > count:
        raise ValueError(f"baseline must not be above the number of points ({count}), not {used}")
    return used


def _check_exposure(exposure: float) -> None:
    if not 0 < exposure < inf:
        raise ValueError(f"exposure must be above 0, not {exposure!r}")
