"""What two waves of a questionnaire tell together: who joined or left between them.

Whoever assumes that everybody else has answered as before can work out the answers of a few who came or went, by taking
one wave from the other. The roll says who took part in both; so what is said of the later wave is checked together with
what was said of the earlier one, as if each person had answered the same twice. It reads no answers.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.questionnaires.ballot import Cell, coarsened
from surveys.questionnaires.choices import Identity, Turnout
from surveys.questionnaires.disclosure import leaves_sums_dark
from surveys.questionnaires.models import Publication, Wave

EARLIER = 3  # waves that are looked back at


@dataclass(frozen=True)
class Told:
    """A table that was told: whose answers, as of the day on which it was."""

    measure: str
    group: str
    units: frozenset[int] | None
    edition: int
    since: int = 0  # blocks after this one; 0: from the beginning

    def holds(self, group: str, unit: int | None) -> bool:
        """Whether somebody of this group and unit is in it."""
        return (not self.group or group == self.group) and (self.units is None or unit in self.units)


def told_of(waves: Collection[Wave]) -> dict[int, list[Told]]:
    """Everything that was told of these waves."""
    found: dict[int, list[Told]] = {wave.pk: [] for wave in waves}
    for row in Publication.objects.filter(wave__in=waves, is_shown=True).order_by("pk"):
        parts = dict(part.split("=") for part in row.population.split("&") if "=" in part)
        units = None if row.units is None else frozenset(row.units)
        since = row.figures.get("since", 0)
        found[row.wave_id].append(Told(row.measure, parts.get("group", ""), units, row.edition, since))
    return found


class Neighbours:
    """The earlier waves of the same questionnaire, and what was told of them."""

    def __init__(self, wave: Wave, parents: Mapping[int, int | None]) -> None:
        self.wave, self.parents = wave, parents

    @cached_property
    def waves(self) -> list[Wave]:
        """Other closed waves of the questionnaire, the latest first."""
        others = (
            Wave.objects.closed().filter(questionnaire=self.wave.questionnaire_id).exclude(pk=self.wave.pk)
        )
        return list(others.select_related("version").order_by("-closed_at")[:EARLIER])

    @cached_property
    def told(self) -> dict[int, list[Told]]:
        """What was told of them."""
        return told_of(self.waves)

    @cached_property
    def _mine(self) -> dict[int, Cell]:
        return self._places(self.wave)

    @cached_property
    def _theirs(self) -> dict[int, dict[int, Cell]]:
        return {wave.pk: self._places(wave) for wave in self.waves}

    def _places(self, wave: Wave) -> dict[int, Cell]:
        """Group and unit, as finely as answers keep them, of each person who took part."""
        rows = list(
            wave.invitations.filter(status=Turnout.COMPLETED, person__isnull=False)
            .order_by("pk")
            .values_list("person", "group", "unit")
        )
        cells: list[Cell] = [(group, unit) for _person, group, unit in rows]
        if wave.version.identity == Identity.ANONYMOUS:
            if len(cells) < wave.min_cell:
                return {}
            cells = coarsened(cells, self.parents, wave.min_cell)
        return {person: cell for (person, _group, _unit), cell in zip(rows, cells, strict=True)}

    def leaves_dark(self, shown: Sequence[Told], is_same: Callable[[str], bool], least: int) -> bool:
        """Whether these tables of the wave, with those of each earlier one, tell of no few who came or went."""
        for wave in self.waves:
            before = [told for told in self.told[wave.pk] if is_same(told.measure)]
            if before and not _dark(self._mine, shown, self._theirs[wave.pk], before, least):
                return False
        return True


def _dark(
    mine: Mapping[int, Cell],
    shown: Iterable[Told],
    theirs: Mapping[int, Cell],
    before: Iterable[Told],
    least: int,
) -> bool:
    pairs = Counter((mine.get(person), theirs.get(person)) for person in mine.keys() | theirs.keys())
    numbers = {pair: number for number, pair in enumerate(pairs)}
    sizes = {numbers[pair]: count for pair, count in pairs.items()}

    def table(told: Told, place: int) -> frozenset[int]:
        cells = ((pair[place], number) for pair, number in numbers.items())
        return frozenset(number for cell, number in cells if cell is not None and told.holds(*cell))

    tables = {table(told, place) for place, some in ((0, shown), (1, before)) for told in some}
    return leaves_sums_dark(sizes, sorted(tables, key=sorted), least)
