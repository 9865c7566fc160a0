"""Reminders: content that runs out is told to its owner, once ahead and once when it is over."""

from datetime import date, timedelta

import pytest

from cxm.accounts.models import User
from cxm.organisation.actions import record_absence
from cxm.organisation.models import Person
from tests.makers import make_content, make_person
from touchpoints.inventory.actions.expiry import remind_contents

pytestmark = pytest.mark.django_db
LAST = date(2027, 3, 31)


def inbox(user: User) -> list[str]:
    return list(user.notices.order_by("pk").values_list("text", flat=True))


def test_the_owner_is_told_ahead_and_when_it_is_over(mia: User, otto: User) -> None:
    make_content(title="AGB", owner=Person.objects.get(user=otto), expires_on=LAST)
    counts = [remind_contents(at=date(2027, 2, 27)), remind_contents(at=date(2027, 3, 1))]
    assert counts == [0, 1]
    assert remind_contents(at=date(2027, 3, 31)) == 0
    assert remind_contents(at=date(2027, 4, 1)) == 1
    assert remind_contents(at=date(2027, 4, 2)) == 0
    assert inbox(otto) == ["Content runs out: AGB (31 Mar 2027)", "Content has run out: AGB (31 Mar 2027)"]
    assert inbox(mia) == []


def test_a_new_last_day_is_told_again(otto: User) -> None:
    content = make_content(owner=Person.objects.get(user=otto), expires_on=LAST)
    assert remind_contents(at=LAST) == 1
    content.expires_on = date(2027, 4, 15)
    content.save()
    assert remind_contents(at=LAST) == 1


def test_cx_managers_are_told_of_content_without_a_reader(mia: User, otto: User) -> None:
    gone = Person.objects.get(user=otto)
    gone.left_on = date(2026, 1, 1)
    gone.save()
    for owner in (gone, make_person(), None):
        make_content(owner=owner, expires_on=LAST)
    assert remind_contents(at=LAST) == 3
    assert len(inbox(mia)) == 3


def test_archived_content_is_silent(mia: User) -> None:
    make_content(expires_on=LAST, is_archived=True)
    assert remind_contents(at=LAST) == 0


def test_who_stands_in_for_the_owner_is_told_too(mia: User, otto: User, emil: User) -> None:
    make_content(title="Flyer", expires_on=LAST, owner=otto.person)
    record_absence(actor=mia, person=otto.person, since=LAST, until=LAST, deputy=emil.person)
    assert remind_contents(at=LAST - timedelta(days=1)) == 1
    assert (len(inbox(otto)), len(inbox(emil))) == (1, 0)
    assert remind_contents(at=LAST) == 1
    assert (len(inbox(otto)), len(inbox(emil)), len(inbox(mia))) == (1, 1, 0)


def test_the_deputy_is_told_alone_where_the_owner_cannot_sign_in(mia: User, emil: User) -> None:
    owner = make_person(name="Owner")
    make_content(title="Flyer", expires_on=LAST, owner=owner)
    record_absence(actor=mia, person=owner, since=LAST, until=None, deputy=emil.person)
    assert remind_contents(at=LAST) == 1
    assert (len(inbox(emil)), len(inbox(mia))) == (1, 0)
