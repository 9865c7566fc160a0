"""Golden values and properties of NPS, shares, rates and means."""

from collections.abc import Callable
from itertools import count
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.statistics import (
    Estimate,
    Histogram,
    Interval,
    MeanSample,
    NpsSample,
    ShareSample,
    census,
    mean,
    mean_difference,
    mean_of,
    nps,
    nps_difference,
    rate,
    rate_difference,
    share,
    share_difference,
    smallest_change,
)


def bounds(estimate: Estimate, factor: float = 1, places: int = 2) -> tuple[float, float]:
    return round(estimate.low * factor, places), round(estimate.high * factor, places)


def sums(values: list[float]) -> tuple[int, float, float]:
    return len(values), sum(values), sum(value * value for value in values)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "low", "high"),
    [(50, 20, 100, 14.05, 44.20), (15, 6, 30, 0.68, 53.86), (5, 2, 10, -19.05, 65.20)],
)
def test_nps_golden_values(promoters: int, detractors: int, n: int, low: float, high: float) -> None:
    estimate = nps(promoters, detractors, n)
    assert estimate.value == 30.0
    assert bounds(estimate) == (low, high)
    assert (estimate.n, estimate.method) == (n, "adjusted Wald")


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(8, 10, 49.0, 94.3), (80, 100, 71.1, 86.7), (0, 12, 0.0, 24.2)]
)
def test_wilson_golden_values(hits: int, n: int, low: float, high: float) -> None:
    assert bounds(share(hits, n), 100, 1) == (low, high)


def test_newcombe_golden_values() -> None:
    """Newcombe 1998, table II, method 10: 56/70 and 48/80, 9/10 and 3/10, 10/10 and 0/20."""
    for before, after, low, high in [
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 20), (10, 10), 0.6791, 1.0000),
    ]:
        change = share_difference(before, after)
        assert (round(change.low, 4), round(change.high, 4)) == (low, high)


def test_mean_golden_values() -> None:
    """1..5: mean 3, s = 1.5811, t(4) = 2.7764 -> 3 +- 1.9632."""
    assert bounds(mean_of([1, 2, 3, 4, 5]), places=4) == (1.0368, 4.9632)
    assert mean(5, 15, 55) == mean_of([1, 2, 3, 4, 5])
    assert bounds(mean(5, 15, 55, bounds=Interval(2, 4)), places=4) == (2.0, 4.0)


def test_welch_golden_values() -> None:
    """Student's sleep data (1908), as R's t.test reports them: t = 1.8608, df = 17.776."""
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    change = mean_difference(sums(first), sums(second))
    assert change.value == pytest.approx(1.58)
    assert (change.low, change.high) == pytest.approx((-0.2054832, 3.3654832), abs=1e-7)
    assert change.p == pytest.approx(0.07939, abs=5e-6)


def test_rate_golden_values() -> None:
    """10 events: score bounds (10 + 1.9207 +- 1.96 sqrt(10 + 0.9604)), i.e. 5.43 and 18.41 per unit."""
    assert bounds(rate(10, 1)) == (5.43, 18.41)
    assert bounds(rate(10, 1000).scaled(1000)) == (5.43, 18.41)
    assert rate(0, 50).low == 0.0


def test_differences_are_mirrored_when_the_periods_change_places() -> None:
    for one, other in [
        (nps_difference((50, 20, 100), (60, 20, 120)), nps_difference((60, 20, 120), (50, 20, 100))),
        (share_difference((8, 10), (5, 12)), share_difference((5, 12), (8, 10))),
        (rate_difference((8, 100), (5, 120)), rate_difference((5, 120), (8, 100))),
        (mean_difference((5, 15, 55), (4, 16, 70)), mean_difference((4, 16, 70), (5, 15, 55))),
    ]:
        assert one.value == pytest.approx(-other.value)
        assert one.low == pytest.approx(-other.high)
        assert one.p == pytest.approx(other.p)


# (promoters, passives, detractors): five kinds of customers, from divided to delighted.
POPULATIONS = [(0.5, 0.2, 0.3), (0.57, 0.27, 0.16), (0.2, 0.3, 0.5), (0.85, 0.12, 0.03), (0.34, 0.33, 0.33)]


@pytest.mark.parametrize(("n", "narrow", "wide"), [(30, 18, 29.5), (100, 9, 17), (400, 4.5, 8.5)])
def test_half_widths_of_an_nps(n: int, narrow: float, wide: float) -> None:
    """n = 30: 18-29 points, 100: 9-17, 400: 4.5-8.5, from the delighted to the divided."""
    halves = []
    for promoting, _passive, detracting in POPULATIONS:
        estimate = nps(round(promoting * n), round(detracting * n), n)
        halves.append((estimate.high - estimate.low) / 2)
    assert min(halves) == pytest.approx(narrow, abs=0.5)
    assert max(halves) == pytest.approx(wide, abs=0.5)


@pytest.mark.parametrize(
    ("points", "promoters", "detractors", "n"),
    [(10, 191, 191, 382), (10, 115, 64, 255), (5, 767, 767, 1534), (5, 466, 258, 1027)],
)
def test_so_many_answers_give_that_half_width(points: float, promoters: int, detractors: int, n: int) -> None:
    """Half promoters and half detractors is the worst case; the others have the usual variance of 0.67."""
    estimate = nps(promoters, detractors, n)
    assert (estimate.high - estimate.low) / 2 == pytest.approx(points, rel=0.01)


@pytest.mark.parametrize(
    ("sample", "least"),
    [(NpsSample(118, 66, 260), 20), (NpsSample(476, 266, 1049), 10), (NpsSample(1915, 1055, 4200), 5)],
)
def test_the_smallest_change_of_an_nps_that_can_be_seen(sample: NpsSample, least: float) -> None:
    """At variance 0.67 and 80 % power: 260 answers a period for 20 points, 1,049 for 10, about 4,200 for 5."""
    assert smallest_change(sample) == pytest.approx(least, rel=0.01)


def test_the_smallest_change_of_shares_and_means_that_can_be_seen() -> None:
    """(1.96 + 0.8416) sqrt(2 x 0.25 / 392) = 0.1; s = 1.005, (1.96 + 0.8416) 1.005 sqrt(2 / 100) = 0.398."""
    assert smallest_change(ShareSample(196, 392)) == pytest.approx(0.1, rel=0.01)
    assert smallest_change(MeanSample(100, 300.0, 1000.0)) == pytest.approx(0.398, rel=0.01)
    assert smallest_change(ShareSample(2, 4)) is None
    assert smallest_change(None) is None
    assert smallest_change(Histogram({5: 5})) is None  # five single answers bound no median


def test_one_answer_bounds_no_mean_and_equal_answers_have_no_spread() -> None:
    single = mean_of([4.0])
    assert (single.value, single.low, single.high, single.is_bounded) == (4.0, -inf, inf, False)
    same = mean_of([0.1] * 7)
    assert (same.low, same.high) == pytest.approx((0.1, 0.1))
    assert mean_difference((3, 3.0, 3.0), (3, 6.0, 12.0)).p == 0.0
    assert mean_difference((3, 3.0, 3.0), (3, 3.0, 3.0)).p == 1.0


def test_a_census_has_no_width() -> None:
    assert census(12.5, 40).interval == Interval(12.5, 12.5)


counts = st.integers(1, 2_000).flatmap(
    lambda n: st.integers(0, n).flatmap(
        lambda p: st.tuples(st.just(p), st.integers(0, n - p), st.just(n)),
    )
)


@given(counts, st.floats(0.5, 0.999))
def test_nps_lies_in_its_interval_within_the_scale(sample: tuple[int, int, int], confidence: float) -> None:
    estimate = nps(*sample, confidence)
    assert -100 <= estimate.low <= estimate.value <= estimate.high <= 100
    promoters, detractors, n = sample
    mirrored = nps(detractors, promoters, n, confidence)
    assert (mirrored.low, mirrored.high) == pytest.approx((-estimate.high, -estimate.low))


@given(counts, st.floats(0.5, 0.98))
def test_intervals_grow_with_confidence_and_shrink_with_answers(
    sample: tuple[int, int, int], confidence: float
) -> None:
    hits, _, n = sample
    narrow, wide, more = (
        share(hits, n, confidence),
        share(hits, n, confidence + 0.01),
        share(4 * hits, 4 * n, confidence),
    )
    assert wide.low <= narrow.low <= narrow.value <= narrow.high <= wide.high
    assert more.high - more.low < narrow.high - narrow.low
    mirrored = share(n - hits, n, confidence)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((narrow.low, narrow.high))


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_the_p_value_of_a_share_and_its_interval_agree(n: int, m: int, data: st.DataObject) -> None:
    before = (data.draw(st.integers(0, n)), n)
    after = (data.draw(st.integers(0, m)), m)
    change = share_difference(before, after)
    assert change.p is not None
    assert change.is_significant == (change.p < 0.05)
    assert -1 <= change.low <= change.value <= change.high <= 1


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=60))
def test_a_mean_lies_in_the_middle_of_its_interval(values: list[float]) -> None:
    estimate = mean_of(values)
    assert estimate.low <= estimate.value <= estimate.high
    assert estimate.value - estimate.low == pytest.approx(estimate.high - estimate.value, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: nps(1, 1, 0), "n"),
        (lambda: nps(-1, 1, 5), "promoters"),
        (lambda: nps(1, -1, 5), "detractors"),
        (lambda: nps(3, 3, 5), "promoters \\+ detractors"),
        (lambda: nps(1, 1, 5, 1.0), "confidence"),
        (lambda: nps(1.5, 1, 5), "promoters"),  # type: ignore[arg-type]  # what a careless caller might send
        (lambda: share(6, 5), "hits"),
        (lambda: share(1, -5), "n"),
        (lambda: share(1, 5, 0.0), "confidence"),
        (lambda: share(1, 5, nan), "confidence"),
        (lambda: rate(-1, 5), "events"),
        (lambda: rate(1, 0), "exposure"),
        (lambda: rate(1, nan), "exposure"),
        (lambda: mean(0, 0, 0), "n"),
        (lambda: mean(2, nan, 1), "total"),
        (lambda: mean(2, 4, inf), "squares"),
        (lambda: mean(2, 4, 1), "squares"),
        (lambda: mean(2, 4, 8, bounds=Interval(3, 5)), "bounds"),
        (lambda: mean_of([1.0, nan]), "total"),
        (lambda: mean_difference((1, 1, 1), (2, 2, 2)), "before n"),
        (lambda: smallest_change(ShareSample(1, 9), power=1), "power"),
        (lambda: Interval(2, 1), "low"),
        (lambda: Interval(nan, 1), "low"),
        (lambda: census(nan, 3), "low"),
        (lambda: share(1, 5).scaled(-1), "factor"),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
