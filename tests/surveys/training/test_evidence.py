"""What was published, tried and passed never changes; the database refuses it."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from cxm.accounts.models import User
from cxm.notices.models import Notice
from surveys.questionnaires.models import Response
from surveys.questionnaires.sheet import sheet_of
from surveys.training.actions.assigning import add_rule
from surveys.training.actions.courses import create_course, publish_course, write_lesson, write_quiz
from surveys.training.actions.learning import begin_attempt, finish_attempt, finish_lesson, keep_answers
from surveys.training.choices import LessonKind, RuleKind
from surveys.training.models import (
    Assignment,
    Attempt,
    Certificate,
    CertifiedStandard,
    Course,
    CourseVersion,
    Lesson,
    LessonDone,
)
from surveys.training.quizzes import Written, verdicts
from surveys.training.standing import steps_of
from surveys.training.text import shown
from tests.makers import make_touchpoint
from tests.surveys.school import QUESTIONS, RIGHT, WRONG, hear, make_course, publish_text, read_all, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mia: User, emil: User) -> Assignment:
    """Emil has to learn the standard of a touchpoint."""
    touchpoint = make_touchpoint(name="Telefon")
    publish_text(touchpoint, mia)
    course = make_course(actor=mia, touchpoint=touchpoint, refresh_months=12)
    add_rule(course=course, actor=mia, kind=RuleKind.PERSON, person=emil.person)
    return Assignment.objects.get()


def refused(rows: "models.QuerySet[models.Model]", **change: object) -> bool:
    """Whether the database refuses to change or, without a change, to delete these rows."""
    try:
        with transaction.atomic():
            if change:
                rows.update(**change)
            else:
                rows._raw_delete(rows.db)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
    except (DatabaseError, IntegrityError):
        return True
    return False


def insert(row: models.Model) -> None:
    """Write a row and have all keys looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        row.save(force_insert=True)
        cursor.execute("set constraints all immediate")


def test_a_passed_quiz_gives_a_certificate_that_says_what_was_learnt(
    assignment: Assignment, emil: User
) -> None:
    attempt = take(assignment, emil)
    proof = Certificate.objects.get()
    assignment.refresh_from_db()
    assert (attempt.passed, attempt.score, attempt.number) == (True, Decimal(100), 1)
    assert assignment.passed_on == proof.issued_on
    assert proof.is_genuine
    assert proof.evidence["standards"][0]["touchpoint"] == "Telefon"
    assert proof.evidence["standards"][0]["digest"] == CertifiedStandard.objects.get().digest
    assert proof.evidence["quiz"]["answers"] == RIGHT


def test_a_failed_quiz_gives_none_and_may_be_tried_again(
    assignment: Assignment, emil: User, mia: User
) -> None:
    for number in range(1, 4):
        attempt = take(assignment, emil, WRONG)
        assert (attempt.passed, attempt.number) == (False, number)
    assert not Certificate.objects.exists()
    hear()
    assert Notice.objects.filter(user=mia, kind="training.stuck").count() == 1
    assert take(assignment, emil).passed


def test_the_quiz_opens_after_all_lessons_and_what_was_answered_is_kept(
    assignment: Assignment, emil: User
) -> None:
    with pytest.raises(ValidationError):
        begin_attempt(assignment=assignment, actor=emil)
    read_all(assignment, emil)
    attempt = begin_attempt(assignment=assignment, actor=emil)
    keep_answers(attempt=attempt, answers={"q1": "a1"})
    assert begin_attempt(assignment=assignment, actor=emil) == attempt
    with pytest.raises(ValidationError) as told:
        finish_attempt(attempt=attempt, answers={}, actor=emil)
    assert list(told.value.message_dict) == ["q2"]
    assert finish_attempt(attempt=attempt, answers={"q2": ["a1", "a2"]}, actor=emil).passed
    with pytest.raises(ValidationError):
        finish_attempt(attempt=attempt, answers=RIGHT, actor=emil)


def test_nobody_confirms_a_standard_that_he_has_not_read(
    assignment: Assignment, emil: User, mia: User
) -> None:
    [step] = [one for one in steps_of(assignment) if one.standard]
    publish_text(step.standard.touchpoint, mia)  # type: ignore[union-attr]
    with pytest.raises(ValidationError):
        finish_lesson(assignment=assignment, lesson=step.lesson, seen=step.standard.pk, actor=emil)  # type: ignore[union-attr]


def test_a_standard_that_changes_before_the_quiz_has_to_be_read_again(
    assignment: Assignment, emil: User, mia: User
) -> None:
    read_all(assignment, emil)
    attempt = begin_attempt(assignment=assignment, actor=emil)
    publish_text(steps_of(assignment)[1].standard.touchpoint, mia)  # type: ignore[union-attr]
    with pytest.raises(ValidationError):
        finish_attempt(attempt=attempt, answers=RIGHT, actor=emil)
    read_all(assignment, emil)
    assert finish_attempt(attempt=attempt, answers=RIGHT, actor=emil).passed


def test_the_database_refuses_to_change_evidence(assignment: Assignment, emil: User) -> None:
    failed = take(assignment, emil, WRONG)
    passed = take(assignment, emil)
    for model, change in (
        (LessonDone, {"done_at": passed.finished_at}),
        (Attempt, {"passed": True}),
        (Attempt, {"score": 100}),
        (Certificate, {"valid_until": None}),
        (Certificate, {"evidence": {}}),
        (CertifiedStandard, {"digest": "x"}),
        (Assignment, {"passed_on": None}),
        (Assignment, {"cycle": 7}),
        (Response, {"passed": True}),
        (CourseVersion, {"change_note": "x"}),
        (CourseVersion, {"status": "draft"}),
        (Lesson, {"body": "x"}),
    ):
        assert refused(model._default_manager.all(), **change), (model, change)
    for model in (LessonDone, Attempt, Certificate, CertifiedStandard, Assignment, CourseVersion, Lesson):
        assert refused(model._default_manager.all()), model
    fake = Certificate(
        attempt=failed, assignment=assignment, person=emil.person, course=assignment.course,
        issued_on=assignment.assigned_on, evidence={}, sha256="0" * 64,
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        insert(fake)


@pytest.mark.parametrize(
    "model", [CourseVersion, Lesson, Assignment, LessonDone, Attempt, Certificate, CertifiedStandard]
)
def test_the_database_refuses_to_empty_the_tables(
    assignment: Assignment, emil: User, model: type[models.Model]
) -> None:
    take(assignment, emil)
    pgtrigger.install(f"{model._meta.label}:never_emptied")  # taken away in the test database only
    before = model._base_manager.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "set constraints all immediate"
        )  # no key waits to be looked at: that alone would refuse
        with pytest.raises(DatabaseError, match="Cannot truncate"), transaction.atomic():
            cursor.execute(f"truncate {model._meta.db_table} cascade")
    assert model._base_manager.count() == before > 0


def test_an_attempt_says_what_its_response_says(assignment: Assignment, emil: User) -> None:
    read_all(assignment, emil)
    failed = take(assignment, emil, WRONG)
    attempt = begin_attempt(assignment=assignment, actor=emil)
    lie = {"response": failed.response_id, "passed": True, "score": 100, "finished_at": failed.finished_at}
    assert refused(Attempt.objects.filter(pk=attempt.pk), **lie)


def test_a_certificate_that_was_touched_is_not_genuine(assignment: Assignment, emil: User) -> None:
    take(assignment, emil)
    proof = Certificate.objects.get()
    proof.evidence["person"] = "Somebody else"
    assert not proof.is_genuine
    proof.refresh_from_db()
    proof.valid_until = None
    assert not proof.is_genuine


def test_nothing_half_is_published(mia: User) -> None:
    course = create_course(name="Leer", actor=mia)
    version = course.versions.get()
    with pytest.raises(ValidationError) as told:
        publish_course(version=version, actor=mia)
    assert len(told.value.messages) == 2
    given = {"kind": LessonKind.STANDARD, "title": "S", "touchpoint": make_touchpoint(name="Ohne Standard")}
    write_lesson(version=version, fields=given, actor=mia)
    write_quiz(version=version, questions=QUESTIONS, pass_mark=80, actor=mia)
    version.refresh_from_db()
    with pytest.raises(ValidationError) as told:
        publish_course(version=CourseVersion.objects.get(), actor=mia)
    assert "Ohne Standard" in told.value.messages[0]
    assert Course.objects.get().versions.get().is_draft


@pytest.mark.parametrize(
    ("question", "answers"),
    [("", "* a\nb"), ("x", "* a"), ("x", "a\nb"), ("x", "* a\n* b"), ("x" * 501, "* a\nb"), ("x", "* |f\nb")],
)
def test_a_question_that_cannot_be_asked_is_refused(mia: User, question: str, answers: str) -> None:
    version = create_course(name="K", actor=mia).versions.get()
    with pytest.raises(ValidationError):
        write_quiz(version=version, questions=[Written(question, answers)], pass_mark=80, actor=mia)


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("film.mp4", b"MZ not a film", "file"),
        ("film.mp4", b"", "file"),
        ("film.mp4", b"<html><script>alert(1)</script>", "file"),
    ],
)
def test_what_is_no_video_is_refused_at_its_field(mia: User, name: str, content: bytes, field: str) -> None:
    version = create_course(name="K", actor=mia).versions.get()
    file = SimpleUploadedFile(name, content, "video/mp4")
    with pytest.raises(ValidationError) as told:
        write_lesson(version=version, fields={"kind": "video", "title": "F"}, media=file, actor=mia)
    assert field in told.value.message_dict
    assert not Lesson.objects.exists()


def bomb() -> bytes:
    """A document that would be a hundred times as large when unpacked."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 20 * 1024**2)
    return packed.getvalue()


def test_a_bomb_and_captions_that_are_none_are_refused_at_their_field(mia: User) -> None:
    version = create_course(name="K", actor=mia).versions.get()
    file = SimpleUploadedFile("plan.docx", bomb())
    with pytest.raises(ValidationError) as told:
        write_lesson(version=version, fields={"kind": "file", "title": "F"}, media=file, actor=mia)
    assert list(told.value.message_dict) == ["file"]
    film, words = (
        SimpleUploadedFile("f.mp4", b"\0\0\0\x18ftypmp42\0\0"),
        SimpleUploadedFile("f.vtt", b"Hallo"),
    )
    with pytest.raises(ValidationError) as told:
        write_lesson(
            version=version, fields={"kind": "video", "title": "F"}, media=film, captions=words, actor=mia
        )
    assert list(told.value.message_dict) == ["captions"]
    assert not Lesson.objects.exists()


def test_a_video_of_two_gigabytes_is_refused_without_being_read(mia: User) -> None:
    version = create_course(name="K", actor=mia).versions.get()
    file = SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypmp42")
    file.size = 2 * 1024**3
    with pytest.raises(ValidationError) as told:
        write_lesson(version=version, fields={"kind": "video", "title": "F"}, media=file, actor=mia)
    assert "500 MB" in told.value.message_dict["file"][0]


def test_text_of_lessons_runs_nothing() -> None:
    body = "# Kopf\n\n<script>alert(1)</script> [a](javascript:alert(1)) ![b](https://x/y.png) **fett** [c](https://x/)"
    markup = shown(body)
    assert "<h3>Kopf</h3>" in markup
    assert "<strong>fett</strong>" in markup
    assert '<a href="https://x/"' in markup
    assert "<script" not in markup
    assert "<img" not in markup
    assert 'href="javascript' not in markup


def test_feedback_tells_of_what_was_chosen(assignment: Assignment, emil: User) -> None:
    attempt = take(assignment, emil, {"q1": "a2", "q2": ["a1", "a2"]})
    first, second = verdicts(sheet_of(assignment.version.quiz_version), attempt.answers, "de")  # type: ignore[arg-type]
    assert (first.is_right, second.is_right) == (False, True)
    assert [line.feedback for line in first.lines if line.is_chosen] == ["Nein."]
