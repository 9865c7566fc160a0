"""Measurements that come one by one or a few at once, and their way out again."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from touchpoints.inventory.actions.care import refresh_care
from touchpoints.kpis import rollup
from touchpoints.kpis.choices import MEASURED, REBUILT, REMOVED
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import Measurement

NEWER = """
update inventory_touchpoint t set measured_on = v.day from unnest(%s::bigint[], %s::date[]) v(id, day)
where t.id = v.id and (t.measured_on is null or t.measured_on < v.day)
"""
NEWEST_LEFT = """
update inventory_touchpoint t set measured_on = (
  select max(m.day) from kpis_measurement m join inventory_touchpoint s on s.id = m.touchpoint_id
  where s.id = t.id or s.duplicate_of_id = t.id)
where t.id = any(%s)
"""


@transaction.atomic
def measure(*, facts: Sequence[Fact], actor: User | None, is_of_customers: bool = True) -> int:
    """Write measurements and their sums; what is known already is left out. Returns how many were new.

    Locks the cells that it adds to. Raises FactError if one of them cannot be counted: then none is written.
    Of what is not about customers (who is trained, for example) a touchpoint does not count as measured.
    """
    today = timezone.localdate()
    moved = rollup.add_many([fact.row(today=today, entered_by=actor) for fact in facts])
    if is_of_customers:
        note_measured(moved.touchpoints)
    if moved.count:
        names = sorted({fact.kpi.code for fact in facts})
        only = facts[0].kpi if len(names) == 1 else None
        data = {"count": moved.count, "kpis": names}
        record(MEASURED, actor=actor, target=only, data=data, label=str(only) if only else ", ".join(names))
    return moved.count


@transaction.atomic
def remove_measurement(*, measurement: Measurement, note: str, actor: User) -> None:
    """Take a measurement that was entered by hand out again, with the reason. Locks its cells."""
    if not measurement.can_be_removed:
        raise ValidationError(
            _("Only what was entered by hand is removed singly; an import is undone as a whole.")
        )
    if not note.strip():
        raise ValidationError({"note": _("Say in a sentence why it goes.")})
    moved = rollup.remove("id = %(id)s", {"id": measurement.pk})
    if moved.count:
        note_unmeasured(moved.touchpoints)
        data = {
            "note": note,
            "day": measurement.day.isoformat(),
            "total": str(measurement.total),
            "n": measurement.n,
        }
        record(REMOVED, actor=actor, target=measurement.kpi, data=data)


@transaction.atomic
def rebuild_sums(*, actor: User | None) -> None:
    """Count all sums again from the measurements. Locks out all writers of measurements meanwhile."""
    rollup.rebuild()
    record(REBUILT, actor=actor)


def note_measured(days: dict[int, date]) -> None:
    """Tell the inventory on which day a touchpoint was measured last; two queries and those of its maturity."""
    if days:
        with connection.cursor() as cursor:
            cursor.execute(NEWER, [list(days), list(days.values())])
        refresh_care(days)


def note_unmeasured(touchpoints: Iterable[int]) -> None:
    """The same after measurements went: the newest day that is left, or none."""
    if ids := list(touchpoints):
        with connection.cursor() as cursor:
            cursor.execute(NEWEST_LEFT, [ids])
        refresh_care(ids)
