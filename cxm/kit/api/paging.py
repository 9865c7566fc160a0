"""Pages of the API: opaque cursors, by primary key, so that nothing is missed or doubled while rows come and go."""

import base64
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja import Field, Schema

from cxm.kit.api.problems import FieldError, Problem

MOST = 200  # rows on one page


class PageQuery(Schema):
    """Which page is asked for."""

    cursor: str = Field(
        "", max_length=100, description="`next` of the page before; empty for the first page."
    )
    limit: int = Field(50, ge=1, le=MOST, description="Rows on a page.")


class Page[T](Schema):
    """One page, and the cursor of the next one; null on the last page."""

    items: list[T]
    next: str | None


def page_of[M: Model](rows: QuerySet[M], at: PageQuery, *, by: str = "pk") -> dict[str, Any]:
    """`limit` rows in order of their primary key, behind the cursor. One query.

    `by` is another unique number that only grows, for rows whose primary key is none.
    """
    rows = rows.order_by(by)
    if at.cursor:
        rows = rows.filter(**{f"{by}__gt": read(at.cursor)})
    found = list(rows[: at.limit + 1])
    more = len(found) > at.limit
    return {
        "items": found[: at.limit],
        "next": write(getattr(found[at.limit - 1], by)) if more else None,
    }


def write(pk: int) -> str:
    """The cursor behind a row."""
    return base64.urlsafe_b64encode(f"pk:{pk}".encode()).decode().rstrip("=")


def read(cursor: str) -> int:
    """The row in front of a page. Raises Problem if somebody has made the cursor up."""
    try:
        kind, _colon, pk = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        if kind == "pk" and pk.isascii() and pk.isdigit() and len(pk) < 19:
            return int(pk)
    except ValueError:
        pass
    reason = _("Use `next` of a page as it is.")
    raise Problem(
        422,
        _("The request does not fit the description."),
        errors=[FieldError(field="cursor", reason=reason)],
    )
