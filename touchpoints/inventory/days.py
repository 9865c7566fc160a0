"""Arithmetic of spans of days: what is left of one when others are taken away. Pure; no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import lazy

from cxm.kit.numbers import formats


@dataclass(frozen=True, order=True)
class Days:
    """From `start` to the day before `end`; without `end` for good. Never empty."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"{self.start} – {self.end} holds no day")

    @classmethod
    def of(cls, span: "DateRange") -> Self:
        """The days of a range as the database gives it (lower bound included, upper excluded)."""
        return cls(span.lower, span.upper)

    @property
    def range(self) -> "DateRange":
        """The same for the database."""
        return DateRange(self.start, self.end)

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Days") -> bool:
        """Whether they share a day."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)

    def minus(self, others: Iterable["Days"]) -> list["Days"]:
        """What is left when `others` are taken away, in order of time."""
        left, start = [], self.start
        for other in sorted(others, key=lambda days: days.start):
            if not self.overlaps(other):
                continue
            if start < other.start:
                left.append(Days(start, other.start))
            if other.end is None:
                return left
            start = max(start, other.end)
        if self.end is None or start < self.end:
            left.append(Days(start, self.end))
        return left

    def within(self, other: "Days") -> "Days | None":
        """The part that lies in `other`, or None."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Days(max(self.start, other.start), min(ends, default=None))


def _written(day: date) -> str:
    return formats().date(day)


written = lazy(_written, str)
"""A day as text in the language in which it will be read: for notices, whose language is the reader's."""
