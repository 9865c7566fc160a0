"""Assigning, ending and withdrawing on the page of a touchpoint."""

import re

import pytest
from django.utils.formats import date_format

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


def test_assigning_in_place_brings_the_card_of_care_along(mia: User) -> None:
    touchpoint, anna = make_touchpoint(review_every=7, last_reviewed_on=TODAY), make_person(name="Anna")
    client, url = signed_in(mia), f"/touchpoints/{touchpoint.pk}/people/assign/"
    before = client.get(f"/touchpoints/{touchpoint.pk}/").context["care"].completeness
    data = {"part": "accountable", "person": anna.pk, "since": str(TODAY), "seen": 0}
    text = client.post(url, data, headers=HTMX).content.decode()
    assert re.search(r'id="care"[^>]*hx-swap-oob="outerHTML:#care:not\(:has\(form\)\)"', text)
    after = int(re.findall(r'<progress[^>]* value="(\d+)"', text)[0])
    assert after > before
    assert text.count('id="people"') == 1
    row = touchpoint.responsibilities.get()
    ended = client.post(f"/touchpoints/people/{row.pk}/end/", {"end-last_day": str(TODAY)}, headers=HTMX)
    assert 'id="care"' in ended.content.decode()


def test_who_answered_earlier_stays_on_the_page(mia: User) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    give(touchpoint, bela, Part.CONSULTED, start=-30, end=-20)
    give(touchpoint, anna, start=-20, end=-5)
    give(touchpoint, bela, start=-5)
    people = signed_in(mia).get(f"/touchpoints/{touchpoint.pk}/").context["people"]
    assert [(row.person.name, row.part) for row in people.earlier] == [
        ("Anna", Part.ACCOUNTABLE),
        ("Béla", Part.CONSULTED),
    ]
    page = signed_in(mia).get(f"/touchpoints/{touchpoint.pk}/people/").content.decode()
    folded = page.split("<details class", 1)[1].split("</details>")[0]
    assert "Anna" in folded
    assert f"– {date_format(days(-6), 'j M Y')}" in folded  # the last day that counts


def test_nobody_is_said_only_where_nobody_is(mia: User) -> None:
    touchpoint = make_touchpoint(status="planned")
    words, url = "Nobody is assigned yet.", f"/touchpoints/{touchpoint.pk}/people/"
    assert words in signed_in(mia).get(url).content.decode()
    give(touchpoint, make_person(), Part.RESPONSIBLE)
    assert words not in signed_in(mia).get(url).content.decode()


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
