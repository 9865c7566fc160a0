"""Field history by database triggers: every insert, update and delete, also in bulk and by hand in SQL."""

from collections.abc import Callable

import pghistory
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Model


def track_history[M: type[Model]](*exclude: str) -> Callable[[M], M]:
    """Class decorator: keep each version of a row in an append-only event table. Generated columns are left out."""

    def decorate(model: M) -> M:
        generated = [field.name for field in model._meta.local_fields if field.generated]
        tracked: M = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude, *generated],
        )(model)
        return tracked

    return decorate


NEVER_EMPTIED = """
create or replace function cxm_never_emptied() returns trigger language plpgsql as $$
begin raise exception 'Cannot truncate rows from %% table', tg_table_name; end $$
"""
UNGUARDED = """
select c.relname from pg_class c where c.relname = any(%s) and c.relkind = 'r' and pg_table_is_visible(c.oid)
and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'never_emptied') order by 1
"""


def guard_events(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Have the database refuse to empty the event tables, as it refuses to change their rows; says which are new.

    Runs after each migration, so that no room can forget it.
    """
    tables = [model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(NEVER_EMPTIED, [])
        cursor.execute(UNGUARDED, [tables])
        found = [row[0] for row in cursor.fetchall()]
        for table in found:
            cursor.execute(
                f"create trigger never_emptied before truncate on {connections[using].ops.quote_name(table)} "
                "for each statement execute function cxm_never_emptied()"
            )
    return found
