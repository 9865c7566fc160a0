"""An import goes back: what it made and changed, who heard of it, and what stays because others work with it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cxm.accounts.actions import invite
from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.organisation.models import Absence, Person
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.imports.conftest import checked, decided, done, parts, touchpoint, undone
from touchpoints.inventory.choices import ACCOUNTABLE_ASSIGNED, ACCOUNTABLE_ENDED, GAPS_LEFT, Part, Status
from touchpoints.inventory.models import (
    Channel,
    ContentItem,
    Interface,
    Phase,
    Responsibility,
    System,
    Touchpoint,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_an_import_goes_back(mia: User) -> None:
    anna = make_person(name="Anna Müller")
    known = make_touchpoint(name="Hotline", description="alt", phase=Phase.objects.default()[0], tags=["x"])
    Responsibility.objects.create(
        touchpoint=known, person=anna, part=Part.ACCOUNTABLE, during=(date(2020, 1, 1), None)
    )
    rows = [
        ["Name", "Beschreibung", "Phase", "Owner", "Schlagworte", "Systeme", "Ideal", "Letzte Prüfung"],
        ["Hotline", "neu", "Closing, Advocacy", "Neu Ling", "a, b", "SAP", "Schön", "1.1.2024"],
        ["Ganz neu", "", "Decision", "Müller", "", "SAP", "", ""],
    ]
    run = checked(mia, rows)
    run = decided(run, systems={"SAP": {"offer": "create"}}, accountable={"Neu Ling": {"offer": "person"}})
    before = touchpoint("Hotline")
    run = done(run, mia)
    assert parts("Hotline") == {"accountable": {"Neu Ling"}}
    run = undone(run, mia)
    assert (run.state, run.refusals) == ("undone", [])
    after = touchpoint("Hotline")
    for name in ("description", "phase", "tags", "last_reviewed_on"):
        assert getattr(after, name) == getattr(before, name), name
    assert not after.further_phases.exists()
    assert not after.systems.exists()
    assert not after.standards.exists()
    assert parts("Hotline") == {"accountable": {"Anna Müller"}}
    assert after.responsibilities.get().during.upper is None
    assert not Touchpoint.objects.filter(name="Ganz neu").exists()
    assert not Person.objects.filter(name="Neu Ling").exists()


def test_undo_is_refused_where_work_would_be_lost(mia: User) -> None:
    run = done(checked(mia, [["Name"], ["Eins"], ["Zwei"], ["Drei"], ["Vier"]]), mia)
    Touchpoint.objects.filter(name="Eins").update(revision=2)
    touchpoint("Zwei").comments.create(author=mia, text="Wichtig!")
    Responsibility.objects.create(
        touchpoint=touchpoint("Drei"),
        person=make_person(),
        part=Part.DEPUTY,
        during=(TODAY, None),
    )
    run = undone(run, mia)
    assert run.state == "done"
    assert sorted(run.refusals) == [
        ["Drei", "Responsibilities were changed since."],
        ["Eins", "It was changed since."],
        ["Zwei", "It was commented on, reviewed or given files since."],
    ]
    assert Touchpoint.objects.count() == 4


def test_an_owner_who_goes_with_the_import_leaves_a_gap_that_is_told(mia: User) -> None:
    make_person(name="Anna Müller")
    orphan = make_touchpoint(name="Hotline")
    run = done(checked(mia, [["Name", "Owner"], ["Hotline", "Müller"]]), mia)
    before = Entry.objects.latest("id").pk
    undone(run, mia)
    assert parts("Hotline") == {}
    since = Entry.objects.filter(pk__gt=before)
    gap = since.get(verb=GAPS_LEFT.code)
    assert gap.data["gaps"] == [[orphan.pk, str(TODAY), None]]
    ended = since.get(verb=ACCOUNTABLE_ENDED.code)
    assert (ended.target_id, ended.actor, ended.data["person"], ended.data["on"]) == (
        orphan.pk, mia, "Anna Müller", str(TODAY),
    )  # fmt: skip


def test_an_owner_who_comes_back_is_on_record_and_hears_of_it(mia: User, otto: User) -> None:
    known = make_touchpoint(name="Hotline")
    start = TODAY - timedelta(days=100)
    Responsibility.objects.create(
        touchpoint=known, person=otto.person, part=Part.ACCOUNTABLE, during=(start, None)
    )
    make_person(name="Anna Müller")
    run = done(checked(mia, [["Name", "Owner"], ["Hotline", "Müller"]]), mia)
    before = Entry.objects.latest("id").pk
    undone(run, mia)
    since = Entry.objects.filter(pk__gt=before)
    back = since.get(verb=ACCOUNTABLE_ASSIGNED.code)
    assert (back.data["person"], back.data["since"], back.data["until"]) == ("Otto Özdemir", str(TODAY), "")
    assert since.get(verb=ACCOUNTABLE_ENDED.code).data["person"] == "Anna Müller"
    assert not since.filter(verb=GAPS_LEFT.code).exists()


def test_no_gap_is_told_that_is_closed_in_the_same_breath(mia: User) -> None:
    known = make_touchpoint(name="Hotline")
    anna = make_person(name="Anna Müller")
    Responsibility.objects.create(
        touchpoint=known, person=anna, part=Part.ACCOUNTABLE, during=(date(2020, 1, 1), None)
    )
    rows = [["Name", "Owner", "Status"], ["Hotline", "", "eingestellt"]]
    run = done(checked(mia, rows, clear_empty=True), mia)
    assert (touchpoint("Hotline").status, parts("Hotline")) == (Status.SHUT_DOWN, {})
    undone(run, mia)
    assert (touchpoint("Hotline").status, parts("Hotline")) == (
        Status.ACTIVE,
        {"accountable": {"Anna Müller"}},
    )
    assert not Entry.objects.filter(verb=GAPS_LEFT.code).exists()


def test_what_a_list_of_known_touchpoints_made_goes_too(mia: User) -> None:
    make_touchpoint(name="Hotline")
    run = checked(mia, [["Name", "Owner", "Systeme"], ["Hotline", "Neu Ling", "SAP"]])
    run = decided(run, systems={"SAP": {"offer": "create"}}, accountable={"Neu Ling": {"offer": "person"}})
    done(run, mia)
    run = undone(run, mia)
    assert (run.state, run.refusals) == ("undone", [])
    assert not Person.objects.filter(name="Neu Ling").exists()
    assert not System.objects.filter(name="SAP").exists()


PEOPLE = ("Vera Systemfrau", "Willi Inhalt", "Lena Lead", "Ulf Urlaub", "Dora Deputy", "Gesa Geladen", "Kai Konto",
          "Nora Neuname", "Rolf Rest")  # fmt: skip


def test_what_others_work_with_by_now_stays_and_that_is_said(mia: User, emil: User) -> None:
    owners = "; ".join(f"{name} <{name.split()[0].lower()}@example.net>" for name in PEOPLE)
    run = checked(mia, [["Name", "Owner", "Systeme", "Kanal"], ["Hotline", owners, "SAP; Alt", "Terminal"]])
    answers = {text: {"offer": "person"} for text, _rows, _like in run.unknown["accountable"]}
    run = decided(
        run,
        accountable=answers,
        systems={"SAP": {"offer": "create"}, "Alt": {"offer": "create"}},
        channel={"Terminal": {"offer": "create"}},
    )
    run = done(run, mia)
    made = {person.name: person for person in Person.objects.filter(name__in=PEOPLE)}
    assert len(made) == len(PEOPLE)
    crm = System.objects.create(name="CRM", owner=made["Vera Systemfrau"])
    ContentItem.objects.create(title="Flyer", owner=made["Willi Inhalt"])
    Person.objects.filter(pk=emil.person.pk).update(lead=made["Lena Lead"])
    Absence.objects.create(person=made["Ulf Urlaub"], during=(TODAY, None))
    Absence.objects.create(person=mia.person, deputy=made["Dora Deputy"], during=(TODAY, None))
    invite(actor=mia, email="gesa@example.net", name="Gesa Geladen", roles=[Role.EMPLOYEE])
    account = User.objects.create_user("kai@example.net", "x", name="Kai Konto", roles=[Role.EMPLOYEE])
    Person.objects.filter(pk=made["Kai Konto"].pk).update(user=account)
    Person.objects.filter(pk=made["Nora Neuname"].pk).update(position="Leiterin")
    Interface.objects.create(source=System.objects.get(name="SAP"), target=crm, carries="Orders")
    run = undone(run, mia)
    assert run.state == "undone"
    assert sorted(run.refusals) == sorted(
        [
            *([name, "Is used elsewhere by now."] for name in PEOPLE[:5]),
            *([name, "Has an account or an invitation by now."] for name in PEOPLE[5:7]),
            ["Nora Neuname", "Was changed since."],
            ["SAP", "Is used elsewhere by now."],
        ]
    )
    assert not Touchpoint.objects.exists()
    result = signed_in(mia).get(run.get_absolute_url()).content.decode()
    assert "This stays, because others work with it by now" in result
    assert "<strong>Nora Neuname</strong>: Was changed since." in result
    assert not Person.objects.filter(name="Rolf Rest").exists()
    assert not System.objects.filter(name="Alt").exists()
    assert not Channel.objects.filter(name_de="Terminal").exists()
    assert System.objects.get(name="CRM").owner == made["Vera Systemfrau"]
    assert Interface.objects.exists()
