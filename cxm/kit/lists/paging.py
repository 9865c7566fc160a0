"""Keyset paging: the next page goes on behind the last row's sort value, so page 1,000 costs what page 1 costs."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Expression, F, Model, Q, QuerySet

from cxm.kit.fields import IsAny

COUNT_LIMIT = 1000  # rows that are counted exactly; beyond, "more than 1,000" is as good and costs nothing


class ExactEncoder(DjangoJSONEncoder):
    """Keeps the microseconds of a moment: cut to thousandths it lies before its row, and the row comes again."""

    def default(self, value: Any) -> Any:
        """As Django does, but for moments."""
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: behind (or before) a row, which stood at `position` (counted from 1)."""

    value: Any
    pk: int
    position: int

    def __str__(self) -> str:
        packed = json.dumps([self.value, self.pk, self.position], cls=ExactEncoder)
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of a query string; None if there is none or somebody has changed it."""
        if not text:
            return None
        try:
            value, pk, position = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return (
                cls(value, int(pk), max(int(position), 1)) if isinstance(value, str | int | float) else None
            )
        except (ValueError, TypeError, RecursionError):
            return None


@dataclass(frozen=True)
class Page[M: Model]:
    """The rows of one page, where they stand, and the cursors to the neighbours."""

    rows: list[M]
    first: int
    before: str
    after: str

    @property
    def last(self) -> int:
        """Position of the last row."""
        return self.first + len(self.rows) - 1


def take_page[M: Model](
    rows: QuerySet[M],
    *,
    sort: Expression | F,
    descending: bool,
    size: int,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Page[M]:
    """`size` rows in order of `sort`, then primary key, behind `after` or before `before`. One query."""
    ordered = rows.annotate(_sort=sort)
    cursor = after or before
    backward = bool(before) and not after
    if cursor:
        try:
            ordered = ordered.filter(_beyond(ordered, cursor, greater=descending == backward))
        except (ValidationError, ValueError, TypeError, OverflowError):
            cursor, backward = None, False
    down = descending != backward
    ordered = ordered.order_by("-_sort" if down else "_sort", "-pk" if down else "pk")
    found = _first(ordered, size + 1)
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    return _page(found, cursor=cursor, backward=backward, more=more)


def _first[M: Model](ordered: QuerySet[Any, M], number: int) -> list[M]:
    """The first rows. The database sorts keys, then looks up the rows of one page: to sort whole rows, with all
    that is joined to them, takes three times as long."""
    if ordered.query.distinct:  # then what is sorted by belongs to the row
        return list(ordered[:number])
    return list(ordered.filter(IsAny("pk", ArraySubquery(ordered.values("pk")[:number]))))


def _beyond[M: Model](rows: QuerySet[M], cursor: Cursor, *, greater: bool) -> Q:
    value = rows.query.annotations["_sort"].output_field.to_python(cursor.value)
    sign = "gt" if greater else "lt"
    # The first condition alone lets the database start in the index; the second decides among equals.
    return Q(**{f"_sort__{sign}e": value}) & (
        Q(**{f"_sort__{sign}": value}) | Q(**{f"pk__{sign}": cursor.pk})
    )


def _page[M: Model](found: list[M], *, cursor: Cursor | None, backward: bool, more: bool) -> Page[M]:
    if not cursor:
        first = 1
    elif backward:
        first = max(cursor.position - len(found), 1)
    else:
        first = cursor.position + 1
    has_before = more if backward else cursor is not None
    has_after = True if backward else more

    def at(row: M, position: int) -> str:
        return str(Cursor(row._sort, row.pk, position))  # type: ignore[attr-defined]  # annotated above

    return Page(
        found,
        first,
        before=at(found[0], first) if has_before and found else "",
        after=at(found[-1], first + len(found) - 1) if has_after and found else "",
    )


def capped_count[M: Model](rows: QuerySet[M]) -> int:
    """How many rows there are, counted no further than one beyond COUNT_LIMIT."""
    return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
