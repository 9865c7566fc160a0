"""Many rows into a table in one statement, without an object for each.

`bulk_create` builds, prepares and compiles each value by itself; here a column travels as one array, in about a third
of the time. For tables that are written as often as people answer, and no others.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import batched
from typing import Any

from django.db import connection, models

BATCH = 5_000
"""Rows in one statement."""


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of these fields (related rows as `wave_id`), as the database keeps them.

    Fields that are not named get the default of the database. Nothing is checked here but by the
    database.
    """
    statement = _statement(model, tuple(names))
    with connection.cursor() as cursor:
        for batch in batched(rows, BATCH, strict=False):
            cursor.execute(statement, [list(column) for column in zip(*batch, strict=True)])


@lru_cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in chosen)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in chosen)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT * FROM unnest({arrays})"  # noqa: S608


def _type(field: models.Field[Any, Any]) -> str:
    """What the database calls the values of a field; of an `identity` column, what a reference to it is called."""
    return str(field.rel_db_type(connection))
