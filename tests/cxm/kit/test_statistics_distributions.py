"""Quantiles against printed tables and closed forms."""

from collections.abc import Callable
from itertools import count
from math import acos, atan, cos, inf, isclose, nan, pi, sqrt, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.statistics import normal_quantile, quantile_ranks, student_cdf, student_quantile
from cxm.kit.statistics.distributions import beta_cdf, binomial_cdf, normal_p, student_p, two_sided_z

# Upper critical values as in NIST e-Handbook 1.3.6.7.2 (318.313 corrected): 0.90, 0.975, 0.995, 0.999.
TABLE = {
    1: (3.078, 12.706, 63.657, 318.309),
    2: (1.886, 4.303, 9.925, 22.327),
    3: (1.638, 3.182, 5.841, 10.215),
    5: (1.476, 2.571, 4.032, 5.893),
    10: (1.372, 2.228, 3.169, 4.144),
    20: (1.325, 2.086, 2.845, 3.552),
    30: (1.310, 2.042, 2.750, 3.385),
    60: (1.296, 2.000, 2.660, 3.232),
    100: (1.290, 1.984, 2.626, 3.174),
}


@pytest.mark.parametrize("df", TABLE)
def test_student_quantiles_equal_the_printed_table(df: int) -> None:
    quantiles = tuple(round(student_quantile(p, df), 3) for p in (0.9, 0.975, 0.995, 0.999))
    assert quantiles == pytest.approx(TABLE[df], abs=0.0006)


def student_three(t: float) -> float:
    """Closed form of the distribution with three degrees of freedom."""
    from_angle = sqrt(3) * t / (t * t + 3)
    return 0.5 + (from_angle + atan(t / sqrt(3))) / pi


@pytest.mark.parametrize("p", [0.5001, 0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.999, 0.999999, 1 - 1e-9])
def test_student_quantiles_equal_closed_forms_to_nine_digits(p: float) -> None:
    assert student_quantile(p, 1) == pytest.approx(1 / tan(pi * (1 - p)), rel=1e-9)
    assert student_quantile(p, 2) == pytest.approx((2 * p - 1) / sqrt(2 * p * (1 - p)), rel=1e-9)
    four = 4 * p * (1 - p)
    angle = cos(acos(sqrt(four)) / 3) / sqrt(four)
    assert student_quantile(p, 4) == pytest.approx(2 * sqrt(angle - 1), rel=1e-8)
    assert student_three(student_quantile(p, 3)) == pytest.approx(p, rel=1e-12)


def test_the_two_ways_to_a_student_quantile_meet_where_they_change() -> None:
    for p in (0.6, 0.9, 0.975, 0.999, 1 - 1e-6):
        exact, expanded = student_quantile(p, 9_999.9999999), student_quantile(p, 10_000.0)
        assert exact == pytest.approx(expanded, rel=1e-10)
    assert student_quantile(0.975, 1e9) == pytest.approx(normal_quantile(0.975), rel=1e-8)


@given(st.floats(0.0005, 0.9995), st.floats(0.3, 20_000))
def test_student_quantile_inverts_the_distribution_and_is_symmetric(p: float, df: float) -> None:
    t = student_quantile(p, df)
    assert isclose(student_cdf(t, df), p, rel_tol=1e-9)
    assert isclose(student_quantile(1 - p, df), -t, rel_tol=1e-9, abs_tol=1e-12)


@given(st.floats(0.51, 0.999), st.floats(0.5, 500))
def test_student_tails_grow_with_fewer_degrees_of_freedom(p: float, df: float) -> None:
    assert student_quantile(p, df) >= student_quantile(p, df + 1) >= normal_quantile(p) * (1 - 1e-12)


def test_normal_tails() -> None:
    assert two_sided_z(0.95) == pytest.approx(1.959963984540054, abs=1e-12)
    assert normal_p(1.959963984540054) == pytest.approx(0.05, abs=1e-12)
    assert student_p(0.0, 5) == 1.0
    assert student_p(2.571, 5) == pytest.approx(0.05, abs=1e-4)


def test_beta_and_binomial_equal_sums_by_hand() -> None:
    assert beta_cdf(0.3, 2, 3) == pytest.approx(0.3483, abs=1e-12)  # sum over 2..4 of binomial(4, 0.3)
    assert beta_cdf(0.0, 2, 3) == 0.0
    assert beta_cdf(1.0, 2, 3) == 1.0
    assert binomial_cdf(1, 4, 0.3) == pytest.approx(0.6517, abs=1e-12)
    assert binomial_cdf(-1, 4, 0.3) == 0.0
    assert binomial_cdf(4, 4, 0.3) == 1.0


def test_ranks_of_the_median_equal_the_printed_table() -> None:
    """Sign-test ranks at 95 %: n = 6 is the first with any, then 1..8 of 8, 2..9 of 10, 6..15 of 20."""
    assert [quantile_ranks(n, 0.5, 0.95) for n in (5, 6, 8, 10, 20)] == [
        (0, 6),
        (1, 6),
        (1, 8),
        (2, 9),
        (6, 15),
    ]


def test_ranks_leave_at_most_half_a_tail_on_each_side() -> None:
    for n in (7, 36, 100, 2_000):
        for q in (0.1, 0.5, 0.9):
            low, high = quantile_ranks(n, q, 0.95)
            assert binomial_cdf(low - 1, n, q) <= 0.025 < binomial_cdf(low, n, q)
            assert binomial_cdf(high - 1, n, q) >= 0.975 > binomial_cdf(high - 2, n, q)


def test_ranks_of_large_samples_hardly_differ_from_the_exact_ones() -> None:
    exact, approximate = quantile_ranks(10_000, 0.9, 0.95), quantile_ranks(10_001, 0.9, 0.95)
    assert all(abs(a - b) <= 4 for a, b in zip(exact, approximate, strict=True))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: normal_quantile(0), "p"),
        (lambda: normal_quantile(nan), "p"),
        (lambda: student_quantile(1, 5), "p"),
        (lambda: student_quantile(0.9, 0), "df"),
        (lambda: student_quantile(0.9, nan), "df"),
        (lambda: student_cdf(inf, 5), "t"),
        (lambda: quantile_ranks(0, 0.5, 0.95), "n"),
        (lambda: quantile_ranks(5, 1, 0.95), "q"),
        (lambda: quantile_ranks(5, 0.5, 1), "confidence"),
        (lambda: two_sided_z(0), "confidence"),
    ],
    ids=count(),
)
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must"):
        call()
