"""Who of those who work at touchpoints is qualified for them. Reads only."""

from collections import defaultdict
from dataclasses import dataclass

from cxm.organisation.models import Person, Unit
from surveys.training.standing import qualified, taught, workers
from touchpoints.inventory.models import Touchpoint


@dataclass(frozen=True)
class Row:
    """A person of the matrix: for each touchpoint True (qualified), False (works there and is not) or None."""

    person: Person
    cells: tuple[bool | None, ...]


@dataclass(frozen=True)
class Matrix:
    """People against the touchpoints whose standard is taught."""

    touchpoints: list[Touchpoint]
    rows: list[Row]

    @property
    def shares(self) -> list[tuple[int, int]]:
        """Of each touchpoint, how many of those who work there are qualified, of how many."""
        columns = zip(*(row.cells for row in self.rows), strict=True) if self.rows else ()
        return [
            (sum(cell is True for cell in cells), sum(cell is not None for cell in cells))
            for cells in columns
        ]


def matrix_of(unit: Unit | None) -> Matrix:
    """Who works where and is qualified; of one unit with all below, or of all. A fixed number of queries."""
    found = list(Touchpoint.objects.filter(pk__in=taught()).order_by("name_sort", "pk"))
    ids = [one.pk for one in found]
    at, able = workers(ids), qualified(ids)
    inside = set(Unit.objects.at_or_below(unit).values_list("pk", flat=True)) if unit else None
    places: dict[Person, set[int]] = defaultdict(set)
    for touchpoint, people in at.items():
        for person in people:
            if inside is None or person.unit_id in inside:
                places[person].add(touchpoint)
    rows = [
        Row(person, tuple((person.pk in able[pk]) if pk in where else None for pk in ids))
        for person, where in sorted(places.items(), key=lambda pair: (pair[0].name_sort, pair[0].pk))
    ]
    return Matrix(found, rows)
