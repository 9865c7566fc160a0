"""The way of a list of touchpoints through the pages of the import."""

from typing import Any

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS
from tests.cast import signed_in
from tests.makers import make_person, make_system
from tests.touchpoints.inventory.imports.conftest import sent
from tests.touchpoints.inventory.imports.messy import DOUBLES, KNOWN_SYSTEMS, PEOPLE, TOTAL, messy_list

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


def test_every_import_leads_to_what_it_brought(mia: User) -> None:
    for importer in IMPORTERS:
        if importer.__module__.startswith(("cxm.", "touchpoints.")):
            assert signed_in(mia).get(reverse(importer.list_url)).status_code == 200, importer.code
