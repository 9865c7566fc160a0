"""Handing over in the browser: choose, look, do."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.choices import Part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
URL = "/touchpoints/hand-over/"


def test_the_preview_shows_what_goes_along_and_changes_nothing(mia: User) -> None:
    anna, bela = make_person(name="Anna"), make_person(name="Béla")
    till, shop = make_touchpoint(name="Kasse"), make_touchpoint(name="Shop")
    give(till, anna)
    give(shop, anna, Part.DEPUTY, start=9)
    make_touchpoint(name="Other")
    response = signed_in(mia).get(f"{URL}?person={anna.pk}&successor={bela.pk}&on={days(3)}")
    page = response.content.decode()
    assert "Kasse" in page
    assert "Shop" in page
    assert "Other" not in page
    assert response.context["ticked"] == {till.pk, shop.pk}
    assert timeline(till) == [("Anna", TODAY, None)]


def test_the_chosen_ones_change_hands(mia: User) -> None:
    anna, bela = make_person(name="Anna"), make_person(name="Béla")
    till, shop = make_touchpoint(), make_touchpoint()
    give(till, anna)
    give(shop, anna)
    data = {"person": anna.pk, "successor": bela.pk, "on": str(days(3)), "ids": [till.pk]}
    response = signed_in(mia).post(URL, data)
    assert response.headers["Location"] == f"/touchpoints/?person={bela.pk}"
    assert timeline(till) == [("Anna", TODAY, days(3)), ("Béla", days(3), None)]
    assert timeline(shop) == [("Anna", TODAY, None)]


def test_the_link_of_a_notice_fills_in_the_last_day(mia: User) -> None:
    anna = make_person(left_on=days(30))
    give(make_touchpoint(name="Kasse"), anna)
    response = signed_in(mia).get(f"{URL}?person={anna.pk}")
    assert response.context["form"].initial["on"] == days(30)
    assert "Kasse" in response.content.decode()


def test_the_way_to_the_hand_over_is_where_one_looks_for_it(mia: User, emil: User) -> None:
    anna = make_person(name="Anna", left_on=days(30))
    give(make_touchpoint(name="Kasse"), anna)
    give(make_touchpoint(name="Shop"), mia.person)
    of_anna, of_mia = f"{URL}?person={anna.pk}", f"{URL}?person={mia.person.pk}"
    panel = f"/touchpoints/of-person/{anna.pk}/"
    for page, way in (
        (f"/organisation/people/{anna.pk}/", f'hx-get="{panel}"'),
        (panel, of_anna),
        (f"/touchpoints/?person={anna.pk}", of_anna),
        ("/touchpoints/orphans/", f'href="{URL}"'),
        ("/touchpoints/mine/", of_mia),
    ):
        assert way in signed_in(mia).get(page).content.decode(), page
    for page in (panel, f"/touchpoints/?person={anna.pk}", "/touchpoints/orphans/", "/touchpoints/mine/"):
        assert URL not in signed_in(emil).get(page).content.decode(), page


def test_a_person_shows_all_his_parts_also_those_to_come(mia: User) -> None:
    anna = make_person(name="Anna")
    for name, part, start in (
        ("Kasse", Part.ACCOUNTABLE, 0),
        ("Shop", Part.INFORMED, 0),
        ("Mail", Part.CONSULTED, 9),
    ):
        give(make_touchpoint(name=name), anna, part, start=start)
    gone = make_touchpoint(name="Gone")
    give(gone, anna, start=-9, end=-2)
    client = signed_in(mia)
    listed = client.get(f"/touchpoints/?person={anna.pk}").context["page"].rows
    assert [row.name for row in listed] == ["Kasse", "Mail", "Shop"]
    panel = client.get(f"/touchpoints/of-person/{anna.pk}/", headers={"HX-Request": "true"})
    assert panel.context["number"] == 3
    assert "<html" not in panel.content.decode()
    assert "<html" in client.get(f"/touchpoints/of-person/{anna.pk}/").content.decode()
    assert "All 3 touchpoints" in panel.content.decode()


@pytest.mark.parametrize("query", ["person=x", "person=99999999999999999999", "person=1&successor=x&on=y"])
def test_nonsense_in_the_address(mia: User, query: str) -> None:
    assert signed_in(mia).get(f"{URL}?{query}").status_code in (200, 422)


def test_a_successor_who_is_gone_is_refused(mia: User) -> None:
    anna, gone, till = make_person(), make_person(left_on=days(2)), make_touchpoint()
    give(till, anna)
    data = {"person": anna.pk, "successor": gone.pk, "on": str(days(5)), "ids": [till.pk]}
    response = signed_in(mia).post(URL, data)
    assert response.status_code == 422
    assert "does not work here on that day" in response.content.decode()
    assert timeline(till) == [(anna.name, TODAY, None)]


def test_owners_do_not_hand_over(otto: User) -> None:
    bela, till = make_person(), make_touchpoint()
    give(till, otto.person)
    data = {"person": otto.person.pk, "successor": bela.pk, "on": str(TODAY), "ids": [till.pk]}
    assert signed_in(otto).post(URL, data).status_code == 403
    assert timeline(till) == [("Otto Özdemir", TODAY, None)]
