"""Lights, tiers, control limits, many tests at once, and how often intervals and change tests are right."""

import random
from collections.abc import Callable
from itertools import count
from math import comb, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.statistics import (
    Change,
    Direction,
    Estimate,
    Light,
    NpsSample,
    ShareSample,
    Tier,
    benjamini_hochberg,
    census,
    changed,
    light,
    nps,
    nps_difference,
    p_chart,
    p_limits,
    share,
    tier,
    u_chart,
    u_limits,
    xmr_chart,
)

HIGHER, LOWER, AMBIVALENT = Direction.HIGHER, Direction.LOWER, Direction.AMBIVALENT


def estimate(low: float, high: float, n: int = 200) -> Estimate:
    return Estimate((low + high) / 2, low, high, n, "given")


def test_tiers() -> None:
    assert [tier(n) for n in (0, 4, 5, 29, 30, 99, 100)] == [
        Tier.HIDDEN,
        Tier.HIDDEN,
        Tier.TENDENCY,
        Tier.TENDENCY,
        Tier.CAUTIOUS,
        Tier.CAUTIOUS,
        Tier.NORMAL,
    ]


@pytest.mark.parametrize(
    ("low", "high", "direction", "expected"),
    [
        (30, 40, HIGHER, Light.GREEN),
        (30.1, 40, HIGHER, Light.GREEN),
        (29.9, 40, HIGHER, Light.OPEN),
        (20, 30, HIGHER, Light.OPEN),
        (20, 29.9, HIGHER, Light.RED),
        (20, 30, LOWER, Light.GREEN),
        (20, 30.1, LOWER, Light.OPEN),
        (30.1, 40, LOWER, Light.RED),
    ],
)
def test_light_is_decided_only_by_the_whole_interval(
    low: float, high: float, direction: Direction, expected: Light
) -> None:
    assert light(estimate(low, high), 30, direction) is expected


def test_tolerance_counts_from_a_hundred_answers_on() -> None:
    assert light(estimate(28, 40, 100), 30, HIGHER, tolerance=2) is Light.GREEN
    assert light(estimate(28, 40, 99), 30, HIGHER, tolerance=2) is Light.OPEN
    assert light(estimate(30, 40, 99), 30, HIGHER, tolerance=2) is Light.GREEN
    assert light(estimate(20, 28.5, 500), 30, HIGHER, tolerance=2) is Light.OPEN
    assert light(estimate(20, 27.9, 50), 30, HIGHER, tolerance=2) is Light.RED
    assert light(estimate(20, 32, 100), 30, LOWER, tolerance=2) is Light.GREEN


def test_an_ambivalent_figure_has_a_corridor() -> None:
    assert light(estimate(28, 32), 30, AMBIVALENT, tolerance=2) is Light.GREEN
    assert light(estimate(27, 31), 30, AMBIVALENT, tolerance=2) is Light.OPEN
    assert light(estimate(33, 35), 30, AMBIVALENT, tolerance=2) is Light.RED
    assert light(estimate(20, 27), 30, AMBIVALENT, tolerance=2) is Light.RED
    assert light(estimate(28, 32), 30, AMBIVALENT) is Light.NO_TARGET


def test_no_light_without_target_or_with_few_answers() -> None:
    assert light(estimate(28, 32), None, HIGHER) is Light.NO_TARGET
    assert light(estimate(28, 32, 29), 10, HIGHER) is Light.TOO_FEW
    assert light(None, 10, HIGHER) is Light.TOO_FEW
    assert light(census(12, 40), 10, HIGHER) is Light.GREEN


@given(st.floats(-50, 50), st.floats(0, 30), st.integers(30, 400), st.floats(-60, 60), st.floats(0, 10))
def test_a_mirrored_figure_has_the_mirrored_light(
    low: float, width: float, n: int, target: float, tolerance: float
) -> None:
    one = light(estimate(low, low + width, n), target, HIGHER, tolerance)
    other = light(estimate(-low - width, -low, n), -target, LOWER, tolerance)
    assert one is other


@given(st.floats(-50, 50), st.floats(0, 30), st.floats(-60, 60), st.floats(0.1, 20))
def test_a_higher_target_never_brightens_a_light(
    low: float, width: float, target: float, more: float
) -> None:
    order = [Light.RED, Light.OPEN, Light.GREEN]
    easy = light(estimate(low, low + width), target, HIGHER)
    hard = light(estimate(low, low + width), target + more, HIGHER)
    assert order.index(hard) <= order.index(easy)


def test_p_chart_golden_values() -> None:
    """Pooled 40 / 400 = 0.1; 3 sqrt(0.09 / 100) = 0.09."""
    chart = p_chart([8, 12, 0, 20], [100, 100, 100, 100])
    assert chart.centre == 0.1
    assert (chart.points[0].low, chart.points[0].high) == pytest.approx((0.01, 0.19))
    assert [point.signal for point in chart.points] == [
        Change.NOT_SIGNIFICANT,
        Change.NOT_SIGNIFICANT,
        Change.DOWN,
        Change.UP,
    ]
    narrow = p_limits(0.02, 10)
    assert (narrow.low, narrow.high) == pytest.approx((0.0, 0.1528), abs=1e-4)


def test_u_chart_golden_values() -> None:
    """60 complaints on 10,000 contacts: 0.006 +- 3 sqrt(0.006 / 1000) = 0.0073 for 1,000 contacts."""
    limits = u_limits(0.006, 1000)
    assert (limits.low, limits.high) == pytest.approx((0.0, 0.013348), abs=1e-6)
    chart = u_chart([6, 6, 30], [1000, 1000, 1000], baseline=2)
    assert (chart.centre, chart.points[2].signal) == (0.006, Change.UP)


def test_xmr_chart_golden_values() -> None:
    """Mean 12, moving ranges 4, 2, 0: their mean 2 x 2.66 = 5.32."""
    chart = xmr_chart([10, 14, 12, 12])
    assert chart.centre == 12
    assert chart.points[0].high == pytest.approx(17.32)
    later = xmr_chart([10, 14, 12, 12, 40], baseline=4)
    assert [point.signal for point in later.points][-2:] == [Change.NOT_SIGNIFICANT, Change.UP]


def test_benjamini_hochberg_golden_values() -> None:
    """The fifteen p-values of the paper of 1995: four findings stand at 5 %."""
    values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    values += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(benjamini_hochberg(values)) == 4
    assert benjamini_hochberg(values[::-1]) == benjamini_hochberg(values)[::-1]
    assert benjamini_hochberg([]) == ()
    assert benjamini_hochberg([0.05]) == (True,)


# (promoters, passives, detractors): five kinds of customers, from divided to delighted.
POPULATIONS = [(0.5, 0.2, 0.3), (0.57, 0.27, 0.16), (0.2, 0.3, 0.5), (0.95, 0.04, 0.01), (0.34, 0.33, 0.33)]


def covered(n: int, population: tuple[float, float, float]) -> float:
    """Probability that the interval holds the true NPS: summed over every possible result, no dice."""
    promoting, passive, detracting = population
    truth = 100 * (promoting - detracting)
    total = 0.0
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            if truth in nps(promoters, detractors, n).interval:
                ways = comb(n, promoters) * comb(n - promoters, detractors)
                rest = n - promoters - detractors
                total += ways * promoting**promoters * detracting**detractors * passive**rest
    return total


@pytest.mark.parametrize("population", POPULATIONS)
def test_nps_intervals_cover_the_truth(population: tuple[float, float, float]) -> None:
    for n in (5, 20, 40, 80):
        assert 0.92 <= covered(n, population) <= 0.98


def draw(chance: random.Random, n: int, population: tuple[float, float, float]) -> NpsSample:
    promoters = chance.binomialvariate(n, population[0])
    detractors = chance.binomialvariate(n - promoters, population[2] / (1 - population[0]))
    return NpsSample(promoters, detractors, n)


def test_nps_false_alarms_are_as_rare_as_said() -> None:
    """4.8-5.3 % in the long run; 8,000 pairs have a standard error of 0.24 points."""
    chance, alarms, runs = random.Random(42), 0, 8_000
    for run in range(runs):
        population = POPULATIONS[run % 3]
        before, after = draw(chance, 120, population), draw(chance, 150, population)
        alarms += changed(before, after) is not Change.NOT_SIGNIFICANT
    assert 0.043 <= alarms / runs <= 0.058


def test_a_true_change_is_found_as_often_as_planned() -> None:
    """260 answers a period find 20 points at variance 0.67 in 80 % of the cases."""
    chance, found, runs = random.Random(3), 0, 1_500
    for _ in range(runs):
        before, after = draw(chance, 260, (0.44, 0.28, 0.28)), draw(chance, 260, (0.54, 0.28, 0.18))
        found += changed(before, after) is Change.UP
    assert 0.76 <= found / runs <= 0.88


def test_no_change_shows_no_arrow() -> None:
    """A page of unchanged shares and scores: at least 94 % of the tiles stay without arrow."""
    chance, quiet, runs = random.Random(11), 0, 1_000
    for _ in range(runs // 2):
        before, after = (ShareSample(chance.binomialvariate(90, 0.7), 90) for _ in range(2))
        quiet += changed(before, after) is Change.NOT_SIGNIFICANT
        earlier, later = (draw(chance, 90, POPULATIONS[1]) for _ in range(2))
        quiet += changed(earlier, later) is Change.NOT_SIGNIFICANT
    assert quiet / runs >= 0.94


def test_overlapping_intervals_are_not_the_test() -> None:
    before, after = nps(40, 30, 150), nps(58, 24, 150)
    assert before.high > after.low
    assert nps_difference((40, 30, 150), (58, 24, 150)).is_significant
    assert share(50, 100).high > share(65, 100).low


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: tier(-1), "n"),
        (lambda: light(estimate(1, 2), nan, HIGHER), "target"),
        (lambda: light(estimate(1, 2), 1, HIGHER, -1), "tolerance"),
        (lambda: p_chart([1], [1, 2]), "both sequences"),
        (lambda: p_chart([3], [2]), "hits"),
        (lambda: p_chart([], []), "baseline"),
        (lambda: p_chart([1], [2], baseline=2), "baseline"),
        (lambda: p_limits(1.5, 10), "centre"),
        (lambda: u_limits(0.1, 0), "exposure"),
        (lambda: u_chart([-1], [5]), "events"),
        (lambda: xmr_chart([1.0]), "baseline"),
        (lambda: xmr_chart([1.0, nan]), "values"),
        (lambda: benjamini_hochberg([0.5, nan]), "p_values"),
        (lambda: benjamini_hochberg([0.5], rate=0), "rate"),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
