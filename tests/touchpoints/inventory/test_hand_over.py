"""One person hands everything over to another."""

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from cxm.audit.models import Entry, as_word
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.actions.responsibility import hand_over
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Responsibility, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_all_parts_change_hands_on_the_day(mia: User) -> None:
    till, shop = make_touchpoint(name="Kasse"), make_touchpoint(name="Shop")
    anna, bela = make_person(name="Anna"), make_person(name="Béla")
    give(till, anna, start=-10)
    give(shop, anna, Part.DEPUTY, start=-10)
    outcome = hand_over(person=anna, successor=bela, on=days(3), touchpoints=[till, shop], actor=mia)
    assert timeline(till) == [("Anna", days(-10), days(3)), ("Béla", days(3), None)]
    assert timeline(shop, Part.DEPUTY) == [("Anna", days(-10), days(3)), ("Béla", days(3), None)]
    assert outcome.gaps == []
    assert {touchpoint.name for touchpoint in outcome.touchpoints} == {"Kasse", "Shop"}
    entry = Entry.objects.about(till).first()
    assert entry is not None
    assert (
        str(entry.sentence()) == f"Mia Meyer handed Kasse over from Anna to Béla on {as_word(str(days(3)))}"
    )


def test_what_is_planned_moves_too_and_ends_stay(mia: User) -> None:
    till, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    give(till, anna, start=20, end=40)
    hand_over(person=anna, successor=bela, on=TODAY, touchpoints=[till], actor=mia)
    assert timeline(till) == [("Béla", days(20), days(40))]


def test_only_the_chosen_touchpoints_move(mia: User) -> None:
    till, shop, anna, bela = make_touchpoint(), make_touchpoint(), make_person(), make_person()
    give(till, anna)
    give(shop, anna)
    hand_over(person=anna, successor=bela, on=TODAY, touchpoints=[till], actor=mia)
    assert timeline(shop) == [(anna.name, TODAY, None)]


def test_a_successor_who_plays_the_part_already_keeps_it_once(mia: User) -> None:
    till, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    give(till, anna, Part.CONSULTED)
    give(till, bela, Part.CONSULTED, start=5, end=9)
    hand_over(person=anna, successor=bela, on=TODAY, touchpoints=[till], actor=mia)
    assert timeline(till, Part.CONSULTED) == [
        ("Béla", TODAY, days(5)),
        ("Béla", days(5), days(9)),
        ("Béla", days(9), None),
    ]


def test_the_past_of_somebody_who_left_stays(mia: User) -> None:
    till, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    give(till, anna, start=-50)
    anna.left_on = days(-5)
    anna.save()
    assert list(Touchpoint.objects.orphaned()) == [till]
    hand_over(person=anna, successor=bela, on=TODAY, touchpoints=[till], actor=mia)
    assert timeline(till) == [("Anna", days(-50), TODAY), ("Béla", TODAY, None)]
    assert not Touchpoint.objects.orphaned().exists()


def test_a_successor_who_leaves_soon_is_told_as_a_gap(mia: User) -> None:
    till, anna, bela = make_touchpoint(name="Kasse"), make_person(), make_person(left_on=days(30))
    give(till, anna)
    outcome = hand_over(person=anna, successor=bela, on=TODAY, touchpoints=[till], actor=mia)
    assert [(gap.days.start, gap.days.end) for gap in outcome.gaps] == [(days(30), None)]


@pytest.mark.parametrize("left", [-1, 0, 3])
def test_nobody_takes_over_who_is_gone(mia: User, left: int) -> None:
    till, anna = make_touchpoint(), make_person(name="Anna")
    give(till, anna)
    gone = make_person(left_on=days(left))
    with pytest.raises(ValidationError) as error:
        hand_over(person=anna, successor=gone, on=days(3), touchpoints=[till], actor=mia)
    assert "successor" in error.value.message_dict
    assert timeline(till) == [("Anna", TODAY, None)]


def test_a_hand_over_to_oneself_is_refused(mia: User) -> None:
    anna = make_person()
    with pytest.raises(ValidationError):
        hand_over(person=anna, successor=anna, on=TODAY, touchpoints=[], actor=mia)


def test_a_hundred_at_once_take_few_queries(mia: User, django_assert_max_num_queries: object) -> None:
    anna, bela = make_person(), make_person()
    touchpoints = [make_touchpoint() for _ in range(100)]
    for touchpoint in touchpoints:
        give(touchpoint, anna, start=-1)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        hand_over(person=anna, successor=bela, on=TODAY, touchpoints=touchpoints, actor=mia)
    assert Responsibility.objects.on().filter(person=bela).count() == 100
