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
from cxm.kit.statistics.scores import (
    answers_for_half_width,
    answers_to_detect,
    nps,
    nps_difference,
    nps_variance,
)
from cxm.kit.statistics.shares import rate, rate_difference, share, share_difference
from cxm.kit.statistics.values import Difference, Estimate, Interval, census
from cxm.kit.statistics.verdicts import (
    Change,
    Direction,
    Light,
    Tier,
    benjamini_hochberg,
    direction_of_change,
    light,
    shown,
    tier,
    tier_of,
)

__all__ = [
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
    "answers_for_half_width",
    "answers_to_detect",
    "benjamini_hochberg",
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
    "nps_variance",
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
    "student_cdf",
    "student_quantile",
    "sum_of",
    "tier",
    "tier_of",
    "u_chart",
    "u_limits",
    "xmr_chart",
]
