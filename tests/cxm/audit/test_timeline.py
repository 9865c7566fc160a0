"""The history of one object, and that of everything."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cxm.accounts.actions import change_user
from cxm.accounts.models import User
from cxm.audit.filters import EntryFilter
from cxm.audit.models import Entry
from cxm.audit.timeline import find, timeline
from cxm.audit.versions import versions_of
from cxm.organisation.actions import (
    change_person,
    change_unit,
    create_person,
    create_unit,
    record_leaving,
)
from cxm.organisation.models import Person, Unit
from tests.cast import signed_in

ABOUT = "/history/about/organisation.person"


@pytest.fixture
def nora(mia: User) -> Person:
    """A person with some past."""
    unit = create_unit(actor=mia, name="Service")
    nora = create_person(actor=mia, name="Nora Neu", position="Agent")
    change_person(actor=mia, person=nora, position="Lead", unit=unit, joined_on=date(2026, 1, 31))
    Person.objects.filter(pk=nora.pk).update(phone="+49 40 1")  # past every action: the trigger sees it
    return Person.objects.get(pk=nora.pk)


def test_versions_name_fields_and_values_in_words(nora: Person) -> None:
    newest, changed, made = versions_of(nora)
    assert [(c.label, c.old, c.new) for c in newest.changes] == [("Phone", "–", "+49 40 1")]
    assert {(c.old, c.new) for c in changed.changes} >= {("Agent", "Lead"), ("–", "Service")}
    assert made.kind == "insert"


@pytest.mark.django_db(transaction=True)  # versions of one transaction all bear the time of its beginning
def test_events_carry_the_fields_that_they_changed(nora: Person) -> None:
    moments = [(moment.sentence, len(moment.changes)) for moment in timeline(nora)]
    assert moments == [
        ("The system changed fields", 1),  # the update by hand
        ("Mia Meyer changed the entry of Nora Neu", 3),
        ("Mia Meyer added Nora Neu", 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_fields_stand_with_the_event_of_their_transaction_however_near_another_is(
    nora: Person, mia: User
) -> None:
    change_person(actor=mia, person=nora, position="Head")  # right after the update by hand
    newest, by_hand, *_older = timeline(nora)
    assert [(c.label, c.new) for c in newest.changes] == [("Position", "Head")]
    assert (by_hand.sentence, [c.label for c in by_hand.changes]) == ("The system changed fields", ["Phone"])


@pytest.mark.django_db(transaction=True)
def test_the_first_event_of_a_transaction_carries_its_fields_however_late_it_comes(mia: User) -> None:
    unit = create_unit(actor=mia, name="Service")
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(code="1")
        change_unit(actor=mia, unit=unit, name="Support", code="1", parent=None)
        change_unit(actor=mia, unit=unit, name="Help", code="1", parent=None)
    moments = [(moment.sentence, len(moment.changes)) for moment in timeline(unit)]
    assert moments == [
        ("Mia Meyer changed the unit Help", 0),
        ("Mia Meyer changed the unit Support", 3),
        ("Mia Meyer added the unit Service", 0),
    ]


def test_roles_are_shown_as_words(ada: User, otto: User) -> None:
    change_user(actor=ada, user=otto, name=otto.name, email=otto.email, roles=["admin"], language="en")
    [change] = versions_of(otto)[0].changes
    assert (change.label, change.old, change.new) == ("Roles", "Touchpoint owner", "Administrator")


def test_the_part_is_for_who_may_know(nora: Person, mia: User, otto: User) -> None:
    assert "Nora Neu" in signed_in(mia).get(f"{ABOUT}/{nora.pk}/").content.decode()
    assert signed_in(otto).get(f"{ABOUT}/{nora.pk}/").status_code == 404


@pytest.mark.parametrize("label", ["accounts.user", "no.such", "nonsense", "organisation.person"])
def test_what_one_may_not_see_is_not_found(mia: User, label: str) -> None:
    assert find(mia, label, 999_999_999) is None
    assert signed_in(mia).get(f"/history/about/{label}/999999999/").status_code == 404


def test_an_htmx_request_gets_the_part_only(nora: Person, mia: User) -> None:
    part = signed_in(mia).get(f"{ABOUT}/{nora.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_administrators_see_everything_also_reads(nora: Person, ada: User, mia: User) -> None:
    signed_in(mia).get(f"/organisation/people/{nora.pk}/")
    client = signed_in(ada)
    plain = client.get("/history/").content.decode()
    assert "added Nora Neu" in plain
    assert "opened the entry of Nora Neu" not in plain
    reads = client.get(f"/history/?reads=only&actor={mia.pk}").content.decode()
    assert "opened the entry of Nora Neu" in reads
    about = client.get(
        f"/history/?object=organisation.person:{nora.pk}&reads=with&verb=organisation.person.read"
    )
    assert "opened the entry of Nora Neu" in about.content.decode()


def test_the_history_is_narrowed_to_days_and_names(nora: Person, ada: User) -> None:
    client, today = signed_in(ada), timezone.localdate()
    for query, found in (
        (f"since={today}", True),
        (f"until={today}", True),
        (f"since={today + timedelta(days=1)}", False),
        (f"until={today - timedelta(days=1)}", False),
        ("object=nora", True),
        ("object=neu NÓRA", True),
        ("object=nobody", False),
    ):
        page = client.get(f"/history/?{query}").content.decode()
        assert ("added Nora Neu" in page) == found, query


@pytest.mark.parametrize(
    ("where", "index"),
    [({"since": "2026-01-01"}, "audit_entry_at"), ({"object": "nora"}, "audit_entry_label")],
)
def test_days_and_names_are_found_by_an_index(db: None, where: dict[str, str], index: str) -> None:
    rows = EntryFilter(where, Entry.objects.all()).qs
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")  # the table of a test is small
    assert index in rows.explain()


def test_the_history_goes_out_as_a_file(nora: Person, ada: User) -> None:
    answer = signed_in(ada).get("/history/?export=csv")
    assert "Nora Neu" in b"".join(answer).decode()


def test_others_do_not_see_the_whole_history(mia: User) -> None:
    assert signed_in(mia).get("/history/").status_code == 403


def test_days_stand_in_sentences_as_the_reader_writes_them(mia: User) -> None:
    person = create_person(actor=mia, name="Nora Neu")
    record_leaving(actor=mia, person=person, left_on=date(2026, 12, 24))
    [entry] = Entry.objects.filter(verb="organisation.person.leaves")
    assert entry.sentence() == "Nora Neu leaves the company on 24 Dec 2026"
