"""Buckets, histograms and percentiles."""

import random
from collections.abc import Callable
from itertools import count
from math import exp, inf, log, nan
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.statistics import (
    SCORES,
    TIMES,
    Change,
    Histogram,
    Interval,
    LogScale,
    MeanSample,
    NpsSample,
    RateSample,
    Sample,
    ShareSample,
    changed,
    difference,
    percentile,
    percentile_from_histogram,
    sum_of,
)

positive = st.floats(1e-4, 1e6)


@given(positive)
def test_a_time_read_back_from_its_bucket_is_wrong_by_at_most_two_and_a_half_percent(value: float) -> None:
    index = TIMES.index(value)
    assert TIMES.low(index) <= value < TIMES.high(index)
    if TIMES.high(index) != inf:
        assert abs(TIMES.value(index) - value) <= TIMES.relative_error * value * (1 + 1e-8)
    assert TIMES.relative_error == pytest.approx(0.0244, abs=1e-4)


def test_buckets_are_inverted_exactly_and_have_equal_relative_width() -> None:
    for index in range(len(TIMES.edges) + 1):
        assert TIMES.index(TIMES.value(index)) == index
        assert TIMES.index(TIMES.low(index)) == index
        if 1 <= index < len(TIMES.edges):
            assert TIMES.high(index) / TIMES.low(index) == pytest.approx(1.05, rel=1e-7)
            assert index == int(log(TIMES.value(index) / 1e-4) / log(1.05)) + 1


def test_zero_has_its_own_bucket_and_the_last_one_is_open() -> None:
    assert (TIMES.index(0), TIMES.value(0), TIMES.low(0), TIMES.high(0)) == (0, 0.0, 0.0, 1e-4)
    last = len(TIMES.edges)
    assert last == 472
    assert (TIMES.index(1e12), TIMES.high(last), TIMES.value(last)) == (last, inf, TIMES.edges[-1])


def test_scores_keep_every_value() -> None:
    assert [SCORES.index(score) for score in range(11)] == list(range(11))
    assert (SCORES.low(7), SCORES.value(7), SCORES.high(7)) == (7.0, 7.0, 7.0)


def test_median_and_its_interval_by_hand() -> None:
    """Ten values: median between the 5th and 6th, 95 % bounds the 2nd and 9th."""
    estimate = percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5])
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (5.5, 2, 9, 10)
    five = percentile([1, 2, 3, 4, 5])
    assert (five.value, five.low, five.high) == (3, -inf, inf)
    assert percentile(range(1, 37), 0.9).high == 36
    assert percentile(range(1, 36), 0.9).high == inf


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=80), st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_percentiles_interpolate_like_the_database_does(values: list[float], q: float) -> None:
    expected = quantiles(values, n=20, method="inclusive")[round(q * 20) - 1]
    estimate = percentile(values, q)
    assert estimate.value == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert estimate.low <= estimate.value <= estimate.high


@given(st.lists(positive, min_size=1, max_size=80), st.sampled_from([0.5, 0.9]))
def test_percentiles_of_a_histogram_keep_the_error_of_its_scale(values: list[float], q: float) -> None:
    exact, pooled = percentile(values, q), Histogram.of(values, TIMES, q).estimate()
    assert pooled is not None
    if max(values) < TIMES.edges[-1]:
        assert pooled.value == pytest.approx(exact.value, rel=TIMES.relative_error + 1e-6)
    assert pooled.low <= exact.low
    assert pooled.high >= exact.high


@pytest.mark.parametrize("n", [10, 50, 400])
def test_median_interval_covers_at_least_as_often_as_it_says(n: int) -> None:
    chance = random.Random(7)
    hits = 0
    for _ in range(600):
        hits += 1.0 in percentile([exp(chance.gauss(0, 1)) for _ in range(n)]).interval
    assert hits / 600 >= 0.93  # 0.95 less two standard errors


def test_pooling_parts_equals_counting_everything() -> None:
    assert sum_of([NpsSample(5, 2, 10), NpsSample(45, 18, 90)]) == NpsSample(50, 20, 100)
    assert sum_of([ShareSample(1, 2), ShareSample(3, 4)]) == ShareSample(4, 6)
    assert sum_of([RateSample(1, 20), RateSample(3, 40)]) == RateSample(4, 60)
    scale = Interval(1, 5)
    assert sum_of([MeanSample(1, 2, 4, scale), MeanSample(1, 3, 9)]) == MeanSample(2, 5, 13, scale)
    assert sum_of([Histogram.of([1, 2]), Histogram.of([2, 9])]) == Histogram.of([1, 2, 2, 9])
    assert sum_of(list[ShareSample]()) is None


def test_a_score_histogram_serves_all_shapes_of_figures() -> None:
    answers = [10] * 30 + [9] * 20 + [8] * 30 + [5] * 20
    histogram = Histogram.of(answers)
    assert histogram.promoters() == NpsSample(50, 20, 100)
    assert histogram.share_from(8, 10) == ShareSample(80, 100)
    assert histogram.mean() == MeanSample(100, sum(answers), sum(a * a for a in answers))
    median = histogram.estimate()
    assert median is not None
    assert (median.value, median.n) == (8.5, 100)


def test_samples_without_observations_have_no_estimate() -> None:
    empty: list[Sample] = [ShareSample(), NpsSample(), MeanSample(), RateSample(), Histogram()]
    assert [sample.estimate() for sample in empty] == [None] * 5
    assert [changed(sample, sample) for sample in empty] == [Change.NOT_SIGNIFICANT] * 5


def test_changes_of_every_kind_of_sample() -> None:
    assert changed(NpsSample(30, 40, 100), NpsSample(60, 15, 100)) is Change.UP
    assert changed(ShareSample(80, 100), ShareSample(50, 100)) is Change.DOWN
    assert changed(RateSample(60, 10_000), RateSample(120, 10_000)) is Change.UP
    assert changed(MeanSample(50, 100, 250), MeanSample(50, 150, 480)) is Change.UP
    slow, fast = Histogram.of([8.0, 9.0, 10.0] * 20, TIMES), Histogram.of([2.0, 3.0, 4.0] * 20, TIMES)
    assert changed(slow, fast) is Change.DOWN
    assert difference(slow, fast).p is None
    assert changed(NpsSample(50, 20, 100), NpsSample(52, 20, 100)) is Change.NOT_SIGNIFICANT
    assert changed(ShareSample(0, 4), ShareSample(400, 400)) is Change.NOT_SIGNIFICANT
    assert changed(None, ShareSample(1, 10)) is Change.NOT_SIGNIFICANT


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: TIMES.index(-1), "value"),
        (lambda: TIMES.index(nan), "value"),
        (lambda: TIMES.low(473), "index"),
        (lambda: TIMES.high(-1), "index"),
        (lambda: SCORES.index(7.5), "value"),
        (lambda: SCORES.index(11), "value"),
        (lambda: percentile([]), "values"),
        (lambda: percentile([1.0, nan]), "values"),
        (lambda: percentile([1.0], 1.0), "q"),
        (lambda: percentile_from_histogram({3: 0}, SCORES), "counts"),
        (lambda: percentile_from_histogram({3: -1}, SCORES), "counts"),
        (lambda: Histogram.of([1]) + Histogram.of([1], TIMES), "other"),
        (lambda: Histogram.of([1], TIMES).promoters(), "scale"),
        (lambda: difference(Histogram.of([1]), Histogram()), "counts"),
        (lambda: difference(ShareSample(1, 2), NpsSample(1, 0, 2)), "after"),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()


def test_another_scale_can_be_chosen() -> None:
    coarse = LogScale("1", "1000", "1.2")
    assert coarse.relative_error == pytest.approx(0.0909, abs=1e-4)
    assert coarse.index(0.99) == 0
