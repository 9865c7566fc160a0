"""Spans of days, against counting day by day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.inventory.days import Days

START = date(2026, 1, 1)
day = st.integers(0, 40).map(lambda n: START + timedelta(days=n))


@st.composite
def spans(draw: st.DrawFn) -> Days:
    start = draw(day)
    length = draw(st.none() | st.integers(1, 20))
    return Days(start, None if length is None else start + timedelta(days=length))


HORIZON = [START + timedelta(days=n) for n in range(70)]


def test_minus_cuts_out_the_middle() -> None:
    whole, hole = Days(date(2026, 1, 1), date(2026, 2, 1)), Days(date(2026, 1, 10), date(2026, 1, 12))
    assert whole.minus([hole]) == [
        Days(date(2026, 1, 1), date(2026, 1, 10)),
        Days(date(2026, 1, 12), date(2026, 2, 1)),
    ]


def test_a_span_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no day"):
        Days(date(2026, 1, 1), date(2026, 1, 1))


@given(spans(), st.lists(spans(), max_size=5))
def test_minus_keeps_exactly_the_other_days(whole: Days, others: list[Days]) -> None:
    left = whole.minus(others)
    for moment in HORIZON:
        expected = moment in whole and not any(moment in other for other in others)
        assert any(moment in days for days in left) == expected
    assert all(not one.overlaps(other) for one, other in pairwise(left))


@given(spans(), spans())
def test_within_is_the_common_part(one: Days, other: Days) -> None:
    common = one.within(other)
    for moment in HORIZON:
        assert (common is not None and moment in common) == (moment in one and moment in other)
