"""Median and other percentiles with distribution-free intervals, from values or from a histogram."""

from collections.abc import Callable, Iterable, Mapping
from math import floor, inf

from cxm.kit.statistics.arguments import check_count, check_number, check_open
from cxm.kit.statistics.buckets import Scale
from cxm.kit.statistics.distributions import quantile_ranks
from cxm.kit.statistics.values import CONFIDENCE, Estimate

PERCENTILE_METHOD = "order statistics"


def percentile(values: Iterable[float], q: float = 0.5, confidence: float = CONFIDENCE) -> Estimate:
    """The q-quantile (0.5 median, 0.9 P90) in the unit of the values.

    Value: linear between the neighbouring ranks at 1 + q (n - 1), as PostgreSQL's percentile_cont.
    Interval: the order statistics of `quantile_ranks`, at least the asked confidence for any distribution;
    an end that the sample cannot bound is infinite (the median needs 6 values at 95 %, P90 needs 36 for its
    upper end). Raises ValueError without values, with NaN, or q outside (0, 1).
    """
    ordered = sorted(values)
    for value in ordered:
        check_number("values", value)
    if not ordered:
        raise ValueError("values must not be empty")
    return _estimate(len(ordered), q, confidence, *(lambda rank: ordered[rank - 1],) * 3)


def percentile_from_histogram(
    counts: Mapping[int, int], scale: Scale, q: float = 0.5, confidence: float = CONFIDENCE
) -> Estimate:
    """The same from bucket number -> count; the bounds are the outer edges of their buckets (never too
    narrow).

    The value carries the error of the scale (2.44 % for TIMES). Raises ValueError when all counts are 0.
    """
    ordered = sorted((index, count) for index, count in counts.items() if count != 0)
    for _, count in ordered:
        check_count("counts", count)
    n = sum(count for _, count in ordered)
    if n == 0:
        raise ValueError("counts must not be empty")

    def bucket(rank: int) -> int:
        seen = 0
        for index, count in ordered:
            seen += count
            if seen >= rank:
                return index
        return ordered[-1][0]

    return _estimate(
        n,
        q,
        confidence,
        lambda rank: scale.value(bucket(rank)),
        lambda rank: scale.low(bucket(rank)),
        lambda rank: scale.high(bucket(rank)),
    )


type _AtRank = Callable[[int], float]


def _estimate(
    n: int, q: float, confidence: float, value_at: _AtRank, low_at: _AtRank, high_at: _AtRank
) -> Estimate:
    check_open("q", q)
    lower, upper = quantile_ranks(n, q, confidence)
    low = low_at(lower) if lower >= 1 else -inf
    high = high_at(upper) if upper <= n else inf
    position = 1 + q * (n - 1)
    rank = floor(position)
    value = value_at(rank)
    if rank < n:
        value += (position - rank) * (value_at(rank + 1) - value)
    return Estimate(value, low, high, n, PERCENTILE_METHOD)
