"""Honest figures: intervals, change tests, control limits and verdicts, as pure functions on counts and sums.

Pool counts, never average figures. Bad arguments raise a ValueError that names the argument. Import from
here.
"""

from cxm.kit.statistics.buckets import SCORES, TIMES, LogScale, Scale, ScoreScale
from cxm.kit.statistics.control import (
    ControlChart,
    ControlPoint,
    p_chart,
    p_limits,
    u_chart,
    u_limits,
    xmr_chart,
)
from cxm.kit.statistics.distributions import normal_quantile, quantile_ranks, student_cdf, student_quantile
from cxm.kit.statistics.means import mean, mean_difference, mean_of
from cxm.kit.statistics.percentiles import percentile, percentile_from_histogram
from cxm.kit.statistics.power import POWER, smallest_change
from cxm.kit.statistics.samples import (
    Histogram,
    MeanSample,
    NpsSample,
    RateSample,
    Sample,
    ShareSample,
    changed,
    difference,
    sum_of,
)
from cxm.kit.statistics.scores import nps, nps_difference
from cxm.kit.statistics.shares import rate, rate_difference, share, share_difference
from cxm.kit.statistics.values import Difference, Estimate, Interval, census
from cxm.kit.statistics.verdicts import (
    Change,
    Direction,
    Light,
    Tier,
    direction_of_change,
    light,
    shown,
    tier,
    tier_of,
    while_provisional,
)

__all__ = [
    "POWER",
    "SCORES",
    "TIMES",
    "Change",
    "ControlChart",
    "ControlPoint",
    "Difference",
    "Direction",
    "Estimate",
    "Histogram",
    "Interval",
    "Light",
    "LogScale",
    "MeanSample",
    "NpsSample",
    "RateSample",
    "Sample",
    "Scale",
    "ScoreScale",
    "ShareSample",
    "Tier",
    "census",
    "changed",
    "difference",
    "direction_of_change",
    "light",
    "mean",
    "mean_difference",
    "mean_of",
    "normal_quantile",
    "nps",
    "nps_difference",
    "p_chart",
    "p_limits",
    "percentile",
    "percentile_from_histogram",
    "quantile_ranks",
    "rate",
    "rate_difference",
    "share",
    "share_difference",
    "shown",
    "smallest_change",
    "student_cdf",
    "student_quantile",
    "sum_of",
    "tier",
    "tier_of",
    "u_chart",
    "u_limits",
    "while_provisional",
    "xmr_chart",
]
