"""Lists of people: messy ones come in, the same again changes nothing, and all of it goes back."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django.asserts import assertContains, assertNotContains

from cxm.accounts.actions import invite
from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, decide_values, start_import, undo_import, upload_list
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.kit.access import Role
from cxm.kit.importers import IMPORTERS
from cxm.organisation.actions import link_account, name_sponsor
from cxm.organisation.models import Absence, Person, Unit
from cxm.organisation.names import Written, name_key, read_name
from tests.cast import signed_in
from tests.cxm.imports.dummies import Seen
from touchpoints.inventory.models import System

LIST = """Personalliste Stand November;;;;;
;;;;;
Name;E-Mail-Adresse;Abteilung;Funktion;Vorgesetzte;Eintritt;Austritt
Müller, Anna (Vertrieb);anna@example.org;;Leiterin;;01.02.2020;
Frau Berta Kaya;BERTA@example.org;Vertrieb;Beraterin;Anna Mueller;1.3.2021;
Özdemir, Otto;otto@example.org;Kundendienst;Shop;anna@example.org;;
Carl Ohnemail;;Kundendienst;;Dora Danach;;31.12.2026
Dora Danach;dora@example.org;Kundendienst;;;;
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    """Uploaded files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"


def checked(user: User, text: str) -> ImportRun:
    """The list in its preview, columns as proposed."""
    raw = text.encode()
    file = TemporaryUploadedFile("people.csv", "text/csv", len(raw), None)
    file.write(raw)
    file.seek(0)
    run = upload_list(actor=user, importer=IMPORTERS["people"], file=file)
    assign_columns(run=run, mapping=run.mapping, settings={}, clear_empty=False)
    jobs.check(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def done(user: User, run: ImportRun) -> ImportRun:
    """The list brought in by the worker."""
    start_import(actor=user, run=run, only_good=False)
    jobs.execute(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def with_units(run: ImportRun, *names: str) -> ImportRun:
    """Say that these unknown units are to be added."""
    decide_values(run=run, decisions={"unit": {name: {"offer": "make"} for name in names}})
    jobs.check(run.pk)
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Müller, Anna (Vertrieb)", Written("Anna Müller", "Vertrieb")),
        ("Frau Anna Müller", Written("Anna Müller")),
        ("Dr. Anna  Müller ", Written("Dr. Anna Müller")),
        ("Herrn Müller", Written("Müller")),
        ("Müller,", Written("Müller")),
        ("[extern] Anna Müller (Vertrieb)", Written("Anna Müller", "extern, Vertrieb")),
        ("", Written("")),
    ],
)
def test_names_are_read_as_lists_write_them(text: str, written: Written) -> None:
    assert read_name(text) == written


def test_umlauts_may_be_spelled_out() -> None:
    assert name_key("Anna Müller-Groß") == name_key("ANNA MUELLER GROSS")


def test_columns_are_found_by_their_headings(mia: User) -> None:
    assert set(checked(mia, LIST).mapping) == {
        "name",
        "email",
        "unit",
        "position",
        "lead",
        "joined_on",
        "last_day",
    }


def test_a_messy_list_comes_in_and_goes_back(mia: User, otto: User) -> None:
    before = list(Person.objects.order_by("pk").values())
    run = checked(mia, LIST)
    assert set(run.unknown) == {"unit"}
    run = with_units(run, "Vertrieb", "Kundendienst")
    assert run.counts == {"new": 4, "changed": 1, "total": 5, "skipped": 0}
    run = done(mia, run)
    assert run.state == State.DONE
    people = {p.name: p for p in Person.objects.select_related("unit", "lead")}
    seen = {
        name: (p.email, p.unit.name if p.unit else "", p.position, p.lead.name if p.lead else "")
        for name, p in people.items()
        if name != "Mia Meyer"
    }
    assert seen == {
        "Anna Müller": ("anna@example.org", "Vertrieb", "Leiterin", ""),
        "Berta Kaya": ("berta@example.org", "Vertrieb", "Beraterin", "Anna Müller"),
        "Otto Özdemir": ("otto@example.org", "Kundendienst", "Shop", "Anna Müller"),
        "Carl Ohnemail": ("", "Kundendienst", "", "Dora Danach"),
        "Dora Danach": ("dora@example.org", "Kundendienst", "", ""),
    }
    assert people["Anna Müller"].joined_on == date(2020, 2, 1)
    assert people["Carl Ohnemail"].left_on == date(2027, 1, 1)
    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    run.refresh_from_db()
    assert (run.state, run.refusals) == (State.UNDONE, [])
    assert list(Person.objects.order_by("pk").values()) == before
    assert not Unit.objects.exists()


def test_the_same_list_again_changes_nothing(mia: User, otto: User) -> None:
    done(mia, with_units(checked(mia, LIST), "Vertrieb", "Kundendienst"))
    again = checked(mia, LIST)
    assert (again.counts["unchanged"], again.counts.get("new", 0)) == (5, 0)


def test_undo_is_refused_where_somebody_worked_on_it(mia: User) -> None:
    run = done(mia, checked(mia, "Name;E-Mail\nNora Neu;nora@example.org\n"))
    Person.objects.filter(name="Nora Neu").update(phone="1")
    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    run.refresh_from_db()
    assert (run.state, run.refusals) == (State.DONE, [["Nora Neu", "Was changed since."]])
    assert Person.objects.filter(name="Nora Neu").exists()


def test_first_and_last_name_in_two_columns(mia: User) -> None:
    done(mia, checked(mia, "Nachname;Vorname\nMüller;Anna\n"))
    done(mia, checked(mia, "Name;Vorname\nKaya;Berta\n"))
    assert set(Person.objects.values_list("name", flat=True)) == {"Mia Meyer", "Anna Müller", "Berta Kaya"}


def test_who_is_meant_must_be_clear(mia: User) -> None:
    for address in ("a@example.org", "b@example.org"):
        Person.objects.create(name="Anna Müller", email=address)
    run = checked(mia, "Name;E-Mail;Leitung\nMüller, Anna;;\nCarl;;Anna Mueller\nNN;nonsense;\n;;\n")
    assert {row.number for row in run.rows.all() if row.verdict == "wrong"} == {2, 3, 4}


def test_a_name_twice_without_email_is_a_mistake(mia: User) -> None:
    run = checked(mia, "Name\nAnna Müller\nMüller, Anna\n")
    assert run.counts["wrong"] == 1


def test_another_email_is_another_person(mia: User) -> None:
    Person.objects.create(name="Anna Müller", email="a@example.org")
    run = checked(mia, "Name;E-Mail\nAnna Müller;b@example.org\n")
    assert run.counts["new"] == 1
    assert run.rows.get().issues[0].hint


def test_an_export_comes_in_again_without_change(mia: User, otto: User, unit: Unit) -> None:
    Person.objects.filter(user=otto).update(unit=unit, lead=mia.person, left_on=date(2030, 1, 1))
    url = "/organisation/people/?export=csv&cols=name&cols=email&cols=position&cols=unit&cols=lead&cols=last_day"
    answer: Any = signed_in(mia).get(url)
    run = checked(mia, b"".join(answer).decode("utf-8-sig"))
    assert run.counts["unchanged"] == 2
    assert set(run.mapping) == {"name", "email", "position", "unit", "lead", "last_day"}


def test_the_bar_moves_while_people_come_in(mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ProgressWriter", Seen)
    people = [f"Person {chr(65 + n)};" for n in range(20)]
    run = checked(mia, "Name;Leitung\n" + "\n".join([*people, "Zed;Person A"]) + "\n")
    assert len({done for done, total in Seen.told if 0 < done < 21 and total}) > 10
    done(mia, run)
    assert len({done for done, _total in Seen.told if 0 < done < 21}) > 10
    assert Person.objects.get(name="Zed").lead == Person.objects.get(name="Person A")


def test_an_account_that_the_import_closed_is_open_again_when_it_goes_back(mia: User, otto: User) -> None:
    run = done(mia, checked(mia, "Name;E-Mail;Austritt\nOtto Özdemir;otto@example.org;01.02.2026\n"))
    otto.refresh_from_db()
    assert not otto.is_active
    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    otto.refresh_from_db()
    assert otto.is_active


def taken_back(user: User, run: ImportRun) -> ImportRun:
    """The list taken back by the worker."""
    undo_import(actor=user, run=run)
    jobs.undo(run.pk)
    return ImportRun.objects.get(pk=run.pk)


FOUR = """Name;E-Mail;Leitung;Abteilung
Anna Neu;anna@example.org;Berta Neu;Vertrieb
Berta Neu;berta@example.org;;
Carl Neu;carl@example.org;Dora Neu;Versand
Dora Neu;dora@example.org;;
"""


def names() -> set[str]:
    """Who is in the company beside Mia and Otto."""
    return set(Person.objects.exclude(name__in=["Mia Meyer", "Otto Özdemir"]).values_list("name", flat=True))


def test_who_is_in_use_by_now_stays_with_his_lead_and_his_unit(mia: User) -> None:
    run = done(mia, with_units(checked(mia, FOUR), "Vertrieb", "Versand"))
    System.objects.create(name="Shop", owner=Person.objects.get(name="Anna Neu"))
    run = taken_back(mia, run)
    assert (run.state, run.refusals) == (
        State.UNDONE,
        [
            ["Berta Neu", "Leads somebody who stays."],
            ["Anna Neu", "Is used elsewhere by now."],
            ["Vertrieb", "Is used elsewhere by now."],
        ],
    )
    assert names() == {"Anna Neu", "Berta Neu"}
    assert System.objects.get().owner == Person.objects.get(name="Anna Neu")
    assert [unit.name for unit in Unit.objects.all()] == ["Vertrieb"]


def lead_mia(person: Person, mia: User) -> None:
    Person.objects.filter(user=mia).update(lead=person)


def stand_in(person: Person, mia: User) -> None:
    Absence.objects.create(person=mia.person, deputy=person, during=DateRange(date(2026, 1, 1), None))


def be_away(person: Person, mia: User) -> None:
    Absence.objects.create(person=person, during=DateRange(date(2026, 1, 1), None))


def be_sponsor(person: Person, mia: User) -> None:
    name_sponsor(actor=mia, person=person)


def be_invited(person: Person, mia: User) -> None:
    invite(actor=mia, email=person.email, name=person.name, roles=[Role.EMPLOYEE], language="de")


def have_account(person: Person, mia: User) -> None:
    user = User.objects.create_user("other@example.org", name=person.name)
    link_account(actor=mia, person=person, user=user)


@pytest.mark.parametrize(
    ("used", "reason"),
    [
        (lead_mia, "Is used elsewhere by now."),
        (stand_in, "Is used elsewhere by now."),
        (be_away, "Is used elsewhere by now."),
        (be_sponsor, "Is the executive sponsor by now."),
        (be_invited, "Has an account or an invitation by now."),
        (have_account, "Has an account or an invitation by now."),
    ],
)
def test_nothing_that_points_at_a_new_person_is_emptied_by_undo(
    mia: User, used: Callable[[Person, User], None], reason: str
) -> None:
    run = done(mia, checked(mia, "Name;E-Mail\nNora Neu;nora@example.org\nPaul Neu;paul@example.org\n"))
    used(Person.objects.get(name="Nora Neu"), mia)
    run = taken_back(mia, run)
    assert (run.state, run.refusals, names()) == (State.UNDONE, [["Nora Neu", reason]], {"Nora Neu"})
    page = signed_in(mia).get(run.get_absolute_url())
    assertContains(page, reason)
    assertNotContains(page, "Nothing of it is in force any more.")


def test_an_account_that_the_import_itself_linked_keeps_nobody(mia: User) -> None:
    user = User.objects.create_user("nora@example.org", name="Nora Neu")
    run = done(mia, checked(mia, "Name;E-Mail\nNora Neu;nora@example.org\n"))
    assert Person.objects.get(name="Nora Neu").user == user
    run = taken_back(mia, run)
    assert (run.state, run.refusals, names()) == (State.UNDONE, [], set())


def test_a_sponsor_whom_the_list_sent_away_is_sponsor_again(mia: User, sofia: User) -> None:
    run = done(mia, checked(mia, "Name;E-Mail;Austritt\nSofia Sander;sofia@example.org;01.02.2026\n"))
    assert not Person.objects.filter(is_sponsor=True).exists()
    taken_back(mia, run)
    assert Person.objects.get(is_sponsor=True).user == sofia


@pytest.mark.parametrize("end", ["31.12.9999", "9999-12-31 00:00:00", "99991231"])
def test_the_end_of_time_means_that_somebody_stays(mia: User, end: str) -> None:
    run = checked(
        mia, f"Name;E-Mail;Austritt\nNora Neu;nora@example.org;{end}\nPaul Neu;p@example.org;31.12.2030\n"
    )
    assert run.counts == {"new": 2, "total": 2, "skipped": 0}
    done(mia, run)
    assert Person.objects.get(name="Nora Neu").left_on is None
    assert Person.objects.get(name="Paul Neu").left_on == date(2031, 1, 1)
