"""What can be said of answers: means and spreads of questions, texts, and values that upper rooms work out of several
questions. A measure only says how to count; whether something is shown is decided by the guard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from surveys.questionnaires.choices import CHOOSING, TEXTS
from surveys.questionnaires.sheet import Item

LEAST_FOR_SPREADS = 8
"""Answers below which no distribution is shown (means: the wave's `min_cell`, at least 5)."""
LEAST_FOR_TEXTS = 10
"""Answers below which no comments are shown."""


class Sort(StrEnum):
    """What is told of the answers; a spread tells the mean, too."""

    MEAN = "mean"
    SPREAD = "spread"
    TEXTS = "texts"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing that can be said. `derive` works a value out of one person's scale answers (None: he has none).

    `parts` are the codes of the questions that it reads; None: it may read every scale of the version. It is said only
    where the means of all of them are said.
    """

    code: str
    sort: Sort
    item: Item | None = None
    derive: Callable[[Mapping[str, int]], float | None] | None = None
    parts: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """As it is kept in `models.Publication`."""
        return f"{self.sort}:{self.code}"

    def least(self, min_cell: int) -> int:
        """How many answers have to stand behind it."""
        floor = {Sort.MEAN: 0, Sort.SPREAD: LEAST_FOR_SPREADS, Sort.TEXTS: LEAST_FOR_TEXTS}[self.sort]
        return max(min_cell, floor)

    @property
    def tells(self) -> tuple[Sort, ...]:
        """Which sorts of tables anybody can work out of it."""
        return (Sort.MEAN, Sort.SPREAD) if self.sort == Sort.SPREAD else (self.sort,)


def measures_of(item: Item) -> list[Measure]:
    """What can be said of one question."""
    if item.is_scale:
        return [Measure(code=item.code, sort=sort, item=item) for sort in (Sort.MEAN, Sort.SPREAD)]
    if item.kind in CHOOSING:
        return [Measure(code=item.code, sort=Sort.SPREAD, item=item)]
    if item.kind in TEXTS:
        return [Measure(code=item.code, sort=Sort.TEXTS, item=item)]
    return [Measure(code=item.code, sort=Sort.MEAN, item=item)]


@dataclass
class Tally:
    """The answers of one atom, or of several added up: n with a value, sums, counts by value, “don't know”, texts."""

    n: int = 0
    unknown: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    counts: dict[str, int] | None = None
    texts: list[str] | None = None

    def add(self, value: Decimal | None, times: int, *, key: str = "", text: str | None = None) -> None:
        """Count a value `times` times; `key` is its name in the counts."""
        self.n += times
        if value is not None:
            self.total += value * times
            self.squares += value * value * times
        if key:
            self.counts = self.counts or {}
            self.counts[key] = self.counts.get(key, 0) + times
        if text is not None:
            self.texts = [*(self.texts or []), text]

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        counts = dict(self.counts or {})
        for key, times in (other.counts or {}).items():
            counts[key] = counts.get(key, 0) + times
        return Tally(
            self.n + other.n, self.unknown + other.unknown, self.total + other.total, self.squares + other.squares,
            counts or None, [*(self.texts or []), *(other.texts or [])] or None,
        )  # fmt: skip

    def figures(self, sort: Sort) -> dict[str, Any]:
        """What a publication keeps of it, as JSON."""
        if sort == Sort.TEXTS:
            return {"n": self.n, "texts": sorted(self.texts or [])}
        found: dict[str, Any] = {
            "n": self.n, "unknown": self.unknown, "total": str(self.total), "squares": str(self.squares),
        }  # fmt: skip
        if sort == Sort.SPREAD:
            found["counts"] = self.counts or {}
        return found
