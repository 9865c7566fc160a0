"""Samples that can be added: counts and sums as a rollup keeps them.

Pool counts, never average figures: `sum_of(parts)` or `a + b`, then `.estimate()`. Estimates of an empty
sample are None, so that a page without answers is no special case. `difference(before, after)` and
`changed(before, after)` compare two samples of the same kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Protocol, Self

from cxm.kit.statistics.arguments import check_count
from cxm.kit.statistics.buckets import SCORES, Scale
from cxm.kit.statistics.means import mean, mean_difference
from cxm.kit.statistics.percentiles import percentile_from_histogram
from cxm.kit.statistics.scores import nps, nps_difference
from cxm.kit.statistics.shares import rate, rate_difference, share, share_difference
from cxm.kit.statistics.values import CONFIDENCE, Difference, Estimate, Interval, square_and_add
from cxm.kit.statistics.verdicts import SHOWN_FROM, Change, direction_of_change


class Sample(Protocol):
    """What all samples can do."""

    @property
    def size(self) -> float:
        """Number of observations (exposure for a rate)."""

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """The figure with interval, None if there is no observation."""

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """This sample minus an earlier one of the same kind."""


@dataclass(frozen=True, slots=True)
class ShareSample:
    """Hits of n observations; the figure is a fraction 0..1 (Wilson)."""

    hits: int = 0
    n: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.hits + other.hits, self.n + other.n)

    @property
    def size(self) -> float:
        """Number of observations."""
        return self.n

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """Share with Wilson interval."""
        return share(self.hits, self.n, confidence) if self.n else None

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """Newcombe difference."""
        return share_difference((before.hits, before.n), (self.hits, self.n), confidence)


@dataclass(frozen=True, slots=True)
class NpsSample:
    """Promoters (9-10) and detractors (0-6) among n answers; the figure is in points."""

    promoters: int = 0
    detractors: int = 0
    n: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.promoters + other.promoters, self.detractors + other.detractors, self.n + other.n
        )

    @property
    def size(self) -> float:
        """Number of answers."""
        return self.n

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """NPS with adjusted Wald interval."""
        return nps(self.promoters, self.detractors, self.n, confidence) if self.n else None

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """Difference of the adjusted scores."""
        return nps_difference(
            (before.promoters, before.detractors, before.n),
            (self.promoters, self.detractors, self.n),
            confidence,
        )


@dataclass(frozen=True, slots=True)
class MeanSample:
    """Count, sum and sum of squares; the figure is the mean. `bounds` is the answer scale, if any."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    bounds: Interval | None = None

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.bounds or other.bounds,
        )

    @property
    def size(self) -> float:
        """Number of observations."""
        return self.n

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """Mean with t interval."""
        return mean(self.n, self.total, self.squares, confidence, self.bounds) if self.n else None

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """Welch difference."""
        return mean_difference(
            (before.n, before.total, before.squares), (self.n, self.total, self.squares), confidence
        )


@dataclass(frozen=True, slots=True)
class RateSample:
    """Events per exposure (complaints per contact); the figure is per one unit of exposure."""

    events: int = 0
    exposure: float = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.events + other.events, self.exposure + other.exposure)

    @property
    def size(self) -> float:
        """The exposure."""
        return self.exposure

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """Rate with score interval."""
        return rate(self.events, self.exposure, confidence) if self.exposure else None

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """Square-and-add difference."""
        return rate_difference((before.events, before.exposure), (self.events, self.exposure), confidence)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts per bucket of a scale; the figure is the q-quantile, in the unit of the scale."""

    counts: Mapping[int, int] = field(default_factory=dict)
    scale: Scale = SCORES
    q: float = 0.5

    @classmethod
    def of(cls, values: Iterable[float], scale: Scale = SCORES, q: float = 0.5) -> Self:
        """The histogram of single values."""
        counts: dict[int, int] = {}
        for value in values:
            index = scale.index(value)
            counts[index] = counts.get(index, 0) + 1
        return cls(counts, scale, q)

    def __add__(self, other: Self) -> Self:
        if (self.scale, self.q) != (other.scale, other.q):
            raise ValueError("other must have the same scale and quantile")
        counts = dict(self.counts)
        for index, count in other.counts.items():
            counts[index] = counts.get(index, 0) + count
        return type(self)(counts, self.scale, self.q)

    @property
    def size(self) -> float:
        """Number of observations."""
        return self.n

    @property
    def n(self) -> int:
        """Number of observations."""
        return sum(self.counts.values())

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate | None:
        """Percentile with order-statistic interval."""
        return percentile_from_histogram(self.counts, self.scale, self.q, confidence) if self.n else None

    def minus(self, before: Self, confidence: float = CONFIDENCE) -> Difference:
        """Square-and-add of the two intervals; no p-value. ValueError if one histogram is empty."""
        first, second = before.estimate(confidence), self.estimate(confidence)
        if first is None or second is None:
            raise ValueError("counts must not be empty")
        low, high = square_and_add(
            (first.value, first.low, first.high), (second.value, second.low, second.high)
        )
        return Difference(second.value - first.value, low, high, None, "square-and-add order statistics")

    def share_from(self, lowest: int, highest: int) -> ShareSample:
        """Answers in the buckets lowest..highest as a share of all: top box, effort 5-7."""
        check_count("lowest", lowest)
        hits = sum(count for index, count in self.counts.items() if lowest <= index <= highest)
        return ShareSample(hits, self.n)

    def promoters(self) -> NpsSample:
        """Scores 9-10 and 0-6 of a 0..10 histogram; ValueError on another scale."""
        if self.scale != SCORES:
            raise ValueError("scale must be the scores 0..10")
        return NpsSample(self.share_from(9, 10).hits, self.share_from(0, 6).hits, self.n)

    def mean(self, bounds: Interval | None = None) -> MeanSample:
        """Sums of the bucket values: exact for scores, within the error of the scale for times."""
        pairs = [(self.scale.value(index), count) for index, count in self.counts.items()]
        total = sum(value * count for value, count in pairs)
        squares = sum(value * value * count for value, count in pairs)
        return MeanSample(self.n, total, squares, bounds)


def sum_of[T: (ShareSample, NpsSample, MeanSample, RateSample, Histogram)](parts: Iterable[T]) -> T | None:
    """The pooled sample, None without parts."""
    kept = list(parts)
    return reduce(add, kept) if kept else None


def difference[S: Sample](before: S, after: S, confidence: float = CONFIDENCE) -> Difference:
    """After minus before with interval; ValueError for samples of two kinds or an empty one."""
    if type(before) is not type(after):
        raise ValueError(f"after must be a {type(before).__name__}, not a {type(after).__name__}")
    return after.minus(before, confidence)


def changed[S: Sample](before: S | None, after: S | None, confidence: float = CONFIDENCE) -> Change:
    """UP or DOWN if the change is more than chance explains; never with fewer than 5 observations on a
    side.
    """
    if before is None or after is None or min(before.size, after.size) < SHOWN_FROM:
        return Change.NOT_SIGNIFICANT
    return direction_of_change(difference(before, after, confidence))
