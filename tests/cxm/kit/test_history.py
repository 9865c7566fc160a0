"""The history of fields: the database adds to it and refuses the rest."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cxm.kit.apps import guard_history
from cxm.kit.history import guard_events
from cxm.organisation.models import Unit

EVENTS = sorted(model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))


def refused(sql: str) -> bool:
    """Whether the database refuses a statement."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql)
        except DatabaseError as error:
            return "Cannot" in str(error)
    return False


def test_a_migration_guards_every_event_table(db: None) -> None:
    Unit.objects.create(name="Service")
    assert guard_events() == EVENTS
    assert guard_events() == [], "once only"
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert [table for table in EVENTS if not refused(f"truncate {table} cascade")] == []


@pytest.mark.parametrize("change", ["delete from {}", "update {} set pgh_label = 'forged'"])
def test_events_are_only_ever_added(db: None, change: str) -> None:
    Unit.objects.create(name="Service")
    assert refused(change.format("organisation_unitevent"))


def test_emptying_the_tables_between_tests_guards_nothing(db: None) -> None:
    guard_history(using="default")
    assert guard_events() == EVENTS
    call_command("migrate", verbosity=0)
    assert guard_events() == []
