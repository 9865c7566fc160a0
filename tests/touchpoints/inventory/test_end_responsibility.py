"""Ending a part, and taking a plan back."""

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.actions.responsibility import end_responsibility, withdraw_plan
from touchpoints.inventory.choices import Part, Status
from touchpoints.inventory.models import Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_it_ends_on_the_day_and_the_gap_is_told(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    row = give(touchpoint, make_person(name="Anna"))
    outcome = end_responsibility(responsibility=row, on=days(7), actor=mia)
    assert timeline(touchpoint) == [("Anna", TODAY, days(7))]
    assert [(gap.days.start, gap.days.end) for gap in outcome.gaps] == [(days(7), None)]
    assert list(Touchpoint.objects.orphaned(days(7))) == [touchpoint]
    assert not Touchpoint.objects.orphaned(days(6)).exists()


def test_a_gap_before_the_next_one_has_an_end(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(), make_person()
    row = give(touchpoint, anna)
    give(touchpoint, bela, start=30)
    outcome = end_responsibility(responsibility=row, on=days(7), actor=mia)
    assert [(gap.days.start, gap.days.end) for gap in outcome.gaps] == [(days(7), days(30))]


def test_what_has_not_begun_goes(mia: User) -> None:
    touchpoint = make_touchpoint()
    row = give(touchpoint, make_person(), start=5)
    end_responsibility(responsibility=row, on=days(5), actor=mia)
    assert timeline(touchpoint) == []


def test_an_end_behind_the_end_is_refused(mia: User) -> None:
    row = give(make_touchpoint(), make_person(), end=5)
    with pytest.raises(ValidationError) as error:
        end_responsibility(responsibility=row, on=days(6), actor=mia)
    assert "on" in error.value.message_dict


def test_a_planned_touchpoint_has_no_gap(mia: User) -> None:
    touchpoint = make_touchpoint(status=Status.PLANNED)
    outcome = end_responsibility(responsibility=give(touchpoint, make_person()), on=TODAY, actor=mia)
    assert outcome.gaps == []
    assert not Entry.objects.filter(verb="inventory.responsibility.gaps_left").exists()


def test_other_parts_end_without_a_gap(mia: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, make_person())
    row = give(touchpoint, make_person(), Part.DEPUTY, start=-3)
    assert end_responsibility(responsibility=row, on=TODAY, actor=mia).gaps == []


def test_a_plan_taken_back_lets_the_predecessor_stay(mia: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, make_person(name="Anna"))
    plan = give(touchpoint, make_person(name="Béla"), start=9)
    outcome = withdraw_plan(responsibility=plan, actor=mia)
    assert timeline(touchpoint) == [("Anna", TODAY, None)]
    assert outcome.gaps == []


def test_what_has_begun_is_no_plan(mia: User) -> None:
    row = give(make_touchpoint(), make_person())
    with pytest.raises(ValidationError, match="begun already"):
        withdraw_plan(responsibility=row, actor=mia)


def test_a_row_that_is_gone_is_said(mia: User) -> None:
    row = give(make_touchpoint(), make_person(), start=5)
    withdraw_plan(responsibility=row, actor=mia)
    with pytest.raises(ValidationError, match="removed this meanwhile"):
        end_responsibility(responsibility=row, on=TODAY, actor=mia)
