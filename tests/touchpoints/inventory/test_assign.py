"""Giving somebody a part at touchpoints."""

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from cxm.audit.models import Entry, as_word
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, timeline
from touchpoints.inventory.actions.responsibility import assign, assign_many
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Responsibility, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_first_one_is_accountable_for_good(mia: User) -> None:
    touchpoint, anna = make_touchpoint(name="Kasse"), make_person(name="Anna")
    outcome = assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assert timeline(touchpoint) == [("Anna", TODAY, None)]
    assert outcome.gaps == []
    touchpoint.refresh_from_db()
    assert not Touchpoint.objects.orphaned().exists()
    entry = Entry.objects.about(touchpoint).get()
    assert str(entry.sentence()) == f"Mia Meyer made Anna accountable for Kasse from {as_word(str(TODAY))}"


def test_a_successor_ends_the_predecessor_on_the_same_day(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=days(-9), actor=mia)
    assign(touchpoint=touchpoint, person=bela, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assert timeline(touchpoint) == [("Anna", days(-9), TODAY), ("Béla", TODAY, None)]


def test_a_time_in_the_middle_gives_the_rest_back(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    outcome = assign(
        touchpoint=touchpoint, person=bela, part=Part.ACCOUNTABLE, since=days(5), until=days(8), actor=mia
    )
    assert timeline(touchpoint) == [
        ("Anna", TODAY, days(5)),
        ("Béla", days(5), days(8)),
        ("Anna", days(8), None),
    ]
    assert outcome.gaps == []


def test_an_open_end_leaves_planned_changes_alone(mia: User) -> None:
    touchpoint, anna, bela, cem = make_touchpoint(), *(make_person(name=n) for n in ("Anna", "Béla", "Cem"))
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assign(touchpoint=touchpoint, person=cem, part=Part.ACCOUNTABLE, since=days(30), actor=mia)
    assign(touchpoint=touchpoint, person=bela, part=Part.ACCOUNTABLE, since=days(10), actor=mia)
    assert timeline(touchpoint) == [
        ("Anna", TODAY, days(10)),
        ("Béla", days(10), days(30)),
        ("Cem", days(30), None),
    ]


def test_the_same_person_again_changes_nothing(mia: User) -> None:
    touchpoint, anna = make_touchpoint(), make_person()
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    outcome = assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=days(3), actor=mia)
    assert outcome.touchpoints == []
    assert Entry.objects.about(touchpoint).count() == 1


def test_days_that_touch_become_one_row(mia: User) -> None:
    touchpoint, anna = make_touchpoint(), make_person(name="Anna")
    for start, end in ((days(0), days(5)), (days(9), days(12)), (days(5), days(9))):
        assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=start, until=end, actor=mia)
    assert timeline(touchpoint) == [("Anna", days(0), days(12))]


def test_an_end_that_leaves_nobody_is_returned_and_recorded(mia: User) -> None:
    touchpoint, anna = make_touchpoint(name="Kasse"), make_person()
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    with_end = make_person(left_on=days(20))
    outcome = assign(touchpoint=touchpoint, person=with_end, part=Part.ACCOUNTABLE, since=days(10), actor=mia)
    assert [(gap.touchpoint.name, gap.days.start, gap.days.end) for gap in outcome.gaps] == [
        ("Kasse", days(20), None)
    ]
    told = Entry.objects.get(verb="inventory.responsibility.gaps_left")
    assert told.data["gaps"] == [[touchpoint.pk, str(days(20)), None]]
    assert str(told.sentence()) == f"Nobody is accountable from {as_word(str(days(20)))}: Kasse"


def test_somebody_who_has_left_is_refused(mia: User) -> None:
    touchpoint, gone = make_touchpoint(), make_person(left_on=TODAY)
    with pytest.raises(ValidationError) as error:
        assign(touchpoint=touchpoint, person=gone, part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    assert "person" in error.value.message_dict
    assert not Responsibility.objects.exists()


def test_an_end_before_the_start_is_refused(mia: User) -> None:
    with pytest.raises(ValidationError) as error:
        assign(
            touchpoint=make_touchpoint(), person=make_person(), part=Part.ACCOUNTABLE,
            since=TODAY, until=TODAY, actor=mia,
        )  # fmt: skip
    assert "until" in error.value.message_dict


def test_a_decision_of_a_colleague_meanwhile_is_not_overruled(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    assign(touchpoint=touchpoint, person=anna, part=Part.ACCOUNTABLE, since=TODAY, seen=0, actor=mia)
    with pytest.raises(ValidationError, match="Anna is accountable"):
        assign(touchpoint=touchpoint, person=bela, part=Part.ACCOUNTABLE, since=TODAY, seen=0, actor=mia)
    assert timeline(touchpoint) == [("Anna", TODAY, None)]


def test_several_may_be_consulted(mia: User) -> None:
    touchpoint = make_touchpoint()
    for name in ("Anna", "Béla"):
        assign(
            touchpoint=touchpoint, person=make_person(name=name), part=Part.CONSULTED, since=TODAY, actor=mia
        )
    assert touchpoint.responsibilities.filter(part=Part.CONSULTED).on().count() == 2


def test_many_at_once_take_few_queries(mia: User, django_assert_max_num_queries: object) -> None:
    touchpoints = [make_touchpoint() for _ in range(30)]
    anna, bela = make_person(), make_person()
    assign_many(touchpoints=touchpoints, person=anna, part=Part.ACCOUNTABLE, since=days(-1), actor=mia)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        outcome = assign_many(
            touchpoints=touchpoints, person=bela, part=Part.ACCOUNTABLE, since=TODAY, actor=mia
        )
    assert len(outcome.touchpoints) == 30
    assert Responsibility.objects.on().accountable().filter(person=bela).count() == 30


def test_maturity_follows(mia: User) -> None:
    touchpoint = make_touchpoint()
    assign(touchpoint=touchpoint, person=make_person(), part=Part.ACCOUNTABLE, since=TODAY, actor=mia)
    touchpoint.refresh_from_db()
    assert touchpoint.completeness == 7  # one of thirteen facts
