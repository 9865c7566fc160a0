"""Random assignments, ends, withdrawn plans, hand-overs, leavers, merges, archived touchpoints and imports, and the way
back from these: never two accountable on a day, never a silent gap.

The model is plain: for each touchpoint and day of two months, who is accountable. Each step changes the model by
hand and the database by the actions; then every day is compared, with the people who have left taken off.
"""

from typing import NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.models import Notice
from cxm.organisation.actions.people import record_leaving
from cxm.organisation.models import Person
from tests.cast import make_member
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import days
from touchpoints.inventory.actions.bulk import Incoming, change_touchpoints
from touchpoints.inventory.actions.merging import merge_touchpoints, split_touchpoint
from touchpoints.inventory.actions.responsibility import (
    assign_many,
    end_responsibility,
    hand_over,
    withdraw_plan,
)
from touchpoints.inventory.actions.touchpoints import archive_touchpoints, restore_touchpoints
from touchpoints.inventory.actions.undoing import Brought, RefusedError, parts_of, take_back
from touchpoints.inventory.choices import GAPS_LEFT, Part
from touchpoints.inventory.coverage import gaps
from touchpoints.inventory.models import Responsibility, Touchpoint

SPAN = range(60)  # days from today that are compared
TOUCHPOINTS, PEOPLE = 3, 4
day = st.integers(0, 50)
who = st.integers(0, PEOPLE - 1)
one = st.integers(0, TOUCHPOINTS - 1)
which = st.sets(st.integers(0, TOUCHPOINTS - 1), min_size=1)


class Merge(NamedTuple):
    """What came to the kept touchpoint: rows with their days, and duplicates of the duplicate."""

    copies: dict[int, str]
    followed: list[int]


class Import(NamedTuple):
    """A list that named who is accountable, and how it was before."""

    touchpoint: int
    brought: Brought
    was: dict[int, int]


class Responsibilities(RuleBasedStateMachine):
    """The company's responsibilities, beside a model of them."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize()
    def found_a_company(self) -> None:
        self.mia: User = make_member("Mia Meyer", Role.CX_MANAGER)
        self.touchpoints = [make_touchpoint() for _ in range(TOUCHPOINTS)]
        self.people = [make_person() for _ in range(PEOPLE)]
        self.model: list[dict[int, int]] = [
            {} for _ in self.touchpoints
        ]  # day -> person, for each touchpoint
        self.left: dict[int, int] = {}  # person -> first day away
        self.archived: set[int] = set()
        self.merged: dict[int, int] = {}  # duplicate -> the one that absorbed it
        self.brought: dict[tuple[int, int], Merge] = {}  # kept and duplicate -> their last merge
        self.imports: list[Import] = []
        self.without = self.nobody()  # at the last look; from the beginning the list of orphans shows them
        self.told: set[tuple[int, int]] = set()
        self.seen = 0  # the last entry that was looked at

    def nobody(self) -> set[tuple[int, int]]:
        """Touchpoint and day with nobody accountable who works here."""
        return {
            (t, d)
            for t, held in enumerate(self.model)
            if self.is_live(t)
            for d in SPAN
            if d not in held or not self.here(held[d], d)
        }

    def is_live(self, touchpoint: int) -> bool:
        return touchpoint not in self.archived and touchpoint not in self.merged

    def here(self, person: int, on: int) -> bool:
        return self.left.get(person, 999) > on

    def rows(self, touchpoint: int) -> list[Responsibility]:
        return list(self.touchpoints[touchpoint].responsibilities.accountable().order_by("during"))

    def number(self, pk: int) -> int:
        return next(number for number, person in enumerate(self.people) if person.pk == pk)

    def planned_after(self, touchpoint: int, person: int, on: int) -> int:
        """The first day after `on` on which another one begins."""
        found = self.model[touchpoint]
        begins = [
            d for d in SPAN if d > on and d in found and found[d] != person and found.get(d - 1) != found[d]
        ]
        return min(begins, default=len(SPAN))

    @rule(touchpoints=which, person=who, since=day, length=st.none() | st.integers(1, 9))
    def assign(self, touchpoints: set[int], person: int, since: int, length: int | None) -> None:
        until = None if length is None else since + length
        chosen = [self.touchpoints[t] for t in touchpoints]
        try:
            assign_many(
                touchpoints=chosen,
                person=self.people[person],
                part=Part.ACCOUNTABLE,
                since=days(since),
                until=None if until is None else days(until),
                actor=self.mia,
            )
        except ValidationError:
            assert not self.here(person, since)
            return
        assert self.here(person, since)
        for t in touchpoints:
            end = self.planned_after(t, person, since) if until is None else until
            self.model[t] |= dict.fromkeys(range(since, min(end, len(SPAN))), person)

    @rule(touchpoint=one, number=st.integers(0, 5), on=day)
    def end(self, touchpoint: int, number: int, on: int) -> None:
        rows = self.rows(touchpoint)
        if number >= len(rows):
            return
        row = rows[number]
        try:
            end_responsibility(responsibility=row, on=days(on), actor=self.mia)
        except ValidationError:
            assert row.during.upper is not None
            assert row.during.upper <= days(on)
            return
        for d in SPAN:
            if days(d) >= days(on) and days(d) in row.during:
                self.model[touchpoint].pop(d, None)

    @rule(touchpoints=which, person=who, successor=who, on=day)
    def hand_over(self, touchpoints: set[int], person: int, successor: int, on: int) -> None:
        chosen = [self.touchpoints[t] for t in touchpoints]
        try:
            hand_over(
                person=self.people[person],
                successor=self.people[successor],
                on=days(on),
                touchpoints=chosen,
                actor=self.mia,
            )
        except ValidationError:
            assert person == successor or not self.here(successor, on)
            return
        for t in touchpoints:
            for d in range(on, len(SPAN)):
                if self.model[t].get(d) == person:
                    self.model[t][d] = successor

    @rule(person=who, on=st.integers(1, 50))
    def leave(self, person: int, on: int) -> None:
        record_leaving(actor=self.mia, person=self.people[person], left_on=days(on))
        self.people[person] = Person.objects.get(pk=self.people[person].pk)
        again = self.left.get(person) == on
        self.left[person] = on
        deliver()
        live = [(t, row) for t, row in enumerate(self.model) if self.is_live(t)]
        held = {(t, d) for t, row in live for d in SPAN if d >= on and row.get(d) == person}
        key = f"leaves:{self.people[person].pk}:{days(on)}"
        if held and not again:
            assert Notice.objects.filter(user=self.mia, key=key).exists()
        self.told |= held

    @rule(touchpoint=one, number=st.integers(0, 5))
    def withdraw(self, touchpoint: int, number: int) -> None:
        rows = self.rows(touchpoint)
        if number >= len(rows):
            return
        row, before = rows[number], rows[number - 1] if number else None
        try:
            withdraw_plan(responsibility=row, actor=self.mia)
        except ValidationError:
            assert row.during.lower <= days(0)
            return
        for d in [d for d in SPAN if days(d) in row.during]:
            self.model[touchpoint].pop(d, None)
            if before and before.during.upper == row.during.lower:
                self.model[touchpoint][d] = self.number(before.person_id)

    @rule(kept=one, duplicate=one)
    def merge(self, kept: int, duplicate: int) -> None:
        keep, other = self.touchpoints[kept], self.touchpoints[duplicate]
        known = {row.pk for row in self.rows(kept)}
        try:
            merge_touchpoints(keep=keep, duplicates=[other], actor=self.mia)
        except ValidationError:
            assert kept == duplicate or not (self.is_live(kept) and self.is_live(duplicate))
            return
        assert kept != duplicate
        self.model[kept] = self.model[duplicate] | self.model[kept]
        copies = {row.pk: str(row.during) for row in self.rows(kept) if row.pk not in known}
        followed = [t for t, absorbed_by in self.merged.items() if absorbed_by == duplicate]
        self.brought[kept, duplicate] = Merge(copies, followed)
        self.merged |= dict.fromkeys([duplicate, *followed], kept)

    @precondition(lambda self: self.merged)
    @rule(at=one)
    def split(self, at: int) -> None:
        duplicate = sorted(self.merged)[at % len(self.merged)]
        kept = self.merged[duplicate]
        rows = {row.pk: row for row in self.rows(kept)}
        split_touchpoint(duplicate=self.touchpoints[duplicate], actor=self.mia)
        brought = self.brought.get((kept, duplicate), Merge({}, []))
        for pk, during in brought.copies.items():
            if pk in rows and str(rows[pk].during) == during:
                for d in [d for d in SPAN if days(d) in rows[pk].during]:
                    del self.model[kept][d]
        del self.merged[duplicate]
        for t in brought.followed:
            if self.merged.get(t) == kept:
                self.merged[t] = duplicate

    @rule(touchpoints=which)
    def archive(self, touchpoints: set[int]) -> None:
        archive_touchpoints(touchpoints=[self.touchpoints[t] for t in touchpoints], actor=self.mia)
        self.archived |= touchpoints

    @precondition(lambda self: self.archived)
    @rule(touchpoints=which)
    def restore(self, touchpoints: set[int]) -> None:
        restore_touchpoints(touchpoints=[self.touchpoints[t] for t in touchpoints], actor=self.mia)
        self.archived -= touchpoints

    @rule(touchpoint=one, person=st.none() | who)
    def bring_in(self, touchpoint: int, person: int | None) -> None:
        """A list says who is accountable from today on, or that nobody is."""
        if not self.is_live(touchpoint):
            return
        pk, model = self.touchpoints[touchpoint].pk, self.model[touchpoint]
        before, was = parts_of([pk]).get(pk, []), dict(model)
        playing = next((row for row in self.rows(touchpoint) if days(0) in row.during), None)
        wanted = set() if person is None else {self.people[person].pk}
        item = Incoming(people={Part.ACCOUNTABLE: wanted})
        [row] = change_touchpoints(incoming=[(pk, item)], actor=self.mia)
        if playing and playing.person_id not in wanted:
            for d in [d for d in SPAN if days(d) in playing.during]:
                del model[d]
        if person is not None and not (playing and playing.person_id in wanted):
            model |= dict.fromkeys(range(self.planned_after(touchpoint, person, 0)), person)
        memo = {
            "revision": row.revision,
            "fields": {},
            "links": {},
            "parts": [before, parts_of([pk]).get(pk, [])],
        }
        self.imports.append(Import(touchpoint, Brought(pk, row.name, False, memo), was))

    @precondition(lambda self: self.imports)
    @rule()
    def undo(self) -> None:
        """The last list goes back."""
        touchpoint, brought, was = self.imports.pop()
        row, left = Touchpoint.objects.get(pk=brought.pk), brought.memo["parts"][1]
        touched = row.revision != brought.memo["revision"] or parts_of([row.pk]).get(row.pk, []) != left
        try:
            take_back(brought=[brought], actor=self.mia)
        except RefusedError:
            assert touched or not self.is_live(touchpoint)
            return
        assert not touched
        self.model[touchpoint] = was

    @invariant()
    def nobody_shares_a_day(self) -> None:
        for t, touchpoint in enumerate(getattr(self, "touchpoints", ())):
            rows = list(touchpoint.responsibilities.accountable())
            for d in SPAN:
                holders = [row.person_id for row in rows if days(d) in row.during]
                expected = self.model[t].get(d)
                assert holders == ([] if expected is None else [self.people[expected].pk])

    @invariant()
    def every_gap_is_listed_and_told(self) -> None:
        if not hasattr(self, "model"):
            return
        deliver()
        nobody, position = self.nobody(), {row.pk: t for t, row in enumerate(self.touchpoints)}
        for entry in Entry.objects.filter(verb=GAPS_LEFT.code, pk__gt=self.seen).order_by("pk"):
            self.seen = entry.pk
            assert Notice.objects.filter(user=self.mia, key=f"gaps:{entry.pk}").exists()
            for pk, start, end in entry.data["gaps"]:
                self.told |= {(position[pk], d) for d in SPAN if start <= str(days(d)) < (end or "9999")}
        assert nobody - self.without <= self.told
        self.without, self.told = nobody, self.told & nobody  # what is covered again has to be told anew
        found = gaps(self.touchpoints, until=days(len(SPAN)))
        listed = {(position[gap.touchpoint.pk], d) for gap in found for d in SPAN if days(d) in gap.days}
        assert listed == nobody
        for d in (0, 7, 31, 59):
            orphans = Touchpoint.objects.orphaned(days(d)).values_list("pk", flat=True)
            assert {position[pk] for pk in orphans} == {t for t, other in nobody if other == d}


def deliver() -> None:
    """Let the worker hand out what is owed."""
    while deliver_next():
        pass


@pytest.mark.django_db
def test_never_two_and_never_a_silent_gap() -> None:
    run_state_machine_as_test(
        Responsibilities,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
