"""Units as a tree, read in one query."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from cxm.organisation.models import Unit

INDENT = "\N{EM SPACE}"


@dataclass
class Node:
    """A unit in its place: how deep it stands, who works there, and what stands below."""

    unit: Unit
    depth: int
    people: int = 0  # directly
    all_people: int = 0  # with everything below
    children: list["Node"] = field(default_factory=list)

    @property
    def indent(self) -> range:
        """One step for each level, for templates."""
        return range(self.depth)

    @property
    def level(self) -> int:
        """The depth as people count it."""
        return self.depth + 1


def unit_tree() -> list[Node]:
    """The units at the top, each with its branches; people who have left are not counted."""
    here = Q(people__left_on=None) | Q(people__left_on__gt=timezone.localdate())
    units = Unit.objects.annotate(headcount=Count("people", filter=here & ~Q(people=None)))
    units = units.order_by("name_sort", "pk")  # counting drops the model's own order
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id].append(unit)

    def branch(unit: Unit, depth: int) -> Node:
        node = Node(unit, depth, people=unit.headcount)  # type: ignore[attr-defined]  # annotated above
        node.children = [branch(child, depth + 1) for child in below[unit.pk]]
        node.all_people = node.people + sum(child.all_people for child in node.children)
        return node

    return [branch(unit, 0) for unit in below[None]]


def flat(nodes: list[Node]) -> list[Node]:
    """All nodes of a tree in the order in which they are read."""
    return [one for node in nodes for one in (node, *flat(node.children))]


def unit_choices() -> list[tuple[int, str]]:
    """The tree for a select: deeper units stand further right."""
    return [(node.unit.pk, INDENT * node.depth + node.unit.name) for node in flat(unit_tree())]
