"""The demo company: the same for everybody on a given day, made room by room by their `demo.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

SEED = 2026


@dataclass
class World:
    """What the rooms' demos share: the day, one source of chance, and what lower rooms have made.

    A room puts its things under names of its own (`world.things["people"]`), so that rooms above find them.
    """

    today: date
    rng: Random = field(default_factory=lambda: Random(SEED))
    things: dict[str, Any] = field(default_factory=dict)
    greeting: list[str] = field(default_factory=list)

    def ago(self, days: int) -> date:
        """A day before today."""
        return self.today - timedelta(days=days)

    def first_of_month(self, months_ago: int) -> date:
        """The first day of the month that many months ago."""
        month = self.today.year * 12 + self.today.month - 1 - months_ago
        return date(month // 12, month % 12 + 1, 1)


type Load = Callable[[World], None]
"""What a room's `demo.py` offers under the name `load`."""
