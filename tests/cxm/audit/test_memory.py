"""What is kept until something happens."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from django.db import connection, transaction

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.audit.choices import VERBS
from cxm.audit.memory import Memory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def count() -> Callable[[], int]:
    """Another number at each call."""
    numbers: Iterator[int] = iter(range(1, 100))
    return lambda: next(numbers)


def happen(user: User, *, read: bool = False) -> None:
    verb = next(verb for verb in VERBS if verb.about_people is read)
    record(verb, actor=user, target=user)


def elsewhere(work: Callable[[], None]) -> None:
    """Done by another connection."""

    def run() -> None:
        work()
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_a_value_is_kept_until_something_happens(mia: User, count: Callable[[], int]) -> None:
    memory = Memory[int](most=2)
    assert [memory.get("a", count), memory.get("a", count)] == [1, 1]
    happen(mia, read=True)
    assert memory.get("a", count) == 1

    happen(mia)
    assert [memory.get("a", count), memory.get("a", count)] == [2, 2]
    memory.clear()
    assert memory.get("a", count) == 3


def test_each_key_has_its_own_and_the_one_asked_for_longest_ago_goes(count: Callable[[], int]) -> None:
    memory = Memory[int](most=2)
    assert [memory.get(key, count) for key in "abab"] == [1, 2, 1, 2]
    assert [memory.get(key, count) for key in "acab"] == [1, 3, 1, 4]


def test_nothing_is_kept_while_an_entry_is_being_added(mia: User, count: Callable[[], int]) -> None:
    """The writer's entry bears a lower number than one that is seen already."""
    memory = Memory[int](most=2)
    memory.get("a", count)
    with transaction.atomic():
        happen(mia)
        seen: list[int] = []
        elsewhere(lambda: happen(mia))
        elsewhere(lambda: seen.extend([memory.get("a", count), memory.get("a", count)]))
        assert seen == [2, 3]
    assert [memory.get("a", count), memory.get("a", count)] == [4, 4]


def test_own_changes_are_seen_before_they_are_committed(mia: User, count: Callable[[], int]) -> None:
    memory = Memory[int](most=2)
    memory.get("a", count)
    with transaction.atomic():
        happen(mia)
        assert [memory.get("a", count), memory.get("a", count)] == [2, 3]
