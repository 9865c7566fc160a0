"""What a sample of this size can show: the smallest change between two periods that is likely to be found."""

from math import inf

from cxm.kit.statistics.arguments import check_open
from cxm.kit.statistics.distributions import normal_quantile, two_sided_z
from cxm.kit.statistics.samples import Sample, difference
from cxm.kit.statistics.values import CONFIDENCE
from cxm.kit.statistics.verdicts import SHOWN_FROM

POWER = 0.8
"""How likely a change of that size is found: four times of five, as is usual in planning."""


def smallest_change(
    sample: Sample | None, power: float = POWER, confidence: float = CONFIDENCE
) -> float | None:
    """The smallest true change that two periods like this sample find with this power, in the sample's unit.

    (1 + z_power / z_confidence) times the half width of the interval of their difference, so it fits the test that
    draws the arrow. For an NPS that is d = (z + z_power) sqrt(2 s^2 / (n + 3)): 260 answers a period find 20 points
    at s^2 = 0.67. None where no change is ever called one: without sample, below 5 observations, without bounds.
    Source: measuringu.com/nps-sig-test-sample-size (form).
    """
    check_open("power", power)
    if sample is None or sample.size < SHOWN_FROM:
        return None
    same = difference(sample, sample, confidence)
    width = (same.high - same.low) / 2
    return None if width == inf else width * (1 + normal_quantile(power) / two_sided_z(confidence))
