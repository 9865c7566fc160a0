"""Questionnaires and their versions for other systems."""

import pytest
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from surveys.questionnaires.actions.versions import draft_version
from tests.surveys.makers import choice, make_version, question

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/questionnaires/questionnaires"


@pytest.fixture
def program(mia: User) -> Client:
    """A program that reads for Mia."""
    _key, secret = create_api_key(actor=mia, user=mia, name="x", scope=Scope.READ)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_questionnaire_is_listed_with_its_versions(program: Client, mia: User) -> None:
    found = make_version(question("a")).questionnaire
    draft_version(questionnaire=found, actor=mia)
    listed = program.get(ROOT).json()
    (row,) = listed["items"]
    assert (row["code"], row["use"], row["min_cell"], row["is_archived"]) == (
        found.code,
        "assessment",
        5,
        False,
    )
    assert [(one["number"], one["status"]) for one in row["versions"]] == [(2, "draft"), (1, "published")]
    assert len(row["versions"][1]["digest"]) == 64
    assert program.get(f"{ROOT}/{found.code}").json() == row


def test_a_version_says_what_it_asks(program: Client) -> None:
    version = make_version(
        question("a", "single", choices=[choice("x", 2), choice("y")]),
        question("b", show_if=[{"of": "a", "choices": ["x"]}]),
    )
    said = program.get(f"{ROOT}/{version.questionnaire.code}/versions/1").json()
    assert (said["number"], said["status"], said["texts"]["title.en"]) == (1, "published", "Title")
    first, second = said["questions"]
    assert first["texts"] == {"text.de": "a?", "text.en": "a?"}
    assert first["choices"][0] == {
        "code": "x", "points": "2", "right": False, "texts": {"text.de": "x", "text.en": "x"},
    }  # fmt: skip
    assert second["show_if"] == [{"of": "a", "choices": ["x"]}]


@pytest.mark.parametrize("path", ["nothing", "{code}/versions/9", "{code}/versions/99999999"])
def test_what_there_is_not_is_not_found(program: Client, path: str) -> None:
    code = make_version(question("a")).questionnaire.code
    assert program.get(f"{ROOT}/{path.format(code=code)}").status_code in {404, 422}


def test_who_may_not_see_questionnaires_reads_none(emil: User) -> None:
    _key, secret = create_api_key(actor=emil, user=emil, name="x", scope=Scope.READ)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get(ROOT).status_code == 403
