"""Fields in which one types a name: however many people and things there are."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxm.accounts.models import User
from cxm.organisation.models import Person, Unit
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.forms_finding import PersonField, ThingsField
from touchpoints.inventory.models import ContentItem, System, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def field() -> PersonField:
    """A field that takes who works here."""
    made = PersonField()
    made.offer()
    return made


def refused(field: Any, text: str) -> str:
    """What the field says to this text."""
    with pytest.raises(ValidationError) as caught:
        field.clean(text)
    return " ".join(caught.value.messages)


def test_a_person_is_named_by_name_by_its_part_or_by_number(field: PersonField) -> None:
    anna = make_person(name="Ànna Ahlers", position="Head", unit=Unit.objects.create(name="Service"))
    make_person(name="Béla Bauer")
    for text in ("Ànna Ahlers", "anna ahlers", "ahl", str(anna.pk), "Ànna Ahlers – Head, Service"):
        assert field.clean(text) == anna, text
    assert field.prepare_value(anna) == field.prepare_value(str(anna.pk)) == "Ànna Ahlers – Head, Service"


def test_namesakes_are_told_apart(field: PersonField) -> None:
    one, two = make_person(name="Anna Ahlers"), make_person(name="Anna Ahlers", position="Head")
    make_person(name="Anna Ahlers-Meyer")
    words = refused(field, "Anna Ahlers")
    assert f"Anna Ahlers ({one.pk})" in words
    assert f"Anna Ahlers – Head ({two.pk})" in words
    assert field.clean("Anna Ahlers – Head") == two
    assert field.clean("ahlers-meyer").name == "Anna Ahlers-Meyer"


def test_who_is_nobody_or_gone_is_refused(field: PersonField) -> None:
    gone = make_person(name="Gone", left_on=days(-1))
    for text in ("Gone", str(gone.pk), "nobody", "9" * 5000, "²"):
        assert "is found here" in refused(field, text), text
    assert "required" in refused(field, "")
    assert PersonField(required=False).clean("") is None


def test_words_are_looked_up_in_one_query() -> None:
    for number in range(9):
        make_touchpoint(name=f"Kasse {number}")
    words = "; ".join(f"kasse {number}" for number in range(9))
    with CaptureQueriesContext(connection) as queries:
        found = ThingsField("touchpoints").clean(words)
    assert [row.name for row in found] == [f"Kasse {number}" for number in range(9)]
    assert len(queries) == 1


def test_a_name_that_several_bear_is_refused() -> None:
    one, _two = make_touchpoint(name="Kasse"), make_touchpoint(name="kasse")
    assert "use the code" in refused(ThingsField("touchpoints"), "Kasse")
    assert ThingsField("touchpoints").clean(one.code) == [one]
    make_content(title="AGB")
    make_content(title="AGB")
    assert "several entries" in refused(ThingsField("contents"), "AGB")
    assert "There is no entry “ERP”." in refused(ThingsField("systems"), "ERP")


def test_suggestions_fit_all_words_and_keep_what_stands_before(mia: User) -> None:
    make_person(name="Anna Ahlers", position="Head <1>")
    make_person(name="Anna Bauer")
    make_person(name="Anna Ahrens", left_on=days(-1))
    kasse = make_touchpoint(name="Kasse")
    make_system(name="CRM")
    client = signed_in(mia)

    def offers(kind: str, text: str) -> str:
        answer = client.get(f"/touchpoints/find/{kind}/", {"in": "x", "x": text})
        assert answer.status_code == 200
        return answer.content.decode()

    assert offers("people", "anna ah").count("<option") == 1
    assert 'value="Anna Ahlers – Head &lt;1&gt;"' in offers("people", "anna ah")
    assert f'value="ERP; {kasse.code}"' in offers("touchpoints", "ERP; kas")
    assert 'value="CRM"' in offers("systems", "c")
    assert "<option" not in offers("contents", "nothing")
    assert "Anna Ahrens" not in offers("holders", "ahrens")
    give(kasse, make_person(name="Carla"))
    assert "Carla" in offers("holders", "")
    assert client.get("/touchpoints/find/nonsense/").status_code == 404
    assert client.get("/touchpoints/find/people/").status_code == 200


def test_pages_stay_small_with_many_people_and_systems(mia: User) -> None:
    touchpoint, client = make_touchpoint(), signed_in(mia)
    pages = [f"/touchpoints/{touchpoint.pk}/{path}" for path in ("people/assign/", "edit/process/")]
    pages += ["/touchpoints/new/", "/touchpoints/hand-over/"]
    few = [len(client.get(page).content) for page in pages]
    for number in range(60):
        make_person(name=f"Person with a long name {number}")
        make_system(name=f"System with a long name {number}")
        make_content(title=f"Content with a long name {number}")
    assert [
        len(client.get(page).content) - before < 300 for page, before in zip(pages, few, strict=True)
    ] == [True] * len(pages)


def test_assigning_by_name_alone(mia: User) -> None:
    touchpoint, anna = make_touchpoint(), make_person(name="Anna Ahlers")
    url = f"/touchpoints/{touchpoint.pk}/people/assign/"
    data = {"part": "accountable", "person": "anna ahlers", "since": str(TODAY)}
    assert signed_in(mia).post(url, data).status_code == 302
    assert timeline(touchpoint) == [("Anna Ahlers", TODAY, None)]
    wrong = signed_in(mia).post(url, data | {"person": "Nobody"})
    assert wrong.status_code == 422
    assert 'value="Nobody"' in wrong.content.decode()
    hand_over = signed_in(mia).get("/touchpoints/hand-over/", {"person": anna.pk}).content.decode()
    assert 'value="Anna Ahlers"' in hand_over
    query = {"person": "Anna Ahlers", "successor": "Mia Meyer", "on": str(days(3))}
    preview = signed_in(mia).get("/touchpoints/hand-over/", query)
    assert f'name="person" value="{anna.pk}"' in preview.content.decode()


def test_many_systems_are_added_by_name_and_ticked_off(mia: User) -> None:
    touchpoint, crm = make_touchpoint(), make_system(name="CRM")
    erp, faq, client = make_system(name="ERP"), make_content(title="FAQ"), signed_in(mia)
    url = f"/touchpoints/{touchpoint.pk}/edit/process/"
    client.post(url, {"revision": 1, "more_systems": "crm; erp", "more_contents": "faq"})
    assert set(touchpoint.systems.all()) == {crm, erp}
    assert list(touchpoint.contents.all()) == [faq]
    page = client.get(url).content.decode()
    assert page.count("checked") == 3
    client.post(url, {"revision": 2, "systems": erp.pk, "contents": faq.pk})
    assert list(touchpoint.systems.all()) == [erp]
    assert Touchpoint.objects.get(pk=touchpoint.pk).revision == 3


def test_a_name_with_a_character_that_no_database_keeps_is_refused(field: PersonField) -> None:
    assert refused(field, "a\0b")


def test_things_with_a_character_that_no_database_keeps_are_refused() -> None:
    assert refused(ThingsField("systems"), "Shop; CR\0M")


@pytest.mark.parametrize("page", ["systems", "contents"])
def test_who_looks_after_systems_and_content_is_found_by_typing(mia: User, page: str) -> None:
    anna, client = make_person(name="Anna Ahlers"), signed_in(mia)
    for number in range(30):
        make_person(name=f"Somebody {number}")
    form = client.get(f"/touchpoints/{page}/new/").content.decode()
    assert "Somebody 7" not in form
    assert "/touchpoints/find/people/?in=owner" in form
    data = {
        "name": "Shop",
        "title": "Shop",
        "kind": "text" if page == "contents" else "other",
        "language": "de",
    }
    answer = client.post(f"/touchpoints/{page}/new/", data | {"owner": "ahlers"})
    made: Any = (System if page == "systems" else ContentItem).objects.get()
    assert (answer.status_code, made.owner) == (302, anna)
    edit = f"{made.get_absolute_url()}edit/"
    assert 'value="Anna Ahlers"' in client.get(edit).content.decode()
    Person.objects.filter(pk=anna.pk).update(left_on=TODAY)
    client.post(edit, data | {"owner": "Anna Ahlers"})  # who has left may stay until somebody else is found
    made.refresh_from_db()
    assert made.owner == anna
    client.post(edit, data | {"owner": ""})
    made.refresh_from_db()
    assert made.owner is None
