"""How two groups differ, and whether their numbers suffice to say so. Pure functions."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt

from cxm.kit.statistics import Difference, MeanSample
from cxm.kit.statistics.distributions import normal_quantile, student_p, student_quantile
from cxm.kit.statistics.power import POWER
from cxm.kit.statistics.values import CONFIDENCE

NOTABLE = 0.5
"""Steps of the scale from which a gap is worth talking about."""


class Verdict(StrEnum):
    """What can be said of a gap."""

    HIDDEN = "hidden"  # too few answers in one of the groups
    OPEN = "open"  # chance explains it
    SMALL = "small"  # more than chance, less than half a step
    NOTABLE = "notable"


@dataclass(frozen=True)
class Asked:
    """Answers of a group, and how many of it were invited."""

    sample: MeanSample
    invited: int

    @property
    def left(self) -> float:
        """The factor of the standard error where a large part of a small group has answered: 0 if all have.

        sqrt((N - n) / (N - 1)). Source: Cochran 1977, Sampling Techniques, 2.6.
        """
        if self.invited <= self.sample.n:
            return 0.0
        return sqrt((self.invited - self.sample.n) / (self.invited - 1))

    @property
    def error(self) -> float:
        """Standard error of the mean, in steps."""
        n, total, squares = self.sample.n, self.sample.total, self.sample.squares
        variance = max(squares - total * total / n, 0.0) / (n - 1)
        return sqrt(variance / n) * self.left

    @property
    def mean(self) -> float:
        """In steps."""
        return self.sample.total / self.sample.n


@dataclass(frozen=True)
class Gap:
    """The first group minus the second; `seen_from` is the gap that such groups would show four times of five."""

    difference: Difference
    verdict: Verdict
    seen_from: float | None

    @property
    def is_census(self) -> bool:
        """Whether all of both groups have answered, so that chance plays no part."""
        return self.difference.method == "census"


def gap(first: Asked | None, second: Asked | None) -> Gap | None:
    """Welch's difference of two means with correction for finite groups. None if one group is not shown.

    Source: Welch 1947, Biometrika 34:28.
    """
    if first is None or second is None or min(first.sample.n, second.sample.n) < 2:
        return None
    value = first.mean - second.mean
    if not first.left and not second.left:
        return Gap(
            Difference(value, value, value, None, "census"), _verdict(value, certain=bool(value)), None
        )
    error = sqrt(first.error**2 + second.error**2)
    if not error:  # all of each group said the same
        return Gap(
            Difference(value, value, value, None, "Welch t"), _verdict(value, certain=bool(value)), None
        )
    parts = sum((one.error / error) ** 4 / (one.sample.n - 1) for one in (first, second))
    df = 1 / parts if parts else inf
    half = student_quantile(0.5 + CONFIDENCE / 2, df) * error
    found = Difference(value, value - half, value + half, student_p(value / error, df), "Welch t")
    seen_from = half * (1 + normal_quantile(POWER) / normal_quantile(0.5 + CONFIDENCE / 2))
    return Gap(found, _verdict(value, certain=found.is_significant), seen_from)


def _verdict(value: float, *, certain: bool) -> Verdict:
    if not certain:
        return Verdict.OPEN
    return Verdict.NOTABLE if abs(value) >= NOTABLE else Verdict.SMALL
