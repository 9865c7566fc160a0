"""What the functions of this package hand back: an interval, an estimate, a difference."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, inf, isfinite, isnan
from typing import Self

CONFIDENCE = 0.95
CENSUS_METHOD = "census"


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed range; an end may be infinite where the sample is too small to bound it."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval, the number of observations behind it and the name of the method.

    `value`, `low` and `high` share one unit: points for an NPS, a fraction 0..1 for a share, otherwise the
    unit of the observations. `low`/`high` are infinite where the sample cannot bound the value.
    """

    value: float
    low: float
    high: float
    n: int
    method: str

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)
        if isnan(self.value):
            raise ValueError("value must be a number, not nan")

    @property
    def interval(self) -> Interval:
        """The two bounds alone."""
        return Interval(self.low, self.high)

    @property
    def is_census(self) -> bool:
        """Whether it is counted over everybody, so that no number of answers limits what it may say."""
        return self.method == CENSUS_METHOD

    @property
    def is_bounded(self) -> bool:
        """Whether both bounds are finite, so that an interval can be printed or drawn."""
        return isfinite(self.low) and isfinite(self.high)

    def scaled(self, factor: float) -> Self:
        """The same estimate in another unit, e.g. 100 for percent or 1000 for "per 1,000 contacts"."""
        _check_factor(factor)
        return replace(self, value=self.value * factor, low=self.low * factor, high=self.high * factor)


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before, with interval; `p` is the two-sided probability of such a difference without
    change.

    `p` is None where the method has no p-value (percentiles).
    """

    value: float
    low: float
    high: float
    p: float | None
    method: str

    def __post_init__(self) -> None:
        _check_bounds(self.low, self.high)

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0 or self.high < 0

    def scaled(self, factor: float) -> Self:
        """The same difference in another unit."""
        _check_factor(factor)
        return replace(self, value=self.value * factor, low=self.low * factor, high=self.high * factor)


def census(value: float, n: int) -> Estimate:
    """A figure counted over everybody (orders, cost per lead): no sampling error, so the interval is the
    value.

    Small numbers still wobble: use the control limits of `control` before raising an alarm.
    """
    return Estimate(value, value, value, n, CENSUS_METHOD)


def square_and_add(
    before: tuple[float, float, float], after: tuple[float, float, float]
) -> tuple[float, float]:
    """Bounds of after - before from (value, low, high) of both (method of variance estimates recovery, MOVER).

    low = d - sqrt((after - after.low)^2 + (before.high - before)^2), high mirrored; d = after - before.
    With Wilson bounds this is Newcombe's hybrid score interval. Source: Newcombe 1998, Stat. Med. 17:873,
    method 10; Zou and Donner 2008, Stat. Med. 27:1693.
    """
    (first, first_low, first_high), (second, second_low, second_high) = before, after
    value = second - first
    down = hypot(second - second_low, first_high - first)
    up = hypot(second_high - second, first - first_low)
    return value - down, value + up


def critical_z(excludes_zero: Callable[[float], bool], largest: float = 40.0) -> float:
    """The largest normal quantile z at which an interval that grows with z still excludes 0 (bisection)."""
    low, high = 0.0, largest
    if excludes_zero(high):
        return high
    for _ in range(50):
        middle = (low + high) / 2
        if excludes_zero(middle):
            low = middle
        else:
            high = middle
    return low


def _check_bounds(low: float, high: float) -> None:
    if isnan(low) or isnan(high) or low > high or low == inf or high == -inf:
        raise ValueError(f"low must be a number not above high, not {low!r} and {high!r}")


def _check_factor(factor: float) -> None:
    if not (isfinite(factor) and factor > 0):
        raise ValueError(f"factor must be a positive number, not {factor!r}")
