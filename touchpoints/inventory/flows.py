"""Where information flows between systems, and where it does not: the table of all interfaces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from touchpoints.inventory.models import Interface, System
from touchpoints.inventory.models.landscape import InterfaceState

SEVERITY = (
    InterfaceState.MISSING,
    InterfaceState.BROKEN,
    InterfaceState.MANUAL,
    InterfaceState.PLANNED,
    InterfaceState.WORKS,
)
"""States from the worst to the best."""

ICONS = {
    InterfaceState.MISSING: "unlink",
    InterfaceState.BROKEN: "alert-octagon",
    InterfaceState.MANUAL: "hand-click",
    InterfaceState.PLANNED: "hourglass",
    InterfaceState.WORKS: "plug-connected",
}
LIGHTS = {
    InterfaceState.MISSING: "bad",
    InterfaceState.BROKEN: "bad",
    InterfaceState.MANUAL: "watch",
    InterfaceState.PLANNED: "none",
    InterfaceState.WORKS: "good",
}
STUCK = (InterfaceState.MISSING, InterfaceState.BROKEN, InterfaceState.MANUAL)
"""States in which information does not flow by itself."""


@dataclass(frozen=True)
class Mark:
    """A state as it is shown: an icon, a colour, a word."""

    state: InterfaceState

    @property
    def word(self) -> str:
        """The state in a word."""
        return str(self.state.label)

    @property
    def icon(self) -> str:
        """Its picture."""
        return ICONS[self.state]

    @property
    def light(self) -> str:
        """Class of its colour."""
        return LIGHTS[self.state]


@dataclass(frozen=True)
class Cell:
    """What flows from one system to another."""

    interfaces: tuple[Interface, ...]

    @property
    def mark(self) -> Mark | None:
        """The worst state among them."""
        states = {interface.state for interface in self.interfaces}
        return next((Mark(state) for state in SEVERITY if state in states), None)


@dataclass(frozen=True)
class Line:
    """An interface in a list."""

    interface: Interface

    @property
    def mark(self) -> Mark:
        """Its state as it is shown."""
        return Mark(InterfaceState(self.interface.state))

    @property
    def is_stuck(self) -> bool:
        """Whether information does not flow by itself."""
        return self.mark.state in STUCK


def lines_of(interfaces: Iterable[Interface]) -> list[Line]:
    """Interfaces as lines, the worst first."""
    return [Line(interface) for interface in worst_first(interfaces)]


def worst_first(interfaces: Iterable[Interface]) -> list[Interface]:
    """Interfaces by severity, then by name of the systems."""
    return sorted(
        interfaces,
        key=lambda i: (SEVERITY.index(InterfaceState(i.state)), i.source.name_sort, i.target.name_sort, i.pk),
    )


def table(
    systems: Sequence[System], interfaces: Iterable[Interface]
) -> list[tuple[System, list[Cell | None]]]:
    """One row for each sending system with a cell for each receiving one; None on the diagonal."""
    found: dict[tuple[int, int], list[Interface]] = {}
    for interface in interfaces:
        found.setdefault((interface.source_id, interface.target_id), []).append(interface)
    return [
        (
            source,
            [
                None if source == target else Cell(tuple(found.get((source.pk, target.pk), ())))
                for target in systems
            ],
        )
        for source in systems
    ]
