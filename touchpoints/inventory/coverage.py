"""Who is accountable on which days, and on which days nobody is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone

from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.models.touchpoint import TouchpointQuerySet


@dataclass(frozen=True)
class Gap:
    """Days on which nobody who works here is accountable for a live touchpoint."""

    touchpoint: Touchpoint
    days: Days


def gaps(
    touchpoints: Iterable[Touchpoint], *, since: date | None = None, until: date | None = None
) -> list[Gap]:
    """The gaps of the live ones among these touchpoints, from `since` (today) to before `until` (for good).

    One query for a QuerySet. Agrees with `Touchpoint.objects.orphaned(day)` on each day.
    """
    span = Days(since or timezone.localdate(), until)
    rows = (
        touchpoints.live()
        if isinstance(touchpoints, TouchpointQuerySet)
        else Touchpoint.objects.live().filter(pk__in=[touchpoint.pk for touchpoint in touchpoints])
    )
    held = Responsibility.objects.accountable().filter(touchpoint=OuterRef("pk"), during__overlap=span.range)
    spans = ArraySubquery(
        held.order_by().values(
            _json=JSONObject(start="during__startswith", end="during__endswith", left="person__left_on")
        )
    )
    found = []
    for touchpoint in rows.annotate(accountable_spans=spans):
        held_days: list[dict[str, str]] = touchpoint.accountable_spans  # type: ignore[attr-defined]  # annotated
        covered = filter(None, map(_counted, held_days))
        found += [Gap(touchpoint, days) for days in span.minus(covered)]
    return found


def _counted(row: dict[str, str]) -> Days | None:
    start, end, left = (
        date.fromisoformat(row[key]) if row[key] else None for key in ("start", "end", "left")
    )
    return present(Days(start or date.min, end), left)


def near_gaps(
    touchpoints: TouchpointQuerySet, *, since: date, until: date, standing: bool = False
) -> list[Gap]:
    """The gaps that begin after `since` and before `until`, the first one first; with `standing` also those of the
    day `since`. One query over few touchpoints: a gap begins where somebody's time ends or somebody leaves."""
    ending = Responsibility.objects.accountable().ending(since, until).filter(touchpoint=OuterRef("pk"))
    rows = touchpoints.filter(Exists(ending))
    found = gaps(rows | touchpoints.orphaned(since) if standing else rows, since=since, until=until)
    return sorted((gap for gap in found if standing or gap.days.start > since), key=lambda gap: gap.days)


def uncovered(rows: Iterable[Responsibility], span: Days) -> list[Days]:
    """The days of the span on which none of these rows, loaded with their people, counts."""
    counted = (present(Days.of(row.during), row.person.left_on) for row in rows)
    return span.minus(days for days in counted if days)


def present(days: Days, left_on: date | None) -> Days | None:
    """The days of a responsibility on which the person still works here."""
    if left_on is None:
        return days
    return Days(days.start, min(left_on, days.end or left_on)) if days.start < left_on else None


def opened(before: Iterable[Gap], after: Iterable[Gap]) -> list[Gap]:
    """The gaps that are news: they begin where none began before, or hold a day that was covered.

    So an orphan that is given somebody for a while only is told again, with the day on which that ends.
    """
    old = defaultdict(list)
    for gap in before:
        old[gap.touchpoint.pk].append(gap.days)
    return [
        gap
        for gap in after
        if gap.days.minus(old[gap.touchpoint.pk])
        or gap.days.start not in {days.start for days in old[gap.touchpoint.pk]}
    ]
