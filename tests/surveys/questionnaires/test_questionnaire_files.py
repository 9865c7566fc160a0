"""A version leaves as a file and comes back as a new questionnaire; what is wrong in a file is said with its place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.reading import LARGEST_FILE, faults
from surveys.questionnaires.sheet import read
from tests.surveys.makers import choice, make_version, question

pytestmark = pytest.mark.django_db
IMPORT = reverse("questionnaires:import")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Words are compared."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(client: Client, mia: User) -> Client:
    """Mia at her desk."""
    client.force_login(mia)
    return client


def bring(desk: Client, body: bytes, **fields: str) -> Any:
    return desk.post(IMPORT, {"file": SimpleUploadedFile("mood.json", body), **fields})


def test_what_leaves_as_a_file_comes_back_the_same(desk: Client) -> None:
    version = make_version(
        question("age", "number", low=1, high=120, required=True),
        question("way", "single", page=2, choices=[choice("x", 2, right=True), choice("y")]),
        question(
            "why", "long", page=2, show_if=[{"of": "way", "choices": ["x"]}], weight="1.5", theme="trust"
        ),
        question("far", "maturity", page=3, unknown=True),
    )
    answer = desk.get(reverse("questionnaires:file", args=[version.pk]))
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="{version.questionnaire.code}-v1.json"'
    )
    back = bring(desk, answer.content)
    new = Questionnaire.objects.exclude(pk=version.questionnaire_id).get()
    draft = new.versions.get()
    assert back.headers["Location"] == reverse("questionnaires:edit", args=[draft.pk])
    assert read(draft).content() == read(version).content()
    assert (new.name, new.use, new.code) == (
        version.questionnaire.name,
        "assessment",
        f"{version.questionnaire.code}-2",
    )


def test_name_and_code_may_be_others(desk: Client) -> None:
    body = json.dumps({"code": "a", "name": "A", "questions": []}).encode()
    bring(desk, body, name="B", code="b")
    assert Questionnaire.objects.get().name == "B"
    refused = bring(desk, body, code="b")
    assert refused.status_code == 422
    assert "Another questionnaire has this code." in refused.content.decode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"\xff\xfe", "not written in UTF-8"),
        (b'{"questions": [}', "no JSON: line 1, column 16"),
        (b"[]", "holds no questionnaire"),
        (b"[" * 100_000, "no JSON that can be read"),
        (b'{"weight": NaN}', "no JSON that can be read"),
        (b'{"x":"' + b" " * LARGEST_FILE + b'"}', "larger than 2 MB"),
        (b'{"questions": ' + b"9" * 5000 + b"}", "no JSON that can be read"),
    ],
    ids=["empty", "binary", "broken", "list", "deep", "nan", "large", "long number"],
)
def test_a_file_that_is_none_is_refused(desk: Client, body: bytes, words: str) -> None:
    answer = bring(desk, body)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Questionnaire.objects.exists()


GOOD = {"code": "a", "kind": "single", "choices": [{"code": "x"}, {"code": "y"}]}


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "\u0000"}, ["name"]),
        ({"code": "a b"}, ["code"]),
        ({"use": "poll", "identity": "x"}, ["use", "identity"]),
        ({"min_cell": 4, "pass_mark": 101}, ["min_cell", "pass_mark"]),
        ({"min_cell": True}, ["min_cell"]),
        ({"languages": ["fr"]}, ["languages"]),
        ({"languages": []}, ["languages"]),
        ({"languages": [[]]}, ["languages"]),
        ({"texts": {"titel.de": "x"}}, ["texts.titel.de"]),
        ({"texts": []}, ["texts"]),
        ({"texts": {"title.de": 5}}, ["texts.title.de"]),
        ({"questions": {}}, ["questions"]),
        ({"questions": [5]}, ["questions[0]"]),
        ({"questions": [{}]}, ["questions[0].code", "questions[0].kind"]),
        ({"questions": [GOOD, GOOD]}, ["questions[1].code"]),
        ({"questions": [GOOD | {"kind": "stars"}]}, ["questions[0].kind"]),
        ({"questions": [GOOD | {"kind": []}]}, ["questions[0].kind"]),
        ({"questions": [GOOD | {"kind": "nps"}]}, ["questions[0].choices"]),
        ({"questions": [GOOD | {"page": 2}]}, ["questions[0].page"]),
        ({"questions": [GOOD, {"code": "b", "kind": "nps", "page": 3}]}, ["questions[1].page"]),
        ({"questions": [GOOD | {"required": "yes"}]}, ["questions[0].required"]),
        ({"questions": [GOOD | {"weight": "1.555"}]}, ["questions[0].weight"]),
        ({"questions": [GOOD | {"weight": "1e999999"}]}, ["questions[0].weight"]),
        ({"questions": [GOOD | {"weight": "NaN"}]}, ["questions[0].weight"]),
        ({"questions": [GOOD | {"theme": "zwei Worte"}]}, ["questions[0].theme"]),
        ({"questions": [GOOD | {"texts": {"anchor0.de": "x"}}]}, ["questions[0].texts.anchor0.de"]),
        ({"questions": [{"code": "n", "kind": "number", "low": 9, "high": 1}]}, ["questions[0].high"]),
        ({"questions": [GOOD | {"show_if": [{"of": "b"}]}]}, ["questions[0].show_if[0]"]),
        ({"questions": [GOOD | {"show_if": [{"of": "b", "choices": "x"}]}]}, ["questions[0].show_if[0].choices"]),
        ({"questions": [GOOD | {"show_if": [{"of": "b", "from": "x"}]}]}, ["questions[0].show_if[0].from"]),
        ({"questions": [GOOD | {"show_if": "x"}]}, ["questions[0].show_if"]),
        ({"questions": [GOOD | {"choices": [{"code": "x"}, {"code": "x"}]}]}, ["questions[0].choices[1].code"]),
        ({"questions": [GOOD | {"choices": [{"code": "x", "points": "many"}]}]}, ["questions[0].choices[0].points"]),
        ({"questions": [GOOD | {"choices": [{"code": "x", "right": 1}]}]}, ["questions[0].choices[0].right"]),
        ({"questions": [GOOD | {"wieght": 2}]}, ["questions[0].wieght"]),
        ({"title": "x"}, ["title"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    desk: Client, content: dict[str, Any], places: list[str]
) -> None:
    assert [place for place, _words in faults(content)] == places
    answer = bring(desk, json.dumps(content).encode())
    assert answer.status_code == 422
    body = answer.content.decode()
    assert all(f"<code>{place}</code>" in body for place in places)
    assert not Questionnaire.objects.exists()


def test_a_good_question_has_no_fault() -> None:
    assert faults({"questions": [GOOD]}) == []


def test_long_lists_of_faults_are_cut_and_counted(desk: Client) -> None:
    body = json.dumps({"questions": [5] * 60}).encode()
    assert "And 10 more." in bring(desk, body).content.decode()
