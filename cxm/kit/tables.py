"""Writes tables as CSV and XLSX so that no text becomes a formula and every text comes back as it was.

A text that a spreadsheet would take for a formula gets a leading apostrophe in CSV (OWASP ASVS 5.0, 1.2.10),
also where apostrophes stand before it already; the reader takes exactly one away. So export and import are
inverse: `without_defusing(defused(text)) == text` for every text.
"""

import csv
import io
import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import IO, Any, Literal

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

type Value = str | Promise | int | float | Decimal | bool | date | datetime | time | None
# Tuples: `isinstance(value, str | Promise)` would build the union anew for each cell.
TEXTS, MOMENTS = (str, Promise), (datetime, date, time)

type Language = Literal["de", "en"] | str

TRIGGERS = "=+\\-@\t\r\n＝＋－＠"  # also the full-width forms
_dangerous = re.compile(f"'*[{TRIGGERS}]")
_defused = re.compile(f"'+[{TRIGGERS}]")
_negative_number = re.compile(r"-\d+([.,]\d+)*")
DELIMITER = {"de": ";", "en": ","}
BYTE_ORDER_MARK = "\ufeff"
PIECE = 64 * 1024  # characters that are sent at once
CELL_MAX = 32_767  # characters of a cell; specification limits of Excel
ROWS_MAX = 1_048_576
SHEET_NAME_MAX = 31
FIRST_YEAR = 1900
EXACT_BELOW = 10**15  # a cell keeps 15 digits
_not_in_sheet_names = re.compile(r"[\[\]:*?/\\']")


class TableTooLongError(ValueError):
    """More rows than a worksheet can hold; CSV has no such limit."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and its width in characters where the default does not fit."""

    title: str | Promise
    width: int = 18


def defused(text: str) -> str:
    """The text as no spreadsheet takes it for a formula. A plain negative number is none, and stays."""
    if _dangerous.match(text) and not _negative_number.fullmatch(text):
        return "'" + text
    return text


def without_defusing(text: str) -> str:
    """The text as it was before `defused()`."""
    return text[1:] if _defused.match(text) else text


def write_csv(
    rows: Iterable[Sequence[Value]], columns: Sequence[Column], *, lang: Language
) -> Iterator[bytes]:
    """The table as pieces of a CSV file, UTF-8 with mark so that Excel reads umlauts; German decimals and `;`
    for de.

    Dates are written as 2026-03-29, times with their offset from UTC, so that they come back exactly. The pieces
    are made while they are sent, when the request is over and its time zone forgotten: so that of now is kept.
    """
    return _csv_pieces(iter(rows), columns, lang, timezone.get_current_timezone())


def _csv_pieces(
    rows: Iterator[Sequence[Value]], columns: Sequence[Column], lang: Language, zone: tzinfo
) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITER.get(lang, ","))
    buffer.write(BYTE_ORDER_MARK)
    with (
        override(lang),
        timezone.override(zone),
    ):  # never around a `yield`: whoever sends has settings of his own
        writer.writerow([defused(str(column.title)) for column in columns])
    yield _taken(buffer)
    more = True
    while more:
        with override(lang), timezone.override(zone):
            more = _fill(buffer, writer, rows, lang)
        yield _taken(buffer)


def _fill(buffer: io.StringIO, writer: Any, rows: Iterator[Sequence[Value]], lang: Language) -> bool:
    """Write rows until the piece is large enough; False once there are no more."""
    for row in rows:
        writer.writerow([_as_text(value, lang) for value in row])
        if buffer.tell() > PIECE:
            return True
    return False


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def _as_text(value: Value, lang: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, TEXTS):
        return defused(str(value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(" ", "seconds")
    if isinstance(value, MOMENTS):
        return value.isoformat()
    if not math.isfinite(value):
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else repr(value)
    return text.replace(".", ",") if lang == "de" else text


def write_xlsx(
    rows: Iterable[Sequence[Value]], columns: Sequence[Column], *, lang: Language, title: str = ""
) -> IO[bytes]:
    """The table as a workbook in an unlinked temporary file, ready to be read; memory does not grow with the
    rows.

    Cells are typed: text stays text (never a formula, link or number), dates are dates in the current time
    zone.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the caller
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": False,
    }
    with override(lang), xlsxwriter.Workbook(file, options | {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        pen = _Pen(sheet, book)
        pen.header(columns)
        for number, row in enumerate(rows, 1):
            if number >= ROWS_MAX:
                raise TableTooLongError
            for place, value in enumerate(row):
                pen.write(number, place, value)
    file.seek(0)
    return file


def _sheet_name(title: str) -> str:
    return " ".join(_not_in_sheet_names.sub(" ", title).split())[:SHEET_NAME_MAX] or gettext("List")


class _Pen:
    """Writes typed cells with their formats."""

    def __init__(self, sheet: Worksheet, book: Any) -> None:
        self.sheet = sheet
        self.quoted: Format = book.add_format(
            {"quote_prefix": True}
        )  # the apostrophe of Excel itself, no character
        self.date: Format = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment: Format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.time: Format = book.add_format({"num_format": "hh:mm:ss"})
        self.head: Format = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#E6E7E9", "text_wrap": True, "valign": "top"}
        )

    def header(self, columns: Sequence[Column]) -> None:
        """The first row, which stays in sight."""
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)
        for place, column in enumerate(columns):
            self.sheet.write_string(0, place, str(column.title), self.head)
        self.sheet.freeze_panes(1, 0)

    def write(self, row: int, place: int, value: Value) -> None:
        """One cell by the type of its value; what Excel cannot hold exactly is written as text."""
        if value is None:
            return
        if isinstance(value, TEXTS):
            if text := str(value):
                text = text if len(text) <= CELL_MAX else text[: CELL_MAX - 1] + "…"
                self.sheet.write_string(row, place, text, self.quoted if _dangerous.match(text) else None)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, place, value)
        elif isinstance(value, MOMENTS):
            self._write_time(row, place, value)
        else:
            self._write_number(row, place, value)

    def _write_number(self, row: int, place: int, value: float | Decimal) -> None:
        number = float(value)
        if not math.isfinite(number):
            return
        if abs(number) < EXACT_BELOW:
            self.sheet.write_number(row, place, number)
        else:
            self.sheet.write_string(row, place, str(value))

    def _write_time(self, row: int, place: int, value: datetime | date | time) -> None:
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        if not isinstance(value, time) and value.year < FIRST_YEAR:
            self.sheet.write_string(row, place, value.isoformat())
        elif isinstance(value, datetime):
            self.sheet.write_datetime(row, place, value.replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, place, value, self.date)
        else:
            self.sheet.write_datetime(row, place, value.replace(tzinfo=None), self.time)
