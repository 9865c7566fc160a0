"""Content: what runs out, what is used nowhere, many at once."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.models import User
from cxm.organisation.models import Absence
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_touchpoint
from tests.touchpoints.inventory.people import days
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import ContentItem, Phase

pytestmark = pytest.mark.django_db
URL = "/touchpoints/contents/"


def titles(user: User, **query: str) -> set[str]:
    """What the list shows."""
    page = signed_in(user).get(URL, query).content.decode()
    rows = page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""
    return {content.title for content in ContentItem.objects.all() if f">{content.title}<" in rows}


def test_content_is_recorded_with_phases(mia: User) -> None:
    phase = Phase.objects.get(code="closing", model__is_default=True)
    signed_in(mia).post(
        reverse("inventory:content_new"),
        {
            "title": "Bestellbestätigung",
            "kind": "mail",
            "language": "de",
            "phases": [phase.pk],
            "expires_on": "2027-03-31",
        },
    )
    content = ContentItem.objects.get()
    assert (content.title, content.expires_on, list(content.phases.all())) == (
        "Bestellbestätigung", date(2027, 3, 31), [phase],
    )  # fmt: skip


def test_expiry_divides_content_by_its_last_day(mia: User) -> None:
    today = timezone.localdate()
    for title, day in (("alt", -1), ("heute", 0), ("bald", 30), ("später", 31)):
        make_content(title=title, expires_on=today + timedelta(days=day))
    make_content(title="immer")
    assert titles(mia, expiry="expired") == {"alt"}
    assert titles(mia, expiry="soon") == {"heute", "bald"}
    assert titles(mia, expiry="never") == {"immer"}
    page = signed_in(mia).get(URL).content.decode()
    assert page.index(">alt<") < page.index("expired</span>")
    assert "30 days left" in page
    assert "0 days left" in page


def test_filters_by_owner_phase_language_and_touchpoint(mia: User) -> None:
    petra, gone = make_person(name="Petra"), make_person(left_on=date(2020, 1, 1))
    phase = Phase.objects.get(code="decision", model__is_default=True)
    one = make_content(title="eins", owner=petra, language="en")
    one.phases.add(phase)
    make_content(title="zwei", owner=gone)
    touchpoint = make_touchpoint(name="Angebotsmail")
    touchpoint.contents.add(one)
    assert titles(mia, owner=str(petra.pk)) == {"eins"}
    assert titles(mia, owner="none") == {"zwei"}
    assert titles(mia, language="en") == {"eins"}
    assert titles(mia, phase=str(phase.pk)) == {"eins"}
    assert titles(mia, phase="none") == {"zwei"}
    assert titles(mia, touchpoint="angebot") == {"eins"}
    assert titles(mia, unused="on") == {"zwei"}


def test_the_list_says_what_is_missing(mia: User) -> None:
    make_content().phases.add(Phase.objects.get(code="closing", model__is_default=True))
    make_touchpoint()
    page = signed_in(mia).get(URL).content.decode()
    warning = page[page.index("Phases without content") :][:300]
    assert "Awareness" in warning
    assert "Closing" not in warning
    assert "?gap=no_content" in page


def test_owner_and_day_are_set_for_many(mia: User) -> None:
    petra, rows = make_person(name="Petra"), [make_content(), make_content(), make_content()]
    client, ids = signed_in(mia), [row.pk for row in rows[:2]]
    asked = client.post(reverse("inventory:contents_owner"), {"ids": ids})
    assert b"For 2 selected entries" in asked.content
    client.post(reverse("inventory:contents_owner"), {"ids": ids, "confirmed": "1", "owner": petra.pk})
    assert ContentItem.objects.filter(owner=petra).count() == 2
    everything = {"all": "1", "query": "", "confirmed": "1", "expires_on": "2027-01-31"}
    client.post(reverse("inventory:contents_expiry"), everything)
    assert ContentItem.objects.filter(expires_on="2027-01-31").count() == 3
    client.post(reverse("inventory:contents_archive"), {"ids": ids})
    assert ContentItem.objects.current().get() == rows[2]


def test_a_bad_day_is_said_at_the_field(mia: User) -> None:
    row = make_content()
    answer = signed_in(mia).post(
        reverse("inventory:contents_expiry"), {"ids": [row.pk], "confirmed": "1", "expires_on": "soon"}
    )
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.expires_on is None


def test_page_edits_facts_and_touchpoints(mia: User) -> None:
    row, touchpoint, client = make_content(title="FAQ"), make_touchpoint(name="Hotline"), signed_in(mia)
    answer = client.post(
        reverse("inventory:content_edit", args=[row.pk]),
        {"title": "FAQ Versand", "kind": "text", "language": "de"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.title == "FAQ Versand"
    client.post(
        reverse("inventory:content_touchpoints", args=[row.pk]), {"touchpoint": touchpoint.pk, "tie": "1"}
    )
    assert list(row.touchpoints.all()) == [touchpoint]
    assert b"Hotline" in client.get(row.get_absolute_url()).content


def test_employees_look_but_do_not_change(emil: User) -> None:
    row, client = make_content(title="FAQ"), signed_in(emil)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.post(reverse("inventory:content_edit", args=[row.pk])).status_code == 403
    assert client.post(reverse("inventory:contents_archive"), {"ids": [row.pk]}).status_code == 403
    assert ContentItem.objects.current().exists()


def test_who_looks_after_content_keeps_it_also_for_somebody_absent(otto: User, emil: User) -> None:
    own, other = make_content(title="AGB", owner=otto.person), make_content(title="FAQ")
    data = {
        "title": "AGB",
        "kind": "text",
        "language": "de",
        "owner": otto.person.pk,
        "expires_on": "2199-12-31",
    }
    client, touchpoint = signed_in(otto), make_touchpoint()
    assert "edit-facts" in client.get(own.get_absolute_url()).content.decode()
    assert "edit-facts" not in client.get(other.get_absolute_url()).content.decode()
    client.post(reverse("inventory:content_edit", args=[own.pk]), data)
    own.refresh_from_db()
    assert str(own.expires_on) == "2199-12-31"
    tie = reverse("inventory:content_touchpoints", args=[own.pk])
    card = client.post(tie, {"touchpoint": touchpoint.pk, "tie": "1"}, headers={"HX-Request": "true"})
    assert 'name="find"' in card.content.decode()
    assert list(own.touchpoints.all()) == [touchpoint]
    for name in ("content_edit", "content_archive", "content_touchpoints"):
        assert client.post(reverse(f"inventory:{name}", args=[other.pk]), data).status_code == 403
        assert signed_in(emil).post(reverse(f"inventory:{name}", args=[own.pk]), data).status_code == 403
    Absence.objects.create(person=otto.person, deputy=emil.person, during=Days(days(0), days(3)).range)
    signed_in(emil).post(reverse("inventory:content_archive", args=[own.pk]))
    own.refresh_from_db()
    assert own.is_archived
