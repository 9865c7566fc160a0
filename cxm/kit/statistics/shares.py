"""Shares (hits of n) and rates (events per exposure). Unit: a fraction 0..1, and events per one exposure."""

from collections.abc import Callable
from math import sqrt

from cxm.kit.statistics.arguments import check_count, check_number, check_part
from cxm.kit.statistics.distributions import normal_p, two_sided_z
from cxm.kit.statistics.values import CONFIDENCE, Difference, Estimate, critical_z, square_and_add

SHARE_METHOD = "Wilson score"
RATE_METHOD = "Poisson score"


def share(hits: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """Share hits / n as a fraction with the Wilson score interval, inside 0..1.

    centre (h + z^2/2) / (n + z^2), half width z / (n + z^2) sqrt(h (n - h) / n + z^2/4).
    Raises ValueError for n < 1 or hits outside 0..n. Source: Wilson 1927, JASA 22:209.
    """
    return _share(hits, n, two_sided_z(confidence))


def share_difference(
    before: tuple[int, int], after: tuple[int, int], confidence: float = CONFIDENCE
) -> Difference:
    """Change of a share as a fraction from two pairs (hits, n) of independent observations.

    Newcombe's hybrid score interval (1998, method 10); `p` is the level at which that interval reaches 0.
    """
    return _difference(
        lambda z: (_share(*before, z), _share(*after, z)), two_sided_z(confidence), "Newcombe hybrid score"
    )


def rate(events: int, exposure: float, confidence: float = CONFIDENCE) -> Estimate:
    """Events per one unit of exposure (complaints per contact; multiply by `scaled(1000)`), Poisson score
    interval.

    (x + z^2/2 +- z sqrt(x + z^2/4)) / exposure, the solution of |x - m| = z sqrt(m); `n` is the exposure,
    cut to a whole number. Raises ValueError for events < 0 or an exposure that is not above 0.
    Source: Barker 2002, Am. Stat. 56:85 (score interval).
    """
    return _rate(events, exposure, two_sided_z(confidence))


def rate_difference(
    before: tuple[int, float], after: tuple[int, float], confidence: float = CONFIDENCE
) -> Difference:
    """Change of a rate from two pairs (events, exposure); square-and-add of the two score intervals."""
    return _difference(
        lambda z: (_rate(*before, z), _rate(*after, z)), two_sided_z(confidence), "square-and-add score"
    )


def _difference(at: Callable[[float], tuple[Estimate, Estimate]], z: float, method: str) -> Difference:
    def excludes_zero(level: float) -> bool:
        bounds = square_and_add(*at(level))
        return bounds.low > 0 or bounds.high < 0

    before, after = at(z)
    bounds = square_and_add(before, after)
    p = normal_p(critical_z(excludes_zero)) if before.value != after.value else 1.0
    return Difference(after.value - before.value, bounds.low, bounds.high, p, method)


def _share(hits: int, n: int, z: float) -> Estimate:
    check_count("n", n, 1)
    check_part("hits", hits, "n", n)
    size = n + z * z
    centre = (hits + z * z / 2) / size
    half = z / size * sqrt(hits * (n - hits) / n + z * z / 4)
    # At 0 and n the bound is exactly 0 or 1; rounding must not push it past the value.
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return Estimate(hits / n, low, high, n, SHARE_METHOD)


def _rate(events: int, exposure: float, z: float) -> Estimate:
    check_count("events", events)
    check_number("exposure", exposure)
    if exposure <= 0:
        raise ValueError(f"exposure must be above 0, not {exposure!r}")
    centre, half = events + z * z / 2, z * sqrt(events + z * z / 4)
    low = 0.0 if events == 0 else (centre - half) / exposure
    return Estimate(events / exposure, low, (centre + half) / exposure, int(exposure), RATE_METHOD)
