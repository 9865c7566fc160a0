"""What people and spreadsheets write, and what is refused by name."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from math import inf, nan

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.numbers import DateError, NumberError, parse_date, parse_decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        (" 12 ", "12"),
        ("-3", "-3"),
        ("+3", "3"),
        ("−3,5", "-3.5"),
        ("123,45-", "-123.45"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1 234,56", "1234.56"),
        ("1\u202f234\u202f567", "1234567"),
        ("1'234.50", "1234.50"),
        ("3.5", "3.5"),
        ("3,5", "3.5"),
        ("3,1416", "3.1416"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("12 %", "12"),
        ("12,5%", "12.5"),
        ("1.234,50 €", "1234.50"),
        ("EUR 7", "7"),
        ("$7", "7"),
        ("007", "7"),
    ],
)
def test_what_can_be_read_in_one_way_needs_no_language(text: str, expected: str) -> None:
    for lang in ("de", "en", None):
        assert parse_decimal(text, lang) == Decimal(expected)


@pytest.mark.parametrize("sign", ["", "-"])
def test_three_digits_behind_one_mark_are_read_by_the_language(sign: str) -> None:
    assert parse_decimal(f"{sign}1.234", "de") == Decimal(f"{sign}1234")
    assert parse_decimal(f"{sign}1,234", "de") == Decimal(f"{sign}1.234")
    assert parse_decimal(f"{sign}1.234", "en") == Decimal(f"{sign}1.234")
    assert parse_decimal(f"{sign}1,234", "en-GB") == Decimal(f"{sign}1234")
    for text in ("1.234", "1,234", "999.000"):
        with pytest.raises(NumberError) as refused:
            parse_decimal(text)
        assert refused.value.reason == "ambiguous"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("€", "empty"),
        ("NaN", "nan"),
        ("-nan", "nan"),
        ("#NV", "nan"),
        ("n/a", "nan"),
        ("Infinity", "infinite"),
        ("-inf", "infinite"),
        ("∞", "infinite"),
        ("1e309", "exponent"),
        ("1,23E+05", "exponent"),
        ("0x10", "hex"),
        ("0b11", "hex"),
        ("1_000", "underscore"),
        ("٩", "digits"),
        ("１２", "digits"),
        ("1²", "digits"),
        ("1" * 40, "long"),
        ("1" * 16, "long"),
        ("0," + "1" * 21, "long"),
        ("12.34.56", "grouping"),
        ("1.23,4.5", "grouping"),
        ("1,2345,678", "grouping"),
        ("1.234,567.8", "grouping"),
        ("1234.567.890", "grouping"),
        ("12 34", "grouping"),
        ("abc", "text"),
        ("12 Stück", "text"),
        ("1;2", "text"),
        ("-", "text"),
        ("--5", "text"),
        ("(5)", "text"),
        (",", "text"),
        ("5,", "text"),
        (",5", "text"),
        ("=1+1", "text"),
        ("1\x002", "text"),
        ("True", "text"),
    ],
)
def test_other_texts_are_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(NumberError) as refused:
        parse_decimal(text, "de")
    assert refused.value.reason == reason
    assert str(refused.value)


def test_cells_that_are_numbers_already() -> None:
    assert parse_decimal(3) == Decimal(3)
    assert parse_decimal(0.1) == Decimal("0.1")
    assert parse_decimal(Decimal("1.50")) == Decimal("1.50")
    refusals: list[tuple[float | Decimal, str]] = [
        (nan, "nan"),
        (Decimal("NaN"), "nan"),
        (inf, "infinite"),
        (Decimal("-Infinity"), "infinite"),
        (1e300, "long"),
        (10**40, "long"),
        (True, "text"),
    ]
    for cell, reason in refusals:
        with pytest.raises(NumberError) as refused:
            parse_decimal(cell)
        assert refused.value.reason == reason


@given(st.text(max_size=30), st.sampled_from(["de", "en", None]))
def test_any_text_is_a_number_or_refused(text: str, lang: str | None) -> None:
    with suppress(NumberError):
        assert parse_decimal(text, lang).is_finite()
    with suppress(DateError):
        assert 1900 <= parse_date(text, lang).year <= 2200


DAY = date(2026, 10, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03",
        "2026-10-3",
        "2026-10-03T14:05:00",
        "2026-10-03 14:05",
        "2026-10-03T14:05:00.5+02:00",
        "20261003",
        "03.10.2026",
        "3.10.2026",
        "3. 10. 2026",
        "3.10.26",
        "03.10.2026 14:05",
        "03.10.2026, 14:05",
        "3. Oktober 2026",
        "3. Okt. 2026",
        "03 okt 2026",
        "3 Oct 2026",
        "3 October 2026",
        "October 3, 2026",
        "Oct 3 2026",
        "Oct. 3rd, 2026",
        " 3.  Oktober  2026 ",
        "46298",
        "46298.75",
        "46298,75",
    ],
)
def test_a_day_in_every_spelling(text: str) -> None:
    assert parse_date(text) == DAY


def test_months_in_both_languages() -> None:
    for text, month in [
        ("März", 3),
        ("Mrz", 3),
        ("Maerz", 3),
        ("Mär.", 3),
        ("Mar", 3),
        ("Mai", 5),
        ("May", 5),
    ]:
        assert parse_date(f"1. {text} 2026") == date(2026, month, 1)
    for text, month in [("Dez", 12), ("December", 12), ("Sept.", 9), ("Juni", 6), ("June", 6), ("Jul", 7)]:
        assert parse_date(f"1 {text} 2026") == date(2026, month, 1)


def test_cells_that_are_dates_already() -> None:
    assert (
        parse_date(DAY)
        == parse_date(datetime(2026, 10, 3, 23, 59))
        == parse_date(46298)
        == parse_date(46298.9)
        == DAY
    )
    assert parse_date(61) == date(1900, 3, 1)


def test_two_digit_years() -> None:
    assert (parse_date("1.1.79"), parse_date("1.1.80")) == (date(2079, 1, 1), date(1980, 1, 1))


def test_slashes_are_read_only_when_the_order_is_certain() -> None:
    assert parse_date("10/03/2026", "de") == date(2026, 3, 10)
    assert parse_date("25/03/2026") == parse_date("03/25/2026", "en") == date(2026, 3, 25)
    assert parse_date("03/03/2026") == date(2026, 3, 3)
    for lang in ("en", None):
        with pytest.raises(DateError) as refused:
            parse_date("10/03/2026", lang)
        assert refused.value.reason == "ambiguous"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "empty"),
        ("gestern", "text"),
        ("2026", "text"),
        ("10.2026", "text"),
        ("Oktober 2026", "text"),
        ("3. Brumaire 2026", "text"),
        ("2026-W40-6", "text"),
        ("٣.١٠.٢٠٢٦", "text"),
        ("30.02.2026", "day"),
        ("2026-02-29", "day"),
        ("00.10.2026", "day"),
        ("3.13.2026", "day"),
        ("32. Januar 2026", "day"),
        ("13/13/2026", "day"),
        ("0001-01-01", "year"),
        ("0000-01-01", "year"),
        ("31.12.9999", "year"),
        ("31.12.1899", "year"),
        (60, "year"),
        (-5, "year"),
        (200_000, "year"),
        (nan, "year"),
        (inf, "year"),
        (date(1, 1, 1), "year"),
        (datetime(9999, 1, 1), "year"),
    ],
)
def test_other_dates_are_refused_by_name(value: str | float | date, reason: str) -> None:
    with pytest.raises(DateError) as refused:
        parse_date(value)
    assert refused.value.reason == reason
    assert str(refused.value)


def test_messages_follow_the_language_of_the_reader() -> None:
    with pytest.raises(NumberError) as refused:
        parse_decimal("1_000")
    with translation.override("en"):
        assert str(refused.value) == "A number has no underscore."
