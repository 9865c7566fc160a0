"""Exactly one accountable a day, whoever writes at the same time: PostgreSQL itself refuses the second one."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from psycopg.errors import ExclusionViolation

from cxm.organisation.models import Person
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, timeline
from touchpoints.inventory.actions.responsibility import assign
from touchpoints.inventory.choices import Part
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility

pytestmark = pytest.mark.usefixtures("english")
WAIT = 20  # seconds; only a broken test waits so long


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Run the acts in threads with connections of their own; what each one raised."""
    raised: list[BaseException | None] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            acts[number]()
        except BaseException as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_parallel_transactions_one_fails_in_the_database() -> None:
    touchpoint, people = make_touchpoint(), [make_person(), make_person()]
    both_have_begun = threading.Barrier(2, timeout=WAIT)
    first_is_in = threading.Event()  # two that find each other's row at once would wait for one another

    def insert(number: int) -> None:
        with transaction.atomic():
            assert not touchpoint.responsibilities.exists()
            both_have_begun.wait()
            if number:
                assert first_is_in.wait(WAIT)
            Responsibility.objects.create(
                touchpoint=touchpoint, person=people[number], part=Part.ACCOUNTABLE, during=Days(TODAY).range
            )
            first_is_in.set()

    raised = at_once(lambda: insert(0), lambda: insert(1))
    (error,) = [error for error in raised if error]
    assert isinstance(error, IntegrityError)
    assert isinstance(error.__cause__, ExclusionViolation)
    assert error.__cause__.diag.constraint_name == "inventory_one_accountable"
    assert Responsibility.objects.accountable().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_wait_for_one_another() -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    start = threading.Barrier(2, timeout=WAIT)

    def decide(person: Person, seen: int | None) -> None:
        translation.activate("en")  # a language belongs to its thread
        start.wait()
        assign(
            touchpoint=touchpoint, person=person, part=Part.ACCOUNTABLE, since=TODAY, seen=seen, actor=None
        )

    raised = at_once(lambda: decide(anna, 0), lambda: decide(bela, 0))
    (error,) = [error for error in raised if error]
    assert "Meanwhile this changed" in str(error)
    assert len(timeline(touchpoint)) == 1


@pytest.mark.django_db
def test_two_in_the_same_time_are_refused() -> None:
    touchpoint = make_touchpoint()
    for start, fails in (
        (Days(TODAY, days(5)), False),
        (Days(days(5)), False),
        (Days(days(4), days(6)), True),
    ):
        row = Responsibility(
            touchpoint=touchpoint, person=make_person(), part=Part.ACCOUNTABLE, during=start.range
        )
        if fails:
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save()
        else:
            row.save()
