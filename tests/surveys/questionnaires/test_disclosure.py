"""Tables that together leave small groups in the dark: hand-made cases, and all sums tried one by one."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.disclosure import is_safe, leaves_sums_dark

A, B, C = 1, 2, 3


def tables(*shown: set[int]) -> list[frozenset[int]]:
    return [frozenset(table) for table in shown]


def test_a_total_alone_is_safe() -> None:
    assert is_safe({A: 50, B: 4}, tables({A, B}), 5)


def test_a_total_less_a_part_tells_the_rest() -> None:
    assert not is_safe({A: 50, B: 4}, tables({A, B}, {A}), 5)


def test_the_rest_may_be_told_if_it_is_large_enough() -> None:
    assert is_safe({A: 50, B: 4, C: 20}, tables({A, B, C}, {A}), 5)
    assert not is_safe({A: 50, B: 4, C: 20}, tables({A, B, C}, {A}, {C}), 5)


def test_three_pairs_tell_each_single_one() -> None:
    assert not is_safe({A: 3, B: 3, C: 3}, tables({A, B}, {B, C}, {A, C}), 5)
    assert is_safe({A: 3, B: 3, C: 3}, tables({A, B}, {A, B, C}), 3)


def test_the_difference_between_two_people_is_not_told_either() -> None:
    assert not is_safe({A: 1, B: 1, C: 20}, tables({A, C}, {B, C}), 5)
    assert leaves_sums_dark({A: 1, B: 1, C: 20}, tables({A, C}, {B, C}), 5)


def test_atoms_without_answers_do_not_matter() -> None:
    assert is_safe({A: 50, B: 0}, tables({A, B}, {A}), 5)


@settings(max_examples=300, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 7), min_size=1, max_size=6),
    shown=st.lists(st.sets(st.integers(0, 5)), max_size=6),
    least=st.integers(2, 10),
)
def test_it_agrees_with_trying_every_group(sizes: list[int], shown: list[set[int]], least: int) -> None:
    atoms = dict(enumerate(sizes))
    held = [frozenset(table & set(atoms)) for table in shown]
    assert is_safe(atoms, held, least) == (not few_told(atoms, held, least))
    assert leaves_sums_dark(atoms, held, least) == (not few_summed(atoms, held, least))


def few_told(atoms: dict[int, int], held: list[frozenset[int]], least: int) -> bool:
    """Whether anything in the span of the tables touches 1 to least - 1 answers: without those the rank is less."""
    filled = [atom for atom, size in atoms.items() if size]
    rows = [[Fraction(atom in table) for atom in filled] for table in held]
    before = rank(rows)
    for length in range(1, len(filled) + 1):
        for group in combinations(range(len(filled)), length):
            if sum(atoms[filled[place]] for place in group) < least:
                left = [[value for place, value in enumerate(row) if place not in group] for row in rows]
                if rank(left) < before:
                    return True
    return False


def few_summed(atoms: dict[int, int], held: list[frozenset[int]], least: int) -> bool:
    """Whether the sum of some group of 1 to least - 1 answers lies in the span of the tables; by rank."""
    filled = [atom for atom, size in atoms.items() if size]
    rows = [[Fraction(atom in table) for atom in filled] for table in held]
    before = rank(rows)
    for length in range(1, len(filled) + 1):
        for group in combinations(filled, length):
            if sum(atoms[atom] for atom in group) < least:
                wanted = [Fraction(atom in group) for atom in filled]
                if rank([*rows, wanted]) == before:
                    return True
    return False


def rank(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix by plain elimination."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        found += 1
        left = [
            [a - row[column] / pivot[column] * b for a, b in zip(row, pivot, strict=True)] for row in left
        ]
    return found
