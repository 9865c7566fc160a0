"""Who answers for what, from when to when. Exactly one accountable a day; a day without anybody is told aloud."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record, record_many
from cxm.audit.choices import Verb
from cxm.organisation.models import Person
from touchpoints.inventory.actions.care import refresh_care
from touchpoints.inventory.actions.spans import Changes, copy_of
from touchpoints.inventory.choices import (
    ACCOUNTABLE_ASSIGNED,
    ACCOUNTABLE_ENDED,
    GAPS_LEFT,
    HANDED_OVER,
    PART_ASSIGNED,
    PART_ENDED,
    PLAN_WITHDRAWN,
    Part,
)
from touchpoints.inventory.coverage import Gap, gaps, opened
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility, Touchpoint

NAMES_SHOWN = 5  # in a sentence about many touchpoints


@dataclass
class Outcome:
    """What an action did: touchpoints that changed, and the days on which now nobody is accountable."""

    touchpoints: list[Touchpoint] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@transaction.atomic
def assign(
    *,
    touchpoint: Touchpoint,
    person: Person,
    part: Part,
    since: date,
    until: date | None = None,
    note: str = "",
    seen: int | None = None,
    actor: User | None,
) -> Outcome:
    """Give a person a part from `since` to before `until` (for good); see `assign_many`.

    `seen` is the id of the accountable row that was on the screen (0: none); if it is another one by now, the
    action refuses instead of overruling a colleague.
    """
    lock([touchpoint])
    if part == Part.ACCOUNTABLE and seen is not None:
        refuse_if_changed(touchpoint, since, seen)
    return assign_many(
        touchpoints=[touchpoint], person=person, part=part, since=since, until=until, note=note, actor=actor
    )


@transaction.atomic
def assign_many(
    *,
    touchpoints: Iterable[Touchpoint],
    person: Person,
    part: Part,
    since: date,
    until: date | None = None,
    note: str = "",
    actor: User | None,
) -> Outcome:
    """Give a person a part at many touchpoints. Locks them.

    A new accountable takes the days over from whoever had them; without `until` he stays up to the next change
    that is planned already. Of other parts there may be several at once.
    """
    locked = lock(touchpoints)
    refuse_absent(person, since)
    span = _span(since, until)
    with telling(locked, actor=actor) as outcome:
        changes, given = Changes(), []
        for touchpoint, rows in _rows(locked, part).items():
            days = _up_to_plan(span, rows, person) if part == Part.ACCOUNTABLE else span
            lost = _who_makes_way(rows, days, person) if part == Part.ACCOUNTABLE else []
            wanted = Responsibility(
                touchpoint=touchpoint, person=person, part=part, during=days.range, note=note
            )
            if _take(changes, rows, wanted):
                given.append((touchpoint, days, lost))
        changes.write()
        outcome.touchpoints = [touchpoint for touchpoint, _days, _lost in given]
        _record_given(given, person, part, actor)
    return outcome


@transaction.atomic
def end_responsibility(*, responsibility: Responsibility, on: date, actor: User | None) -> Outcome:
    """End a part: `on` is the first day without it; what has not begun by then goes altogether.

    Locks the touchpoint.
    """
    touchpoint, row = _locked_row(responsibility)
    days = Days.of(row.during)
    if days.end is not None and days.end <= on:
        raise ValidationError({"on": _("It ends before that day already.")})
    with telling([touchpoint], actor=actor) as outcome:
        changes = Changes()
        changes.keep(row, [Days(days.start, on)] if days.start < on else [])
        changes.write()
        outcome.touchpoints = [touchpoint]
        verb = ACCOUNTABLE_ENDED if row.part == Part.ACCOUNTABLE else PART_ENDED
        record(verb, actor=actor, target=touchpoint, data=_data(row.person, row.part) | {"on": str(on)})
    return outcome


@transaction.atomic
def withdraw_plan(*, responsibility: Responsibility, actor: User | None) -> Outcome:
    """Take back a change that has not begun; whoever was accountable until then stays. Locks the touchpoint."""
    touchpoint, row = _locked_row(responsibility)
    days = Days.of(row.during)
    if days.start <= timezone.localdate():
        raise ValidationError(_("It has begun already; end it instead."))
    with telling([touchpoint], actor=actor) as outcome:
        changes = Changes(gone=[row])
        if row.part == Part.ACCOUNTABLE:
            for before in _rows([touchpoint], Part.ACCOUNTABLE)[touchpoint]:
                if Days.of(before.during).end == days.start:
                    before.during = Days(before.during.lower, days.end).range
                    changes.grown.append(before)
        changes.write()
        outcome.touchpoints = [touchpoint]
        record(PLAN_WITHDRAWN, actor=actor, target=touchpoint, data=_data(row.person, row.part))
    return outcome


@transaction.atomic
def hand_over(
    *, person: Person, successor: Person, on: date, touchpoints: Iterable[Touchpoint], actor: User | None
) -> Outcome:
    """Give everything that `person` is or will be at these touchpoints from the day `on` to `successor`. Locks them.

    All parts in one transaction: what began earlier is cut at `on`, what begins later moves as it is.
    """
    if person == successor:
        raise ValidationError({"successor": _("Somebody else has to take over.")})
    refuse_absent(successor, on, "successor")
    locked, span = lock(touchpoints), Days(on)
    with telling(locked, actor=actor) as outcome:
        changes, handed = Changes(), set()
        for (touchpoint_id, _part), rows in _held(locked, person, successor).items():
            for row in rows[person.pk]:
                if later := Days.of(row.during).within(span):
                    changes.keep(row, Days.of(row.during).minus([span]))
                    _receive(changes, rows[successor.pk], copy_of(row, days=later, person=successor))
                    handed.add(touchpoint_id)
        changes.write()
        outcome.touchpoints = [touchpoint for touchpoint in locked if touchpoint.pk in handed]
        data = _data(person) | {"successor": successor.name, "successor_id": successor.pk, "on": str(on)}
        _record_batch(HANDED_OVER, [(touchpoint, data) for touchpoint in outcome.touchpoints], actor)
    return outcome


@contextmanager
def telling(touchpoints: list[Touchpoint], *, actor: User | None, new: bool = False) -> Iterator[Outcome]:
    """What is written inside may leave days without anybody: they are returned, recorded and thereby told.

    Of `new` touchpoints each such day is news.
    """
    before, outcome = [] if new else gaps(touchpoints), Outcome()
    yield outcome
    outcome.gaps = opened(before, gaps(touchpoints))
    refresh_care(touchpoint.pk for touchpoint in touchpoints)
    if outcome.gaps:
        record(
            GAPS_LEFT,
            actor=actor,
            target=outcome.gaps[0].touchpoint if len(outcome.gaps) == 1 else None,
            data=gap_data(outcome.gaps),
        )


def gap_data(found: list[Gap]) -> dict[str, object]:
    """Gaps for an entry of the history: words for its sentence, and each gap."""
    names = list(dict.fromkeys(gap.touchpoint.name for gap in found))
    more = f", … (+{len(names) - NAMES_SHOWN})" if len(names) > NAMES_SHOWN else ""
    return {
        "since": str(min(gap.days.start for gap in found)),
        "names": ", ".join(names[:NAMES_SHOWN]) + more,
        "count": len(names),
        "gaps": [
            [gap.touchpoint.pk, str(gap.days.start), str(gap.days.end) if gap.days.end else None]
            for gap in found
        ],
    }


def lock(touchpoints: Iterable[Touchpoint]) -> list[Touchpoint]:
    """The touchpoints, locked in one order, so that parallel changes of responsibility wait for one another."""
    ids = [touchpoint.pk for touchpoint in touchpoints]
    rows = Touchpoint.objects.filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def refuse_absent(person: Person, on: date, name: str = "person") -> None:
    """Nobody takes over who does not work here on that day."""
    if not person.is_present(on):
        raise ValidationError({name: _("%(person)s does not work here on that day.") % {"person": person}})


def refuse_if_changed(touchpoint: Touchpoint, on: date, seen: int) -> None:
    """Stop if somebody else was made accountable since the form was opened."""
    current = touchpoint.responsibilities.accountable().on(on).select_related("person").first()
    if (current.pk if current else 0) != seen:
        who = current.person.name if current else _("nobody")
        text = _("Meanwhile this changed: on that day %(person)s is accountable. Please decide again.")
        raise ValidationError(text % {"person": who}, code="changed")


def _span(since: date, until: date | None) -> Days:
    if until is not None and until <= since:
        raise ValidationError({"until": _("The end lies before the start.")})
    return Days(since, until)


def _rows(touchpoints: list[Touchpoint], part: Part) -> dict[Touchpoint, list[Responsibility]]:
    """All rows of one part by touchpoint, in order of time; one query."""
    found = defaultdict(list)
    rows = Responsibility.objects.filter(touchpoint__in=touchpoints, part=part).order_by("during")
    for row in rows.select_related("person"):
        found[row.touchpoint_id].append(row)
    return {touchpoint: found[touchpoint.pk] for touchpoint in touchpoints}


def _held(
    touchpoints: list[Touchpoint], *people: Person
) -> dict[tuple[int, str], dict[int, list[Responsibility]]]:
    """Rows of these people by touchpoint and part, then by person; one query."""
    found: dict[tuple[int, str], dict[int, list[Responsibility]]] = defaultdict(lambda: defaultdict(list))
    rows = Responsibility.objects.filter(touchpoint__in=touchpoints, person__in=people).order_by("during")
    for row in rows.select_related("person"):
        found[row.touchpoint_id, row.part][row.person_id].append(row)
    return found


def _up_to_plan(span: Days, rows: list[Responsibility], person: Person) -> Days:
    """An open end stops where a change to somebody else is planned."""
    starts = [
        row.during.lower for row in rows if row.person_id != person.pk and row.during.lower > span.start
    ]
    return Days(span.start, min(starts)) if span.end is None and starts else span


def _who_makes_way(rows: list[Responsibility], days: Days, person: Person) -> list[int]:
    """Ids of the people who lose some of these days to `person`."""
    others = (row for row in rows if row.person_id != person.pk and Days.of(row.during).overlaps(days))
    return sorted({row.person_id for row in others})


def _take(changes: Changes, rows: list[Responsibility], wanted: Responsibility) -> bool:
    """Plan that `wanted` comes true; False if it is true already. Others make way if there can be one only."""
    days = Days.of(wanted.during)
    own = [row for row in rows if row.person_id == wanted.person_id]
    if not days.minus(Days.of(row.during) for row in own):
        return False
    if wanted.part == Part.ACCOUNTABLE:
        for row in rows:
            if row.person_id != wanted.person_id and Days.of(row.during).overlaps(days):
                changes.keep(row, Days.of(row.during).minus([days]))
    changes.give(own, wanted)
    return True


def _receive(changes: Changes, own: list[Responsibility], wanted: Responsibility) -> None:
    """Plan that a successor gets these days, except those on which he plays the part already."""
    for days in Days.of(wanted.during).minus(Days.of(row.during) for row in own):
        changes.new.append(copy_of(wanted, days=days))


def _locked_row(responsibility: Responsibility) -> tuple[Touchpoint, Responsibility]:
    """Its touchpoint, locked, and the row as it is now."""
    touchpoint = lock([responsibility.touchpoint])[0]
    row = touchpoint.responsibilities.select_related("person").filter(pk=responsibility.pk).first()
    if row is None:
        raise ValidationError(_("Somebody has removed this meanwhile."), code="changed")
    return touchpoint, row


def _data(person: Person, part: str = "") -> dict[str, object]:
    return {"person": person.name, "person_id": person.pk} | ({"part": part} if part else {})


def _record_given(
    given: list[tuple[Touchpoint, Days, list[int]]], person: Person, part: Part, actor: User | None
) -> None:
    """`lost` says who makes way at the touchpoint, and at how many of this act he does."""
    often = Counter(who for _touchpoint, _days, lost in given for who in lost)
    verb = ACCOUNTABLE_ASSIGNED if part == Part.ACCOUNTABLE else PART_ASSIGNED
    targets = [
        (
            touchpoint,
            _data(person, part)
            | {"since": str(days.start), "until": str(days.end - timedelta(days=1)) if days.end else ""}
            | ({"lost": {str(who): often[who] for who in lost}} if lost else {}),
        )
        for touchpoint, days, lost in given
    ]
    _record_batch(verb, targets, actor)


def _record_batch(
    verb: Verb, targets: list[tuple[Touchpoint, dict[str, object]]], actor: User | None
) -> None:
    """One entry for each touchpoint; the shared mark lets the person get one notice instead of hundreds."""
    mark = {"batch": uuid.uuid4().hex, "size": len(targets)}
    record_many(verb, actor=actor, targets=[(touchpoint, data | mark) for touchpoint, data in targets])
