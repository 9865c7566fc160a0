"""Shares (hits of n) and rates (events per exposure). Unit: a fraction 0..1, and events per one exposure."""

from collections.abc import Callable
from math import sqrt

from cxm.kit.statistics.arguments import check_count, check_number, check_part
from cxm.kit.statistics.distributions import normal_p, two_sided_z
from cxm.kit.statistics.values import CONFIDENCE, Difference, Estimate, critical_z, square_and_add

SHARE_METHOD = "Wilson score"
RATE_METHOD = "Poisson score"


type _Bounds = tuple[float, float, float]  # value, low, high


def share(hits: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """Share hits / n as a fraction with the Wilson score interval, inside 0..1.

    centre (h + z^2/2) / (n + z^2), half width z / (n + z^2) sqrt(h (n - h) / n + z^2/4).
    Raises ValueError for n < 1 or hits outside 0..n. Source: Wilson 1927, JASA 22:209.
    """
    _check_share(hits, n)
    value, low, high = _wilson(hits, n, two_sided_z(confidence))
    return Estimate(value, low, high, n, SHARE_METHOD)


def share_difference(
    before: tuple[int, int], after: tuple[int, int], confidence: float = CONFIDENCE
) -> Difference:
    """Change of a share as a fraction from two pairs (hits, n) of independent observations.

    Newcombe's hybrid score interval (1998, method 10); `p` is the level at which that interval reaches 0.
    """
    _check_share(*before)
    _check_share(*after)
    method = "Newcombe hybrid score"
    return _difference(lambda z: (_wilson(*before, z), _wilson(*after, z)), two_sided_z(confidence), method)


def rate(events: int, exposure: float, confidence: float = CONFIDENCE) -> Estimate:
    """Events per one unit of exposure with the Poisson score interval; `scaled(1000)` makes it "per 1,000 contacts".

    (x + z^2/2 +- z sqrt(x + z^2/4)) / exposure, the solution of |x - m| = z sqrt(m); `n` is the exposure,
    cut to a whole number. Raises ValueError for events < 0 or an exposure that is not above 0.
    Source: Barker 2002, Am. Stat. 56:85 (score interval).
    """
    _check_rate(events, exposure)
    value, low, high = _poisson(events, exposure, two_sided_z(confidence))
    return Estimate(value, low, high, int(exposure), RATE_METHOD)


def rate_difference(
    before: tuple[int, float], after: tuple[int, float], confidence: float = CONFIDENCE
) -> Difference:
    """Change of a rate from two pairs (events, exposure); square-and-add of the two score intervals."""
    _check_rate(*before)
    _check_rate(*after)
    method = "square-and-add score"
    return _difference(lambda z: (_poisson(*before, z), _poisson(*after, z)), two_sided_z(confidence), method)


def _difference(at: Callable[[float], tuple[_Bounds, _Bounds]], z: float, method: str) -> Difference:
    def excludes_zero(level: float) -> bool:
        low, high = square_and_add(*at(level))
        return low > 0 or high < 0

    before, after = at(z)
    low, high = square_and_add(before, after)
    p = normal_p(critical_z(excludes_zero)) if before[0] != after[0] else 1.0
    return Difference(after[0] - before[0], low, high, p, method)


def _wilson(hits: int, n: int, z: float) -> _Bounds:
    size = n + z * z
    centre = (hits + z * z / 2) / size
    half = z / size * sqrt(hits * (n - hits) / n + z * z / 4)
    # At 0 and n the bound is exactly 0 or 1; rounding must not push it past the value.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return hits / n, low, high


def _poisson(events: int, exposure: float, z: float) -> _Bounds:
    centre, half = events + z * z / 2, z * sqrt(events + z * z / 4)
    low = 0.0 if events == 0 else (centre - half) / exposure
    return events / exposure, low, (centre + half) / exposure


def _check_share(hits: int, n: int) -> None:
    check_count("n", n, 1)
    check_part("hits", hits, "n", n)


def _check_rate(events: int, exposure: float) -> None:
    check_count("events", events)
    check_number("exposure", exposure)
    if exposure <= 0:
        raise ValueError(f"exposure must be above 0, not {exposure!r}")
