"""Means with Student t interval and Welch's difference. Unit: that of the observations."""

from collections.abc import Iterable
from math import fsum, inf, sqrt

from cxm.kit.statistics.arguments import check_count, check_number, check_open
from cxm.kit.statistics.distributions import student_p, student_quantile
from cxm.kit.statistics.values import CONFIDENCE, Difference, Estimate, Interval

MEAN_METHOD = "Student t"
# Sums of floats carry this much relative noise; a variance below it is 0 (all values the same).
_NOISE = 1e-12


def mean(
    n: int, total: float, squares: float, confidence: float = CONFIDENCE, bounds: Interval | None = None
) -> Estimate:
    """Mean total / n with t interval, from the sums that a rollup keeps (n, sum, sum of squares).

    half width t(n - 1) s / sqrt(n), s^2 = (squares - total^2 / n) / (n - 1). Unbounded for n = 1. `bounds`
    (the answer scale, e.g. 1..5) clips the interval. Raises ValueError for n < 1, NaN, or squares < total^2
    / n. Values far from 0 compared with their spread lose digits in the sums; for money keep cents, not
    account numbers.
    """
    value, error = _mean_and_error(n, total, squares)
    check_open("confidence", confidence)
    if n == 1:
        low, high = -inf, inf
    else:
        half = student_quantile(0.5 + confidence / 2, n - 1) * error
        low, high = value - half, value + half
    if bounds is not None:
        if value not in bounds:
            raise ValueError(f"bounds must enclose the mean {value!r}")
        low, high = max(low, bounds.low), min(high, bounds.high)
    return Estimate(value, low, high, n, MEAN_METHOD)


def mean_of(
    values: Iterable[float], confidence: float = CONFIDENCE, bounds: Interval | None = None
) -> Estimate:
    """The same from the values themselves; ValueError without values or with NaN among them."""
    kept = list(values)
    return mean(len(kept), fsum(kept), fsum(value * value for value in kept), confidence, bounds)


def mean_difference(
    before: tuple[int, float, float], after: tuple[int, float, float], confidence: float = CONFIDENCE
) -> Difference:
    """Change of a mean from two triples (n, total, squares): Welch's t, unequal variances; each n at least 2.

    df = (e1^2 + e2^2)^2 / (e1^4 / (n1 - 1) + e2^4 / (n2 - 1)), e = standard error. Two samples without any
    spread differ surely or not at all. Source: Welch 1947, Biometrika 34:28.
    """
    check_count("before n", before[0], 2)
    check_count("after n", after[0], 2)
    check_open("confidence", confidence)
    value_before, error_before = _mean_and_error(*before)
    value_after, error_after = _mean_and_error(*after)
    value, error = value_after - value_before, sqrt(error_before**2 + error_after**2)
    if error == 0:
        return Difference(value, value, value, 1.0 if value == 0 else 0.0, "Welch t")
    part_before, part_after = (error_before / error) ** 4, (error_after / error) ** 4
    df = 1 / (part_before / (before[0] - 1) + part_after / (after[0] - 1))
    half = student_quantile(0.5 + confidence / 2, df) * error
    return Difference(value, value - half, value + half, student_p(value / error, df), "Welch t")


def _mean_and_error(n: int, total: float, squares: float) -> tuple[float, float]:
    """Mean and its standard error; the error is 0 for a single value."""
    check_count("n", n, 1)
    check_number("total", total)
    check_number("squares", squares, 0)
    value = total / n
    spread = squares - value * total
    if abs(spread) <= _NOISE * squares:
        return value, 0.0
    if spread < 0:
        raise ValueError(f"squares must be at least total^2 / n ({value * total!r}), not {squares!r}")
    return value, sqrt(spread / (n - 1) / n) if n > 1 else 0.0
