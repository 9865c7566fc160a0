"""Numbers and dates as people type them and as spreadsheets export them, German and English; all else is
refused.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import inf, isfinite
from typing import NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.numbers.formats import MINUS, NBSP, WORDS

MOST_WHOLE_DIGITS = 15
MOST_DECIMALS = 20
FIRST_YEAR, LAST_YEAR = 1900, 2200

_WHOLE, _PART = rf"[0-9]{{1,{MOST_WHOLE_DIGITS}}}", rf"(?:[0-9]{{1,2}}|[0-9]{{4,{MOST_DECIMALS}}})"
_PLAIN = re.compile(rf"[+-]?{_WHOLE}(?:\.{_PART})?")
_GERMAN = re.compile(rf"([+-]?(?:[0-9]{{1,3}}(?:\.[0-9]{{3}}){{1,4}}|{_WHOLE})),({_PART})")
_DIGITS = re.compile(r"[0-9]+")
_HEX = re.compile(r"[+-]?0[xob][0-9a-f]+", re.IGNORECASE)
_EXPONENT = re.compile(r"[+-]?[0-9.,]+e[+-]?[0-9]+", re.IGNORECASE)
_CURRENCY = re.compile(r"^(?:€|\$|£|EUR|USD|GBP|CHF)\s*|\s*(?:€|\$|£|EUR|USD|GBP|CHF|%)$", re.IGNORECASE)
_NOT_A_NUMBER = {"nan", "na", "n/a", "#n/a", "#nv", "#wert!", "#value!", "#div/0!", "null", "none"}
_INFINITE = {"inf", "infinity", "unendlich", "∞"}
_GROUP_MARKS = re.compile(f"[.,{NBSP}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'’ ]")
_MARKS = {"de": ",", "en": "."}

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_DOTTED = re.compile(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4}|[0-9]{2})(?:,?\s+[0-9:]+)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.?\s*([a-zä]+)\.?,?\s*([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-zä]+)\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})", re.IGNORECASE)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_EXCEL_START = date(1899, 12, 30)
_MONTHS = {
    name.rstrip(".")[:3].lower(): number
    for words in WORDS.values()
    for number, name in enumerate(words.months, 1)
} | {"mrz": 3, "mae": 3}


class NumberError(ValueError):
    """A text that is no number (or no date) we accept; the message says why, translated."""

    def __init__(self, reason: str, message: str | Promise) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class DateError(NumberError):
    """A text that is no date we accept."""


def parse_decimal(value: str | int | float | Decimal, lang: str | None = None) -> Decimal:
    """The number a person or a spreadsheet wrote. A currency or percent sign is dropped: "12 %" is 12.

    Accepted: digits 0-9 (at most 15 before and 20 after the mark), a sign before or after, groups of three.
    Which mark is the decimal one: with both "." and ",", the last; a mark that occurs twice groups; a
    single mark followed by anything but three digits is decimal. So only "1.234" and "1,234" are ambiguous:
    then the declared language decides ("de": "1.234" is 1234 and "1,234" is 1.234; "en" the other way
    round), and without a language the text is refused. Raises NumberError with `reason` empty, nan,
    infinite, exponent, hex, underscore, digits, long, ambiguous, grouping or text.
    """
    if not isinstance(value, str):
        return _from_cell(value)
    text = value.strip()
    # The common cases: numbers in which no mark can mean two things.
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if match := _GERMAN.fullmatch(text):
        return Decimal(f"{match[1].replace('.', '')}.{match[2]}")
    text = _bare(text)
    _refuse_by_name(text)
    sign, body = _split_sign(text)
    whole, decimals = _split_mark(body, lang)
    if len(whole) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
        _refuse("long", _("This number has too many digits."))
    return Decimal(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}")


def parse_date(value: str | int | float | date, lang: str | None = None) -> date:
    """The day a person or a spreadsheet wrote; a time of day behind it is cut off.

    Accepted: 2026-10-03, 20261003, 3.10.2026, 03.10.26, 3. Oktober 2026, 3 Oct 2026, October 3, 2026, and
    Excel's day numbers (46298; 1900 system) as number or five digits. Two-digit years up to 79 are 20xx,
    then 19xx. "10/3/2026" is accepted when only one order is possible or the language is German (day
    first); otherwise it is ambiguous. Years 1900-2200. Raises DateError with `reason` empty, text, day,
    year or ambiguous.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, (int, float)):
        return _from_serial(value)
    text = " ".join(value.split())
    if not text:
        _refuse_date("empty", _("There is no date here."))
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _DOTTED.fullmatch(text):
        return _day(match[3], match[2], match[1])
    if match := _SLASHED.fullmatch(text):
        return _slashed(match[1], match[2], match[3], lang)
    if (match := _DAY_FIRST.fullmatch(text)) and (month := _month(match[2])):
        return _day(match[3], month, match[1])
    if (match := _MONTH_FIRST.fullmatch(text)) and (month := _month(match[1])):
        return _day(match[3], month, match[2])
    if match := _SERIAL.fullmatch(text):
        return _from_serial(int(match[1]))
    return _refuse_date("text", _("This is not a date we know. Write it as 03.10.2026 or 2026-10-03."))


def _from_cell(value: int | float | Decimal) -> Decimal:
    if isinstance(value, bool):
        _refuse("text", _("This is not a number."))
    if value != value:
        _refuse("nan", _("“Not a number” cannot be counted."))
    if value in {inf, -inf}:
        _refuse("infinite", _("Infinity cannot be counted."))
    if abs(value) >= 10**MOST_WHOLE_DIGITS:
        _refuse("long", _("This number has too many digits."))
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _bare(text: str) -> str:
    """Without currency or percent sign, with a plain minus."""
    return _CURRENCY.sub("", text.replace(MINUS, "-")).strip()


def _refuse_by_name(text: str) -> None:
    """The inputs that Python's own float() or int() would take, and the ones spreadsheets leave behind."""
    lowered = text.lower()
    if not text:
        _refuse("empty", _("There is no number here."))
    if lowered.lstrip("+-") in _NOT_A_NUMBER:
        _refuse("nan", _("“Not a number” cannot be counted."))
    if lowered.lstrip("+-") in _INFINITE:
        _refuse("infinite", _("Infinity cannot be counted."))
    if _EXPONENT.fullmatch(text):
        _refuse("exponent", _("Write the number out, without an exponent."))
    if _HEX.fullmatch(text):
        _refuse("hex", _("Write the number in the decimal system."))
    if "_" in text:
        _refuse("underscore", _("A number has no underscore."))
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        _refuse("digits", _("Write the number with the digits 0 to 9."))


def _split_sign(text: str) -> tuple[str, str]:
    """Sign and rest; the minus may stand behind, as SAP writes it."""
    if text[0] in "+-":
        return text[0].strip("+"), text[1:].strip()
    if text[-1] == "-":
        return "-", text[:-1].strip()
    return "", text


def _split_mark(body: str, lang: str | None) -> tuple[str, str]:
    """Digits before and after the decimal mark, by the rule of `parse_decimal`."""
    mark = _decimal_mark(body, lang)
    whole, decimals = body.rsplit(mark, 1) if mark else (body, "")
    groups = _GROUP_MARKS.split(whole)
    if not all(_DIGITS.fullmatch(group) for group in groups) or (mark and not _DIGITS.fullmatch(decimals)):
        _refuse("text", _("This is not a number."))
    used = {sign for sign in whole if not sign.isdigit()}
    if len(groups) > 1 and (
        len(used) > 1 or len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])
    ):
        _refuse("grouping", _("The digits are not grouped by three."))
    return "".join(groups), decimals


def _decimal_mark(body: str, lang: str | None) -> str:
    """The decimal mark of the text, empty if it has none."""
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return max(".,", key=body.rfind)
    if dots + commas != 1:
        return ""
    mark = "." if dots else ","
    before, after = body.split(mark)
    if len(after) != 3 or len(before) > 3 or before.startswith("0") or not before.isdigit():
        return mark
    declared = _MARKS.get((lang or "")[:2])
    if declared is None:
        _refuse("ambiguous", _("This can be read in two ways. Write it without the mark for thousands."))
    return mark if mark == declared else ""


def _slashed(first: str, second: str, year: str, lang: str | None) -> date:
    if int(first) > 12 or int(first) == int(second) or (lang or "")[:2] == "de":
        return _day(year, second, first)
    if int(second) > 12:
        return _day(year, first, second)
    return _refuse_date("ambiguous", _("Day and month can be swapped here. Write the date as 2026-10-03."))


def _month(name: str) -> int | None:
    """Number of a German or English month, spelt out or shortened to three letters or more."""
    return _MONTHS.get(name[:3].lower()) if _is_month(name.lower()) else None


def _is_month(name: str) -> bool:
    spelt = (month.lower() for words in WORDS.values() for month in words.months)
    return name in {"mrz", "maerz"} or (len(name) >= 3 and any(month.startswith(name) for month in spelt))


def _day(year: str, month: str | int, day: str) -> date:
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 80 else 1900)
    try:
        return _in_range(date(full, int(month), int(day)))
    except NumberError:
        raise
    except ValueError:
        _refuse_date("year" if full == 0 else "day", _("This day does not exist."))


def _from_serial(value: float) -> date:
    """Excel's day number; the first two months of 1900, which Excel counts wrongly, are refused with the
    rest.
    """
    if not isfinite(value) or not 61 <= value < 110_000:
        _refuse_date("year", _("This number is no day between 1900 and 2200."))
    return _EXCEL_START + timedelta(days=int(value))


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        _refuse_date("year", _("The year must lie between 1900 and 2200."))
    return day


def _refuse(reason: str, message: str | Promise) -> NoReturn:
    raise NumberError(reason, message)


def _refuse_date(reason: str, message: str | Promise) -> NoReturn:
    raise DateError(reason, message)
