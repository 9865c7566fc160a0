"""What happens in the rooms below reaches the inbox of whom it concerns."""

from datetime import date
from typing import Any

import pytest

from cxm.accounts.actions import accept_invitation, invite, set_roles
from cxm.accounts.models import User
from cxm.audit.actions import deliver_next, record
from cxm.audit.choices import Verb
from cxm.imports.choices import FAILED, FINISHED, STOPPED, UNDO_REFUSED, UNDONE
from cxm.imports.models import ImportRun
from cxm.notices.models import Notice, OutgoingMail
from cxm.organisation.actions import record_absence
from tests.cast import PASSWORD


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def told() -> list[tuple[str, str]]:
    """Who was told what, after the worker has been here."""
    while deliver_next():
        pass
    return [
        (notice.user.name, notice.text) for notice in Notice.objects.select_related("user").order_by("id")
    ]


def test_new_roles_are_told_in_the_readers_language(ada: User, otto: User) -> None:
    otto.language = "de"
    otto.save()
    set_roles(actor=ada, user=otto, roles=["owner", "employee"])
    [(name, text)] = told()
    assert name == "Otto Özdemir"
    assert "Touchpoint" in text


def test_who_changes_his_own_roles_knows(ada: User) -> None:
    set_roles(actor=ada, user=ada, roles=["admin", "owner"])
    assert told() == []


def test_who_invited_hears_of_the_acceptance(ada: User) -> None:
    invite(actor=ada, email="nora@example.org", name="Nora Neu", roles=["owner"])
    link = next(line for line in OutgoingMail.objects.get().body.splitlines() if "/welcome/" in line)
    accept_invitation(token=link.split("/")[-2], name="Nora Neu", password=PASSWORD)
    assert told() == [("Ada Admin", "Nora Neu has accepted your invitation")]


def test_the_deputy_hears_for_whom_and_when(mia: User, otto: User) -> None:
    record_absence(
        actor=otto, person=otto.person, since=date(2026, 12, 1), until=date(2026, 12, 5), deputy=mia.person
    )
    record_absence(actor=otto, person=otto.person, since=date(2027, 1, 1), until=None, deputy=mia.person)
    assert told() == [
        ("Mia Meyer", "You stand in for Otto Özdemir from 1 Dec 2026 to 5 Dec 2026"),
        ("Mia Meyer", "You stand in for Otto Özdemir from 1 Jan 2027"),
    ]


@pytest.mark.parametrize(
    ("verb", "data", "text"),
    [
        (
            FINISHED,
            {"new": 3, "changed": 2, "wrong": 1},
            "list.csv was imported: 3 new, 2 changed, 1 left out",
        ),
        (FAILED, {}, "The import of list.csv failed"),
        (STOPPED, {}, "Nothing of list.csv was imported: meanwhile rows have become wrong"),
        (UNDONE, {}, "The import of list.csv was undone"),
        (UNDO_REFUSED, {}, "The import of list.csv could not be undone"),
    ],
)
def test_who_left_the_page_hears_how_his_import_ended(
    mia: User, ada: User, verb: Verb, data: dict[str, int], text: str
) -> None:
    run = ImportRun.objects.create(importer="people", user=mia, name="list.csv", size=1, sha256="x")
    record(verb, actor=mia, target=run, data=data)
    assert told() == [("Mia Meyer", text)]
    assert Notice.objects.get().url == run.get_absolute_url()
