"""The way of a list of touchpoints through the pages of the import."""

import re
from typing import Any

import pytest
from django.urls import reverse

from cxm.accounts.models import Invitation, User
from cxm.audit.models import Entry
from cxm.imports import jobs
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS
from cxm.organisation.models import Person
from tests.cast import signed_in
from tests.makers import make_person, make_system
from tests.touchpoints.inventory.imports.conftest import checked, decided, done, sent
from tests.touchpoints.inventory.imports.messy import DOUBLES, KNOWN_SYSTEMS, PEOPLE, TOTAL, messy_list
from touchpoints.inventory.choices import GAPS_LEFT

pytestmark = pytest.mark.django_db


def test_from_the_file_to_the_preview(mia: User, django_assert_max_num_queries: Any) -> None:
    for name, email in PEOPLE:
        make_person(name=name, email=email)
    for name in KNOWN_SYSTEMS:
        make_system(name=name)
    client = signed_in(mia)
    upload = reverse("imports:upload", args=["touchpoints"])
    assert b"Touchpoints" in client.get(upload).content
    client.post(upload, {"file": sent(messy_list().content, "liste.xlsx")})
    run = ImportRun.objects.get()
    columns = client.get(reverse("imports:columns", args=[run.pk]))
    for words in (
        b"Update what differs",
        b"Record both",
        b"Taken over from an imported list",
        b"Kontakte / Monat",
    ):
        assert words in columns.content
    fields: dict[str, Any] = {f"column_{at}": code for code, at in run.mapping.items()}
    answers = {"own-existing": "update", "own-doubles": "ask", "own-reason": "Aus unserer Liste"}
    assert client.post(reverse("imports:columns", args=[run.pk]), fields | answers).status_code == 302
    jobs.check(run.pk)
    run.refresh_from_db()
    assert run.settings["reason"] == "Aus unserer Liste"
    assert run.counts["total"] == TOTAL + DOUBLES
    with django_assert_max_num_queries(12):
        preview = client.get(run.get_absolute_url(), follow=True)
    assert b"Awarness" in preview.content
    assert b"Record as a new person" in preview.content


def test_others_do_not_import_touchpoints(otto: User, emil: User) -> None:
    for user in (otto, emil):
        answer = signed_in(user).get(reverse("imports:upload", args=["touchpoints"]))
        assert answer.status_code in (403, 404)


def test_the_result_leads_to_inviting_the_new_people_and_to_those_without_owner(
    mia: User, django_assert_max_num_queries: Any
) -> None:
    make_person(name="Anna Müller")
    rows = [
        ["Name", "Owner"], ["Eins", "Nora Neu <nora@example.net>"], ["Zwei", "Otto Ohne"], ["Drei", "Müller"],
        ["Vier", ""], ["Fünf", ""],
    ]  # fmt: skip
    run = checked(mia, rows)
    words = {text: {"offer": "person"} for text, _rows, _like in run.unknown["accountable"]}
    run = done(decided(run, accountable=words), mia)
    client = signed_in(mia)
    with django_assert_max_num_queries(12):
        page = client.get(run.get_absolute_url()).content.decode()
    assert "2 new people cannot sign in yet. 1 of them has no e-mail" in page
    otto = Person.objects.get(name="Otto Ohne")
    assert f'<a href="{otto.get_absolute_url()}">Otto Ohne</a>' in page
    assert "For 2 touchpoints of this list nobody is accountable." in page
    nora = Person.objects.get(name="Nora Neu")
    assert re.findall(r'name="ids" value="(\d+)"', page) == [str(nora.pk)]
    assert 'name="role" value="owner"' in page
    asked = client.post(reverse("organisation:invite"), {"ids": [nora.pk], "role": "owner"})
    assert '<option value="owner" selected>' in asked.content.decode()
    client.post(reverse("organisation:invite"), {"ids": [nora.pk], "role": "owner", "go": "1"})
    assert [(i.email, i.roles) for i in Invitation.objects.all()] == [("nora@example.net", ["owner"])]
    page = client.get(run.get_absolute_url()).content.decode()
    assert "1 new person cannot sign in yet." in page
    assert 'name="ids"' not in page


def test_an_import_without_owners_is_told_once(mia: User) -> None:
    done(checked(mia, [["Name", "Status"], *([f"T{n}", ""] for n in range(80)), ["Plan", "geplant"]]), mia)
    [entry] = Entry.objects.filter(verb=GAPS_LEFT.code)
    assert (entry.data["count"], entry.data["names"]) == (80, "T0, T1, T10, T11, T12, … (+75)")


def test_every_import_leads_to_what_it_brought(mia: User) -> None:
    for importer in IMPORTERS:
        if importer.__module__.startswith(("cxm.", "touchpoints.")):
            assert signed_in(mia).get(reverse(importer.list_url)).status_code == 200, importer.code
