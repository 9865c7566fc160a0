"""The page of a touchpoint, and its groups edited in place."""

import pytest
from django.test import Client

from cxm.accounts.models import User
from cxm.organisation.models import Absence
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.people import days, give
from tests.touchpoints.inventory.test_standards import published
from touchpoints.inventory.actions.merging import merge_touchpoints
from touchpoints.inventory.actions.talk import comment
from touchpoints.inventory.actions.touchpoints import change_touchpoint, mark_reviewed
from touchpoints.inventory.choices import Part
from touchpoints.inventory.days import Days
from touchpoints.inventory.groups import GROUPS
from touchpoints.inventory.imports.fields import FIELDS
from touchpoints.inventory.models import Channel, Phase, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HTMX = {"HX-Request": "true"}


def page(user: User, touchpoint: Touchpoint) -> str:
    """The page as this person sees it."""
    return signed_in(user).get(touchpoint.get_absolute_url()).content.decode()


def test_everything_is_on_one_page(mia: User) -> None:
    touchpoint = make_touchpoint(
        name="Kasse <1>", expectation="Quick", is_moment_of_truth=True, moment_reason="They pay"
    )
    touchpoint.systems.add(make_system(name="CRM"))
    touchpoint.contents.add(make_content(title="Receipt"))
    touchpoint.hands_over_to.add(make_touchpoint(name="Parking"))
    give(touchpoint, make_person(name="Anna Ahlers"))
    published(touchpoint, mia, dos="Smile")
    comment(touchpoint=touchpoint, text="The queue is long", actor=mia)
    mark_reviewed(touchpoints=[touchpoint], on=days(-1), note="All true", actor=mia)
    text = page(mia, touchpoint)
    for words in (
        "Kasse &lt;1&gt;", "Quick", "They pay", "CRM", "Receipt", "Parking", "Anna Ahlers", "Smile", "Version 1",
        "The queue is long", "All true", "Missing for",
    ):  # fmt: skip
        assert words in text, words


def test_nobody_is_said_aloud(emil: User) -> None:
    assert "Nobody is accountable." in page(emil, make_touchpoint())


def test_an_absence_shows_the_stand_in(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    Absence.objects.create(person=otto.person, deputy=mia.person, during=Days(days(-1), days(3)).range)
    assert "Mia Meyer stands in" in page(mia, touchpoint)


def test_few_queries(mia: User, django_assert_max_num_queries: object) -> None:
    touchpoint = make_touchpoint()
    for number in range(6):
        give(touchpoint, make_person(), Part.CONSULTED)
        touchpoint.systems.add(make_system())
        comment(touchpoint=touchpoint, text=f"{number}", actor=mia)
        mark_reviewed(touchpoints=[touchpoint], on=days(-number), actor=mia)
    client = signed_in(mia)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(touchpoint.get_absolute_url())


def test_unknown_is_404(mia: User) -> None:
    for path in ("", "people/", "standard/", "comments/", "edit/place/", "reviewed/", "files/"):
        assert signed_in(mia).get(f"/touchpoints/999999/{path}").status_code == 404
    assert signed_in(mia).get(f"{make_touchpoint().get_absolute_url()}edit/nonsense/").status_code == 404


NEW_VALUES: dict[str, dict[str, object]] = {
    "identity": {
        "name": "New", "code": "X-1", "description": "People pay", "status": "planned", "tags": ["a", "b"],
    },
    "place": {
        "phase": "", "further_phases": "", "channel": "", "kind": "personal", "is_direct": False,
        "ownership": "earned", "market": "DE", "languages": ["de", "en"], "opening_hours": "9–17",
    },
    "weight": {
        "contacts_per_month": 12, "importance_customer": 5, "importance_company": 4,
        "is_moment_of_truth": True, "moment_reason": "They pay", "is_pain_point": True, "pain_reason": "Queue",
        "is_best_practice": True, "practice_reason": "Friendly",
    },
    "customer": {
        "customer_goal": "Pay", "expectation": "Quick", "customer_questions": "Where?", "feeling": -1,
        "target_feeling": 2, "verdict": "okay", "audience": "Families",
    },
    "process": {
        "process_url": "https://wiki.example.com/x", "hands_over_to": "", "systems": "", "contents": "",
        "data_shown": "Name", "data_captured": "Sum", "consent_needed": True, "risks": "Power cut",
    },
    "evidence": {"evidence": 3, "evidence_on": days(-3), "evidence_note": "Talks"},
    "care": {
        "review_every": 30, "trained_on": days(-4), "improved_on": days(-2), "improved_note": "Shorter queue, by Mia",
    },
}  # fmt: skip
"""By group a new value of each field; "" stands for the linked things that the test makes."""


@pytest.mark.parametrize("code", GROUPS)
def test_every_field_of_a_group_takes_a_new_value(mia: User, code: str) -> None:
    touchpoint, linked = make_touchpoint(), {
        "phase": Phase.objects.default()[1], "further_phases": [Phase.objects.default()[2]],
        "channel": Channel.objects.all()[0], "hands_over_to": [make_touchpoint()], "systems": [make_system()],
        "contents": [make_content()],
    }  # fmt: skip
    wanted = {name: linked.get(name, value) for name, value in NEW_VALUES[code].items()}
    assert set(wanted) == set(GROUPS[code].fields)
    before = {name: value_of(touchpoint, name) for name in wanted}
    assert [name for name in wanted if before[name] == wanted[name]] == []
    data: dict[str, object] = {"revision": 1}
    for name, value in wanted.items():
        if isinstance(value, list):
            data[name] = ",".join(value) if isinstance(value[0], str) else [row.pk for row in value]
        elif value is not False:  # an empty box is not sent
            yes = "true" if name == "consent_needed" else "on"  # yes, no or not known
            data[name] = yes if value is True else getattr(value, "pk", value)
    url = f"/touchpoints/{touchpoint.pk}/edit/{code}/"
    assert signed_in(mia).post(url, data).headers["Location"] == f"/touchpoints/{touchpoint.pk}/#{code}"
    touchpoint = Touchpoint.objects.get(pk=touchpoint.pk)
    assert {name: value_of(touchpoint, name) for name in wanted} == wanted


def value_of(touchpoint: Touchpoint, name: str) -> object:
    """A field's value; linked rows as a list."""
    value = getattr(touchpoint, name)
    return list(value.all()) if hasattr(value, "all") else value


def test_every_field_stands_in_one_group_and_in_the_import() -> None:
    grouped = [name for group in GROUPS.values() for name in group.fields]
    fields = [*Touchpoint._meta.fields, *Touchpoint._meta.many_to_many]
    elsewhere = {"last_reviewed_on"}  # written by a review, with who did it and what he found
    editable = {f.name for f in fields if f.editable and not f.primary_key and not f.generated} - elsewhere
    assert sorted(grouped) == sorted(editable)
    assert set(grouped) <= {field.code for field in FIELDS}


def test_care_is_edited_and_reviewed_in_its_place(mia: User) -> None:
    touchpoint = make_touchpoint(last_reviewed_on=days(-400))
    client, page_url = signed_in(mia), f"/touchpoints/{touchpoint.pk}/"
    shown = client.get(page_url).content.decode()
    for path in ("edit/care/", "reviewed/"):
        url = f"{page_url}{path}"
        assert f'hx-get="{url}" hx-target="#care"' in shown
        form = client.get(url, headers=HTMX).content.decode()
        assert "<html" not in form
        assert form.count('id="care"') == 1
        assert f'hx-post="{url}"' in form
        assert f'hx-get="{page_url}edit/care/?shown=1"' in form
    cancelled = client.get(f"{page_url}edit/care/?shown=1", headers=HTMX).content.decode()
    assert 'id="care"' in cancelled
    assert "hx-swap-oob" not in cancelled
    changed = client.post(f"{page_url}edit/care/", {"revision": 1, "review_every": 30}, headers=HTMX)
    assert "every 30 days" in changed.content.decode()
    assert client.post(f"{page_url}reviewed/", {"on": str(days(1))}, headers=HTMX).status_code == 422
    done = client.post(f"{page_url}reviewed/", {"on": str(days(0)), "note": "All true"}, headers=HTMX)
    text = done.content.decode()
    assert "All true" in text
    assert 'id="care"' in text
    assert 'id="head"' in text
    assert "due since" not in text
    assert "30 days" in done.headers["HX-Trigger"]


def test_saving_in_place_answers_with_the_group_the_head_and_the_care(mia: User) -> None:
    touchpoint = make_touchpoint()
    url = f"/touchpoints/{touchpoint.pk}/edit/weight/"
    data = {"revision": 1, "contacts_per_month": "1200", "is_pain_point": "on", "pain_reason": "Long queue"}
    response = signed_in(mia).post(url, data, headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert 'id="weight"' in text
    assert 'id="head"' in text
    assert "Pain point" in text
    assert 'id="care"' in text
    assert "<html" not in text
    assert "toast" in response.headers["HX-Trigger"]
    touchpoint.refresh_from_db()
    assert (touchpoint.contacts_per_month, touchpoint.pain_reason, touchpoint.revision) == (
        1200,
        "Long queue",
        2,
    )


def test_cancel_gives_the_group_back(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    text = (
        signed_in(mia)
        .get(f"/touchpoints/{touchpoint.pk}/edit/identity/?shown=1", headers=HTMX)
        .content.decode()
    )
    assert "<form" not in text
    assert "Kasse" in text


@pytest.mark.parametrize(
    ("group", "data", "words"),
    [
        ("identity", {"name": ""}, "This field is required"),
        ("identity", {"name": "Kasse", "code": "TAKEN", "status": "active"}, "with this code already"),
        ("weight", {"is_moment_of_truth": "on"}, "Say why."),
        ("weight", {"contacts_per_month": "99999999999999"}, "2147483647"),
        ("customer", {"expectation": "x" * 10_001}, "10000"),
        ("evidence", {"evidence": "0", "evidence_on": "1012-01-01"}, "1900"),
        ("process", {"more_hands_over_to": "Nowhere"}, "There is no touchpoint “Nowhere”."),
        ("care", {"review_every": "1"}, "7"),
    ],
)
def test_mistakes_are_shown_at_their_field(mia: User, group: str, data: dict[str, str], words: str) -> None:
    make_touchpoint(code="TAKEN")
    touchpoint = make_touchpoint(name="Before")
    response = signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/edit/{group}/", {"revision": 1} | data)
    assert response.status_code == 422
    assert words in response.content.decode()
    touchpoint.refresh_from_db()
    assert (touchpoint.name, touchpoint.revision) == ("Before", 1)


def test_the_second_editor_sees_both_values_and_loses_nothing(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(expectation="Old", customer_goal="Goal")
    give(touchpoint, otto.person)
    url = f"/touchpoints/{touchpoint.pk}/edit/customer/"
    first = {"revision": "1", "expectation": "Mine is quick", "customer_goal": "Goal"}
    signed_in(mia).post(url, first)
    second = first | {"expectation": "Mine is friendly", "customer_questions": "Where?"}
    response = signed_in(otto).post(url, second)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Mia Meyer has changed this meanwhile" in text
    assert "Mine is quick" in text
    assert text.count("Mine is friendly") == 2  # in the table and still in the form
    assert 'value="2"' in text
    signed_in(otto).post(url, second | {"revision": "2"})
    touchpoint.refresh_from_db()
    assert (touchpoint.expectation, touchpoint.customer_questions) == ("Mine is friendly", "Where?")


def test_links_are_chosen_and_added_by_name(mia: User) -> None:
    touchpoint, other, more = make_touchpoint(), make_touchpoint(name="Parking"), make_touchpoint(name="Café")
    touchpoint.hands_over_to.add(other)
    crm = make_system(name="CRM")
    data = {
        "revision": 1,
        "hands_over_to": other.pk,
        "more_hands_over_to": f"café; {touchpoint.code}",
        "systems": crm.pk,
    }
    signed_in(mia).post(f"/touchpoints/{touchpoint.pk}/edit/process/", data)
    assert set(touchpoint.hands_over_to.all()) == {other, more}
    assert list(touchpoint.systems.all()) == [crm]


def test_owners_edit_their_own_only(otto: User, emil: User) -> None:
    mine, other, asked = make_touchpoint(), make_touchpoint(name="Other"), make_touchpoint()
    give(mine, otto.person, Part.RESPONSIBLE)
    give(asked, otto.person, Part.CONSULTED)
    data = {"revision": 1, "name": "New", "code": "X-1", "status": "active"}
    client = signed_in(otto)
    assert client.post(f"/touchpoints/{mine.pk}/edit/identity/", data).status_code == 302
    for touchpoint in (other, asked):
        assert client.get(f"/touchpoints/{touchpoint.pk}/edit/identity/").status_code == 403
        assert client.post(f"/touchpoints/{touchpoint.pk}/edit/identity/", data).status_code == 403
    assert signed_in(emil).post(f"/touchpoints/{mine.pk}/edit/identity/", data).status_code == 403
    assert Touchpoint.objects.filter(name="New").count() == 1


def test_the_stand_in_of_somebody_absent_edits(otto: User, emil: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    url = f"/touchpoints/{touchpoint.pk}/edit/identity/"
    assert signed_in(emil).get(url).status_code == 403
    Absence.objects.create(person=otto.person, deputy=emil.person, during=Days(days(0), days(3)).range)
    assert signed_in(emil).get(url).status_code == 200


def test_whoever_is_made_accountable_edits_and_publishes_whatever_his_role(emil: User, karla: User) -> None:
    other = make_touchpoint()
    texts = {"ideal_experience": "Fast", "process": "Pay", "revision": 1, "publish": 1}
    for user in (emil, karla):
        touchpoint = make_touchpoint()
        give(touchpoint, user.person)
        client = signed_in(user)
        assert 'id="edit-identity"' in client.get(f"/touchpoints/{touchpoint.pk}/").content.decode()
        assert 'id="edit-identity"' not in client.get(f"/touchpoints/{other.pk}/").content.decode()
        client.post(f"/touchpoints/{touchpoint.pk}/standard/edit/", texts)
        assert touchpoint.standards.published().get().process == "Pay"
        assert client.post(f"/touchpoints/{other.pk}/standard/edit/", texts).status_code == 403
    assert not other.standards.exists()


def test_an_employee_who_answers_for_something_starts_there(emil: User) -> None:
    give(make_touchpoint(), emil.person)
    assert signed_in(emil).get("/").headers["Location"] == "/touchpoints/mine/"


def test_archive_restore_and_their_refusal(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint()
    give(touchpoint, otto.person)
    for act in ("archive", "restore", "split"):
        assert signed_in(otto).post(f"/touchpoints/{touchpoint.pk}/{act}/").status_code == 403
        assert signed_in(mia).get(f"/touchpoints/{touchpoint.pk}/{act}/").status_code == 405
    client: Client = signed_in(mia)
    client.post(f"/touchpoints/{touchpoint.pk}/archive/")
    assert "is in the archive" in page(mia, touchpoint)
    client.post(f"/touchpoints/{touchpoint.pk}/restore/")
    assert list(Touchpoint.objects.current()) == [touchpoint]


def test_a_duplicate_leads_to_the_other_and_can_come_back(mia: User) -> None:
    keep, twin = make_touchpoint(name="Kasse"), make_touchpoint(name="Kasse 2")
    merge_touchpoints(keep=keep, duplicates=[twin], actor=mia)
    assert f'href="{keep.get_absolute_url()}"' in page(mia, twin)
    assert "Kasse 2" in page(mia, keep)
    assert signed_in(mia).get(f"/touchpoints/{twin.pk}/edit/identity/").status_code == 403
    signed_in(mia).post(f"/touchpoints/{twin.pk}/split/")
    assert Touchpoint.objects.current().count() == 2


def test_the_history_knows_who(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    change_touchpoint(touchpoint=touchpoint, fields={"market": "DE"}, actor=mia)
    response = signed_in(mia).get(f"/history/about/inventory.touchpoint/{touchpoint.pk}/")
    assert "Mia Meyer changed the touchpoint Kasse" in response.content.decode()
