"""How many of those who were asked have come how far. It tells of the roll only, never of answers."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from cxm.kit.numbers import formats
from cxm.organisation.models import Unit
from surveys.questionnaires.choices import Step, Turnout
from surveys.questionnaires.disclosure import is_safe
from surveys.questionnaires.models import Wave


@dataclass(frozen=True)
class Reached:
    """Of the whole wave: invited people by how far they came. Whoever has finished has also been sent it, and begun."""

    invited: int
    sent: int
    started: int
    completed: int
    declined: int

    @property
    def share(self) -> float:
        """Finished of invited, 0 to 1."""
        return self.completed / self.invited if self.invited else 0.0

    @property
    def share_text(self) -> str:
        """The same as the reader writes it."""
        return formats().percent(self.share)


def reached(wave: Wave) -> Reached:
    """One query."""
    rows = wave.invitations.order_by().values_list("status").annotate(n=Count("pk"))
    found = Counter(dict(rows))
    done, begun = found[Turnout.COMPLETED], found[Turnout.STARTED]
    everybody = sum(found.values())
    return Reached(everybody, everybody - found[Turnout.QUEUED], begun + done, done, found[Turnout.OPTED_OUT])


@dataclass(frozen=True)
class UnitLine:
    """Turnout of a unit with all below it."""

    unit: Unit
    invited: int
    completed: int

    @property
    def share(self) -> float:
        """Finished of invited, 0 to 1."""
        return self.completed / self.invited

    @property
    def share_text(self) -> str:
        """The same as the reader writes it."""
        return formats().percent(self.share)


def by_unit(wave: Wave) -> list[UnitLine]:
    """Units of which at least `min_cell` were invited, after closing only; nested ones never tell of a few by what is
    left between them. Two queries."""
    if wave.step != Step.CLOSED or wave.closed_at is None:
        return []
    units = list(Unit.objects.order_by("name_sort", "pk"))
    parents = {unit.pk: unit.parent_id for unit in units}
    rows = wave.invitations.exclude(unit=None).order_by().values_list("unit")
    direct = {
        unit: (invited, done)
        for unit, invited, done in rows.annotate(
            n=Count("pk"), done=Count("pk", filter=Q(status=Turnout.COMPLETED))
        )
    }
    below: dict[int, set[int]] = defaultdict(set)
    for unit in direct:
        here: int | None = unit
        while here is not None:
            below[here].add(unit)
            here = parents[here]
    nobody = wave.invitations.filter(unit=None).count()
    sizes = {unit: invited for unit, (invited, _done) in direct.items()} | {0: nobody}
    shown, found = [frozenset(sizes)], []
    for unit in sorted(units, key=lambda unit: -sum(sizes[one] for one in below[unit.pk])):
        atoms = frozenset(below[unit.pk])
        invited = sum(sizes[one] for one in atoms)
        if invited >= wave.min_cell and (atoms in shown or is_safe(sizes, [*shown, atoms], wave.min_cell)):
            shown.append(atoms)
            found.append(UnitLine(unit, invited, sum(direct[one][1] for one in atoms)))
    return sorted(found, key=lambda line: line.unit.name_sort)
