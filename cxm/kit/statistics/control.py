"""Control charts: limits of chance for figures counted over everybody, so that noise raises no alarm.

Limits lie 3 standard deviations around the centre, which is pooled over the points (or over the first
`baseline` of them, to judge new points by an undisturbed past). Source: NIST/SEMATECH e-Handbook of
Statistical Methods, 6.3.2 and 6.3.3.

Shares and rates are charted as Laney's p' and u'. The textbook p-chart knows only the noise of the dice: of 290,000
sessions a month it calls a natural coming and going of 3 % a wonder. Laney measures how much more the points vary
than dice would (their standardised moving range) and widens the limits by that factor, which is never below 1 here:
nothing varies less than chance. Source: Laney 2002, Improved Control Charts for Attributes, Quality Engineering 14:531.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, hypot, inf, sqrt

from cxm.kit.statistics.arguments import check_count, check_number, check_part
from cxm.kit.statistics.values import Interval
from cxm.kit.statistics.verdicts import Change

SIGMAS = 3.0
# 3 / d2 with d2 = 1.128, the mean range of two normal values in standard deviations.
_RANGE_TO_LIMIT = 2.66
# D4: a move beyond so many mean moves is itself no noise but a shift, and must not widen the limits.
_UNUSUAL_MOVE = 3.267
# The same in standard deviations of a difference: 3.267 x 1.128 / sqrt(2). Chance goes beyond it in 1 case of 100.
_UNUSUAL_DIFFERENCE = 2.606


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
    """Centre line and judged points, in the unit of the values; `sigmas` is the usual noise of each point."""

    centre: float
    points: tuple[ControlPoint, ...]
    sigmas: tuple[float, ...]
    method: str

    @property
    def last_move(self) -> Change:
        """UP or DOWN if the last point moved from the one before by more than is usual between neighbours.

        The rule of the moving-range chart. It sees the return to normal after a trouble, which lies within the limits
        of a past that knows the trouble. Source: NIST e-Handbook 6.3.2.2.
        """
        if len(self.points) < 2:
            return Change.NOT_SIGNIFICANT
        gap = self.points[-1].value - self.points[-2].value
        if abs(gap) <= _UNUSUAL_DIFFERENCE * hypot(*self.sigmas[-2:]):
            return Change.NOT_SIGNIFICANT
        return Change.UP if gap > 0 else Change.DOWN


def p_limits(centre: float, n: int, spread: float = 1.0) -> Interval:
    """Limits of a share of n: p +- 3 spread sqrt(p (1 - p) / n), clipped to 0..1.

    `spread` is how many times wider than dice the points vary. ValueError for p outside 0..1, n < 1, spread < 0.
    """
    check_count("n", n, 1)
    check_number("centre", centre, 0)
    check_number("spread", spread, 0)
    if centre > 1:
        raise ValueError(f"centre must lie between 0 and 1, not {centre!r}")
    half = SIGMAS * spread * sqrt(centre * (1 - centre) / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def u_limits(centre: float, exposure: float, spread: float = 1.0) -> Interval:
    """Limits of events per exposure: u +- 3 spread sqrt(u / exposure), not below 0; ValueError for exposure <= 0."""
    check_number("centre", centre, 0)
    check_number("spread", spread, 0)
    _check_exposure(exposure)
    half = SIGMAS * spread * sqrt(centre / exposure)
    return Interval(max(0.0, centre - half), centre + half)


def p_chart(hits: Sequence[int], sizes: Sequence[int], baseline: int | None = None) -> ControlChart:
    """Shares hits / size per period as fractions, judged by Laney's p' limits; each size at least 1."""
    used = _baseline(len(sizes), len(hits), baseline, 1)
    for hit, size in zip(hits, sizes, strict=True):
        check_count("sizes", size, 1)
        check_part("hits", hit, "its size", size)
    centre = sum(hits[:used]) / sum(sizes[:used])
    values = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    noise = [sqrt(centre * (1 - centre) / size) for size in sizes]
    spread = _spread(centre, values[:used], noise)
    limits = [p_limits(centre, size, spread) for size in sizes]
    return _chart(centre, values, limits, [spread * sigma for sigma in noise], "Laney p'")


def u_chart(events: Sequence[int], exposures: Sequence[float], baseline: int | None = None) -> ControlChart:
    """Events per exposure (complaints per contact), judged by Laney's u' limits; each exposure above 0."""
    used = _baseline(len(exposures), len(events), baseline, 1)
    for event, exposure in zip(events, exposures, strict=True):
        check_count("events", event)
        _check_exposure(exposure)
    centre = sum(events[:used]) / fsum(exposures[:used])
    values = [event / exposure for event, exposure in zip(events, exposures, strict=True)]
    noise = [sqrt(centre / exposure) for exposure in exposures]
    spread = _spread(centre, values[:used], noise)
    limits = [u_limits(centre, exposure, spread) for exposure in exposures]
    return _chart(centre, values, limits, [spread * sigma for sigma in noise], "Laney u'")


def xmr_chart(values: Sequence[float], baseline: int | None = None) -> ControlChart:
    """Single values (revenue a month): mean +- 2.66 x usual moving range; needs two values in the baseline.

    It takes its noise from the values alone. Source: NIST e-Handbook 6.3.2.2.
    """
    used = _baseline(len(values), len(values), baseline, 2)
    for value in values:
        check_number("values", value)
    centre = fsum(values[:used]) / used
    half = _RANGE_TO_LIMIT * _usual_move(values[:used])
    limits = [Interval(centre - half, centre + half)] * len(values)
    return _chart(centre, values, limits, [half / SIGMAS] * len(values), "XmR")


def _spread(centre: float, values: Sequence[float], noise: Sequence[float]) -> float:
    """How many times more the values vary from period to period than their noise explains; at least 1."""
    if len(values) < 2 or noise[0] == 0:
        return 1.0
    standard = [(value - centre) / sigma for value, sigma in zip(values, noise, strict=False)]
    return max(1.0, _usual_move(standard) * _RANGE_TO_LIMIT / SIGMAS)


def _usual_move(values: Sequence[float]) -> float:
    """Mean moving range, without those moves that are shifts: beyond 3.267 times the mean of all.

    Source: Nelson 1982, Control Charts for Individual Measurements, Journal of Quality Technology 14:172.
    """
    moves = [abs(after - before) for before, after in pairwise(values)]
    most = _UNUSUAL_MOVE * fsum(moves) / len(moves)
    kept = [move for move in moves if move <= most]
    return fsum(kept) / len(kept)


def _chart(
    centre: float, values: Iterable[float], limits: Sequence[Interval], sigmas: Sequence[float], method: str
) -> ControlChart:
    points = (ControlPoint(value, limit.low, limit.high) for value, limit in zip(values, limits, strict=True))
    return ControlChart(centre, tuple(points), tuple(sigmas), method)


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
