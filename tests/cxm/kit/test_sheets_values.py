"""From a cell to a value: accepted by written rules, refused by name."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cxm.kit.sheets import BadValueError, Cell, Reading, values

BERLIN = ZoneInfo("Europe/Berlin")
GERMAN, ENGLISH = Reading(",", True, BERLIN), Reading(".", False, BERLIN)


@pytest.mark.parametrize(
    ("cell", "reading", "expected"),
    [
        ("1.234,56", GERMAN, "1234.56"),
        ("1.234", GERMAN, "1234"),
        ("1.234", ENGLISH, "1.234"),
        ("1,234.56", ENGLISH, "1234.56"),
        ("-5", GERMAN, "-5"),
        ("5-", GERMAN, "-5"),
        ("12,50 €", GERMAN, "12.5"),
        ("1 234 567", GERMAN, "1234567"),
        (3.25, GERMAN, "3.25"),
        (7, GERMAN, "7"),
    ],
    ids=str,
)
def test_numbers_as_people_write_them(cell: Cell, reading: Reading, expected: str) -> None:
    assert values.number(cell, reading) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e309",
        "1" * 40,
        "٩",
        "0x10",
        "1_000",
        "1.23.4",
        "abc",
        "",
        "=1+1",
        True,
        date(2026, 1, 1),
    ],
    ids=str,
)
def test_what_is_no_number_is_refused_by_name(cell: Cell) -> None:
    with pytest.raises(BadValueError, match=r"\S"):
        values.number(cell, GERMAN)


def test_whole_numbers() -> None:
    assert values.whole("3,0", GERMAN) == 3
    with pytest.raises(BadValueError):
        values.whole("3,5", GERMAN)


@pytest.mark.parametrize(
    ("cell", "reading", "expected"),
    [
        ("29.03.2026", GERMAN, date(2026, 3, 29)),
        ("1.2.26", GERMAN, date(2026, 2, 1)),
        ("2026-03-29", ENGLISH, date(2026, 3, 29)),
        ("19970101", GERMAN, date(1997, 1, 1)),
        ("03/04/2026", GERMAN, date(2026, 4, 3)),
        ("03/04/2026", ENGLISH, date(2026, 3, 4)),
        ("3. März 2026", GERMAN, date(2026, 3, 3)),
        (46_000, GERMAN, date(2025, 12, 9)),
        (date(2026, 3, 29), GERMAN, date(2026, 3, 29)),
        (datetime(2026, 3, 29, 5), GERMAN, date(2026, 3, 29)),
    ],
    ids=str,
)
def test_dates_as_people_write_them(cell: Cell, reading: Reading, expected: date) -> None:
    assert values.day(cell, reading) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "30.02.2026",
        "31.4.2026",
        "01.01.0001",
        "9999-12-31",
        "0000-00-00",
        "heute",
        "13/13/2026",
        12,
        1e308,
        True,
    ],
    ids=str,
)
def test_what_is_no_date_is_refused_by_name(cell: Cell) -> None:
    with pytest.raises(BadValueError, match=r"\S"):
        values.day(cell, GERMAN)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("29.03.2026 14:05", datetime(2026, 3, 29, 12, 5, tzinfo=UTC)),
        ("2026-03-29T14:05:09+02:00", datetime(2026, 3, 29, 12, 5, 9, tzinfo=UTC)),
        ("2026-03-29 14:05:09Z", datetime(2026, 3, 29, 14, 5, 9, tzinfo=UTC)),
        ("29. März 2026, 14:05 Uhr", datetime(2026, 3, 29, 12, 5, tzinfo=UTC)),
        ("29.03.2026", datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        ("25.10.2026 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # first pass of the repeated hour
        ("2026-10-25 02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 1, 5, 12), datetime(2026, 1, 5, 11, tzinfo=UTC)),
        (46_000.5, datetime(2025, 12, 9, 11, tzinfo=UTC)),
    ],
    ids=str,
)
def test_moments_end_up_in_utc(cell: Cell, expected: datetime) -> None:
    assert values.moment(cell, GERMAN) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "29.03.2026 02:30",
        "30.06.2016 23:59:60",
        "1.1.2026 24:00",
        "1.1.2026 25:61",
        "01.01.0001 00:00",
        "9999-12-31 23:59",
        "12:30",
        "x 1:1",
        datetime(1, 1, 1),
        datetime(2026, 3, 29, 2, 30),
    ],
    ids=str,
)
def test_moments_that_do_not_exist_are_refused(cell: Cell) -> None:
    with pytest.raises(BadValueError, match=r"\S"):
        values.moment(cell, GERMAN)


@pytest.mark.parametrize(
    ("cell", "expected"), [("Ja", True), ("x", True), (1, True), ("nein", False), (False, False)], ids=str
)
def test_yes_and_no(cell: Cell, expected: bool) -> None:
    assert values.yes_no(cell, GERMAN) is expected


def test_yes_no_refuses_the_rest() -> None:
    with pytest.raises(BadValueError):
        values.yes_no("vielleicht", GERMAN)


@pytest.mark.parametrize(
    ("texts", "default", "expected"),
    [
        (["1,5", "2,25", "abc"], ".", ","),
        (["1.5", "2.25"], ",", "."),
        (["1.234", "2.345"], ",", ","),
        (["29.03.2026", "30.03.2026"], ",", ","),
        (["1.234,5"], ".", ","),
        ([], ".", "."),
    ],
    ids=str,
)
def test_decimal_sign_by_evidence(texts: list[str], default: str, expected: str) -> None:
    assert values.find_decimal(texts, default) == expected


@pytest.mark.parametrize(
    ("texts", "default", "expected"),
    [
        (["03/25/2026"], True, False),
        (["25/03/2026"], False, True),
        (["03/04/2026"], False, False),
        (["13/01/2026", "01/13/2026"], True, True),
    ],
    ids=str,
)
def test_order_of_day_and_month_by_evidence(texts: list[str], default: bool, expected: bool) -> None:
    assert values.find_day_first(texts, default) is expected


@pytest.mark.parametrize(
    "parse", [values.number, values.day, values.moment, values.yes_no, values.whole], ids=lambda f: f.__name__
)
def test_long_values_are_cut_in_messages(parse: Callable[[Cell, Reading], Any]) -> None:
    with pytest.raises(BadValueError) as refused:
        parse("ä" * 100_000, GERMAN)
    assert len(str(refused.value)) < 250


@time_machine.travel("2030-01-01")
def test_two_digit_years_do_not_depend_on_today() -> None:
    assert values.day("1.1.69", GERMAN).year == 2069
