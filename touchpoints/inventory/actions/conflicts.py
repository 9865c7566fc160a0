"""Two editors at once: what both changed is shown to the second one; what only one changed is kept from both."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from cxm.accounts.models import User
from cxm.audit.models import Entry


@dataclass(frozen=True)
class Clash:
    """A field that both have changed: what it says now, and what the second editor wanted."""

    name: str
    label: str | Promise
    theirs: Any
    mine: Any


class Conflict(Exception):
    """Somebody else has changed the same fields meanwhile. Nothing was written."""

    def __init__(self, clashes: list[Clash], *, revision: int, by: User | None) -> None:
        super().__init__(", ".join(clash.name for clash in clashes))
        self.clashes, self.revision, self.by = clashes, revision, by


def reconcile[M: models.Model](
    row: M, fields: dict[str, Any], expected_revision: int | None
) -> dict[str, Any]:
    """Those of `fields` that are to be written; raises Conflict.

    `row` is locked and has a column `revision` and a field history. A field that the editor left as he saw it
    keeps what others wrote meanwhile.
    """
    current = {name: value_of(row, name) for name in fields}
    changed = {
        name: value for name, value in fields.items() if comparable(value) != comparable(current[name])
    }
    revision: int = row.revision  # type: ignore[attr-defined]
    if expected_revision is None or expected_revision == revision or not changed:
        return changed
    seen = values_at(row, expected_revision, changed)
    mine = {name: value for name, value in changed.items() if seen.get(name, ...) != comparable(value)}
    clashes = [
        Clash(name, label_of(row, name), current[name], value)
        for name, value in mine.items()
        if seen.get(name, ...) != comparable(current[name])
    ]
    if clashes:
        raise Conflict(clashes, revision=revision, by=last_editor(row))
    return mine


def values_at(row: models.Model, revision: int, names: Iterable[str]) -> dict[str, Any]:
    """Comparable values of these fields as they were at a revision; a field of which nothing is known is left out."""
    event = row.events.filter(revision=revision).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    values: dict[str, Any] = {}
    for name in names:
        field: Any = row._meta.get_field(name)
        if field.many_to_many:
            values[name] = _links_at(row, revision, name)
        elif event is not None:
            values[name] = comparable(getattr(event, field.attname))
    return values


def _links_at(row: models.Model, revision: int, name: str) -> Any:
    """Ids of linked rows at a revision: what the first later change found, else what is linked now."""
    later = (
        Entry.objects.about(row).filter(data__revision__gt=revision, data__links__has_key=name).order_by("id")
    )
    entry = later.first()
    return frozenset(entry.data["links"][name][0]) if entry else comparable(value_of(row, name))


def value_of(row: models.Model, name: str) -> Any:
    """A field's value; of linked rows a list."""
    value = getattr(row, name)
    return list(value.all()) if row._meta.get_field(name).many_to_many else value


def comparable(value: Any) -> Any:
    """Rows by their id, several as a set; other lists in their order."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        rows = [item for item in value if isinstance(item, models.Model)]
        return frozenset(row.pk for row in rows) if len(rows) == len(value) else tuple(value)
    return value


def label_of(row: models.Model, name: str) -> str | Promise:
    """What a field is called on the page."""
    label: str | Promise = row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


def last_editor(row: models.Model) -> User | None:
    """Who changed it last."""
    entry = Entry.objects.about(row).select_related("actor").first()
    return entry.actor if entry else None
