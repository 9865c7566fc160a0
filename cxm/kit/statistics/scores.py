"""Net Promoter Score: interval and change test. Unit everywhere: points, -100..100."""

from math import sqrt

from cxm.kit.statistics.arguments import check_count, check_part
from cxm.kit.statistics.distributions import normal_p, two_sided_z
from cxm.kit.statistics.values import CONFIDENCE, Difference, Estimate

NPS_METHOD = "adjusted Wald"


def nps(promoters: int, detractors: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """NPS = 100 (P - D) / n in points, with the adjusted Wald interval, clipped to -100..100.

    n' = n + 3, P' = (P + 0.75) / n', D' = (D + 0.75) / n', centre P' - D', half width
    z sqrt((P' + D' - (P' - D')^2) / n'). The point is the raw NPS and always lies inside the interval.
    Raises ValueError for n < 1, negative counts, P + D > n. Source: Sauro and Lewis,
    measuringu.com/nps-confidence-intervals.
    """
    value = _raw(promoters, detractors, n)
    centre, error = _adjusted(promoters, detractors, n)
    half = two_sided_z(confidence) * error
    # With one or two answers the shrunken interval can end just short of the raw score.
    low, high = min(value, centre - half), max(value, centre + half)
    return Estimate(value, max(-100.0, low), min(100.0, high), n, NPS_METHOD)


def nps_difference(
    before: tuple[int, int, int], after: tuple[int, int, int], confidence: float = CONFIDENCE
) -> Difference:
    """Change of an NPS in points from two triples (promoters, detractors, n) of independent answers.

    z = (adjusted after - adjusted before) / sqrt(SE1^2 + SE2^2), each SE from the adjusted counts; the
    value is the raw difference. Raises ValueError as `nps` does. Source:
    measuringu.com/nps-significance-test.
    """
    value = _raw(*after) - _raw(*before)
    centre_before, error_before = _adjusted(*before)
    centre_after, error_after = _adjusted(*after)
    centre, error = centre_after - centre_before, sqrt(error_before**2 + error_after**2)
    half = two_sided_z(confidence) * error
    return Difference(value, centre - half, centre + half, normal_p(centre / error), NPS_METHOD)


def _raw(promoters: int, detractors: int, n: int) -> float:
    _check(promoters, detractors, n)
    return 100.0 * (promoters - detractors) / n


def _adjusted(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Centre and standard error in points, with three quarters of an answer added to either end."""
    size = n + 3
    p, d = (promoters + 0.75) / size, (detractors + 0.75) / size
    return 100.0 * (p - d), 100.0 * sqrt((p + d - (p - d) ** 2) / size)


def _check(promoters: int, detractors: int, n: int) -> None:
    check_count("n", n, 1)
    check_part("promoters", promoters, "n", n)
    check_part("detractors", detractors, "n", n)
    if promoters + detractors > n:
        raise ValueError(f"promoters + detractors must not be above n ({n}), not {promoters + detractors}")
