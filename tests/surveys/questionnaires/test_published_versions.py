"""What is published never changes; every way in which one might try is refused by the database."""

import pytest
from django.db import DatabaseError, connection, transaction

from surveys.questionnaires.models import Choice, Concept, Label, Question, Version
from tests.surveys.makers import choice, make_version, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Version:
    return make_version(
        question("mood", "likert"), question("way", "single", choices=[choice("a", 1), choice("b")])
    )


PARTS = (Question, Choice, Label)
WRITES = {
    "a new text": "update questionnaires_label set body = 'x' where version_id = %(version)s",
    "a text more": "insert into questionnaires_label (version_id, slot, language, body)"
    " values (%(version)s, 'thanks', 'de', 'x')",
    "a text less": "delete from questionnaires_label where version_id = %(version)s",
    "another kind": "update questionnaires_question set kind = 'csat' where version_id = %(version)s and low = 1",
    "a weight": "update questionnaires_question set weight = 2 where version_id = %(version)s",
    "another order": "update questionnaires_question set position = position + 10 where version_id = %(version)s",
    "a condition": "update questionnaires_question set show_if = '[1]' where version_id = %(version)s",
    "a question less": "delete from questionnaires_question where version_id = %(version)s",
    "moved away": "update questionnaires_label set version_id = %(draft)s where version_id = %(version)s",
    "moved in": "update questionnaires_label set version_id = %(version)s where version_id = %(draft)s",
    "points": "update questionnaires_choice set points = 5 where version_id = %(version)s",
    "what is right": "update questionnaires_choice set is_correct = true where version_id = %(version)s",
    "a choice less": "delete from questionnaires_choice where version_id = %(version)s",
    "a choice more": "insert into questionnaires_choice (version_id, question_id, code, position, points, is_correct)"
    " values (%(version)s, %(question)s, 'c', 3, 0, false)",
    "back to draft": "update questionnaires_version set status = 'draft', published_at = null, digest = ''"
    " where id = %(version)s",
    "another digest": "update questionnaires_version set digest = 'x' where id = %(version)s",
    "another identity": "update questionnaires_version set identity = 'named' where id = %(version)s",
    "a pass mark": "update questionnaires_version set pass_mark = 10 where id = %(version)s",
    "a language less": "update questionnaires_version set languages = '{de}' where id = %(version)s",
    "another number": "update questionnaires_version set number = 9 where id = %(version)s",
    "gone": "delete from questionnaires_version where id = %(version)s",
    "retired and changed": "update questionnaires_version set status = 'retired', number = 9 where id = %(version)s",
}


@pytest.mark.parametrize("sql", WRITES.values(), ids=WRITES.keys())
def test_the_database_refuses(version: Version, sql: str) -> None:
    draft = make_version(question("mood"), published=False)
    before = contents(version)
    values = {"version": version.pk, "draft": draft.pk, "question": version.questions.get(kind="single").pk}
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql, values)
    assert contents(version) == before


def test_a_draft_can_be_changed_and_thrown_away() -> None:
    draft = make_version(question("mood"), question("way", "single", choices=[choice("a")]), published=False)
    draft.questions.update(weight=2)
    Choice.objects.filter(version=draft).update(points=3)
    draft.delete()
    assert not Question.objects.exists()
    assert Concept.objects.count() == 2  # a meaning outlives its wordings


def test_retiring_is_the_one_step_that_is_left(version: Version) -> None:
    Version.objects.filter(pk=version.pk).update(status="retired")
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(status="published")


def run(sql: str, values: dict[str, int]) -> None:
    """The write, looked at by all keys at once."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("set constraints all immediate")


def contents(version: Version) -> list[list[tuple[object, ...]]]:
    """Everything that belongs to a version, as it stands in the tables."""
    return [
        list(Version.objects.filter(pk=version.pk).values_list()),
        *(
            list(model.objects.filter(version=version).order_by("pk").values_list())
            for model in (Question, Choice, Label)
        ),
    ]
