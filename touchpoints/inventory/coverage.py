"""Who is accountable on which days, and on which days nobody is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility, Touchpoint


@dataclass(frozen=True)
class Gap:
    """Days on which nobody who works here is accountable for a live touchpoint."""

    touchpoint: Touchpoint
    days: Days


def gaps(
    touchpoints: Iterable[Touchpoint], *, since: date | None = None, until: date | None = None
) -> list[Gap]:
    """The gaps of the live ones among these touchpoints, from `since` (today) to before `until` (for good).

    Two queries. Agrees with `Touchpoint.objects.orphaned(day)` on each day.
    """
    span = Days(since or timezone.localdate(), until)
    live = list(Touchpoint.objects.live().filter(pk__in=[touchpoint.pk for touchpoint in touchpoints]))
    covered = defaultdict(list)
    rows = Responsibility.objects.accountable().filter(touchpoint__in=live, during__overlap=span.range)
    for touchpoint_id, during, left_on in rows.order_by().values_list(
        "touchpoint_id", "during", "person__left_on"
    ):
        if days := present(Days.of(during), left_on):
            covered[touchpoint_id].append(days)
    return [Gap(touchpoint, days) for touchpoint in live for days in span.minus(covered[touchpoint.pk])]


def present(days: Days, left_on: date | None) -> Days | None:
    """The days of a responsibility on which the person still works here."""
    if left_on is None:
        return days
    return Days(days.start, min(left_on, days.end or left_on)) if days.start < left_on else None


def opened(before: Iterable[Gap], after: Iterable[Gap]) -> list[Gap]:
    """The days without anybody that were not there before."""
    old = defaultdict(list)
    for gap in before:
        old[gap.touchpoint.pk].append(gap.days)
    return [Gap(gap.touchpoint, days) for gap in after for days in gap.days.minus(old[gap.touchpoint.pk])]
