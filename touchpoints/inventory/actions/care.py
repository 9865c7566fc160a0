"""Maturity and completeness: computed from what is known, kept in two columns."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.db.models.functions import TruncDate
from django.utils import timezone

from touchpoints.inventory.choices import Part
from touchpoints.inventory.maturity import Care, Snapshot, assess
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint

PLAIN = (
    "phase_id", "channel_id", "kind", "description", "customer_goal", "expectation", "importance_customer",
    "contacts_per_month", "trained_on", "measured_on", "improved_on",
)  # fmt: skip
PORTION = 2000  # rows in memory at once, texts included

WRITE = """
update inventory_touchpoint t set maturity = v.maturity, completeness = v.completeness
from unnest(%s::bigint[], %s::smallint[], %s::smallint[]) v(id, maturity, completeness)
where t.id = v.id and (t.maturity, t.completeness) is distinct from (v.maturity, v.completeness)
"""


def snapshots(ids: Iterable[int], at: date | None = None) -> dict[int, Snapshot]:
    """What is known of these touchpoints on that day (today by default). One query."""
    day = at or timezone.localdate()
    of_this = models.OuterRef("pk")
    published = Standard.objects.published().filter(touchpoint=of_this)
    answered = Responsibility.objects.on(day).by_present_people(day).filter(touchpoint=of_this)
    rows: Iterable[dict[str, Any]] = (
        Touchpoint.objects.filter(pk__in=list(ids))
        .annotate(
            has_standard=models.Exists(published),
            has_owner=models.Exists(answered.filter(part=Part.ACCOUNTABLE)),
            material_on=models.Subquery(
                published.filter(is_material=True).values(on=TruncDate("published_at"))[:1]
            ),
        )
        .order_by()
        .values("pk", "has_standard", "has_owner", "material_on", *PLAIN)
    )
    return {row.pop("pk"): Snapshot(at=day, **row) for row in rows}


def care_of(touchpoint: Touchpoint, at: date | None = None) -> Care:
    """Step, completeness and what is missing next, as of that day."""
    return assess(snapshots([touchpoint.pk], at)[touchpoint.pk])


@transaction.atomic
def refresh_care(touchpoints: Iterable[int], *, at: date | None = None) -> int:
    """Write maturity and completeness of the touchpoints with these ids; says how many changed.

    Two queries for each 2,000 ids. Not recorded: it follows from what was, and the field history keeps it.
    """
    ids, changed = sorted(set(touchpoints)), 0
    for start in range(0, len(ids), PORTION):
        cares = {pk: assess(snapshot) for pk, snapshot in snapshots(ids[start : start + PORTION], at).items()}
        with connection.cursor() as cursor:
            cursor.execute(
                WRITE,
                [
                    list(cares),
                    [c.maturity.value for c in cares.values()],
                    [c.completeness for c in cares.values()],
                ],
            )
            changed += cursor.rowcount
    return changed
