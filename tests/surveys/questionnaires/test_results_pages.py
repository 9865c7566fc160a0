"""The pages of results: what they show, what they withhold, two groups, the trend, files, the API."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.audit.models import Entry
from cxm.organisation.models import Unit
from surveys.questionnaires.actions.versions import draft_version, publish_version
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Slot, Use
from surveys.questionnaires.models import Label, Wave
from surveys.questionnaires.results import Results
from tests.surveys.makers import answer, choice, make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db
START = datetime(2025, 3, 3, 8, tzinfo=UTC)


@pytest.fixture
def client(mia: User) -> Client:
    found = Client()
    found.force_login(mia)
    return found


def url(wave: Wave, name: str = "results", *more: object) -> str:
    address = reverse(f"questionnaires:{name}", args=[wave.pk, *more])
    return (
        f"{address}?of=all" if name == "results" else address
    )  # else a self-assessment leads to its own page


def assessed(employees: int = 20, leaders: int = 10, identity: Identity = Identity.CONFIDENTIAL) -> Wave:
    """A closed wave in which employees say 1 or 2 and leaders 3 or 4; every fourth does not know b."""
    version = make_version(
        question("a", "maturity"),
        question("b", "maturity", unknown=True),
        question("t", "long"),
        identity=identity,
    )
    wave, invited = opened(version, make_people(employees), make_people(leaders))
    for place, one in enumerate(invited):
        value = (3 if one.invitation.group == "leaders" else 1) + place % 2
        answer(one, a=value, b="unknown" if place % 4 == 0 else value, t=f"word {place}")
    return close_wave(wave=wave, actor=None)


def test_a_question_in_figures(client: Client) -> None:
    page = client.get(url(assessed())).content.decode()
    assert "2.17" in page  # (20 × 1.5 + 10 × 3.5) / 30
    assert "95% interval: 1.76 to 2.57" in page
    assert "n = 30 of 30 invited" in page
    assert "n = 22 of 30 invited" in page
    assert "27% don't know" in page
    assert "word 7" in page
    assert Entry.objects.get(verb="questionnaires.results.read").is_read


def test_comments_come_for_everybody_only_and_in_random_order(client: Client) -> None:
    wave = assessed()
    assert "word 7" not in client.get(url(wave), {"of": "group=leaders"}).content.decode()
    pages = [client.get(url(wave)).content.decode() for _ in range(5)]
    assert len({tuple(re.findall(r"word (\d+)<", page)) for page in pages}) > 1


def test_a_group_of_four_shows_nothing_anywhere(client: Client) -> None:
    wave = assessed(leaders=4)
    for page in (
        client.get(url(wave), {"of": "group=leaders"}),
        client.get(url(wave), {"of": "group=employees"}),
        client.get(url(wave, "results_compare")),
    ):
        assert page.status_code == 200
        assert "Fewer than 5 answers" in page.content.decode()
        assert "n = " not in page.content.decode()
    for ending in ("csv", "json"):
        sent = b"".join(client.get(url(wave, "results_export", ending)))
        assert b"group=" not in sent


def test_an_open_wave_of_employees_shows_nothing_not_even_how_many(client: Client) -> None:
    version = make_version(question("a", "maturity"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(20))
    for one in invited:
        answer(one, a=2)
    page = client.get(url(wave)).content.decode()
    assert "Results come when the wave is closed" in page
    assert json.loads(client.get(url(wave, "results_export", "json")).content)["rows"] == []
    assert not Entry.objects.filter(verb="questionnaires.results.read").exists()


def test_leaders_and_employees_side_by_side_with_a_verdict(client: Client) -> None:
    page = client.get(url(assessed(), "results_compare")).content.decode()
    assert "+2.00" in page
    assert "Decidable: Leaders answer higher than Employees." in page
    close = make_version(question("a", "maturity"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(close, make_people(9), make_people(9))
    for place, one in enumerate(invited):
        answer(one, a=place % 5)
    wave = close_wave(wave=wave, actor=None)
    page = client.get(url(wave, "results_compare")).content.decode()
    assert "Not decidable: chance alone could explain the difference." in page


def test_groups_that_share_people_are_not_compared(client: Client) -> None:
    house = Unit.objects.create(name="House")
    north = Unit.objects.create(name="North", parent=house)
    version = make_version(question("a", "maturity"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(12, unit=north) + make_people(12, unit=house))
    for one in invited:
        answer(one, a=2)
    wave = close_wave(wave=wave, actor=None)
    keys = {"one": f"unit={house.pk}", "other": f"unit={north.pk}"}
    page = client.get(url(wave, "results_compare"), keys).content.decode()
    assert "Somebody could be in both of these groups." in page
    assert client.get(url(wave), {"of": "unit=999999"}).status_code == 404
    assert client.get(url(wave), {"of": "group=leaders&unit=1"}).status_code == 404


def test_customers_by_recommendation_satisfaction_effort_and_choice(client: Client) -> None:
    version = make_version(
        question("n", "nps"), question("s", "csat"), question("e", "ces"),
        question("c", "multiple", choices=[choice("x"), choice("y")]),
        use=Use.CUSTOMER, identity=Identity.CONFIDENTIAL,
    )  # fmt: skip
    wave, invited = opened(version, make_people(10))
    for place, one in enumerate(invited):
        answer(one, n=place, s=1 + place % 5, e=1 + place % 7, c=["x", "y"] if place < 3 else ["x"])
    wave = close_wave(wave=wave, actor=None)
    lines = {line.item.code: line for line in Results(wave, "en").lines(Results(wave, "en").cuts[0])}
    assert (lines["n"].figure, lines["n"].value) == ("nps", "−60")
    assert (lines["s"].figure, lines["s"].value) == ("share", "40\xa0%")
    assert (lines["e"].figure, lines["e"].value) == ("share", "30\xa0%")
    assert [(bar.code, bar.count, bar.share) for bar in lines["c"].bars] == [("x", 10, 1.0), ("y", 3, 0.3)]
    assert client.get(url(wave)).status_code == 200


def test_a_mean_of_six_comes_without_interval_since_that_would_tell_how_they_spread(client: Client) -> None:
    version = make_version(question("a", "maturity"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(6))
    for place, one in enumerate(invited):
        answer(one, a=place % 5)
    page = client.get(url(close_wave(wave=wave, actor=None))).content.decode()
    assert "1.67" in page
    assert "Interval and distribution from 8 answers" in page
    assert "95% interval" not in page


def test_a_trend_joins_what_means_the_same_and_marks_the_new_wording(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        version = make_version(question("a", "maturity"), identity=Identity.CONFIDENTIAL)
        people = make_people(12)
        for round_ in range(3):
            if round_ == 2:
                draft = draft_version(questionnaire=version.questionnaire, actor=None)
                Label.objects.filter(version=draft, slot=Slot.TEXT).update(body="Reworded?")
                publish_version(version=draft, actor=None)
            wave = make_wave(version)
            for one in open_wave(wave=wave, people=people, actor=None):
                answer(one, a=1 + round_)
            clock.shift(timedelta(days=100))
            wave = close_wave(wave=wave, actor=None)
    page = client.get(url(wave, "results_trend", "a")).content.decode()
    assert [value in page for value in ("1.00", "2.00", "3.00")] == [True] * 3
    assert "in the wording of version 2." in page
    assert client.get(url(wave, "results_trend", "nothing")).status_code == 404


def test_files_hold_version_concept_and_code(client: Client) -> None:
    wave = assessed()
    sent = b"".join(client.get(url(wave, "results_export", "csv")))
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))
    mean = next(
        row
        for row in rows
        if (row["Key of the group"], row["Concept"], row["Figure"]) == ("all", "a", "mean")
    )
    assert (mean["Version"], mean["Value"], mean["n"], mean["Kind"]) == ("1", "2.1667", "30", "maturity")
    spread = [
        row
        for row in rows
        if (row["Key of the group"], row["Concept"], row["Figure"]) == ("all", "a", "answers")
    ]
    assert [row["Code of the answer"] for row in spread] == ["0", "1", "2", "3", "4"]
    book = client.get(url(wave, "results_export", "xlsx"))
    assert b"".join(book)[:2] == b"PK"
    assert json.loads(client.get(url(wave, "results_export", "json")).content)["rows"][0]["concept"] == "a"
    assert Entry.objects.filter(verb="questionnaires.results.exported").count() == 3
    assert client.get(url(wave, "results_export", "pdf")).status_code == 404


def test_answers_one_by_one_leave_only_where_they_were_given_with_a_name(client: Client) -> None:
    single = {"single": "1"}
    for identity in (Identity.CONFIDENTIAL, Identity.ANONYMOUS):
        assert (
            client.get(url(assessed(identity=identity), "results_export", "csv"), single).status_code == 403
        )
    named = assessed(identity=Identity.NAMED)
    sent = b"".join(client.get(url(named, "results_export", "csv"), single))
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))
    assert len(rows) == 30
    assert {row["b"] for row in rows} == {"unknown", "1", "2", "3", "4"}
    assert all(row["t"].startswith("word ") and row["name"] for row in rows)


def test_the_api_says_the_same_as_the_page(mia: User) -> None:
    wave = assessed(leaders=4)
    _key, secret = create_api_key(actor=mia, user=mia, name="x", scope=Scope.READ)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    found = client.get(f"/api/v1/questionnaires/waves/{wave.pk}/results").json()
    assert {figure["population_key"] for figure in found["figures"]} == {"all"}
    mean = next(figure for figure in found["figures"] if figure["figure"] == "mean")
    assert (mean["n"], mean["invited"]) == (24, 24)
    waves = client.get("/api/v1/questionnaires/waves").json()["items"]
    assert [(row["id"], row["step"]) for row in waves] == [(wave.pk, "closed")]


def test_the_page_of_results_costs_the_same_queries_for_many_units(
    client: Client, django_assert_max_num_queries: object
) -> None:
    version = make_version(
        *(question(f"q{n}", "maturity") for n in range(13)), identity=Identity.CONFIDENTIAL
    )
    people = [p for n in range(6) for p in make_people(6, unit=Unit.objects.create(name=f"U{n}"))]
    wave, invited = opened(version, people, make_people(8))
    for one in invited:
        answer(one, **{f"q{n}": n % 5 for n in range(13)})
    wave = close_wave(wave=wave, actor=None)
    client.get(url(wave))
    for name, more in (("results", {}), ("results", {"of": "group=leaders"}), ("results_compare", {})):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert client.get(url(wave, name), more).status_code == 200
