"""How far each unit stands behind the valid version: the share of its people who have confirmed it.

Nobody is exposed: a unit of fewer than five people is counted in the unit above it only, and where the figures of the
units below would leave over fewer than five people of a unit, the smallest of them is withheld, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cxm.organisation.models import BrandConfirmation, BrandVersion, Person, Unit

LEAST = 5  # people


@dataclass
class Branch:
    """A unit with everything below it; `unit` is None for the whole company."""

    unit: Unit | None
    depth: int = 0
    n: int = 0
    confirmed: int = 0
    lead: Person | None = None
    children: list["Branch"] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)  # directly in the unit

    @property
    def share(self) -> float:
        """Confirmed of all, 0 to 1."""
        return self.confirmed / self.n if self.n else 0.0

    @property
    def percent(self) -> int:
        """The share as a whole number."""
        return round(100 * self.share)

    @property
    def indent(self) -> range:
        """One step for each level, for templates."""
        return range(self.depth)

    @property
    def everybody(self) -> list[Person]:
        """Who works in the unit or below it."""
        return [*self.people, *(person for child in self.children for person in child.everybody)]


@dataclass(frozen=True)
class Support:
    """What may be shown: the company first, then its units in reading order; and whether something is withheld."""

    lines: list[Branch]
    is_partial: bool

    @property
    def company(self) -> Branch | None:
        """The figure of the whole company, if it is large enough for one."""
        return self.lines[0] if self.lines else None


def support_of(version: BrandVersion) -> Support:
    """The support of every unit that is large enough; three queries."""
    people = list(Person.objects.present().order_by("name_sort", "pk"))
    confirmed = set(BrandConfirmation.objects.filter(version=version).values_list("person", flat=True))
    company = tree(list(Unit.objects.order_by("name_sort", "pk")), people, confirmed)
    lines = list(disclosed(company)) if company.n >= LEAST else []
    return Support(lines, is_partial=len(lines) < size(company))


def share_text(version: BrandVersion) -> str:
    """How many of all have confirmed, in words; nothing for a company so small that it would expose somebody."""
    counts = Person.objects.present().aggregate(
        n=Count("pk"),
        confirmed=Count(
            "pk", filter=Q(pk__in=BrandConfirmation.objects.filter(version=version).values("person"))
        ),
    )
    if counts["n"] < LEAST:
        return ""
    percent = round(100 * counts["confirmed"] / counts["n"])
    return _("%(percent)s %% of %(n)s people have confirmed it") % {"percent": percent, "n": counts["n"]}


def size(branch: Branch) -> int:
    """How many units with people there are, this one among them."""
    return bool(branch.n) + sum(size(child) for child in branch.children)


def tree(units: Iterable[Unit], people: Iterable[Person], confirmed: set[int]) -> Branch:
    """The company as one branch, counted."""
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id].append(unit)
    inside: dict[int | None, list[Person]] = defaultdict(list)
    for person in people:
        inside[person.unit_id].append(person)

    def grow(unit: Unit | None, depth: int) -> Branch:
        here = unit.pk if unit else None
        branch = Branch(unit, depth, people=inside[here])
        branch.children = [grow(child, depth + 1) for child in below[here]]
        branch.n = len(branch.people) + sum(child.n for child in branch.children)
        branch.confirmed = sum(person.pk in confirmed for person in branch.people)
        branch.confirmed += sum(child.confirmed for child in branch.children)
        branch.lead = lead_of(branch) if unit else None
        return branch

    return grow(None, 0)


def lead_of(branch: Branch) -> Person | None:
    """Who leads a unit: somebody who works directly in it, leads most people there, and is led from outside."""
    everybody = branch.everybody
    inside = {person.pk for person in everybody}
    reports: dict[int | None, int] = defaultdict(int)
    for person in everybody:
        reports[person.lead_id] += 1
    heads = [p for p in branch.people if reports[p.pk] and p.lead_id not in inside]
    return max(heads, key=lambda person: reports[person.pk], default=None)


def disclosed(branch: Branch) -> Iterator[Branch]:
    """The branch and what below it may be shown: what is left over of every shown unit is nobody, or five or more."""
    yield branch
    shown = [child for child in branch.children if child.n >= LEAST]
    left_over = branch.n - sum(child.n for child in shown)
    if 0 < left_over < LEAST and shown:
        shown.remove(min(shown, key=lambda child: child.n))
    for child in shown:
        yield from disclosed(child)
