"""Finds what points at a row, so that nothing is deleted under somebody who works with it."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import Model
from pghistory.models import Event


class Reference(NamedTuple):
    """A row (table and key) that points at another one."""

    model: type[Model]
    pk: Any
    to: Any


def references(model: type[Model], ids: Collection[Any]) -> Iterator[Reference]:
    """Who points at these rows, whatever would become of him; history does not count. One query per relation.

    `ProtectedError` tells of some relations only: others would be emptied or deleted without a word.
    """
    if not ids:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        holder: Any = relation.related_model
        if not relation.auto_created or relation.concrete or issubclass(holder, Event):
            continue
        name = relation.field.name  # type: ignore[union-attr]  # a relation that came from another table has one
        for pk, to in holder._base_manager.filter(**{f"{name}__in": ids}).values_list("pk", name):
            yield Reference(holder, pk, to)
