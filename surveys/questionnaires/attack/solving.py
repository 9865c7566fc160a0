"""What follows from tables: independent of the guard's own algebra, so that one mistake is not made twice.

Published sums are the rows of a matrix over people. A combination of rows touches the people of S only if and only if
the rows of its kernel that belong to S are linearly dependent (the dual matroid). So no rows are reduced and nothing is
searched in them; the kernel is computed once, modulo a prime of 61 bits, and small sets of people are tried.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

P = 2**61 - 1
MOST_TRIED = 60
"""Small sorts of people of which all sets of three and four are tried; of more, the first of them."""

type Vector = list[int]


def determinable(
    tables: Collection[frozenset[int]], least: int, *, sums_only: bool = False
) -> list[frozenset[int]]:
    """The smallest groups of fewer than `least` people of whom something can be worked out from these sums.

    With `sums_only` their sum; else also a difference between them.
    """
    found: list[frozenset[int]] = []
    sorts = _sorts(tables)
    rows = [[int(number in pattern) for pattern in sorts] for number in range(len(tables))]
    vectors = _kernel(rows, len(sorts))
    people = list(sorts.values())
    for chosen in _few(people, least):
        group = frozenset().union(*(people[place] for place in chosen))
        if any(known <= group for known in found):
            continue
        combination = _dependence([vectors[place] for place in chosen])
        if combination and (not sums_only or len(set(combination)) == 1):
            found.append(group)
    return found


def _sorts(tables: Collection[frozenset[int]]) -> dict[frozenset[int], frozenset[int]]:
    """People by the tables they are in: those in the same ones are never told apart."""
    inside: dict[int, list[int]] = defaultdict(list)
    for number, table in enumerate(tables):
        for person in table:
            inside[person].append(number)
    found: dict[frozenset[int], set[int]] = defaultdict(set)
    for person, numbers in inside.items():
        found[frozenset(numbers)].add(person)
    return {pattern: frozenset(people) for pattern, people in found.items()}


def _few(people: Sequence[frozenset[int]], least: int) -> Iterator[tuple[int, ...]]:
    """Sets of sorts that hold fewer than `least` people together, smaller sets first."""
    small = sorted(
        (place for place in range(len(people)) if len(people[place]) < least), key=lambda p: len(people[p])
    )
    for length in range(1, min(least, 5)):
        tried = small if length < 3 else small[:MOST_TRIED]
        for chosen in combinations(tried, length):
            if sum(len(people[place]) for place in chosen) < least:
                yield chosen


def _reduced(rows: Sequence[Vector]) -> tuple[list[int], list[Vector]]:
    """Leading columns and rows of the reduced echelon form, modulo P."""
    leads: list[int] = []
    found: list[Vector] = []
    for given in rows:
        row = [value % P for value in given]
        for lead, other in zip(leads, found, strict=True):
            row = _less(row, other, row[lead])
        here = next((place for place, value in enumerate(row) if value), None)
        if here is None:
            continue
        inverse = pow(row[here], -1, P)
        row = [value * inverse % P for value in row]
        found = [_less(other, row, other[here]) for other in found]
        leads.append(here)
        found.append(row)
    return leads, found


def _less(row: Vector, other: Vector, factor: int) -> Vector:
    return [(a - factor * b) % P for a, b in zip(row, other, strict=True)] if factor else row


def _kernel(rows: Sequence[Vector], width: int) -> list[Vector]:
    """For each column its entries in a basis of the kernel of the rows, modulo P."""
    leads, reduced = _reduced(rows)
    free = [place for place in range(width) if place not in leads]
    vectors = [[0] * len(free) for _ in range(width)]
    for number, place in enumerate(free):
        vectors[place][number] = 1
        for lead, row in zip(leads, reduced, strict=True):
            vectors[lead][number] = -row[place] % P
    return vectors


def _dependence(vectors: Sequence[Vector]) -> Vector | None:
    """Factors, none of them 0, with which the vectors add up to nothing; None if there are none."""
    width = len(vectors)
    leads, reduced = _reduced([list(column) for column in zip(*vectors, strict=True)])
    if len(leads) != width - 1:
        return None  # they are independent, or a smaller set of them is dependent by itself
    free = next(place for place in range(width) if place not in leads)
    found = [0] * width
    found[free] = 1
    for lead, row in zip(leads, reduced, strict=True):
        found[lead] = -row[free] % P
    return found if all(found) else None
