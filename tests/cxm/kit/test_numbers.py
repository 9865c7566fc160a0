"""What people see of numbers and dates."""

from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf, nan

import pytest
from django.utils import translation
from django.utils.timezone import override
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.numbers import Formats, formats, parse_decimal

DE, EN = formats("de"), formats("en")


@pytest.mark.parametrize(
    ("value", "places", "german", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (-0.04, 1, "0,0", "0.0"),
        (-12.25, 1, "−12,3", "−12.3"),
        (2.675, 2, "2,68", "2.68"),
        (0.5, 0, "1", "1"),
        (2.5, 0, "3", "3"),
        (-2.5, 0, "−3", "−3"),
        (Decimal("2.5"), 0, "3", "3"),
        (Decimal("1234567890123.455"), 2, "1.234.567.890.123,46", "1,234,567,890,123.46"),
        (9007199254740993, 0, "9.007.199.254.740.993", "9,007,199,254,740,993"),
        (1e15, 0, "1.000.000.000.000.000", "1,000,000,000,000,000"),
        (0, 2, "0,00", "0.00"),
        (None, 1, "–", "–"),
        (nan, 1, "–", "–"),
        (-inf, 1, "–", "–"),
        (Decimal("NaN"), 1, "–", "–"),
    ],
)
def test_decimals(value: float | None, places: int, german: str, english: str) -> None:
    assert (DE.decimal(value, places), EN.decimal(value, places)) == (german, english)


def test_counts_and_trimmed_numbers() -> None:
    assert (DE.count(12345), EN.count(12345)) == ("12.345", "12,345")
    assert [DE.number(value) for value in (3, 3.5, 3.456, 100.0, None)] == ["3", "3,5", "3,46", "100", "–"]


def test_percent_takes_a_fraction() -> None:
    assert (DE.percent(0.873), EN.percent(0.873)) == ("87\u00a0%", "87%")
    assert (DE.percent(0.8725, 1), EN.percent(1)) == ("87,3\u00a0%", "100%")
    assert (DE.percent(None), DE.percent(nan)) == ("–", "–")


def test_points_carry_their_sign() -> None:
    assert [DE.points(value) for value in (30.0, 0, -12, -0.3, 0.3, None)] == [
        "+30",
        "0",
        "−12",
        "0",
        "0",
        "–",
    ]
    assert (DE.points(1.25, 1), EN.points(-1.25, 1)) == ("+1,3", "−1.3")


def test_money() -> None:
    assert (DE.money(1234.5), EN.money(1234.5)) == ("1.234,50\u00a0€", "€1,234.50")
    assert (DE.money(-3, places=0), EN.money(-3, places=0)) == ("−3\u00a0€", "−€3")
    assert (DE.money(3, "SEK"), EN.money(-3, "SEK")) == ("3,00\u00a0SEK", "−SEK\u00a03.00")
    assert EN.money(None) == "–"


@pytest.mark.parametrize(
    ("value", "unit", "german", "english"),
    [
        (0.5, "hours", "30 Min.", "30 min"),
        (0, "hours", "0 Min.", "0 min"),
        (0.996, "hours", "1 Std.", "1 h"),
        (1, "hours", "1 Std.", "1 h"),
        (3.5, "hours", "3,5 Std.", "3.5 h"),
        (47.9, "hours", "47,9 Std.", "47.9 h"),
        (60, "hours", "2,5 Tage", "2.5 days"),
        (1, "days", "1 Tag", "1 day"),
        (0.5, "days", "0,5 Tage", "0.5 days"),
        (12.25, "days", "12,3 Tage", "12.3 days"),
        (nan, "days", "–", "–"),
    ],
)
def test_durations(value: float, unit: str, german: str, english: str) -> None:
    assert DE.duration(value, unit).replace("\u00a0", " ") == german
    assert EN.duration(value, unit).replace("\u00a0", " ") == english


def test_a_duration_in_an_unknown_unit_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"^unit must"):
        DE.duration(1, "weeks")


def test_days_months_and_quarters() -> None:
    day = date(2026, 10, 3)
    assert (DE.date(day), EN.date(day)) == ("03.10.2026", "3 Oct 2026")
    assert (DE.month(day), EN.month(day), DE.month(day, long=True)) == (
        "Okt. 2026",
        "Oct 2026",
        "Oktober 2026",
    )
    assert [DE.quarter(date(2026, month, 1)) for month in (1, 3, 4, 9, 12)] == [
        "Q1 2026",
        "Q1 2026",
        "Q2 2026",
        "Q3 2026",
        "Q4 2026",
    ]
    assert [DE.date(None), DE.month(None), DE.quarter(None), DE.moment(None)] == ["–"] * 4


def test_moments_are_shown_in_the_active_time_zone() -> None:
    late = datetime(2026, 10, 3, 23, 5, tzinfo=UTC)
    with override("Europe/Berlin"):
        assert DE.moment(late) == "04.10.2026, 01:05"
        assert EN.date(late) == "4 Oct 2026"
        assert DE.month(datetime(2026, 9, 30, 23, 0, tzinfo=UTC)) == "Okt. 2026"


def test_intervals_name_a_common_unit_once() -> None:
    assert (DE.interval(24.2, 38.4), EN.interval(24.2, 38.4)) == ("24 bis 38", "24 to 38")
    assert DE.interval(0.711, 0.867, lambda value: DE.percent(value, 1)) == "71,1 bis 86,7\u00a0%"
    assert EN.interval(0.711, 0.867, EN.percent) == "71 to 87%"
    assert DE.interval(-5, 12, DE.points) == "−5 bis +12"
    assert EN.interval(3, 12, EN.money) == "€3.00 to €12.00"
    assert DE.interval(0.5, 3, DE.duration) == "30\u00a0Min. bis 3\u00a0Std."
    assert [DE.interval(-inf, 3), DE.interval(None, 3), DE.interval(1, nan)] == ["–"] * 3


def test_the_language_is_the_active_one_unless_named() -> None:
    with translation.override("en"):
        assert formats() is EN
    with translation.override("de"):
        assert formats() is DE
    assert (formats("de-AT"), formats("fr"), formats("EN-gb")) == (DE, EN, EN)


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_a_shown_number_is_read_back_as_the_same(value: float, places: int) -> None:
    for language in (DE, EN):
        text = language.decimal(value, places)
        if places == 3 and abs(value) < 1000:
            continue  # one mark and three digits: readable only with the language, tested below
        assert (
            abs(float(parse_decimal(text, language.lang)) - value)
            <= 0.5 * 10**-places + 1e-3 * 10**-places + abs(value) * 1e-15
        )


@given(st.integers(0, 10**12), st.sampled_from([DE, EN]))
def test_counts_and_thousandths_are_read_back_in_their_language(value: int, language: Formats) -> None:
    assert parse_decimal(language.count(value), language.lang) == value
    assert parse_decimal(language.decimal(Decimal(value) / 1000, 3), language.lang) == Decimal(value) / 1000
