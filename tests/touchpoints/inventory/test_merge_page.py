"""Merging in the browser."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
URL = "/touchpoints/merge/"


def test_side_by_side_only_what_differs(mia: User) -> None:
    one = make_touchpoint(name="Kasse", expectation="Quick", market="DE")
    two = make_touchpoint(name="Kasse 2", expectation="Fast", market="DE")
    response = signed_in(mia).post(URL, {"ids": [one.pk, two.pk]})
    assert [choice.name for choice in response.context["choices"]] == ["name", "expectation"]
    assert Touchpoint.objects.current().count() == 2


def test_the_chosen_values_are_kept(mia: User) -> None:
    one, two = (
        make_touchpoint(name="Kasse", expectation="Quick"),
        make_touchpoint(name="Kasse 2", expectation="Fast"),
    )
    data = {
        "ids": [one.pk, two.pk], "confirmed": 1, "keep": two.pk,
        "take-name": one.pk, "take-expectation": two.pk, "take-market": "999", "take-nonsense": one.pk,
    }  # fmt: skip
    response = signed_in(mia).post(URL, data)
    assert response.headers["Location"] == two.get_absolute_url()
    two.refresh_from_db()
    one.refresh_from_db()
    assert (two.name, two.expectation, one.duplicate_of) == ("Kasse", "Fast", two)


@pytest.mark.parametrize("count", [0, 1, 6])
def test_one_or_six_are_sent_back(mia: User, count: int) -> None:
    ids = [make_touchpoint().pk for _ in range(count)]
    assert signed_in(mia).post(URL, {"ids": ids, "confirmed": 1}).headers["Location"] == "/touchpoints/"
    assert not Touchpoint.objects.exclude(duplicate_of=None).exists()


def test_a_flag_without_its_reason_is_said(mia: User) -> None:
    one = make_touchpoint(name="Kasse")
    two = make_touchpoint(name="Kasse 2", is_best_practice=True, practice_reason=" ")
    data = {"ids": [one.pk, two.pk], "confirmed": 1, "keep": one.pk, "take-is_best_practice": two.pk}
    response = signed_in(mia).post(URL, data)
    assert response.status_code == 422
    assert "Say why." in response.content.decode()
    assert Touchpoint.objects.current().count() == 2


def test_owners_do_not_merge(otto: User) -> None:
    ids = [make_touchpoint().pk for _ in range(2)]
    assert signed_in(otto).post(URL, {"ids": ids, "confirmed": 1}).status_code == 403
    assert Touchpoint.objects.current().count() == 2
