"""Merging in the browser."""

from typing import Any

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import give
from touchpoints.inventory.likeness import RARE
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


def test_two_who_are_accountable_are_shown_before_one_of_them_loses_it(mia: User) -> None:
    one, two, anna = make_touchpoint(name="Kasse"), make_touchpoint(name="Kasse 2"), make_person(name="Anna")
    give(one, anna)
    words, client = "Different people are accountable", signed_in(mia)
    page = client.post(URL, {"ids": [one.pk, two.pk]}).content.decode()
    assert "Anna" in page
    assert words not in page
    give(two, make_person(name="Béla"))
    page = client.post(URL, {"ids": [one.pk, two.pk]}).content.decode()
    assert "Béla" in page
    assert words in page


def test_names_that_are_alike_are_listed_and_lead_to_the_comparison(
    mia: User, otto: User, django_assert_max_num_queries: Any
) -> None:
    for name in (
        "Kasse in der Filiale",
        "Kasse in der Filialle",
        "Retourenportal",
        "Messestand",
        "kasse in der filiale",
    ):
        make_touchpoint(name=name)
    make_touchpoint(name="Messestand", is_archived=True)
    make_touchpoint(
        name="Retourenportal", duplicate_of=Touchpoint.objects.get(name="Messestand", is_archived=False)
    )
    client = signed_in(mia)
    with django_assert_max_num_queries(12):
        page = client.get("/touchpoints/duplicates/")
    pairs = [{pair["one"].name, pair["two"].name} for pair in page.context["pairs"]]
    assert pairs[0] == {"Kasse in der Filiale", "kasse in der filiale"}
    assert len(pairs) == 3
    assert {"Kasse in der Filiale", "Kasse in der Filialle"} in pairs
    one, two = page.context["pairs"][0]["one"], page.context["pairs"][0]["two"]
    link = f"{URL}?ids={one.pk}&amp;ids={two.pk}"
    assert link in page.content.decode()
    assert client.get(link.replace("&amp;", "&")).status_code == 200
    assert "/touchpoints/duplicates/" in client.get("/touchpoints/").content.decode()
    assert signed_in(otto).get("/touchpoints/duplicates/").status_code == 403


def test_more_equal_names_than_share_anything_rare_are_found(mia: User) -> None:
    for _ in range(RARE + 5):
        make_touchpoint(name="Newsletter")
    pairs = signed_in(mia).get("/touchpoints/duplicates/").context["pairs"]
    assert len(pairs) == RARE + 4
    Touchpoint.objects.update(is_archived=True)
    assert "No two names are alike" in signed_in(mia).get("/touchpoints/duplicates/").content.decode()
