"""From a figure to a verdict: how much it may say (tier), whether the target is met (light), whether it
moved.

The rules prefer silence to a guess: a light needs an interval that lies on one side of the target.
"""

from enum import StrEnum

from cxm.kit.statistics.arguments import check_count, check_number
from cxm.kit.statistics.values import Difference, Estimate

# Numbers of answers at which a figure may say more.
SHOWN_FROM = 5
JUDGED_FROM = 30
NORMAL_FROM = 100


class Tier(StrEnum):
    """What may be shown of a figure with n answers."""

    HIDDEN = "hidden"
    TENDENCY = "tendency"
    CAUTIOUS = "cautious"
    NORMAL = "normal"


class Direction(StrEnum):
    """Which way is better; AMBIVALENT figures have a corridor (target +- tolerance) instead."""

    HIGHER = "higher"
    LOWER = "lower"
    AMBIVALENT = "ambivalent"


class Light(StrEnum):
    """Verdict against a target; OPEN: the interval does not decide; PROVISIONAL: the period is not settled."""

    GREEN = "green"
    RED = "red"
    OPEN = "open"
    PROVISIONAL = "provisional"
    NO_TARGET = "no_target"
    TOO_FEW = "too_few"


class Change(StrEnum):
    """Whether a figure moved by more than chance explains."""

    UP = "up"
    DOWN = "down"
    NOT_SIGNIFICANT = "not_significant"


def tier(n: int) -> Tier:
    """n < 5 hide, 5-29 tendency without light, 30-99 cautious, from 100 normal; ValueError for n < 0."""
    check_count("n", n)
    if n < SHOWN_FROM:
        return Tier.HIDDEN
    if n < JUDGED_FROM:
        return Tier.TENDENCY
    return Tier.CAUTIOUS if n < NORMAL_FROM else Tier.NORMAL


def tier_of(estimate: Estimate | None) -> Tier:
    """The tier by the n of an estimate: HIDDEN without one.

    A census has no sampling error, but small numbers wobble all the same: three of six cases are no verdict. It is
    never hidden here, since three orders are three orders; whose figure is a share decides by its own fewest n.
    """
    if estimate is None:
        return Tier.HIDDEN
    found = tier(estimate.n)
    return Tier.TENDENCY if estimate.is_census and found is Tier.HIDDEN else found


def shown(estimate: Estimate | None) -> Estimate | None:
    """The estimate, or None where it must not be shown."""
    return None if tier_of(estimate) is Tier.HIDDEN else estimate


def light(
    estimate: Estimate | None, target: float | None, direction: Direction, tolerance: float = 0.0
) -> Light:
    """Verdict of an estimate against a target in the same unit.

    GREEN only if the whole interval keeps the target, RED only if the whole interval misses target and
    tolerance, else OPEN. From 100 answers on, keeping "target minus tolerance" is enough for GREEN; with
    30-99 the interval must clear the target itself; below 30 (or without estimate) TOO_FEW. For LOWER
    everything is mirrored; AMBIVALENT needs a tolerance and is GREEN inside the corridor, RED outside, in
    both tiers alike. A census is judged by its value, with the same numbers. Help and glossary say the same in the
    reader's words. Raises ValueError for a NaN target or a negative tolerance.
    """
    check_number("tolerance", tolerance, 0)
    if target is None:
        return Light.NO_TARGET
    check_number("target", target)
    answers = tier_of(estimate)
    if estimate is None or answers in {Tier.HIDDEN, Tier.TENDENCY}:
        return Light.TOO_FEW
    if direction is Direction.AMBIVALENT:
        return _corridor(estimate, target, tolerance)
    sign = 1.0 if direction is Direction.HIGHER else -1.0
    worst, best = sorted((sign * estimate.low, sign * estimate.high))
    goal = sign * target
    if worst >= (goal if answers is Tier.CAUTIOUS else goal - tolerance):
        return Light.GREEN
    return Light.RED if best < goal - tolerance else Light.OPEN


def direction_of_change(difference: Difference) -> Change:
    """UP or DOWN if the interval of the difference excludes 0."""
    if not difference.is_significant:
        return Change.NOT_SIGNIFICANT
    return Change.UP if difference.low > 0 else Change.DOWN


def while_provisional(verdict: Light) -> Light:
    """The verdict on a period that is not over, or not settled: PROVISIONAL in place of what its interval says."""
    return Light.PROVISIONAL if verdict in {Light.GREEN, Light.RED, Light.OPEN} else verdict


def _corridor(estimate: Estimate, target: float, tolerance: float) -> Light:
    if tolerance == 0:
        # A point is no corridor: there is nothing that could be kept.
        return Light.NO_TARGET
    low, high = target - tolerance, target + tolerance
    if low <= estimate.low and estimate.high <= high:
        return Light.GREEN
    return Light.RED if estimate.high < low or estimate.low > high else Light.OPEN
