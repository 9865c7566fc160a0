"""Courses for tests, and somebody who takes them."""

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.audit.models import Delivery
from cxm.organisation.models import Person
from surveys.training.actions.courses import create_course, publish_course, write_lesson, write_quiz
from surveys.training.actions.learning import begin_attempt, finish_attempt, finish_lesson
from surveys.training.choices import LessonKind
from surveys.training.models import Assignment, Attempt, Course, CourseVersion
from surveys.training.quizzes import Written
from surveys.training.standing import steps_of
from touchpoints.inventory.actions.responsibility import assign
from touchpoints.inventory.actions.standards import change_draft, draft_standard, publish_standard
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Standard, Touchpoint

_number = count(1)
QUESTIONS = [
    Written(
        "Wann rufen wir zurück?", "* Am selben Tag | Richtig, so steht es im Standard.\nIrgendwann | Nein."
    ),
    Written("Was gehört dazu?", "* Der Name\n* Das Datum\nDas Wetter"),
]
RIGHT: dict[str, Any] = {"q1": "a1", "q2": ["a1", "a2"]}
WRONG: dict[str, Any] = {"q1": "a2", "q2": ["a3"]}


def publish_text(touchpoint: Touchpoint, actor: User, *, material: bool = True, text: str = "") -> Standard:
    """A new version of the standard of a touchpoint."""
    draft = draft_standard(touchpoint=touchpoint, actor=actor)
    words = text or f"Ideal {next(_number)}"
    fields = {"ideal_experience": words, "process": "Ablauf", "is_material": material}
    return publish_standard(standard=change_draft(standard=draft, fields=fields, actor=actor), actor=actor)


def make_course(*, actor: User | None = None, touchpoint: Touchpoint | None = None, **fields: Any) -> Course:
    """A published course: a text, the standard of the touchpoint if one is given, a quiz of two questions."""
    course = create_course(actor=actor, **{"name": f"Kurs {next(_number)}"} | fields)
    version = course.versions.get()
    write_lesson(
        version=version, fields={"kind": LessonKind.TEXT, "title": "Los", "body": "**Wichtig**"}, actor=actor
    )
    if touchpoint:
        given = {"kind": LessonKind.STANDARD, "title": "Der Standard", "touchpoint": touchpoint}
        write_lesson(version=version, fields=given, actor=actor)
    write_quiz(version=version, questions=QUESTIONS, pass_mark=80, actor=actor)
    publish_course(version=CourseVersion.objects.get(pk=version.pk), actor=actor)
    return Course.objects.get(pk=course.pk)


def owner(touchpoint: Touchpoint, person: Person, since: date, actor: User | None = None) -> None:
    """Make somebody accountable."""
    assign(touchpoint=touchpoint, person=person, part=Part.ACCOUNTABLE, since=since, actor=actor)


def hear() -> None:
    """What the worker does after commit. The database does not know of a clock that the test has moved."""
    while True:
        Delivery.objects.filter(done_at=None).update(due_at=timezone.now())
        if not deliver_next():
            break
        assert not Delivery.objects.exclude(error="").exists()  # else it would be tried for ever


def read_all(assignment: Assignment, actor: User) -> None:
    """Work through all lessons."""
    for step in steps_of(assignment):
        seen = step.standard.pk if step.standard else None
        finish_lesson(assignment=assignment, lesson=step.lesson, seen=seen, actor=actor)


def take(assignment: Assignment, actor: User, answers: dict[str, Any] | None = None) -> Attempt:
    """Work through all lessons and hand the quiz in."""
    read_all(assignment, actor)
    attempt = begin_attempt(assignment=assignment, actor=actor)
    return finish_attempt(attempt=attempt, answers=answers or RIGHT, actor=actor)
