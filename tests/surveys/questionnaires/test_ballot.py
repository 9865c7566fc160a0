"""Cells are made coarser until nobody stands out, and no coarser than that."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.questionnaires.ballot import TOP, Cell, coarsened

PARENTS: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: None}
CELLS: list[Cell] = [(group, unit) for group in ("leaders", "employees") for unit in (None, *PARENTS)]


def test_large_cells_stay_as_they_are() -> None:
    cells: list[Cell] = [*[("leaders", 4)] * 5, *[("employees", 5)] * 7]
    assert coarsened(cells, PARENTS, 5) == cells


def test_a_small_unit_is_counted_with_the_unit_above() -> None:
    cells: list[Cell] = [*[("employees", 4)] * 3, *[("employees", 5)] * 4, *[("employees", 3)] * 6]
    assert coarsened(cells, PARENTS, 5) == [("employees", 2)] * 7 + [("employees", 3)] * 6


def test_a_few_leaders_are_counted_with_all() -> None:
    cells: list[Cell] = [*[("leaders", 4)] * 4, *[("employees", 4)] * 6, *[("employees", 5)] * 5]
    found = coarsened(cells, PARENTS, 5)
    assert "leaders" not in {group for group, _unit in found}
    assert Counter(found)[TOP] >= 5


def test_fewer_than_that_hide_nowhere() -> None:
    with pytest.raises(ValueError, match="4 answers cannot hide among 5"):
        coarsened([TOP] * 4, PARENTS, 5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(CELLS), min_size=5, max_size=60),
    st.integers(2, 5),
)
def test_every_cell_holds_enough_and_nobody_changes_place(cells: list[Cell], least: int) -> None:
    found = coarsened(cells, PARENTS, least)
    assert min(Counter(found).values()) >= least
    for (group, unit), (coarse_group, coarse_unit) in zip(cells, found, strict=True):
        assert coarse_group in {group, ""}
        assert coarse_unit in {*line(unit), None}


def line(unit: int | None) -> list[int]:
    """A unit and those above it."""
    found = []
    while unit is not None:
        found.append(unit)
        unit = PARENTS[unit]
    return found
