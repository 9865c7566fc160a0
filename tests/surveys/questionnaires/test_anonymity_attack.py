"""The attacks find nothing; without guard and ballot box each succeeds. Their algebra is tested, too."""

import re
from fractions import Fraction
from io import StringIO
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from cxm.organisation.models import Person
from surveys.questionnaires.attack.solving import determinable
from surveys.questionnaires.models import Invitation, Wave
from tests.surveys.questionnaires.test_disclosure import rank

ATTACKS = ("live", "filter", "wave", "transaction")


def attacked(*names: str, **options: object) -> dict[str, int]:
    """What the command prints: determinable groups by attack."""
    out = StringIO()
    try:
        call_command("anonymity_attack", *names, seed=7, stdout=out, **options)
    except CommandError:
        assert "0 determinable groups below the limit" not in out.getvalue().splitlines()
    lines = re.findall(r"^(.+): (\d+) read, (\d+) determinable groups$", out.getvalue(), re.MULTILINE)
    assert all(int(read) for name, read, _found in lines if "live, assessment" not in name)
    return {name: int(found) for name, _read, found in lines}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_determines_a_group_below_the_limit(name: str) -> None:
    found = attacked(name)
    assert found
    assert found == dict.fromkeys(found, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_succeeds_when_guard_and_ballot_box_are_taken_out(name: str) -> None:
    found = attacked(name, without_guard=True)
    hit = {one for one, count in found.items() if count}
    # Without the box the transaction alone tells; that the order of rows tells, too, is not needed.
    assert hit >= ({"transaction numbers"} if name == "transaction" else set(found))


@pytest.mark.django_db
def test_nothing_of_the_attack_stays() -> None:
    attacked("transaction")
    assert not Wave.objects.exists()
    assert not Invitation.objects.exists()
    assert not Person.objects.exists()


@settings(max_examples=150, deadline=None)
@given(shown=st.lists(st.frozensets(st.integers(0, 6)), max_size=6), least=st.integers(2, 5))
def test_what_it_determines_agrees_with_trying_every_group(shown: list[frozenset[int]], least: int) -> None:
    people = sorted(frozenset().union(*shown))
    rows = [[Fraction(person in table) for person in people] for table in shown]
    told = set()
    for length in range(1, least):
        for group in combinations(range(len(people)), length):
            left = [[value for place, value in enumerate(row) if place not in group] for row in rows]
            if rank(left) < rank(rows):
                told.add(frozenset(people[place] for place in group))
    smallest = {group for group in told if not any(other < group for other in told)}
    assert set(determinable(set(shown), least)) == smallest
