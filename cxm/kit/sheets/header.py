"""Finds the header among title lines, and tells footers and repeated headers from data."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from cxm.kit.fields import sort_key
from cxm.kit.sheets.shapes import Cell, Row, is_blank

SEARCHED = 25  # rows from the top in which the header is looked for
NAME_MAX = 80  # characters of a column's name
FOOTER_STARTS = frozenset(("zwi", "ges", "sum", "tot", "anz", "sta", "que", "end", "cou", "sou"))
_not_in_names = re.compile(r"[\W_]+")
_number_or_date = re.compile(r"^[+-]?[\d.,:/\s€%-]*\d[\d.,:/\s€%-]*$")
_footer = re.compile(
    r"^(zwischen|gesamt)?(summe|gesamt|total|sum|anzahl|stand|quelle|ende der liste|count|source)\b",
    re.IGNORECASE,
)


class Header(NamedTuple):
    """Where the header is (row number in the file, 0: none) and what the columns are called."""

    row: int
    names: tuple[str, ...]


def plain(text: object) -> str:
    """A name as it is compared: lower case, without accents, signs and spaces ("E-Mail (dienstl.)" =
    emaildienstl).
    """
    return _not_in_names.sub("", sort_key(str(text)))


def find_header(rows: Sequence[Row], known: Collection[str], chosen: int | None = None) -> Header:
    """The most likely header of the first rows. `known` are names that columns may have, as `plain()` makes
    them.
    """
    if chosen is not None:
        at = next((i for i, row in enumerate(rows) if row.number == chosen), None)
    else:
        at = _best(rows[:SEARCHED], known)
    if at is None:
        return Header(0, ("",) * max((_filled_width(row.cells) for row in rows), default=0))
    names = _names(rows, at, len(rows[at].cells))
    below = rows[at + 1 :]
    while (
        names
        and not names[-1]
        and all(len(row.cells) < len(names) or is_blank(row.cells[len(names) - 1]) for row in below)
    ):
        names.pop()  # an empty column at the end
    return Header(rows[at].number, tuple(names))


def _filled_width(cells: Sequence[Cell]) -> int:
    return max((i for i, cell in enumerate(cells, 1) if not is_blank(cell)), default=0)


def _best(rows: Sequence[Row], known: Collection[str]) -> int | None:
    usual = sorted(sum(not is_blank(cell) for cell in row.cells) for row in rows)
    if not usual:
        return None
    typical = max(usual[len(usual) // 2], 1)
    scores = [_score(row.cells, known, typical) - 0.05 * i for i, row in enumerate(rows)]
    best = max(range(len(rows)), key=scores.__getitem__)
    return best if scores[best] > 2 else None


def _score(cells: Sequence[Cell], known: Collection[str], typical: int) -> float:
    """High for a row of many different short texts, higher for known names; a header holds no figure or date."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return 0
    hits = sum(plain(cell) in known for cell in filled)
    texts = sum(isinstance(cell, str) and len(cell) <= NAME_MAX and not _is_data(cell) for cell in filled)
    if not hits and texts < len(filled):
        return 0
    different = len({plain(cell) for cell in filled}) / len(filled)
    return 3 * hits * different + 2 * min(len(filled) / typical, 1) * different + texts / len(filled)


def _is_data(cell: str) -> bool:
    return bool(_number_or_date.match(cell.strip())) or "@" in cell


def _names(rows: Sequence[Row], at: int, width: int) -> list[str]:
    """Names of the columns; where the header has two rows, the upper one completes blank and repeated names."""
    lower = _texts(rows[at].cells, width)
    upper = _group_names(rows, at, width)
    if not upper:
        return lower
    seen = [plain(name) for name in lower]
    return [
        above if not name else f"{above} {name}" if seen.count(plain(name)) > 1 and above else name
        for name, above in zip(lower, upper, strict=True)
    ]


def _group_names(rows: Sequence[Row], at: int, width: int) -> list[str]:
    """The row above as names of groups, each valid until the next one; empty if that row is no such thing."""
    if at == 0 or rows[at - 1].number != rows[at].number - 1:
        return []
    above = _texts(rows[at - 1].cells, width)
    if len({plain(name) for name in above if name}) < 2 or any(_is_data(name) for name in above if name):
        return []
    for i in range(1, width):
        above[i] = above[i] or above[i - 1]
    return above


def _texts(cells: Sequence[Cell], width: int) -> list[str]:
    texts = [" ".join(str(cell).split())[:NAME_MAX] for cell in cells[:width]]
    return texts + [""] * (width - len(texts))


def may_be_footer(cells: Sequence[Cell]) -> bool:
    """A quick look that nearly each row of a long list fails."""
    first = cells[0]
    if first.__class__ is str and first:
        return str(first)[:3].lower() in FOOTER_STARTS
    return is_blank(first)


def is_footer(cells: Sequence[Cell]) -> bool:
    """A line below the list: a sum, a count, a date of issue; recognised by its first word and its emptiness."""
    filled = [cell for cell in cells if not is_blank(cell)]
    first = filled[0] if filled else ""
    if not isinstance(first, str) or not _footer.match(first.strip()):
        return False
    texts = [cell for cell in filled[1:] if isinstance(cell, str) and not _is_data(cell)]
    return len(filled) * 2 <= max(len(cells), 2) or not texts


def as_sample(cell: Cell) -> str:
    """A cell as it is shown beside its column."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return f"{cell:g}" if isinstance(cell, float) else str(cell)
