"""What the clock brings: reviews, gaps that draw near, maturity that grows old."""

from datetime import timedelta
from typing import Any

import pytest

from cxm.accounts.models import User
from cxm.notices.models import Notice
from cxm.organisation.models import Absence
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give
from touchpoints.inventory.actions.reminders import remind_gaps, remind_reviews
from touchpoints.inventory.choices import Part, Status
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.tasks import look_after

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_due_review_is_told_once_to_who_is_accountable(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse", last_reviewed_on=days(-180))
    give(touchpoint, otto.person, start=-9)
    assert (remind_reviews(), remind_reviews()) == (1, 0)
    notice = Notice.objects.get()
    assert (notice.user, notice.text.startswith("A review is due: Kasse (")) == (otto, True)
    Touchpoint.objects.update(last_reviewed_on=days(-1), review_every=7)
    assert remind_reviews(at=days(5)) == 0
    assert remind_reviews(at=days(6)) == 1


def test_the_deputy_of_somebody_absent_hears_it_too(otto: User, emil: User) -> None:
    give(make_touchpoint(last_reviewed_on=days(-300)), otto.person)
    Absence.objects.create(person=otto.person, deputy=emil.person, during=Days(days(-1), days(3)).range)
    assert remind_reviews() == 2
    assert set(Notice.objects.values_list("user__name", flat=True)) == {"Otto Özdemir", "Emil Ernst"}


@pytest.mark.parametrize(
    "fields", [{"status": Status.SHUT_DOWN}, {"is_archived": True}, {"last_reviewed_on": days(-179)}]
)
def test_what_is_not_due_is_not_told(otto: User, fields: dict[str, Any]) -> None:
    give(make_touchpoint(**({"last_reviewed_on": days(-300)} | fields)), otto.person)
    assert remind_reviews() == 0


def test_a_gap_is_told_again_when_it_is_near(mia: User) -> None:
    near, far, now = make_touchpoint(name="Near"), make_touchpoint(name="Far"), make_touchpoint(name="Now")
    give(near, make_person(), end=13)
    give(far, make_person(), end=14)
    give(now, make_person(left_on=days(1)), start=0)
    assert remind_gaps() == 2
    texts = sorted(Notice.objects.values_list("text", flat=True))
    assert [text.split(":")[0] for text in texts] == [
        "Soon nobody is accountable for Near",
        "Soon nobody is accountable for Now",
    ]
    assert remind_gaps() == 0


def test_who_has_left_owns_nothing_the_next_night(mia: User) -> None:
    touchpoint = make_touchpoint()
    anna = make_person()
    give(touchpoint, anna, start=-5)
    touchpoint.refresh_from_db()
    assert touchpoint.completeness == 7
    anna.left_on = TODAY
    anna.save()
    assert look_after()["cared"] == 1
    touchpoint.refresh_from_db()
    assert touchpoint.completeness == 0


def test_the_night_takes_few_queries(otto: User, django_assert_max_num_queries: object) -> None:
    for _ in range(40):
        give(make_touchpoint(), otto.person, Part.ACCOUNTABLE)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        look_after()


def test_a_review_that_nobody_can_be_told_of_goes_to_the_cx_managers(
    mia: User, ada: User, otto: User
) -> None:
    give(make_touchpoint(name="Paper", last_reviewed_on=days(-300)), make_person())
    make_touchpoint(name="Orphan", last_reviewed_on=days(-300))
    give(make_touchpoint(name="Otto's", last_reviewed_on=days(-300)), otto.person)
    assert (remind_reviews(), remind_reviews()) == (2, 0)
    notice = Notice.objects.get(user=mia)
    assert notice.text == "2 reviews are due at touchpoints for which nobody answers who can sign in"
    assert notice.url == "/touchpoints/reviews/"
    assert remind_reviews(at=days(7)) == 1
    assert not Notice.objects.filter(user=ada).exists()


def test_standing_orphans_are_told_once_a_week(mia: User, ada: User) -> None:
    for _ in range(3):
        make_touchpoint()
    make_touchpoint(status=Status.PLANNED)
    monday = days(-TODAY.weekday())
    assert [remind_gaps(at=monday + timedelta(days=n)) for n in (0, 1, 6, 7)] == [1, 0, 0, 1]
    assert set(Notice.objects.values_list("user__name", "text", "url")) == {
        ("Mia Meyer", "3 touchpoints have nobody who is accountable", "/touchpoints/orphans/")
    }


def test_without_a_cx_manager_the_administrators_hear(ada: User) -> None:
    make_touchpoint(last_reviewed_on=days(-300))
    assert (remind_gaps(), remind_reviews()) == (1, 1)
    assert {notice.user for notice in Notice.objects.all()} == {ada}
