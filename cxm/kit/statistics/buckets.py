"""Scales of histograms: how a value becomes a bucket number and what the number says about the value."""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from math import inf
from typing import Protocol

from cxm.kit.statistics.arguments import check_count, check_number


class Scale(Protocol):
    """What a histogram needs to know of its buckets; `low <= every value of the bucket <= high`."""

    def index(self, value: float) -> int:
        """Bucket number of a value."""

    def value(self, index: int) -> float:
        """The value that stands for the bucket."""

    def low(self, index: int) -> float:
        """Lower edge of the bucket."""

    def high(self, index: int) -> float:
        """Upper edge of the bucket."""


@dataclass(frozen=True)
class ScoreScale:
    """One bucket for each whole score, 0..10 by default; nothing is lost."""

    lowest: int = 0
    highest: int = 10

    def index(self, value: float) -> int:
        """The score itself; ValueError for a fraction or a score off the scale."""
        check_number("value", value)
        if value != int(value) or not self.lowest <= value <= self.highest:
            raise ValueError(
                f"value must be a whole score from {self.lowest} to {self.highest}, not {value!r}"
            )
        return int(value)

    def value(self, index: int) -> float:
        """The score."""
        return float(self.index(index))

    low = value
    high = value


@dataclass(frozen=True)
class LogScale:
    """Buckets of equal relative width for values from 0 up: times, amounts. The unit is the caller's.

    Bucket 0 holds [0, smallest), bucket i >= 1 holds [smallest * growth^(i-1), smallest * growth^i), the
    last one is open above. A value inside is replaced by 2 low high / (low + high), wrong by at most
    (growth - 1) / (growth + 1) of itself: 2.44 % for a growth of 1.05. In bucket 0 it becomes 0, wrong by
    at most `smallest`. Edges are decimal-rounded constants, the same on every machine, and the rule equals
    PostgreSQL's `width_bucket(value::float8, edges::float8[])`, so a rebuild in SQL gives the same cells.
    """

    smallest: str = "0.0001"
    largest: str = "1000000"
    growth: str = "1.05"

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Lower edges of the buckets 1, 2, ...; nine significant digits each."""
        edges: list[float] = []
        with localcontext() as context:
            context.prec = 40
            edge, growth, largest = Decimal(self.smallest), Decimal(self.growth), Decimal(self.largest)
            while edge <= largest:
                edges.append(float(f"{edge:.8e}"))
                edge *= growth
        return tuple(edges)

    @property
    def relative_error(self) -> float:
        """Largest relative error of a value read back from its bucket, between `smallest` and `largest`."""
        growth = float(self.growth)
        return (growth - 1) / (growth + 1)

    def index(self, value: float) -> int:
        """Bucket number; ValueError below 0, for NaN and infinity."""
        check_number("value", value, 0)
        return bisect_right(self.edges, value)

    def value(self, index: int) -> float:
        """The value that stands for the bucket: 0 for bucket 0, the lower edge for the open last one."""
        if index == 0:
            return 0.0
        low, high = self.low(index), self.high(index)
        return low if high == inf else 2 * low * high / (low + high)

    def low(self, index: int) -> float:
        """Lower edge; ValueError for a number that is no bucket."""
        self._check(index)
        return 0.0 if index == 0 else self.edges[index - 1]

    def high(self, index: int) -> float:
        """Upper edge, excluded; infinite for the last bucket."""
        self._check(index)
        return self.edges[index] if index < len(self.edges) else inf

    def _check(self, index: int) -> None:
        check_count("index", index)
        if index > len(self.edges):
            raise ValueError(f"index must be at most {len(self.edges)}, not {index}")


SCORES = ScoreScale()
# 0.36 s to 114 years when the unit is an hour, 9 s to 2,700 years when it is a day; 472 edges.
TIMES = LogScale()
