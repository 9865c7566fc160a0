"""Working through lessons and the quiz. Each step is kept at once."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from surveys.questionnaires.actions.answering import begin, finish, save_answers
from surveys.questionnaires.choices import Turnout
from surveys.questionnaires.models import Draft, Invitation, digest_of, new_token
from surveys.training.actions.certifying import certify
from surveys.training.choices import ATTEMPT_BEGUN, ATTEMPT_FAILED, LESSON_DONE, LessonKind
from surveys.training.models import Assignment, Attempt, Lesson, LessonDone
from surveys.training.standing import standards_of, steps_of


@transaction.atomic
def finish_lesson(
    *,
    assignment: Assignment,
    lesson: Lesson,
    seen: int | None = None,
    actor: User,
    at: datetime | None = None,
) -> bool:
    """Note that a lesson was worked through; whether that is new. Locks the assignment.

    `seen` is the id of the standard that stood on the page: nobody confirms a version that he has not read.
    """
    locked = _locked(assignment)
    if lesson.version_id != locked.version_id:
        raise ValidationError(
            _("The course has a new version meanwhile. Please open it again."), code="changed"
        )
    standard = None
    if lesson.kind == LessonKind.STANDARD:
        standard = standards_of([lesson.touchpoint_id or 0])[0].get(lesson.touchpoint_id or 0)
        if standard is None or standard.pk != seen:
            raise ValidationError(
                _("The standard has a new version meanwhile. Please read it before you go on."),
                code="changed",
            )
    given = {"version_id": locked.version_id, "done_at": at or timezone.now()}
    _row, is_new = LessonDone.objects.get_or_create(
        assignment=locked, lesson=lesson, standard=standard, defaults=given
    )
    if is_new:
        data = {"lesson": lesson.title, "assignment": locked.pk}
        record(LESSON_DONE, actor=actor, target=locked.course, data=data)
    return is_new


@transaction.atomic
def begin_attempt(*, assignment: Assignment, actor: User) -> Attempt:
    """The attempt that is under way, or a new one. Locks the assignment.

    Refused until all lessons are done. The invitation behind it names nobody's own questionnaire: an attempt is
    found by its assignment only.
    """
    locked = _locked(assignment)
    _refuse_unread(locked)
    if found := locked.attempts.filter(response=None).first():
        return found
    token = new_token()
    invitation = Invitation.objects.create(
        wave_id=locked.version.wave_id or 0, name=locked.person.name, unit_id=locked.person.unit_id,
        language=locked.course.language, token_digest=digest_of(token), status=Turnout.SENT,
    )  # fmt: skip
    begin(invitation=invitation, token=token, language=locked.course.language)
    number = locked.attempts.count() + 1
    attempt = Attempt.objects.create(
        assignment=locked, version_id=locked.version_id, number=number, invitation=invitation
    )
    record(ATTEMPT_BEGUN, actor=actor, target=locked.course, data={"assignment": locked.pk, "number": number})
    return attempt


def keep_answers(*, attempt: Attempt, answers: dict[str, Any]) -> None:
    """Keep what was answered so far; the attempt goes on."""
    draft = Draft.objects.get(invitation=attempt.invitation_id)
    save_answers(draft=draft, answers=answers, page=1, language=draft.language)


@transaction.atomic
def finish_attempt(
    *, attempt: Attempt, answers: dict[str, Any], actor: User, at: datetime | None = None
) -> Attempt:
    """Hand the quiz in: the result is final, and a certificate follows if it is passed. Locks the assignment.

    Raises ValidationError by the code of a question that was left out.
    """
    locked = _locked(attempt.assignment)
    _refuse_unread(locked)
    row = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if row.response_id:
        raise ValidationError(_("This attempt was handed in already."), code="completed")
    draft = Draft.objects.get(invitation=row.invitation_id)
    draft = save_answers(draft=draft, answers=answers, page=1, language=draft.language)
    said = dict(draft.answers)
    response = finish(draft=draft, actor=actor)
    if response is None:
        raise AssertionError("a quiz is answered with one's name")
    row.response, row.passed, row.score = response, response.passed, response.score
    row.answers, row.finished_at = said, at or timezone.now()
    row.save(update_fields=["response", "passed", "score", "answers", "finished_at"])
    if row.passed:
        certify(attempt=row, assignment=locked, actor=actor, at=timezone.localdate(row.finished_at))
    else:
        data = {
            "person": locked.person.name, "person_id": locked.person_id, "assignment": locked.pk,
            "number": row.number,
        }  # fmt: skip
        record(ATTEMPT_FAILED, actor=actor, target=locked.course, data=data)
    return row


def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_related("person", "course", "version")
    locked = rows.select_for_update(of=("self",)).get(pk=assignment.pk)
    if not locked.is_open:
        raise ValidationError(_("This training is completed already."), code="closed")
    return locked


def _refuse_unread(assignment: Assignment) -> None:
    if left := [step.lesson.title for step in steps_of(assignment) if not step.is_done]:
        raise ValidationError(
            _("Please work through this first: %(lessons)s.") % {"lessons": ", ".join(left)}, code="unread"
        )
