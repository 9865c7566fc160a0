"""The list that a CX manager really has: every mess, two corrections, and it is in."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxm.accounts.models import User
from cxm.imports.actions import correct_cell, include_rows
from cxm.imports.models import ImportRun
from cxm.kit.importers import Verdict
from cxm.organisation.models import Person
from tests.makers import make_person, make_system
from tests.touchpoints.inventory.imports.conftest import checked, decided, done, exported, row, undone
from tests.touchpoints.inventory.imports.messy import (
    DECISIONS,
    DOUBLES,
    HEAD_ROW,
    KNOWN_SYSTEMS,
    NEWCOMERS,
    PEOPLE,
    TOTAL,
    Meant,
    messy_list,
)
from touchpoints.inventory.models import Channel, Responsibility, System, Touchpoint

pytestmark = pytest.mark.django_db
MESSY = messy_list()


@pytest.fixture
def company_people(mia: User) -> User:
    """The people and systems whom the list speaks of."""
    for name, email in PEOPLE:
        make_person(name=name, email=email)
    for name in KNOWN_SYSTEMS:
        make_system(name=name)
    return mia


def corrected(run: ImportRun) -> ImportRun:
    """After the person has answered, corrected two cells and left the doubles out."""
    run = decided(run, **DECISIONS)
    for fault in MESSY.faults:
        run, _rows = correct_cell(run=run, number=fault.row, field=fault.field, text=fault.right)
    run, _rows = include_rows(run=run, numbers=list(MESSY.doubles), included=False)
    return run


def test_the_list_is_understood_and_asks_only_what_nobody_can_know(company_people: User) -> None:
    run = checked(company_people, MESSY.content, "liste.xlsx")
    assert run.found["header_row"] == HEAD_ROW
    assert run.found["sheet"] == "Touchpoints 2026"
    assert set(run.mapping) == {
        "name", "phase", "channel", "accountable", "importance_customer", "contacts_per_month", "is_moment_of_truth",
        "is_pain_point", "status", "last_reviewed_on", "review_every", "tags", "feeling", "systems", "expectation",
    }  # fmt: skip
    assert run.counts["total"] == TOTAL + DOUBLES
    asked = {code: {text for text, _rows, _like in words} for code, words in run.unknown.items()}
    assert asked == {code: set(words) for code, words in DECISIONS.items()}
    proposed = {text: like for text, _rows, like in run.unknown["phase"]}
    assert proposed == {text: decision["value"] for text, decision in DECISIONS["phase"].items()}


def test_two_corrections_and_it_is_in(company_people: User) -> None:
    run = decided(checked(company_people, MESSY.content, "liste.xlsx"), **DECISIONS)
    wrong = {found.number for found in run.rows.filter(verdict=Verdict.WRONG)}
    assert wrong == {*MESSY.doubles, *(fault.row for fault in MESSY.faults)}
    run = corrected(checked(company_people, MESSY.content, "liste.xlsx"))
    assert (run.counts["new"], run.count("wrong"), run.counts["skipped"]) == (TOTAL, 0, DOUBLES)
    done(run, company_people)
    assert Touchpoint.objects.count() == TOTAL
    assert Channel.objects.get(name_de="Infoterminal").touchpoints.exists()
    assert System.objects.get(name="SAP").touchpoints.exists()
    assert Person.objects.filter(name__in=("Hans Meier", "Petra Neu")).count() == len(NEWCOMERS)
    columns = ("name", "phase__code", "channel__code", "owner_name", "contacts_per_month", "status",
               "last_reviewed_on")  # fmt: skip
    rows = Touchpoint.objects.with_owner().order_by("pk").values_list(*columns)
    assert [Meant(*row) for row in rows] == list(MESSY.meant)
    orphans = Touchpoint.objects.orphaned().order_by("pk").values_list("name", flat=True)
    assert list(orphans) == [row.name for row in MESSY.meant if row.is_orphan]
    assert Responsibility.objects.accountable().count() == sum(row.owner is not None for row in MESSY.meant)
    moment = Touchpoint.objects.filter(is_moment_of_truth=True).first()
    assert moment
    assert moment.moment_reason


def test_the_same_list_again_changes_nothing(company_people: User) -> None:
    done(corrected(checked(company_people, MESSY.content, "liste.xlsx")), company_people)
    run = corrected(checked(company_people, MESSY.content, "liste.xlsx"))
    assert [run.count(name) for name in ("unchanged", "new", "changed", "wrong")] == [TOTAL, 0, 0, 0]


def test_it_goes_out_and_comes_in_again(company_people: User) -> None:
    done(corrected(checked(company_people, MESSY.content, "liste.xlsx")), company_people)
    run = checked(company_people, exported("xlsx"), "export.xlsx")
    assert run.counts["unchanged"] == TOTAL


def test_it_goes_back_as_a_whole(company_people: User) -> None:
    run = done(corrected(checked(company_people, MESSY.content, "liste.xlsx")), company_people)
    run = undone(run, company_people)
    assert (run.state, run.refusals) == ("undone", [])
    assert not Touchpoint.objects.exists()
    assert not Channel.objects.filter(name_de="Infoterminal").exists()
    assert not Person.objects.filter(name="Hans Meier").exists()


def test_merged_cells_mean_each_of_their_rows(company_people: User) -> None:
    run = checked(company_people, MESSY.content, "liste.xlsx")
    cells = [row(run, number).cells["phase"] for number in range(HEAD_ROW + 11, HEAD_ROW + 14)]
    assert cells == ["Awareness"] * 3


def test_bringing_in_costs_no_more_queries_for_more_rows(company_people: User) -> None:
    head = ["Name", "Phase", "Kanal", "Owner", "Systeme", "Ideal"]
    counts = []
    for size, word in ((20, "Punkt"), (220, "Stelle")):
        rows = [
            [f"{word} {number}", "Decision, Closing", "Telefon", "Müller / Schmidt", "CRM; Shopware", "Schön"]
            for number in range(size)
        ]
        for _again in range(2):  # new ones, then changed ones
            with CaptureQueriesContext(connection) as queries:
                done(checked(company_people, [head, *rows]), company_people)
            counts.append(len(queries))
            rows = [[name, "Advocacy", "Chat", "Kaya", "CRM", "Schöner"] for name, *_rest in rows]
            Touchpoint.objects.update(channel=Channel.objects.get(code="chat"))
    assert counts[2] - counts[0] < 10, counts
    assert counts[3] - counts[1] < 10, counts
