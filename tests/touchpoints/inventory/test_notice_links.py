"""Whoever gets a notice can open what it tells of."""

import pytest

from cxm.accounts.models import User
from cxm.notices.choices import KINDS
from cxm.notices.models import Notice
from cxm.organisation.actions.people import record_leaving
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give
from tests.touchpoints.inventory.test_listeners import told
from tests.touchpoints.inventory.test_standards import published
from touchpoints.inventory.actions.expiry import remind_contents
from touchpoints.inventory.actions.reminders import remind_gaps, remind_reviews
from touchpoints.inventory.actions.responsibility import assign, assign_many, end_responsibility, hand_over
from touchpoints.inventory.actions.talk import comment
from touchpoints.inventory.choices import Part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_every_kind_of_notice_leads_its_reader_to_an_open_page(
    mia: User, otto: User, emil: User, sofia: User, karla: User
) -> None:
    emil.person.lead = sofia.person
    emil.person.save()
    till, shop, mail = (
        make_touchpoint(name=name, last_reviewed_on=days(-400)) for name in ("Kasse", "Shop", "Mail")
    )
    assign(touchpoint=till, person=emil.person, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assign_many(touchpoints=[shop, mail], person=karla.person, part=Part.RESPONSIBLE, since=TODAY, actor=mia)
    comment(touchpoint=till, text="@karla please look", actor=otto)
    published(till, mia)
    end_responsibility(responsibility=give(shop, otto.person), on=days(9), actor=mia)
    give(mail, otto.person)
    hand_over(
        person=otto.person,
        successor=make_person(left_on=days(9)),
        on=TODAY,
        touchpoints=[shop, mail],
        actor=mia,
    )
    record_leaving(actor=mia, person=emil.person, left_on=days(30))
    make_content(owner=emil.person, expires_on=days(3))
    told()
    remind_contents()
    remind_reviews()
    remind_gaps()
    notices = Notice.objects.select_related("user")
    ours = {kind.code for kind in KINDS if kind.code.startswith("inventory.")}
    assert {notice.kind for notice in notices} == ours
    assert notices.filter(user=sofia).get().url == f"/touchpoints/?person={emil.person.pk}"
    closed = [
        (notice.user.name, notice.kind, notice.url)
        for notice in notices
        if signed_in(notice.user).get(notice.url).status_code != 200
    ]
    assert closed == []
