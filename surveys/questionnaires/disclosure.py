"""What may be said of groups without telling of a few: pure functions on counts, the heart of the guard.

The answers of a wave fall into *atoms*: those that no table can tell apart. Every table that is shown is the sum over
some atoms, so whoever combines tables can work out each sum in the space that their rows span (Dinur & Nissim 2003,
PODS, 202; for tables Cox 1980, JASA 75:377). A table is withheld if with it, and all that was shown before, anything
could be worked out that hangs on fewer than `least` answers alone: their sum, or the difference between two of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MOST_SMALL = 16
"""With more combinations that touch small groups only than this (their dimension) nothing further is shown: to try them
all would take too long."""


@dataclass(frozen=True, order=True)
class Population:
    """Whose answers: of a respondent group ("" for all) and of a unit with all below it (None for the company)."""

    group: str = ""
    unit: int | None = None

    @property
    def key(self) -> str:
        """As it is kept in `models.Publication`."""
        parts = [f"group={self.group}"] * bool(self.group) + [f"unit={self.unit}"] * (self.unit is not None)
        return "&".join(parts) or "all"


def is_safe(sizes: Mapping[int, int], shown: Sequence[frozenset[int]], least: int) -> bool:
    """Whether these tables together leave every group of fewer than `least` answers in the dark.

    `sizes` says how many answers each atom holds; each table is the set of its atoms. Atoms without answers count
    for nothing. Raises ValueError for an atom that is not in `sizes`.
    """
    return _is_safe(_merged(sizes, shown), len(shown), least)


def leaves_sums_dark(sizes: Mapping[int, int], shown: Sequence[frozenset[int]], least: int) -> bool:
    """The same for sums only: between two waves, whose answers differ anyway, differences of a few tell nothing."""
    return _leaves_sums_dark(_merged(sizes, shown), len(shown), least)


type Columns = tuple[tuple[int, tuple[bool, ...]], ...]
"""Size and tables of each sort of atom, the largest first: atoms that are in the same tables are one."""


def _merged(sizes: Mapping[int, int], shown: Sequence[frozenset[int]]) -> Columns:
    if unknown := frozenset().union(*shown) - set(sizes):
        raise ValueError(f"atoms without a size: {sorted(unknown)}")
    found: dict[tuple[bool, ...], int] = defaultdict(int)
    for atom, size in sizes.items():
        pattern = tuple(atom in table for table in shown)
        if size and any(pattern):
            found[pattern] += size
    return tuple(sorted(((size, pattern) for pattern, size in found.items()), reverse=True))


type Row = tuple[int, list[Fraction]]
"""The column of its leading 1, and the row."""


# Questions that all have answered ask the same of the same numbers.
@lru_cache(maxsize=4_096)
def _is_safe(columns: Columns, tables: int, least: int) -> bool:
    sizes = [size for size, _pattern in columns]
    small = [row for column, row in _reduced(columns, tables) if sizes[column] < least]
    return len(small) <= MOST_SMALL and not _touches_few(small, sizes, frozenset(), least - 1)


@lru_cache(maxsize=4_096)
def _leaves_sums_dark(columns: Columns, tables: int, least: int) -> bool:
    sizes = [size for size, _pattern in columns]
    small = [(sizes[column], row) for column, row in _reduced(columns, tables) if sizes[column] < least]
    return len(small) <= MOST_SMALL and not _tells_sum(small, sizes, least)


def _reduced(columns: Columns, count: int) -> list[Row]:
    """The reduced echelon form of the tables. The largest atoms lead: so a row that is led by a small one touches
    small ones only, and whatever touches small ones only is a combination of such rows."""
    rows = [[Fraction(pattern[number]) for _size, pattern in columns] for number in range(count)]
    found: list[Row] = []
    for column in range(len(columns)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        lead = pivot[column]
        pivot = [value / lead for value in pivot]
        rows = [_without(row, pivot, column) for row in rows]
        found = [(lead_of, _without(row, pivot, column)) for lead_of, row in found]
        found.append((column, pivot))
    return found


def _without(row: list[Fraction], pivot: list[Fraction], column: int) -> list[Fraction]:
    factor = row[column] / pivot[column]
    return row if not factor else [a - factor * b if b else a for a, b in zip(row, pivot, strict=True)]


def _touches_few(
    rows: Sequence[list[Fraction]], sizes: Sequence[int], touched: frozenset[int], left: int
) -> bool:
    """Whether some combination of these independent rows touches, beside `touched`, at most `left` answers.

    Of the first column that is touched by any there are two sorts: those that leave it out, and those that do not.
    """
    if not rows:
        return False
    columns = (column for column in range(len(sizes)) if column not in touched)
    column = next((column for column in columns if any(row[column] for row in rows)), None)
    if column is None:
        return True
    pivot = next(row for row in rows if row[column])
    others = [_without(row, pivot, column) for row in rows if row is not pivot]
    if _touches_few(others, sizes, touched, left):
        return True
    return sizes[column] <= left and _touches_few(rows, sizes, touched | {column}, left - sizes[column])


def _tells_sum(small: Sequence[tuple[int, list[Fraction]]], sizes: Sequence[int], least: int) -> bool:
    """Whether some sum of fewer than `least` answers lies in the space of the rows.

    In the reduced form a vector of zeros and ones is the sum of the rows whose leading columns it holds. So it is
    enough to try sums of rows led by atoms that are small together.
    """

    def search(position: int, led: int, total: list[Fraction]) -> bool:
        for number in range(position, len(small)):
            size, row = small[number]
            if led + size >= least:
                continue
            combined = [a + b for a, b in zip(total, row, strict=True)]
            if _is_few(combined, sizes, least) or search(number + 1, led + size, combined):
                return True
        return False

    return search(0, 0, [Fraction(0)] * len(sizes))


def _is_few(vector: Sequence[Fraction], sizes: Sequence[int], least: int) -> bool:
    if any(value not in (0, 1) for value in vector):
        return False
    return 0 < sum(size for value, size in zip(vector, sizes, strict=True) if value) < least
