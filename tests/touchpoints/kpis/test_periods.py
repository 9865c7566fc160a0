"""Periods know their days, their neighbours and their names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.kpis.choices import Grain
from touchpoints.kpis.periods import Period, plus_months

days = st.dates(date(1901, 1, 1), date(2199, 12, 31))
DAY = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("code", "first", "last", "german", "english"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026", "2026"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "Q3 2026", "Q3 2026"),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), "Februar 2026", "February 2026"),
        (
            "2026-07-01..2026-07-17", date(2026, 7, 1), date(2026, 7, 17),
            "01.07.2026 – 17.07.2026", "1 Jul 2026 – 17 Jul 2026",
        ),
    ],
)  # fmt: skip
def test_is_read_from_its_code(code: str, first: date, last: date, german: str, english: str) -> None:
    period = Period.parse(code)
    assert (period.start, period.last, period.code) == (first, last, code)
    assert (period.label("de"), period.label("en")) == (german, english)


@pytest.mark.parametrize(
    "code",
    [
        "", "soon", "2026-Q5", "2026-Q", "2026-13", "0001", "9999", "..",
        "2026-07-17..2026-07-01", "2026-02-30..2026-03-01", "2026-07-01..9999-01-01",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        Period.parse(code)


@given(day=days, grain=st.sampled_from(list(Grain)))
def test_calendar_periods_lie_side_by_side(day: date, grain: Grain) -> None:
    period = Period.containing(grain, day)
    assert period.start <= day < period.end
    assert period.previous().end == period.start
    assert Period.containing(grain, period.previous().start) == period.previous()
    assert [p.end for p in period.history(3)][-1] == period.start
    assert len(period.history(3)) == 3


def test_a_span_that_is_a_month_is_that_month() -> None:
    assert Period.between(date(2026, 2, 1), date(2026, 2, 28)) == Period.containing(
        Grain.MONTH, date(2026, 2, 3)
    )
    assert Period.between(date(2026, 2, 1), date(2026, 3, 31)).months == 2
    assert Period.between(date(2026, 2, 1), date(2026, 3, 31)).previous().start == date(2025, 12, 1)


def test_is_closed_when_its_last_day_is_over_and_late_events_are_in() -> None:
    july = Period.containing(Grain.MONTH, DAY)
    assert not july.is_closed(date(2026, 7, 31))
    assert july.is_closed(date(2026, 8, 1))
    assert not july.is_closed(date(2026, 8, 7), settles_after=7)
    assert july.is_closed(date(2026, 8, 8), settles_after=7)
    assert Period.last_closed(Grain.MONTH, DAY).code == "2026-06"


def test_a_month_later_is_never_in_the_month_after() -> None:
    assert plus_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert plus_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
