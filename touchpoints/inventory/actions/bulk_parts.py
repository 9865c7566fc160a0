"""Who answers for many touchpoints at once, each with people of his own; as `assign_many`, in few queries."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import record_many
from cxm.audit.choices import Verb
from cxm.organisation.models import Person
from touchpoints.inventory.actions.spans import Changes
from touchpoints.inventory.choices import (
    ACCOUNTABLE_ASSIGNED,
    ACCOUNTABLE_ENDED,
    PART_ASSIGNED,
    PART_ENDED,
    Part,
)
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility, Touchpoint

type Wishes = dict[Part, set[int]]
"""Ids of the people who shall play each part from today on."""

type PartEvent = tuple[Touchpoint, Person, Part, date, date | None]


def write_parts(wanted: Sequence[tuple[Touchpoint, Wishes]], actor: User) -> None:
    """Let exactly these people play the parts named, from today on; plans for later days stay.

    Within the caller's transaction, which holds the touchpoints' locks. Raises ValidationError where the database
    refuses.
    """
    if not wanted:
        return
    today = timezone.localdate()
    rows: dict[tuple[int, str], list[Responsibility]] = defaultdict(list)
    held = Responsibility.objects.filter(touchpoint__in=[touchpoint.pk for touchpoint, _wishes in wanted])
    for row in held.select_related("person").order_by("during"):
        rows[row.touchpoint_id, row.part].append(row)
    people = Person.objects.in_bulk(
        {pk for _touchpoint, wishes in wanted for ids in wishes.values() for pk in ids}
    )
    changes, given, ended = Changes(), list[PartEvent](), list[PartEvent]()
    for touchpoint, wishes in wanted:
        for part, ids in wishes.items():
            plan = _Plan(touchpoint, part, rows[touchpoint.pk, part], today)
            plan.end_others(changes, ids, ended)
            plan.give(changes, [people[pk] for pk in sorted(ids)], given)
    changes.write()
    record_parts(given, ended, actor)


class _Plan:
    """The changes of one part at one touchpoint."""

    def __init__(self, touchpoint: Touchpoint, part: Part, rows: list[Responsibility], today: date) -> None:
        self.touchpoint, self.part, self.rows, self.today = touchpoint, part, rows, today

    def end_others(self, changes: Changes, ids: set[int], ended: list[PartEvent]) -> None:
        """Who plays the part today and is not named plays it no longer."""
        for row in self.rows:
            days = Days.of(row.during)
            if self.today in days and row.person_id not in ids:
                changes.keep(row, [Days(days.start, self.today)] if days.start < self.today else [])
                ended.append((self.touchpoint, row.person, self.part, self.today, None))

    def give(self, changes: Changes, people: list[Person], given: list[PartEvent]) -> None:
        """Who is named and does not play the part yet begins today; an accountable up to the next planned one."""
        playing = {row.person_id for row in self.rows if self.today in Days.of(row.during)}
        for person in people:
            if person.pk in playing:
                continue
            days = Days(self.today, self._next_start(person))
            own = [row for row in self.rows if row.person_id == person.pk]
            wanted = Responsibility(
                touchpoint=self.touchpoint, person=person, part=self.part, during=days.range
            )
            changes.give(own, wanted)
            given.append((self.touchpoint, person, self.part, days.start, days.end))

    def _next_start(self, person: Person) -> date | None:
        if self.part != Part.ACCOUNTABLE:
            return None
        starts = [Days.of(row.during).start for row in self.rows if row.person_id != person.pk]
        return min((start for start in starts if start > self.today), default=None)


def record_parts(given: list[PartEvent], ended: list[PartEvent], actor: User) -> None:
    """Entries with a shared mark for each person, so that he gets one notice and not hundreds."""
    for verb, events in (
        (ACCOUNTABLE_ASSIGNED, [event for event in given if event[2] == Part.ACCOUNTABLE]),
        (PART_ASSIGNED, [event for event in given if event[2] != Part.ACCOUNTABLE]),
    ):
        _record_given(verb, events, actor)
    for verb, events in (
        (ACCOUNTABLE_ENDED, [event for event in ended if event[2] == Part.ACCOUNTABLE]),
        (PART_ENDED, [event for event in ended if event[2] != Part.ACCOUNTABLE]),
    ):
        marks = _marks(events)
        targets = [
            (touchpoint, _words(person, part) | {"on": str(on)} | marks[person.pk])
            for touchpoint, person, part, on, _end in events
        ]
        record_many(verb, actor=actor, targets=targets)


def _record_given(verb: Verb, events: list[PartEvent], actor: User) -> None:
    marks = _marks(events)
    targets = [
        (
            touchpoint,
            _words(person, part)
            | {"since": str(start), "until": str(end - timedelta(days=1)) if end else ""}
            | marks[person.pk],
        )
        for touchpoint, person, part, start, end in events
    ]
    record_many(verb, actor=actor, targets=targets)


def _marks(events: list[PartEvent]) -> dict[int, dict[str, Any]]:
    """By person the mark that his entries share, and how many they are."""
    sizes = Counter(person.pk for _touchpoint, person, _part, _start, _end in events)
    return {pk: {"batch": uuid.uuid4().hex, "size": size} for pk, size in sizes.items()}


def _words(person: Person, part: Part) -> dict[str, Any]:
    return {"person": person.name, "person_id": person.pk, "part": str(part)}
