"""From the form to the answer that counts, and what the database refuses on the way."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from surveys.questionnaires.actions.answering import begin, finish, release, save_answers
from surveys.questionnaires.actions.versions import publish_version
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity, Turnout, Use
from surveys.questionnaires.models import Answer, Draft, Invitation, Response
from tests.surveys.makers import answer, choice, make_people, make_version, opened, question

pytestmark = pytest.mark.django_db
WAYS = question("ways", "multiple", choices=[choice("shop", 1), choice("web", 2), choice("post")])


def test_named_answers_stand_in_rows_at_once() -> None:
    version = make_version(question("nps", "nps"), WAYS, question("why", "long"), identity=Identity.NAMED)
    _wave, [one] = opened(version, make_people(1))
    response = answer(one, nps=9, ways=["shop", "post"], why="Gut: Ümläut 🚚 <script>")
    assert response is not None
    assert (response.nps, response.invitation_id) == (9, one.invitation.pk)
    rows = Answer.objects.filter(response=response).order_by("question__position", "item")
    assert [(row.number, row.choice and row.choice.code, row.text) for row in rows] == [
        (9, None, None), (None, "shop", None), (None, "post", None), (None, None, "Gut: Ümläut 🚚 <script>"),
    ]  # fmt: skip
    assert Invitation.objects.get().status == Turnout.COMPLETED
    assert not Draft.objects.exists()


def test_handing_in_twice_is_refused_and_counts_once() -> None:
    version = make_version(question("nps", "nps"), identity=Identity.NAMED)
    _wave, [one] = opened(version, make_people(1))
    answer(one, nps=9)
    with pytest.raises(ValidationError) as caught:
        begin(invitation=one.invitation, token=one.token, language="de")
    assert caught.value.code == "completed"
    assert Response.objects.count() == 1


def test_the_same_link_opens_what_was_begun() -> None:
    _wave, [one] = opened(make_version(question("a"), identity=Identity.NAMED), make_people(1))
    draft = begin(invitation=one.invitation, token=one.token, language="de")
    save_answers(draft=draft, answers={"a": 4}, page=1, language="en")
    again = begin(invitation=one.invitation, token=one.token, language="de")
    assert (again.pk, again.answers, again.language) == (draft.pk, {"a": 4}, "en")


def test_a_required_question_is_named() -> None:
    version = make_version(question("a", required=True), question("b"), identity=Identity.NAMED)
    _wave, [one] = opened(version, make_people(1))
    with pytest.raises(ValidationError) as caught:
        answer(one, b=1)
    assert list(caught.value.message_dict) == ["a"]


def test_what_is_not_shown_does_not_count() -> None:
    version = make_version(
        question("a", required=True), question("b", required=True, show_if=[{"of": "a", "to": 2}]),
        identity=Identity.NAMED,
    )  # fmt: skip
    _wave, [one] = opened(version, make_people(1))
    response = answer(one, a=5, b=1)
    assert Answer.objects.filter(response=response).count() == 1


def test_a_closed_wave_keeps_what_is_written_and_takes_nothing() -> None:
    wave, [one] = opened(make_version(question("a"), identity=Identity.NAMED), make_people(1))
    draft = begin(invitation=one.invitation, token=one.token, language="de")
    close_wave(wave=wave, actor=None)
    save_answers(draft=draft, answers={"a": 2}, page=1, language="de")
    with pytest.raises(ValidationError) as caught:
        finish(draft=draft)
    assert caught.value.code == "closed"
    assert Draft.objects.get().answers == {"a": 2}


def test_anonymous_answers_come_out_together_and_lead_to_nobody() -> None:
    wave, invited = opened(make_version(question("a")), make_people(6))
    for number, one in enumerate(invited):
        assert answer(one, a=1 + number % 5) is None
    assert not Response.objects.exists()
    close_wave(wave=wave, actor=None)
    assert not Draft.objects.exists()
    assert not Response.objects.exclude(invitation=None, day=None, language="").exists()
    assert Response.objects.count() == 6
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct xmin::text) from questionnaires_response")
        assert cursor.fetchone() == (1,)
    assert release(wave=wave) == 0


def test_too_few_anonymous_answers_are_thrown_away() -> None:
    wave, invited = opened(make_version(question("a")), make_people(9))
    for one in invited[:4]:
        answer(one, a=3)
    close_wave(wave=wave, actor=None)
    assert not Response.objects.exists()
    assert not Draft.objects.exists()


def test_a_quiz_is_scored_and_passed() -> None:
    version = make_version(
        question("way", "single", choices=[choice("a", 2), choice("b")]), WAYS, use=Use.QUIZ, identity=Identity.NAMED,
        published=False,
    )  # fmt: skip
    version.pass_mark = 60
    version.save()
    version = publish_version(version=version, actor=None)
    _wave, [good, bad] = opened(version, make_people(2))
    first, second = answer(good, way="a", ways=["web"]), answer(bad, way="b", ways=["shop"])
    assert first
    assert second
    assert (float(first.score or 0), first.passed) == (80.0, True)
    assert (float(second.score or 0), second.passed) == (20.0, False)


WRONG: dict[str, dict[str, Any]] = {
    "beyond the scale": {"question": "nps", "number": 11},
    "below the scale": {"question": "nps", "number": -1},
    "a number for a text": {"question": "why", "number": 1},
    "a text for a number": {"question": "nps", "text": "x"},
    "two values": {"question": "nps", "number": 1, "text": "x"},
    "none": {"question": "nps"},
    "unknown where that is no answer": {"question": "nps", "is_unknown": True},
    "a question of another version": {"question": "other", "number": 1},
    "a choice of another question": {"question": "way", "choice": "foreign"},
    "an empty text": {"question": "why", "text": ""},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_the_database_refuses(wrong: dict[str, Any]) -> None:
    single = question("way", "single", choices=[choice("a"), choice("b")])
    version = make_version(
        question("nps", "nps"), question("why", "long"), single, WAYS, identity=Identity.NAMED
    )
    other = make_version(question("nps", "nps"), identity=Identity.NAMED)
    _wave, [one] = opened(version, make_people(1))
    response = answer(one)
    assert response
    questions = {q.concept.code: q for q in version.questions.all()} | {"other": other.questions.get()}
    fields = dict(wrong) | {"question": questions[wrong["question"]]}
    if "choice" in fields:
        fields["choice"] = questions["ways"].choices.first()
    answer_row = Answer(response=response, version=version, **fields)
    with pytest.raises(DatabaseError), transaction.atomic():
        at_once(answer_row)
    assert not Answer.objects.exists()


def test_an_anonymous_answer_with_a_trace_is_refused() -> None:
    wave, invited = opened(make_version(question("a")), make_people(5))
    with pytest.raises(DatabaseError), transaction.atomic():
        Response.objects.create(
            wave=wave, version=wave.version, identity="anonymous", invitation=invited[0].invitation
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        at_once(Response(wave=wave, version=wave.version, identity="named"))


def at_once(row: Model) -> None:
    """Save it, and let the database look at all of its keys now."""
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
