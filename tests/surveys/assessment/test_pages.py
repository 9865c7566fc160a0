"""The pages of the room: what each role sees, what is said, how many queries; a group of four shows nothing."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.kit.numbers import formats
from cxm.kit.statistics import MeanSample
from cxm.organisation.models import Person, Unit
from surveys.assessment.actions import give_task
from surveys.assessment.gaps import Asked, gap
from surveys.assessment.models import Task
from surveys.assessment.paper import report_html
from surveys.assessment.results import comments_of, decide, results_of
from surveys.assessment.words import gap_sentence
from surveys.questionnaires.actions.waves import open_wave, plan_wave
from surveys.questionnaires.choices import RESULTS_EXPORTED, RESULTS_READ, Use
from surveys.questionnaires.models import Concept, Publication, Questionnaire, Wave
from surveys.questionnaires.sheet import sheet_of
from tests.cast import signed_in
from tests.surveys.assessment.test_results import ALL
from tests.surveys.assessment.waves import closed_wave
from tests.surveys.makers import make_people, make_version, question

pytestmark = pytest.mark.django_db
NAMES = ("results", "questions", "comments", "report", "workbook")
SECRET = "Packtisch"  # a word that only somebody of the small group uses


@pytest.fixture
def wave(mia: User) -> Wave:
    """Twenty employees, ten leaders, and four people of the packing room who say something of their own."""
    packing = Unit.objects.create(name="Packerei")
    people = [*make_people(20), *make_people(4, unit=packing)]

    def says(number: int, one: Any) -> dict[str, Any]:
        if number < 20:
            return dict.fromkeys(ALL, number % 3)
        if number < 24:
            return dict.fromkeys(ALL, 4) | {"wish": f"{SECRET} {number}"}
        return dict.fromkeys(ALL, 3 + number % 2)

    return closed_wave(people, make_people(10), says, weights={"service": 2})


def get(user: User, name: str, *args: Any) -> Any:
    return signed_in(user).get(reverse(f"assessment:{name}", args=args))


def text(user: User, name: str, *args: Any) -> str:
    response = get(user, name, *args)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_an_empty_room_says_what_to_do_first(mia: User, sofia: User) -> None:
    page = text(mia, "start")
    assert "Take over one of the instruments" in page
    assert page.count("take-over/") == 2
    assert "take-over/" not in text(sofia, "start")
    response = signed_in(mia).post(reverse("assessment:take_over", args=["cx-house"]))
    found = Questionnaire.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, found.get_absolute_url())
    assert signed_in(mia).post(reverse("assessment:take_over", args=["other"])).status_code == 404
    assert get(mia, "trend", found.pk).status_code == 200


def test_the_start_shows_what_was_said(mia: User, wave: Wave) -> None:
    index = results_of(wave).total.index
    assert index
    page = text(mia, "start")
    assert reverse("assessment:results", args=[wave.pk]) in page
    assert f">{index.score:.0f}<" in page


def test_results_say_index_weights_and_who_is_silent(sofia: User, wave: Wave) -> None:
    found = results_of(wave)
    assert found.total.index
    page = text(sofia, "results", wave.pk)
    assert f"{found.total.index.score:.0f} <small>of 100" in page
    assert "Service 2" in page
    assert '<svg class="radar"' in page
    row = page.split("Packerei", 1)[1].split("</tr>", 1)[0]
    assert "too few answers" in row
    assert "%" not in row


def test_questions_say_gap_and_mirrors(sofia: User, wave: Wave) -> None:
    page = text(sofia, "questions", wave.pk)
    assert page.count('class="card"><div class="card-body line"') == 19
    assert "Decided, since there is nothing left to chance: leaders see it" in page
    assert "What the system shows" in page
    one = text(sofia, "question", wave.pk, "service")
    assert "Nobody has said what good service means." in one
    assert get(sofia, "question", wave.pk, "nothing").status_code == 404


@pytest.mark.parametrize("name", [*NAMES, "question", "trend", "start"])
def test_at_most_twelve_queries(mia: User, wave: Wave, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.assessment.paper.pressed", lambda drafts: b"%PDF")
    list(comments_of(wave, results_of(wave).table))
    places: dict[str, list[Any]] = {
        "question": [wave.pk, "service"], "trend": [wave.questionnaire_id], "start": [],
    }  # fmt: skip
    args = places.get(name, [wave.pk])
    client = signed_in(mia)
    client.get(reverse(f"assessment:{name}", args=args))  # it is recorded once a day
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(f"assessment:{name}", args=args)).status_code == 200
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 12, "\n".join(sql[:150] for sql in asked)


def test_a_group_of_four_shows_nothing_anywhere(mia: User, wave: Wave) -> None:
    packing = Unit.objects.get(name="Packerei")
    found = results_of(wave)
    part = next(one for one in found.parts if one.population.unit == packing.pk)
    assert part.is_silent
    pages = {name: text(mia, name, wave.pk) for name in ("results", "questions", "comments")}
    pages["question"] = text(mia, "question", wave.pk, "bond")
    pages["report"] = report_html(mia, wave)
    for name, page in pages.items():
        assert SECRET not in page, name
    for name in ("results", "question", "report"):
        row = pages[name].split("Packerei", 1)[1].split("</tr>", 1)[0]
        assert "too few answers" in row, name
        assert "n =" not in row, name
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(get(mia, "workbook", wave.pk).streaming_content)))
    table = book.get_sheet_by_index(0).to_python()
    rows = [row for row in table if row[0] == "Packerei"]
    assert len(rows) == 2 + 5 + 6 + 19
    assert all(value == "" for row in rows for value in row[4:8])
    assert all(value == "" for row in rows for value in row[9:15])
    assert {row[8] for row in rows} == {4}


def test_the_report_is_a4_and_says_the_same(mia: User, wave: Wave) -> None:
    response = get(mia, "report", wave.pk)
    assert response.headers["Content-Type"] == "application/pdf"
    pdf = PdfReader(BytesIO(response.content))
    assert (float(pdf.pages[0].mediabox.width), float(pdf.pages[0].mediabox.height)) == pytest.approx(
        (595.28, 841.89), abs=0.5
    )
    words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert len(pdf.pages) > 1
    assert wave.name in words
    assert SECRET not in words
    assert "Packerei 4 too few answers" in words
    assert Entry.objects.filter(verb=RESULTS_EXPORTED.code, target_id=wave.pk).count() == 1


def test_reading_is_recorded_once_a_day(mia: User, wave: Wave) -> None:
    for _time in range(2):
        get(mia, "results", wave.pk)
    assert Entry.objects.filter(verb=RESULTS_READ.code, actor=mia, target_id=wave.pk).count() == 1


def test_an_open_wave_shows_nothing(mia: User, wave: Wave) -> None:
    later = plan_wave(questionnaire=wave.questionnaire, name="Later", actor=None)
    open_wave(wave=later, people=make_people(6), actor=None)
    for name in NAMES:
        assert get(mia, name, later.pk).status_code == 404
    assert "Later" in text(mia, "start")


def test_who_may_what(emil: User, otto: User, sofia: User, wave: Wave) -> None:
    for name in NAMES:
        assert get(emil, name, wave.pk).status_code == 403
    assert get(sofia, "task_new", wave.pk, "bond").status_code == 403
    concept = Concept.objects.get(code="bond")
    task = give_task(
        wave=wave, concept=concept, title="Fragen", person=Person.objects.get(user=otto),
        due_on=timezone.localdate(), actor=None,
    )  # fmt: skip
    assert get(emil, "task", task.pk).status_code == 404
    assert "Fragen" in text(otto, "mine")
    assert "Fragen" in text(otto, "task", task.pk)
    assert "Fragen" not in text(emil, "tasks")
    assert "Fragen" in text(sofia, "tasks")
    end = reverse("assessment:task_end", args=[task.pk])
    assert signed_in(sofia).post(end, {"state": "done"}).status_code == 404
    assert signed_in(otto).post(end, {"state": "done", "outcome": "Gefragt"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "Gefragt")


def test_a_weak_spot_becomes_a_task(mia: User, otto: User, wave: Wave) -> None:
    page = text(mia, "question", wave.pk, "data")
    url = reverse("assessment:task_new", args=[wave.pk, "data"])
    assert url in page
    client = signed_in(mia)
    yesterday, later = timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=9)
    wrong = client.post(url, {"title": "Daten", "person": "Nobody", "due_on": yesterday})
    assert wrong.status_code == 422
    assert "Nobody of the name" in wrong.content.decode()
    wrong = client.post(url, {"title": "Daten", "person": "Otto Özdemir", "due_on": yesterday})
    assert wrong.status_code == 422
    assert "This day is over." in wrong.content.decode()
    right = client.post(url, {"title": "Daten", "person": "Otto Özdemir", "due_on": later})
    task = Task.objects.get()
    assert right.headers["Location"] == task.get_absolute_url()
    assert client.post(url, {"title": "Daten", "person": "Otto Özdemir", "due_on": later}).status_code == 422
    assert "Daten" in text(mia, "question", wave.pk, "data")
    edit = reverse("assessment:task_edit", args=[task.pk])
    stale = {"title": "Alt", "person": "Mia Meyer", "due_on": later, "revision": 7}
    refused = client.post(edit, stale)
    assert refused.status_code == 422
    assert 'value="Alt"' in refused.content.decode()
    assert f'name="revision" value="{task.revision}"' in refused.content.decode()
    assert client.post(edit, stale | {"revision": task.revision}).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.person.name) == ("Alt", "Mia Meyer")


@translation.override("en")
def test_sentences_about_gaps() -> None:
    f = formats("en")

    def side(n: int, total: float, squares: float, invited: int) -> Asked:
        return Asked(MeanSample(n, total, squares), invited)

    assert gap_sentence(None, f).startswith("Leaders and employees cannot be compared")
    census = gap(side(5, 20, 80, 5), side(5, 10, 20, 5))
    assert (
        gap_sentence(census, f)
        == "Decided, since there is nothing left to chance: leaders see it 2.0 steps better."
    )
    alike = gap(side(5, 20, 80, 5), side(5, 20, 80, 5))
    assert gap_sentence(alike, f) == "Decided: leaders and employees see it alike."
    open_ = gap(side(6, 15, 45, 20), side(6, 12, 30, 20))
    assert gap_sentence(open_, f).startswith("Not decidable: chance alone may explain the gap of 0.5 steps")


def test_a_closed_wave_leads_to_the_page_of_the_self_assessment(mia: User, wave: Wave) -> None:
    here, there = (reverse(f"{room}:results", args=[wave.pk]) for room in ("assessment", "questionnaires"))
    browser = signed_in(mia)
    assert f'href="{here}"' in browser.get(wave.get_absolute_url()).content.decode()
    assert browser.get(there).headers["Location"] == here
    assert f'href="{there}?of=all"' in text(mia, "results", wave.pk)
    assert browser.get(there, {"of": "all"}).status_code == 200


def test_themes_go_by_the_same_names_before_and_after(mia: User) -> None:
    asked = [
        question(f"{theme}{number}", "maturity", theme=theme)
        for theme in ("bond", "our-own")
        for number in (1, 2)
    ]
    questionnaire = make_version(*asked).questionnaire
    planned = signed_in(mia).get(reverse("questionnaires:wave_new"), {"questionnaire": questionnaire.pk})
    assert list(planned.context["form"].fields)[-2:] == ["weight_bond", "weight_our-own"]
    wave = closed_wave(
        make_people(6),
        [],
        lambda number, one: {raw["code"]: 2 for raw in asked},
        questionnaire=questionnaire,
        weights={"bond": "2", "our-own": "1"},
    )
    pages = [
        planned.content.decode(),
        signed_in(mia).get(questionnaire.get_absolute_url()).content.decode(),
        signed_in(mia).get(wave.get_absolute_url()).content.decode(),
        text(mia, "results", wave.pk),
        text(mia, "questions", wave.pk),
        text(mia, "trend", questionnaire.pk),
    ]
    for page in pages:
        assert ("Bond" in page, "our-own" in page, "Our own" in page) == (True, True, False)
    assert {item.theme for item in sheet_of(wave.version).items} == {"bond", "our-own"}


def test_an_open_wave_and_one_of_customers_stay_where_they_are(mia: User, wave: Wave) -> None:
    going = plan_wave(questionnaire=wave.questionnaire, name="Noch offen", actor=mia)
    open_wave(wave=going, people=make_people(6), leaders=[], actor=mia)
    version = make_version(question("a"), use=Use.CUSTOMER)
    customers = closed_wave(
        make_people(6), [], lambda number, one: {"a": 3}, questionnaire=version.questionnaire
    )
    for one in (going, customers):
        there = reverse("questionnaires:results", args=[one.pk])
        assert f'href="{there}"' in signed_in(mia).get(one.get_absolute_url()).content.decode()
        assert signed_in(mia).get(there).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/questionnaires/waves/{pk}/results/?of=all",
        "/questionnaires/waves/{pk}/results/compare/",
        "/questionnaires/waves/{pk}/results/trend/bond/",
        "/questionnaires/waves/{pk}/results/export/csv/",
        "/api/v1/questionnaires/waves/{pk}/results",
    ],
)
def test_whatever_is_read_first_what_the_room_shows_is_decided_first(
    mia: User, wave: Wave, address: str
) -> None:
    assert not Publication.objects.exists()
    assert signed_in(mia).get(address.format(pk=wave.pk)).status_code == 200
    rows = list(Publication.objects.order_by("pk").values_list("measure", "population"))
    decide(wave)
    assert Publication.objects.count() == len(rows)
    with pgtrigger.ignore("questionnaires.Publication:append_only"):
        Publication.objects.all().delete()
    decide(wave)
    alone = list(Publication.objects.order_by("pk").values_list("measure", "population"))
    assert ("mean:theme-bond", "all") in alone
    assert rows[: len(alone)] == alone
