"""Lists sorted by how many touchpoints there are, and by who is accountable today."""

from typing import Any

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.house.lists import list_at
from tests.makers import make_channel, make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.people import give

pytestmark = pytest.mark.django_db


def rows(user: User, name: str, sort: str) -> list[Any]:
    """The first rows of a list in this order."""
    page = list_at(signed_in(user), f"{reverse(f'inventory:{name}')}?sort={sort}")
    assert page
    return page.page.rows


def test_places_are_sorted_by_their_touchpoints_in_use(mia: User) -> None:
    rare, often = make_channel(), make_channel()
    system, content = make_system(), make_content()
    make_system(), make_content()
    for number in range(3):
        touchpoint = make_touchpoint(channel=often, is_archived=number == 2)
        touchpoint.systems.add(system)
        touchpoint.contents.add(content)
    give(make_touchpoint(channel=rare), make_person())
    first, second = rows(mia, "channels", "-touchpoints")[:2]
    assert [(c.pk, c.n_all, c.n_no_owner) for c in (first, second)] == [(often.pk, 2, 2), (rare.pk, 1, 0)]
    assert rows(mia, "channels", "-no_owner")[0] == often
    assert next((s.pk, s.served) for s in rows(mia, "systems", "-served")) == (system.pk, 2)
    assert rows(mia, "systems", "served")[-1] == system
    assert next((c.pk, c.used) for c in rows(mia, "contents", "-used")) == (content.pk, 2)


def test_touchpoints_are_sorted_by_who_is_accountable_today(mia: User) -> None:
    orphan, of_anna, of_zoe = make_touchpoint(name="a"), make_touchpoint(name="b"), make_touchpoint(name="c")
    give(of_zoe, make_person(name="Zoe Zander"))
    give(of_anna, make_person(name="Anna Ahlers"))
    give(orphan, make_person(name="Aaron Abel"), start=-9, end=-2)
    assert rows(mia, "list", "owner") == [of_anna, of_zoe, orphan]
    assert rows(mia, "list", "-owner") == [orphan, of_zoe, of_anna]
