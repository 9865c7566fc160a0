"""What goes out comes in again without change, and into an empty inventory as the same list."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxm.accounts.models import User
from cxm.kit.sheets.header import plain
from cxm.organisation.models import Person
from tests.cast import signed_in
from tests.makers import make_channel, make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.imports.conftest import checked, decided, done, exported, row
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import (
    Channel,
    ContentItem,
    Phase,
    Responsibility,
    Standard,
    System,
    Touchpoint,
)

pytestmark = pytest.mark.django_db
ROWS = Touchpoint.objects.order_by("code")


def full(name: str, **fields: Any) -> Touchpoint:
    """A touchpoint in which everything is filled in, with signs that lists use for other things."""
    phases = list(Phase.objects.default())
    values: dict[str, Any] = {
        "description": 'Ich rufe an; "sofort"\r\nund warte – lange  ',
        "status": "phasing_out",
        "phase": phases[2],
        "channel": Channel.objects.get(code="phone"),
        "kind": "digital",
        "is_direct": False,
        "ownership": "paid",
        "market": "DACH/Nord",
        "languages": ["de", "en"],
        "opening_hours": "Mo–Fr 8–18 Uhr; Sa 9–12",
        "tags": ["#vip", "a, b", "Neukunde"],
        "contacts_per_month": 1234567,
        "importance_customer": 5,
        "importance_company": 1,
        "is_moment_of_truth": True,
        "moment_reason": "=SUMME(A1)",
        "is_pain_point": True,
        "pain_reason": "-12 % Zufriedenheit",
        "customer_goal": "+49 anrufen",
        "expectation": "@sofort",
        "customer_questions": "'Wann?'",
        "feeling": -2,
        "target_feeling": 0,
        "verdict": "delights",
        "audience": "Persona A, Persona B",
        "process_url": "https://example.com/sop?a=1&b=2",
        "data_shown": "Name\n\nAdresse",
        "data_captured": "1.200",
        "consent_needed": False,
        "risks": "1/2 & mehr",
        "evidence": 4,
        "evidence_on": date(2024, 2, 29),
        "evidence_note": "n = 1.234",
        "review_every": 45,
        "last_reviewed_on": date(2026, 1, 31),
        "trained_on": date(2025, 12, 24),
        "improved_on": date(2026, 2, 3),
        "improved_note": "Wartezeit halbiert\n(A. Müller; 50 %)",
    }
    touchpoint = make_touchpoint(name=name, **values | fields)
    touchpoint.further_phases.set(phases[3:5])
    return touchpoint


@pytest.fixture
def inventory(mia: User) -> User:
    """Touchpoints with people, systems, content, references and standards under difficult names."""
    people = [
        make_person(name="Anna Müller", email="anna@example.org"),
        make_person(name="Anna Müller", email="mueller2@example.org"),
        make_person(name="Schmidt, Bernd"),
        make_person(name="Dr. Vera Lüders"),
        make_person(name="Tarek Yılmaz", left_on=date(2026, 1, 1)),
    ]
    systems = [make_system(name=name) for name in ("Vertrieb und Service", "SAP / ERP", "Shop, neu", "CRM")]
    contents = [make_content(title=title) for title in ("FAQ", "FAQ", "Wie geht's; und warum?")]
    one = full("Hotline (Bestellung)")
    two = full("Rückruf", channel=make_channel(name="Messenger & Co."), tags=["C#"], is_moment_of_truth=False)
    three = make_touchpoint(name="  Nur   ein Name ")
    one.systems.set(systems)
    one.contents.set(contents)
    two.systems.set(systems[:1])
    two.contents.set(contents[1:2])
    one.hands_over_to.set([two, three])
    start = (date(2020, 1, 1), None)
    for touchpoint, person, part in (
        (one, people[0], Part.ACCOUNTABLE), (one, people[1], Part.RESPONSIBLE), (one, people[2], Part.RESPONSIBLE),
        (one, people[3], Part.DEPUTY), (two, people[4], Part.ACCOUNTABLE), (two, people[0], Part.CONSULTED),
        (two, people[0], Part.INFORMED),
    ):  # fmt: skip
        Responsibility.objects.create(touchpoint=touchpoint, person=person, part=part, during=start)
    Standard.objects.create(
        touchpoint=one, version=1, ideal_experience="Freundlich\r\n", service_level="< 4 h"
    )
    return mia


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_imports_without_change(inventory: User, kind: str, language: str) -> None:
    run = checked(inventory, exported(kind, language), f"liste.{kind}", clear_empty=True)
    assert run.counts.get("unchanged") == 3, [
        (found.problems, found.changes, found.unknown) for found in run.rows.all()
    ]


def test_an_empty_inventory_filled_from_an_export_gives_the_same_export(inventory: User) -> None:
    before = exported("csv")
    Touchpoint.objects.all().delete()
    for model in (System, ContentItem):
        model.objects.all().delete()
    Channel.objects.filter(name_de__startswith="Messenger").delete()
    Person.objects.update(left_on=None)  # nobody who has left is given a part
    run = checked(inventory, before, "liste.csv")
    offers = {"channel": "create", "systems": "create", "contents": "create", "accountable": "person"}
    words = {
        code: {text: {"offer": offers[code]} for text, _rows, _like in found}
        for code, found in run.unknown.items()
    }
    assert set(words) == {"channel", "systems", "contents"}
    # A list cannot say that "Shop, neu" is one name while nobody knows it; so these are made by hand first.
    for name in ("Vertrieb und Service", "SAP / ERP", "Shop, neu", "CRM"):
        make_system(name=name)
    for title in ("FAQ", "FAQ", "Wie geht's; und warum?"):
        make_content(title=title)
    make_channel(name="Messenger & Co.")
    run = checked(inventory, renumbered(before), "liste.csv")
    assert run.counts == {"new": 3, "total": 3, "skipped": 0}, [r.problems for r in run.rows.all()]
    done(run, inventory)
    assert exported("csv") == renumbered(before)


def renumbered(file: bytes) -> bytes:
    """The same list, with the numbers that content of equal titles has now."""
    text = file.decode()
    old = sorted({part.split(";")[0].split('"')[0] for part in text.split("FAQ #")[1:]})
    new = [
        str(pk) for pk in ContentItem.objects.filter(title="FAQ").order_by("pk").values_list("pk", flat=True)
    ]
    for before, after in zip(old, new, strict=True):
        text = text.replace(f"FAQ #{before}", f"FAQ #{after}")
    return text.encode()


def test_new_words_of_an_export_are_offered_one_by_one(inventory: User) -> None:
    file = exported("csv")
    Touchpoint.objects.all().delete()
    System.objects.filter(name="CRM").delete()
    Person.objects.update(left_on=None)  # nobody who has left is given a part
    run = checked(inventory, file, "liste.csv")
    assert run.unknown == {"systems": [["CRM", 1, ""]]}
    run = decided(run, systems={"CRM": {"offer": "create"}})
    assert run.counts["new"] == 3
    done(run, inventory)
    assert exported("csv") == file


WORDS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cn", "Co"]) | st.sampled_from("\n;,/#\"=+-@'|&"),
    max_size=30,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    name=WORDS.filter(lambda text: plain(text)), text=WORDS, tag=WORDS.filter(lambda t: ";" not in t and "\n" not in t),
    kind=st.sampled_from(["csv", "xlsx"]),
)  # fmt: skip
def test_any_text_survives(mia: User, name: str, text: str, tag: str, kind: str) -> None:
    Touchpoint.objects.all().delete()
    made = Touchpoint(
        name=" ".join(name.split()), description=text, expectation=text[::-1], audience=text, tags=[tag]
    )
    made.clean()
    made.save()
    run = checked(mia, exported(kind), f"liste.{kind}", clear_empty=True)
    assert run.counts.get("unchanged") == 1, [(found.problems, found.changes) for found in run.rows.all()]


def test_the_page_exports_what_the_list_shows(inventory: User) -> None:
    url = reverse("inventory:export")
    answer = signed_in(inventory).get(url, {"format": "csv", "q": "hotline"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("\ufeffCode,Name,")
    assert "Hotline (Bestellung)" in "".join(lines)
    assert "Rückruf" not in "".join(line for line in lines if line.startswith("TP-"))
    book = signed_in(inventory).get(url)
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_a_long_text_that_a_workbook_cuts_does_not_count_as_changed(mia: User) -> None:
    make_touchpoint(name="Lang", description="x" * 40_000)
    run = checked(mia, exported("xlsx"), "liste.xlsx")
    assert row(run, 2).verdict == "unchanged"


def test_the_export_reads_a_fixed_number_of_times(
    inventory: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        full(f"Weiterer {number}")
    with django_assert_max_num_queries(20):
        exported("csv")
