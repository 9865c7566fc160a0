"""Every write of the self-assessment."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.organisation.models import Person
from surveys.assessment.choices import (
    TAKEN_OVER,
    TASK_CHANGED,
    TASK_DONE,
    TASK_DROPPED,
    TASK_GIVEN,
    TASK_REOPENED,
    TaskState,
)
from surveys.assessment.instruments import LANGUAGES, instrument
from surveys.assessment.models import Task
from surveys.questionnaires.actions.versions import create_questionnaire, publish_version
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Concept, Questionnaire, Wave


@transaction.atomic
def take_over(*, code: str, actor: User | None, at: datetime | None = None) -> Questionnaire:
    """Bring a shipped instrument in, published and anonymous. Whoever comes second finds what is there already.

    `at`: if not now.
    """
    if found := Questionnaire.objects.filter(code=code).first():
        return found
    shipped = instrument(code)
    try:
        with transaction.atomic():
            version = create_questionnaire(
                code=code, name=shipped.name, use=Use.ASSESSMENT, languages=list(LANGUAGES),
                identity=Identity.ANONYMOUS, content=shipped.content, actor=actor,
            )  # fmt: skip
    except (IntegrityError, ValidationError):  # somebody else was faster
        return Questionnaire.objects.get(code=code)
    publish_version(version=version, actor=actor, at=at)
    record(TAKEN_OVER, actor=actor, target=version.questionnaire)
    return version.questionnaire


@transaction.atomic
def give_task(
    *,
    wave: Wave,
    concept: Concept,
    title: str,
    person: Person,
    due_on: date,
    note: str = "",
    actor: User | None,
) -> Task:
    """Ask somebody to do something about a weak spot; he is told. Raises ValidationError by field.

    Locks the concept, so that a form sent twice gives one task.
    """
    Concept.objects.select_for_update().get(pk=concept.pk)
    _refuse_impossible(person, due_on)
    task = Task(
        wave=wave, concept=concept, title=title.strip(), note=note.strip(), person=person, due_on=due_on,
        given_by=actor,
    )  # fmt: skip
    task.full_clean(exclude=["given_by"])
    task.save()
    record(TASK_GIVEN, actor=actor, target=task, data={"person": person.name, "task": task.pk})
    return task


def _refuse_impossible(person: Person, due_on: date) -> None:
    """A day that is over, or somebody who will not be here."""
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": _("This day is over.")})
    if not Person.objects.present(due_on).filter(pk=person.pk).exists():
        raise ValidationError(
            {"person": _("%(name)s does not work here any more by then.") % {"name": person.name}}
        )


@transaction.atomic
def change_task(
    *, task: Task, title: str, note: str, person: Person, due_on: date, revision: int, actor: User
) -> Task:
    """Another wording, person or day; refused if somebody else was faster. Locks the task."""
    locked = Task.objects.select_for_update(of=("self",)).select_related("person").get(pk=task.pk)
    if locked.revision != revision:
        raise ValidationError(
            _("Somebody has changed this task meanwhile. Please look at it again."), code="changed"
        )
    if locked.state != TaskState.OPEN:
        raise ValidationError(_("This task is not open any more."), code="ended")
    moved = locked.person_id != person.pk
    if moved or locked.due_on != due_on:
        _refuse_impossible(person, due_on)
    locked.title, locked.note, locked.person, locked.due_on = title.strip(), note.strip(), person, due_on
    locked.revision += 1
    locked.full_clean(exclude=["given_by"])
    locked.save()
    if moved:
        record(TASK_GIVEN, actor=actor, target=locked, data={"person": person.name, "task": locked.pk})
    else:
        record(TASK_CHANGED, actor=actor, target=locked)
    return locked


@transaction.atomic
def end_task(*, task: Task, state: TaskState, outcome: str, actor: User) -> Task:
    """Done, dropped, or open again. Twice the same changes nothing. Locks the task."""
    locked = Task.objects.select_for_update().get(pk=task.pk)
    if locked.state == state:
        return locked
    locked.state, locked.outcome = state, outcome.strip()
    locked.ended_at = None if state == TaskState.OPEN else timezone.now()
    locked.revision += 1
    locked.full_clean(exclude=["given_by"])
    locked.save()
    verbs = {TaskState.DONE: TASK_DONE, TaskState.DROPPED: TASK_DROPPED, TaskState.OPEN: TASK_REOPENED}
    record(verbs[state], actor=actor, target=locked, data={"task": locked.pk})
    return locked
