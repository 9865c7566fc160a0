"""The ballot box of anonymous waves: how finished drafts become answers that lead back to nobody.

All answers of a wave are written in one transaction, in shuffled order, under random ids: so neither an id nor a
transaction number says which draft an answer came from. Group and unit of each are made coarser until at least
`least` answers share exactly the same ones (k-anonymity by generalisation: Sweeney 2002, Int. J. Uncertainty,
Fuzziness and Knowledge-Based Systems 10:571); so the roll, in which group and unit of everybody stand, does not tell
either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

type Cell = tuple[str, int | None]
"""A respondent group ("" for all) and a unit (None for the whole company)."""

TOP: Cell = ("", None)


def coarser(cell: Cell, parents: Mapping[int, int | None]) -> Cell:
    """The next coarser cell: the unit above; above the highest unit the group alone; then everybody."""
    group, unit = cell
    if unit is not None:
        return group, parents.get(unit)
    return TOP


def coarsened(cells: Sequence[Cell], parents: Mapping[int, int | None], least: int) -> list[Cell]:
    """For each answer the finest cell that it shares with at least `least` answers, itself included.

    Raises ValueError if there are fewer than `least` answers in all. The deepest cells that are too small are lifted
    first, so that small neighbours meet in the unit above them; what is left over at the top takes the next smallest
    cell along.
    """
    if len(cells) < least:
        raise ValueError(f"{len(cells)} answers cannot hide among {least}")
    members: dict[Cell, list[int]] = defaultdict(list)
    for number, cell in enumerate(cells):
        members[cell].append(number)
    while small := _next_to_lift(members, parents, least):
        lifted = members.pop(small)
        members[coarser(small, parents)] += lifted
    found = [TOP] * len(cells)
    for cell, numbers in members.items():
        for number in numbers:
            found[number] = cell
    return found


def _next_to_lift(
    members: Mapping[Cell, list[int]], parents: Mapping[int, int | None], least: int
) -> Cell | None:
    """The deepest cell that is too small; if only the top one is, the smallest of the others. None: all are fine."""

    def order(cell: Cell) -> tuple[int, int, str, int]:
        group, unit = cell
        return -_depth(unit, parents), len(members[cell]), group, unit or 0

    small = [cell for cell, numbers in members.items() if len(numbers) < least]
    if not small:
        return None
    if below := [cell for cell in small if cell != TOP]:
        return min(below, key=order)
    return min((cell for cell in members if cell != TOP), key=lambda cell: (len(members[cell]), order(cell)))


def _depth(unit: int | None, parents: Mapping[int, int | None]) -> int:
    """How many units stand above, itself counted; 0 for the whole company."""
    depth = 0
    while unit is not None:
        depth, unit = depth + 1, parents.get(unit)
    return depth
