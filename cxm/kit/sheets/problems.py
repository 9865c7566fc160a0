"""Why a file or a row could not be read, in words for the person who sent it."""

from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Reason(Enum):
    """Each way in which a list can be unreadable; `text` is shown and may name {limit} or {value}."""

    EMPTY = "empty", gettext_lazy("The file is empty.")
    NO_ROWS = "no_rows", gettext_lazy("The file has a header, but no rows below it.")
    BINARY = "binary", gettext_lazy("This is not a text file. Please send CSV or XLSX.")
    KIND = (
        "kind",
        gettext_lazy("Files of this kind ({value}) cannot be read. Please save the list as XLSX or CSV."),
    )
    MACROS = "macros", gettext_lazy("The workbook contains macros. Please save it as XLSX without macros.")
    PASSWORD = (
        "password",
        gettext_lazy(
            "The workbook is protected by a password, or of the old Excel format. "
            "Please save it as XLSX without a password."
        ),
    )
    DAMAGED = "damaged", gettext_lazy("The workbook is damaged and cannot be opened.")
    TOO_LARGE = "too_large", gettext_lazy("The file is larger than {limit} MB.")
    BOMB = (
        "bomb",
        gettext_lazy(
            "Unpacked, the workbook would be larger than allowed ({limit} MB). "
            "Please send a smaller part, or CSV."
        ),
    )
    TOO_SLOW = (
        "too_slow",
        gettext_lazy(
            "The workbook needs too much memory or time. Delete empty rows and unused sheets, or send CSV."
        ),
    )
    NO_SHEET = "no_sheet", gettext_lazy("The workbook has no sheet named “{value}”.")
    ENCODING = "encoding", gettext_lazy("The file cannot be read as {value}.")
    TOO_MANY_ROWS = "too_many_rows", gettext_lazy("The list has more than {limit} rows.")
    TOO_MANY_COLUMNS = "too_many_columns", gettext_lazy("The row has more than {limit} columns.")
    LONG_CELL = "long_cell", gettext_lazy("A cell has more than {limit} characters.")
    UNCLOSED_QUOTE = "unclosed_quote", gettext_lazy("A quotation mark is opened here and never closed.")
    LONG_ROW = "long_row", gettext_lazy("The row has more cells than the header.")
    SHORT_ROW = "short_row", gettext_lazy("The row has fewer cells than the header.")
    UNREADABLE = (
        "unreadable",
        gettext_lazy("The row contains characters that do not fit the encoding of the file."),
    )
    NUL = "nul", gettext_lazy("The row contains NUL characters.")

    text: str | Promise

    def __new__(cls, code: str, text: str | Promise) -> "Reason":
        """The code is the value that is stored."""
        member = object.__new__(cls)
        member._value_ = code
        member.text = text
        return member

    def say(self, **words: Any) -> str:
        """The sentence in the current language."""
        return str(self.text).format(**words)


class SheetError(Exception):
    """A file that cannot be read, with the place where it went wrong (row as in a spreadsheet, from 1)."""

    def __init__(
        self, reason: Reason, *, row: int | None = None, column: str | None = None, **words: Any
    ) -> None:
        super().__init__(reason.value)
        self.reason, self.row, self.column, self.words = reason, row, column, words

    def __str__(self) -> str:
        said = self.reason.say(**self.words)
        if self.row and self.column:
            return _("Row {row}, column {column}: {problem}").format(
                row=self.row, column=self.column, problem=said
            )
        if self.row:
            return _("Row {row}: {problem}").format(row=self.row, problem=said)
        return said
