"""What is published never changes; every way in which one might try is refused by the database."""

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from surveys.questionnaires.models import Choice, Concept, Label, Question, Version
from surveys.questionnaires.sheet import read
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
    "another condition": 'update questionnaires_question set show_if = show_if || \'[{"of": "way", "answered": true}]\''
    " where version_id = %(version)s",
    "another page": "update questionnaires_question set page = 9 where version_id = %(version)s",
    "must be answered": "update questionnaires_question set is_required = true where version_id = %(version)s",
    "another meaning": "update questionnaires_question set concept_id = (select concept_id from questionnaires_question"
    " where version_id = %(version)s order by position desc limit 1) where version_id = %(version)s and position = 1",
    "a meaning renamed": "update questionnaires_concept set code = 'x' where id in"
    " (select concept_id from questionnaires_question where version_id = %(version)s)",
    "a meaning less": "delete from questionnaires_concept where id in"
    " (select concept_id from questionnaires_question where version_id = %(version)s)",
    "a meaning of another questionnaire": "update questionnaires_concept set questionnaire_id ="
    " (select questionnaire_id from questionnaires_version where id = %(draft)s) where id in"
    " (select concept_id from questionnaires_question where version_id = %(version)s)",
    "a question more": "insert into questionnaires_question (version_id, questionnaire_id, concept_id, position, page,"
    " kind, is_required, allows_unknown, theme, weight, show_if)"
    " select %(version)s, questionnaire_id, concept_id, 9, 1, 'date', false, false, '', 1, '[]'"
    " from questionnaires_question where version_id = %(version)s",
    "a question moved in": "update questionnaires_question set version_id = %(version)s where version_id = %(draft)s",
    "a choice moved to another question": "update questionnaires_choice set question_id ="
    " (select id from questionnaires_question where version_id = %(draft)s), version_id = %(draft)s"
    " where version_id = %(version)s",
    "another code of a choice": "update questionnaires_choice set code = code || 'x' where version_id = %(version)s",
    "another order of choices": "update questionnaires_choice set position = 3 - position"
    " where version_id = %(version)s",
    "a text in another language": "update questionnaires_label set language = 'fr' where version_id = %(version)s",
    "a text in another slot": "update questionnaires_label set slot = 'help' where version_id = %(version)s",
    "written over by an insert": "insert into questionnaires_label (version_id, question_id, slot, language, body)"
    " values (%(version)s, %(question)s, 'text', 'de', 'x') on conflict on constraint questionnaires_label_once"
    " do update set body = 'x'",
    "merged": "merge into questionnaires_label l using (select 1) s on l.version_id = %(version)s"
    " when matched then update set body = 'x'",
    "another change note": "update questionnaires_version set change_note = 'x' where id = %(version)s",
    "another day": "update questionnaires_version set published_at = now() - interval '1 day' where id = %(version)s",
    "another revision": "update questionnaires_version set revision = 99 where id = %(version)s",
    "of another questionnaire": "update questionnaires_version set questionnaire_id ="
    " (select questionnaire_id from questionnaires_version where id = %(draft)s), number = 7 where id = %(version)s",
    "another key": "update questionnaires_version set id = 999999 where id = %(version)s",
    "the questionnaire gone": "delete from questionnaires_questionnaire where id ="
    " (select questionnaire_id from questionnaires_version where id = %(version)s)",
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


@pytest.mark.parametrize("model", [Version, Concept, *PARTS])
def test_the_database_refuses_to_empty_the_tables(version: Version, model: type[Model]) -> None:
    pgtrigger.install(f"{model._meta.label}:never_emptied")  # taken away in the test database only
    before = contents(version)
    run("select 1", {})  # no key waits to be looked at: that alone would refuse
    with pytest.raises(DatabaseError, match="Cannot truncate"), transaction.atomic():
        run(f"truncate {model._meta.db_table} cascade", {})
    assert contents(version) == before


def test_a_meaning_that_only_drafts_ask_for_may_be_named_anew() -> None:
    draft = make_version(question("mood"), published=False)
    Concept.objects.update(code="temper")
    assert draft.questions.get().concept.code == "temper"


def test_what_the_old_version_says_fits_its_digest_after_all_that(version: Version) -> None:
    draft = make_version(question("mood"), published=False)
    values = {"version": version.pk, "draft": draft.pk, "question": version.questions.get(kind="single").pk}
    for sql in WRITES.values():
        with pytest.raises(DatabaseError), transaction.atomic():
            run(sql, values)
    assert read(version).digest == Version.objects.get(pk=version.pk).digest


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
        list(Concept.objects.filter(questions__version=version).order_by("pk").values_list()),
    ]
