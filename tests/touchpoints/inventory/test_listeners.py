"""Who hears of what."""

import re

import pytest

from cxm.accounts.actions import deactivate_user
from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.notices.models import Notice
from cxm.organisation.actions.people import record_leaving
from cxm.organisation.tasks import close_accounts
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give
from touchpoints.inventory.actions.responsibility import assign, assign_many, end_responsibility, hand_over
from touchpoints.inventory.actions.standards import change_draft, draft_standard, publish_standard
from touchpoints.inventory.actions.talk import comment, edit_comment
from touchpoints.inventory.actions.touchpoints import record_touchpoint
from touchpoints.inventory.choices import Part, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def told() -> list[tuple[str, str]]:
    """Everything that was told so far: to whom, what; oldest first."""
    while deliver_next():
        pass
    return [(n.user.name, n.text) for n in Notice.objects.select_related("user").order_by("id")]


def test_the_cx_managers_hear_of_a_gap(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    row = give(touchpoint, make_person())
    end_responsibility(responsibility=row, on=TODAY, actor=mia)
    (notice,) = told()
    assert notice[0] == "Mia Meyer"
    assert notice[1].startswith("Nobody is accountable from ")
    assert notice[1].endswith(": Kasse")
    assert Notice.objects.get().url == f"/touchpoints/{touchpoint.pk}/"


def test_many_gaps_are_one_notice_that_leads_to_the_orphans(mia: User) -> None:
    anna = make_person()
    touchpoints = [make_touchpoint(name=f"T{n}") for n in range(7)]
    assign_many(touchpoints=touchpoints, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=None)
    leaving = make_person(left_on=days(9))
    hand_over(person=anna, successor=leaving, on=TODAY, touchpoints=touchpoints, actor=mia)
    (notice,) = told()
    assert notice[1].endswith(": T0, T1, T2, T3, T4, … (+2)")
    assert Notice.objects.get().url == f"/touchpoints/orphans/?at={days(9)}"


def test_who_is_made_accountable_hears_of_it_but_not_from_himself(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    assign(touchpoint=touchpoint, person=otto.person, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assign(touchpoint=touchpoint, person=mia.person, part=Part.DEPUTY, since=TODAY, actor=mia)
    (notice,) = told()
    assert notice[0] == "Otto Özdemir"
    assert notice[1].startswith("You are accountable for Kasse from ")


def test_a_bulk_is_one_notice(mia: User, otto: User) -> None:
    touchpoints = [make_touchpoint() for _ in range(3)]
    assign_many(touchpoints=touchpoints, person=otto.person, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    (notice,) = told()
    assert notice[1].startswith("You have a part at 3 touchpoints from ")
    assert Notice.objects.get().url == "/touchpoints/mine/"


def test_whoever_loses_accountability_hears_who_has_it_now(mia: User, otto: User, emil: User) -> None:
    till, shop, mail = (make_touchpoint(name=name) for name in ("Kasse", "Shop", "Mail"))
    for touchpoint in (till, shop, mail):
        give(touchpoint, otto.person)
    anna, both = make_person(name="Anna"), [till, shop]
    assign(touchpoint=till, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assign_many(touchpoints=both, person=mia.person, part=Part.ACCOUNTABLE, since=days(5), actor=mia)
    hand_over(person=mia.person, successor=anna, on=days(9), touchpoints=both, actor=otto)
    end_responsibility(responsibility=mail.responsibilities.get(), on=days(3), actor=mia)
    told()
    lost = Notice.objects.filter(kind="inventory.lost").select_related("user").order_by("id")
    told_in_words = [(n.user.name, re.sub(r"^From .*?\d{4} ", "", n.text), n.url) for n in lost]
    assert told_in_words == [
        ("Otto Özdemir", "Anna answers for Kasse in your place", till.get_absolute_url()),
        ("Otto Özdemir", "Mia Meyer answers for Shop in your place", shop.get_absolute_url()),
        ("Mia Meyer", "Anna answers for 2 touchpoints in your place", f"/touchpoints/?person={anna.pk}"),
        ("Otto Özdemir", "you are no longer accountable for Mail", mail.get_absolute_url()),
    ]


def test_who_gives_his_own_away_needs_no_notice(otto: User, emil: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    told()
    Notice.objects.all().delete()
    assign(touchpoint=touchpoint, person=emil.person, part=Part.ACCOUNTABLE, since=TODAY, actor=otto)
    assert [name for name, _text in told()] == ["Emil Ernst"]


def test_somebody_leaves(mia: User, otto: User, sofia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    otto.person.lead = sofia.person
    otto.person.save()
    give(touchpoint, otto.person)
    told()
    Notice.objects.all().delete()
    record_leaving(actor=mia, person=otto.person, left_on=days(30))
    notices = told()
    assert sorted(name for name, _text in notices) == ["Mia Meyer", "Sofia Sander"]
    assert all("1 touchpoint has to be handed over" in text for _name, text in notices)
    assert Notice.objects.filter(user=mia).get().url == f"/touchpoints/hand-over/?person={otto.person.pk}"


def test_nobody_hears_of_a_leaver_without_touchpoints(mia: User) -> None:
    record_leaving(actor=mia, person=make_person(), left_on=days(30))
    assert told() == []


def test_comments(mia: User, otto: User, emil: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    give(touchpoint, otto.person)
    told()
    Notice.objects.all().delete()
    said, _unknown = comment(touchpoint=touchpoint, text="@mia please look", actor=emil)
    assert told() == [
        ("Mia Meyer", "Emil Ernst mentions you at Kasse"),
        ("Otto Özdemir", "Emil Ernst commented on Kasse"),
    ]
    edit_comment(comment=said, text="@mia @otto please look", actor=emil)
    assert told()[2:] == [("Otto Özdemir", "Emil Ernst mentions you at Kasse")]
    assert Notice.objects.filter(user=mia).get().url == f"/touchpoints/{touchpoint.pk}/#comment-{said.pk}"


@pytest.mark.parametrize("material", [True, False])
def test_a_new_standard_is_told_if_people_must_learn_it(mia: User, otto: User, material: bool) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    give(touchpoint, otto.person, Part.RESPONSIBLE)
    told()
    Notice.objects.all().delete()
    draft = draft_standard(touchpoint=touchpoint, actor=mia)
    fields = {"ideal_experience": "A", "process": "B", "is_material": material}
    publish_standard(standard=change_draft(standard=draft, fields=fields, actor=mia), actor=mia)
    expected = [("Otto Özdemir", "The standard of Kasse has a new version: 1")] if material else []
    assert told() == expected


def test_a_closed_account_of_an_owner_is_told(mia: User, ada: User, otto: User) -> None:
    give(make_touchpoint(), otto.person)
    give(make_touchpoint(), otto.person, start=5)
    give(make_touchpoint(), otto.person, Part.CONSULTED)
    give(make_touchpoint(status=Status.SHUT_DOWN), otto.person)
    told()
    Notice.objects.all().delete()
    deactivate_user(actor=ada, user=otto)
    assert told() == [
        ("Mia Meyer", "Otto Özdemir is accountable for 2 touchpoints, but cannot sign in any more")
    ]
    assert Notice.objects.get().url == f"/touchpoints/hand-over/?person={otto.person.pk}"


def test_of_who_has_left_nobody_hears_twice(mia: User, otto: User) -> None:
    give(make_touchpoint(), otto.person, start=-9)
    otto.person.left_on = TODAY
    otto.person.save()
    told()
    Notice.objects.all().delete()
    assert close_accounts() == 1
    assert told() == []


def test_a_new_touchpoint_without_owner_is_told(mia: User, otto: User) -> None:
    record_touchpoint(fields={"name": "Kasse"}, actor=otto)
    record_touchpoint(fields={"name": "Plan", "status": Status.PLANNED}, actor=otto)
    record_touchpoint(fields={"name": "Otto's"}, owner=otto.person, actor=otto)
    record_touchpoint(fields={"name": "Short"}, owner=make_person(left_on=days(3)), actor=otto)
    texts = [text for name, text in told() if name == "Mia Meyer"]
    assert [text.rsplit(": ")[-1] for text in texts] == ["Kasse", "Short"]
