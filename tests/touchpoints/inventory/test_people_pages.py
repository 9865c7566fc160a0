"""Assigning, ending and withdrawing on the page of a touchpoint."""

import pytest

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.choices import Part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HTMX = {"HX-Request": "true"}


def test_assigning_in_place(mia: User) -> None:
    touchpoint, anna = make_touchpoint(), make_person(name="Anna")
    data = {
        "part": "accountable",
        "person": anna.pk,
        "since": str(TODAY),
        "last_day": str(days(9)),
        "seen": 0,
    }
    response = signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/people/assign/", data, headers=HTMX)
    assert response.status_code == 200
    assert "Anna" in response.content.decode()
    assert "nobody is accountable" in response.headers["HX-Trigger"]
    assert timeline(touchpoint) == [("Anna", TODAY, days(10))]  # the last day counts


def test_without_javascript_the_way_leads_back_to_the_page(mia: User) -> None:
    touchpoint, anna = make_touchpoint(), make_person()
    data = {"part": "deputy", "person": anna.pk, "since": str(TODAY), "note": "in summer"}
    response = signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/people/assign/", data)
    assert response.headers["Location"] == f"/touchpoints/{touchpoint.pk}/#people"
    assert touchpoint.responsibilities.get(part=Part.DEPUTY).note == "in summer"


def test_a_colleague_was_faster(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    client, url = signed_in(mia), f"/touchpoints/{touchpoint.pk}/people/assign/"
    seen = client.get(url).context["form"].initial["seen"]
    give(touchpoint, anna)
    data = {"part": "accountable", "person": bela.pk, "since": str(TODAY), "seen": seen}
    response = client.post(url, data)
    assert response.status_code == 422
    assert "on that day Anna is accountable" in response.content.decode()
    assert timeline(touchpoint) == [("Anna", TODAY, None)]
    again = response.context["form"]["seen"].value()
    client.post(url, data | {"seen": again})
    assert timeline(touchpoint) == [("Béla", TODAY, None)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"part": "king"}, "king"),
        ({"person": ""}, "required"),
        ({"since": "32.13.2026"}, "valid date"),
        ({"since": "9999-12-31"}, "2200"),
        ({"last_day": str(days(-1))}, "The end lies before the start."),
    ],
)
def test_mistakes_change_nothing(mia: User, data: dict[str, str], words: str) -> None:
    touchpoint, anna = make_touchpoint(), make_person()
    first = {"part": "accountable", "person": anna.pk, "since": str(TODAY)}
    response = signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/people/assign/", first | data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert timeline(touchpoint) == []


def test_ending_on_a_last_day(mia: User) -> None:
    touchpoint = make_touchpoint()
    row = give(touchpoint, make_person(name="Anna"), start=-5)
    client = signed_in(mia)
    assert "Last day" in client.get(f"/touchpoints/people/{row.pk}/end/", headers=HTMX).content.decode()
    client.post(f"/touchpoints/people/{row.pk}/end/", {"end-last_day": str(TODAY)})
    assert timeline(touchpoint) == [("Anna", days(-5), days(1))]
    response = client.post(f"/touchpoints/people/{row.pk}/end/", {"end-last_day": str(days(1))})
    assert response.status_code == 422
    assert "It ends before that day already." in response.content.decode()


def test_a_plan_is_shown_and_taken_back(mia: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, make_person(name="Anna"))
    plan = give(touchpoint, make_person(name="Béla"), start=20)
    client = signed_in(mia)
    assert "Planned" in client.get(f"/touchpoints/{touchpoint.pk}/people/").content.decode()
    client.post(f"/touchpoints/people/{plan.pk}/withdraw/")
    assert timeline(touchpoint) == [("Anna", TODAY, None)]
    assert client.post(f"/touchpoints/people/{plan.pk}/withdraw/").status_code == 404


def test_owners_do_not_assign(otto: User) -> None:
    touchpoint = make_touchpoint()
    row = give(touchpoint, otto.person)
    plan = give(touchpoint, make_person(), start=20)
    client = signed_in(otto)
    data = {"part": "deputy", "person": otto.person.pk, "since": str(TODAY), "end-last_day": str(TODAY)}
    before = timeline(touchpoint)
    for url in (
        f"/touchpoints/{touchpoint.pk}/people/assign/",
        f"/touchpoints/people/{row.pk}/end/",
        f"/touchpoints/people/{plan.pk}/withdraw/",
    ):
        assert client.post(url, data).status_code == 403
    assert timeline(touchpoint) == before
    assert not touchpoint.responsibilities.filter(part=Part.DEPUTY).exists()
