"""The plain shapes that readers exchange."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from cxm.kit.sheets.problems import Reason

type Cell = str | int | float | bool | date | datetime | time
"""What a cell holds; an empty one is "". CSV knows only text, XLSX all of them."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a file may cost."""

    bytes: int = 50 * 1024**2
    rows: int = 2_000_000
    columns: int = 500
    cell: int = 100_000  # characters
    line: int = 1_000_000  # characters of one line of text
    unpacked: int = 100 * 1024**2  # bytes of a workbook, unzipped
    ratio: int = 100  # unpacked : packed
    seconds: int = 30  # for opening a workbook
    memory: int = 1536 * 1024**2  # address space of the process that opens it


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person knows better than the evidence; None means: find out."""

    encoding: str | None = None
    delimiter: str | None = None  # one character, or " " for runs of blanks
    sheet: str | None = None
    header_row: int | None = None  # from 1; 0: the list has no header


class Row(NamedTuple):
    """One row: its number in the file (from 1), its cells, and what is wrong with it as a whole."""

    number: int
    cells: list[Cell]
    problem: Reason | None = None


def is_blank(cell: Cell) -> bool:
    """Nothing to see in it."""
    return cell == "" or (isinstance(cell, str) and not cell.strip())
