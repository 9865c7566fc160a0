"""What tests about responsibility share."""

from datetime import date, timedelta

from django.utils import timezone

from cxm.organisation.models import Person
from touchpoints.inventory.actions.responsibility import assign
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Responsibility, Touchpoint

TODAY = timezone.localdate()


def days(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


def timeline(touchpoint: Touchpoint, part: Part = Part.ACCOUNTABLE) -> list[tuple[str, date, date | None]]:
    """Who plays the part from when to when."""
    rows = touchpoint.responsibilities.filter(part=part).order_by("during").select_related("person")
    return [(row.person.name, row.during.lower, row.during.upper) for row in rows]


def give(
    touchpoint: Touchpoint,
    person: Person,
    part: Part = Part.ACCOUNTABLE,
    start: int = 0,
    end: int | None = None,
) -> Responsibility:
    """Let the person play the part from day `start` (counted from today) to before day `end`."""
    assign(
        touchpoint=touchpoint, person=person, part=part, since=days(start),
        until=None if end is None else days(end), actor=None,
    )  # fmt: skip
    return touchpoint.responsibilities.get(person=person, part=part, during__contains=days(start))
