"""Lists of touchpoints come in: what a cell may say, what is matched, what is asked, what goes back."""

from datetime import date

import pytest
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.imports import jobs
from cxm.imports.actions import correct_cell
from cxm.kit.importers import Verdict
from cxm.organisation.models import Person
from tests.cxm.imports.dummies import Seen
from tests.makers import make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.imports.conftest import (
    checked,
    decided,
    done,
    messages,
    parts,
    row,
    touchpoint,
)
from touchpoints.inventory.actions.channels import create_channel
from touchpoints.inventory.choices import Part
from touchpoints.inventory.imports import bringing
from touchpoints.inventory.models import Channel, Responsibility, Touchpoint

pytestmark = pytest.mark.django_db


def channel(code: str) -> Channel:
    return Channel.objects.get(code=code)


def test_a_list_comes_in(mia: User) -> None:
    make_person(name="Anna Müller")
    run = checked(
        mia,
        [
            [
                "Touchpoint",
                "Phase",
                "Kanal",
                "Verantwortlich",
                "Wichtigkeit",
                "Kontakte/Monat",
                "MoT?",
                "Status",
            ],
            ["Servicehotline", "Retention", "Telefon", "Müller, Anna", "hoch", "ca. 1.200", "x", "aktiv"],
            ["Warenkorb", "3 - Decision", "Webshop", "", "5", "12k", "", "geplant"],
        ],
    )
    assert run.counts["new"] == 2
    done(run, mia)
    hotline = touchpoint("Servicehotline")
    assert hotline.phase
    assert hotline.channel
    assert (hotline.phase.code, hotline.channel.code, hotline.kind) == ("retention", "phone", "personal")
    assert (hotline.importance_customer, hotline.contacts_per_month) == (4, 1200)
    assert (hotline.is_moment_of_truth, hotline.moment_reason) == (True, "Taken over from an imported list")
    assert hotline.review_every == 90
    assert parts("Servicehotline") == {"accountable": {"Anna Müller"}}
    cart = touchpoint("Warenkorb")
    assert (cart.status, cart.contacts_per_month, cart.code[:3]) == ("planned", 12_000, "TP-")
    assert hotline.completeness > 0
    verbs = set(Entry.objects.filter(actor=mia).values_list("verb", flat=True))
    assert {"inventory.touchpoint.recorded", "inventory.responsibility.accountable"} <= verbs


def test_several_owners_in_a_cell_share_the_work(mia: User) -> None:
    for name in ("Anna Müller", "Bernd Schmidt", "Berna Kaya", "Cem Öz"):
        make_person(name=name)
    run = checked(
        mia,
        [
            ["Name", "Owner"],
            ["Eins", "Müller / Schmidt"],
            ["Zwei", "Anna Müller (Vertretung: B. Kaya)"],
            ["Drei", "Schmidt (R), Müller (A); Öz (Info)"],
            ["Vier", "Oez, Cem"],
            ["Fünf", "N.N."],
        ],
    )
    assert messages(run, 2) == ["The first named is accountable, 1 other responsible."]
    done(run, mia)
    assert parts("Eins") == {"accountable": {"Anna Müller"}, "responsible": {"Bernd Schmidt"}}
    assert parts("Zwei") == {"accountable": {"Anna Müller"}, "deputy": {"Berna Kaya"}}
    assert parts("Drei") == {
        "accountable": {"Anna Müller"}, "responsible": {"Bernd Schmidt"}, "informed": {"Cem Öz"},
    }  # fmt: skip
    assert parts("Vier") == {"accountable": {"Cem Öz"}}
    assert parts("Fünf") == {}


def test_misspelt_words_are_asked_once_and_remembered(mia: User) -> None:
    rows = [["Name", "Phase", "Kanal"], ["Eins", "Awarness", "Telefonn"], ["Zwei", "Awarness", "Telefon"]]
    run = checked(mia, rows)
    assert run.counts["wrong"] == 2
    assert run.unknown["phase"] == [["Awarness", 2, "awareness"]]
    assert run.unknown["channel"] == [["Telefonn", 1, "phone"]]
    run = decided(run, phase={"Awarness": {"value": "awareness"}}, channel={"Telefonn": {"value": "phone"}})
    done(run, mia)
    assert Touchpoint.objects.filter(phase__code="awareness", channel__code="phone").count() == 2
    again = checked(mia, [["Name", "Phase"], ["Drei", "awarness"]])
    assert again.counts["new"] == 1


def test_a_value_of_that_name_wins_over_an_earlier_answer(mia: User) -> None:
    run = checked(mia, [["Name", "Kanal"], ["Eins", "Sprechblase"]])
    done(decided(run, channel={"Sprechblase": {"value": "chat"}}), mia)
    create_channel(actor=mia, name_de="Sprechblase")
    done(checked(mia, [["Name", "Kanal"], ["Zwei", "Sprechblase"]]), mia)
    made = touchpoint("Zwei").channel
    assert made is not None
    assert made.name_de == "Sprechblase"


def test_a_list_with_some_codes_gets_others_for_the_rest(mia: User) -> None:
    done(checked(mia, [["Name"], ["Null"]]), mia)
    last = int(touchpoint("Null").code[3:])
    taken = f"TP-{last + 1:04}"
    rows = [["Code", "Name"], ["", "Eins"], [taken, "Zwei"], ["", "Drei"]]
    done(checked(mia, rows), mia)
    codes = dict(Touchpoint.objects.values_list("name", "code"))
    assert [codes[name] for name in ("Eins", "Zwei", "Drei")] == [
        f"TP-{last + 2:04}", taken, f"TP-{last + 3:04}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1 - Awareness", "awareness"), ("Phase 2", "consideration"), ("Entscheidung", "decision"),
        ("Kaufabschluss", "closing"), ("KUNDENBINDUNG", "retention"), ("Nach dem Kauf", "after_sales"),
        ("After-Sales", "after_sales"), ("After Sales", "after_sales"), ("Empfehlung", "advocacy"),
        ("(7) Advocacy", "advocacy"),
    ],
)  # fmt: skip
def test_phases_are_known_by_many_names(mia: User, written: str, code: str) -> None:
    done(checked(mia, [["Name", "Phase"], ["Eins", written]]), mia)
    phase = touchpoint("Eins").phase
    assert phase
    assert phase.code == code


def test_of_several_phases_the_first_counts(mia: User) -> None:
    run = checked(mia, [["Name", "Phase"], ["Eins", "Decision, Closing"]])
    done(run, mia)
    found = touchpoint("Eins")
    assert found.phase
    assert found.phase.code == "decision"
    assert [phase.code for phase in found.further_phases.all()] == ["closing"]
    assert messages(run, 2) == ["The first phase counts; the others are kept as further phases."]


def test_unknown_channels_systems_and_people_are_made_when_asked_for(mia: User) -> None:
    rows = [
        ["Name", "Kanal", "Systeme", "Owner"],
        ["Eins", "Infoterminal", "SAP; Shop", "Meier, Hans"],
        ["Zwei", "Infoterminal", "SAP", "Hans Meier"],
    ]
    make_system(name="Shop")
    run = checked(mia, rows)
    assert run.counts["wrong"] == 2
    run = decided(
        run,
        channel={"Infoterminal": {"offer": "create"}},
        systems={"SAP": {"offer": "create"}},
        accountable={"Meier, Hans": {"offer": "person"}, "Hans Meier": {"offer": "person"}},
    )
    assert run.counts["new"] == 2
    assert "Will be recorded as a new person: Hans Meier" in messages(run, 2)
    done(run, mia)
    made = channel("infoterminal")
    assert Touchpoint.objects.filter(channel=made).count() == 2
    assert [system.name for system in touchpoint("Eins").systems.all()] == ["SAP", "Shop"]
    assert Person.objects.filter(name="Hans Meier").count() == 1
    assert parts("Zwei") == {"accountable": {"Hans Meier"}}


def test_unknown_owner_may_be_left_open(mia: User) -> None:
    run = checked(mia, [["Name", "Owner"], ["Eins", "Unbekannter"]])
    run = decided(run, accountable={"Unbekannter": {"empty": True}})
    done(run, mia)
    assert parts("Eins") == {}


def test_touchpoints_are_recognised_by_code_else_by_name_and_channel(mia: User) -> None:
    one = make_touchpoint(name="Hotline", channel=channel("phone"), description="alt")
    two = make_touchpoint(name="Beratung", channel=channel("branch"))
    three = make_touchpoint(name="Katalog")
    run = checked(
        mia,
        [
            ["Code", "Name", "Kanal", "Beschreibung"],
            [one.code, "Servicehotline", "Telefon", "neu"],
            ["", "BERATUNG ", "Filiale", "freundlich"],
            ["", "Beratung", "Chat", "schnell"],
            ["", "Katalog", "Brief", ""],
        ],
    )
    assert run.counts == {"changed": 3, "new": 1, "total": 4, "skipped": 0}
    assert row(run, 2).changes == {"name": ["Hotline", "Servicehotline"], "description": ["alt", "neu"]}
    assert messages(run, 4) == [f"In another channel there is this name already: {two.code}."]
    done(run, mia)
    for found, name in ((one, "Servicehotline"), (two, "BERATUNG"), (three, "Katalog")):
        found.refresh_from_db()
        assert (found.name, found.revision) == (name, 2)
    assert three.channel == channel("letter")
    assert Touchpoint.objects.count() == 4


def test_existing_ones_are_left_alone_or_recorded_once_more(mia: User) -> None:
    make_touchpoint(name="Hotline", description="alt")
    rows = [["Name", "Beschreibung"], ["Hotline", "neu"]]
    assert checked(mia, rows, existing="skip").counts["unchanged"] == 1
    assert checked(mia, rows, existing="new").counts["new"] == 1


def test_doubles_within_the_list_are_shown_and_may_be_corrected(mia: User) -> None:
    run = checked(mia, [["Name", "Kanal"], ["Chat", "Chat"], ["chat ", "Livechat"], ["Chat", "Telefon"]])
    assert run.counts == {"new": 2, "wrong": 1, "total": 3, "skipped": 0}
    assert messages(run, 3) == ["The same stands in row 2 already."]
    run, _rows = correct_cell(run=run, number=2, field="name", text="Chat auf der Startseite")
    assert (run.counts["new"], run.count("wrong")) == (3, 0)
    both = checked(mia, [["Name", "Kanal"], ["Chat", "Chat"], ["Chat", "Chat"]], doubles="both")
    assert both.counts["new"] == 2


def test_two_rows_for_one_touchpoint_are_doubles_whatever_they_call_it(mia: User) -> None:
    known = make_touchpoint(name="Hotline")
    run = checked(mia, [["Code", "Name"], [known.code, "Servicenummer"], ["", "Hotline"]])
    assert run.counts["wrong"] == 1


def test_ambiguous_names_need_more(mia: User) -> None:
    make_touchpoint(name="Beratung", channel=channel("chat"))
    make_touchpoint(name="Beratung", channel=channel("phone"))
    run = checked(mia, [["Name"], ["Beratung"]])
    assert "Several touchpoints have this name" in messages(run, 2)[0]


def test_archived_touchpoints_are_not_woken_by_a_list(mia: User) -> None:
    known = make_touchpoint(name="Fax", is_archived=True)
    run = checked(mia, [["Code", "Name"], [known.code, "Fax"], ["", "Fax"]])
    assert [row(run, 2).verdict, row(run, 3).verdict] == [Verdict.WRONG, Verdict.NEW]


def test_empty_cells_delete_only_if_asked(mia: User) -> None:
    known = make_touchpoint(name="Hotline", description="alt", is_pain_point=True, pain_reason="laut")
    rows = [["Name", "Beschreibung", "Pain Point?", "Status"], ["Hotline", "", "", ""]]
    assert checked(mia, rows).counts["unchanged"] == 1
    done(checked(mia, rows, clear_empty=True), mia)
    known.refresh_from_db()
    assert (known.description, known.is_pain_point, known.status) == ("", False, "active")


def test_vague_cells_are_understood(mia: User) -> None:
    done(
        checked(
            mia,
            [
                ["Name", "Letzte Prüfung", "Geschult am", "Belegt am", "Schlagworte", "Sprachen", "Turnus", "Emotion",
                 "Pain Point?", "Verbessert am", "Einwilligung nötig"],
                ["Eins", "1.3.24", "März 2024", "45352", "#vip #b2b", "deutsch, EN", "halbjährlich", "--",
                 "Wartezeit zu lang", "3/2026", "ja"],
                ["Zwei", "", "", "", "", "", "", "", "", "", "?"],
            ],
        ),
        mia,
    )  # fmt: skip
    found = touchpoint("Eins")
    assert (found.last_reviewed_on, found.trained_on, found.evidence_on) == (
        date(2024, 3, 1), date(2024, 3, 1), date(2024, 3, 1),
    )  # fmt: skip
    assert (found.tags, found.languages, found.review_every, found.feeling) == (
        ["b2b", "vip"],
        ["de", "en"],
        180,
        -2,
    )
    assert (found.is_pain_point, found.pain_reason) == (True, "Wartezeit zu lang")
    assert (found.improved_on, found.improved_note) == (
        date(2026, 3, 1), "Taken over from an imported list",
    )  # fmt: skip
    assert (found.consent_needed, touchpoint("Zwei").consent_needed) == (True, None)


def test_bad_cells_are_said_where_they_are(mia: User) -> None:
    run = checked(
        mia,
        [
            ["Name", "Kontakte/Monat", "Letzte Prüfung", "Turnus", "Link"],
            ["", "viele", "bald", "oft", "kein Link"],
        ],
    )
    fields = {problem.field for problem in row(run, 2).issues}
    assert fields == {"name", "contacts_per_month", "last_reviewed_on", "review_every", "process_url"}


def test_people_who_have_left_are_not_given_anything(mia: User) -> None:
    make_person(name="Gerd Gone", left_on=date(2020, 1, 1))
    run = checked(mia, [["Name", "Owner"], ["Eins", "Gerd Gone"]])
    assert messages(run, 2) == ["Gerd Gone does not work here any more."]


def test_rows_may_refer_to_one_another(mia: User) -> None:
    old = make_touchpoint(name="Rechnung")
    run = checked(
        mia,
        [
            ["Code", "Name", "Übergabe an"],
            ["A-1", "Bestellung", "Versand; Rechnung"],
            ["", "Versand", "A-1"],
            ["", "Ins Leere", "Gibt es nicht"],
        ],
    )
    assert messages(run, 4) == ["“Gibt es nicht” is no touchpoint, or several."]
    done(run, mia, only_good=True)
    order, parcel = touchpoint("Bestellung"), touchpoint("Versand")
    assert set(order.hands_over_to.all()) == {parcel, old}
    assert set(parcel.hands_over_to.all()) == {order}


def test_standards_come_as_drafts(mia: User) -> None:
    done(checked(mia, [["Name", "Ideales Erlebnis", "Prozess"], ["Eins", "Freundlich", "1. Grüßen"]]), mia)
    standard = touchpoint("Eins").standards.get()
    assert (standard.ideal_experience, standard.process, standard.published_at) == (
        "Freundlich",
        "1. Grüßen",
        None,
    )


def test_a_new_owner_takes_over_today_and_plans_stay(mia: User) -> None:
    anna, bernd = make_person(name="Anna Müller"), make_person(name="Bernd Schmidt")
    known, today = make_touchpoint(name="Hotline"), timezone.localdate()
    old = Responsibility.objects.create(
        touchpoint=known, person=anna, part=Part.ACCOUNTABLE, during=(date(2020, 1, 1), None)
    )
    done(checked(mia, [["Name", "Owner"], ["Hotline", "Schmidt"]]), mia)
    old.refresh_from_db()
    assert old.during.upper == today
    new = known.responsibilities.get(person=bernd)
    assert (new.part, new.during.lower, new.during.upper) == (Part.ACCOUNTABLE, today, None)


def test_the_bar_moves_while_touchpoints_come_in(mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ProgressWriter", Seen)
    monkeypatch.setattr(bringing, "AT_ONCE", 4)
    before = [make_touchpoint(name=f"Old {n}", status="planned") for n in range(10)]
    names = [*(f"New {n}" for n in range(10)), *(thing.name for thing in before)]
    run = checked(mia, [["Touchpoint", "Status"], *([name, "aktiv"] for name in names)])
    assert run.counts["new"] == 10
    assert len({done for done, total in Seen.told if 0 < done < 20 and total}) > 10
    done(run, mia)
    assert len({done for done, _total in Seen.told if 8 < done < 20}) >= 5  # what is beyond the checking
    assert not Touchpoint.objects.filter(status="planned").exists()
