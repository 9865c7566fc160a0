"""Tasks: given, changed, ended; what is refused changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.organisation.models import Person
from surveys.assessment.actions import change_task, end_task, give_task
from surveys.assessment.choices import TaskState
from surveys.assessment.models import Task
from surveys.assessment.weak_spots import MAKERS, Maker, maker
from surveys.questionnaires.models import Concept, Wave
from tests.makers import make_person
from tests.surveys.makers import make_people, make_version, opened, question

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def wave(mia: User) -> Wave:
    """Any wave."""
    found, _invited = opened(make_version(question("a", "maturity")), make_people(5))
    return found


def give(wave: Wave, actor: User | None, **more: Any) -> Task:
    values: dict[str, Any] = {
        "title": "Fragen",
        "person": more.pop("person", None) or make_person(),
        "due_on": TODAY,
    } | more
    return give_task(wave=wave, concept=Concept.objects.get(code="a"), actor=actor, **values)


def verbs() -> list[str]:
    rows = Entry.objects.filter(verb__startswith="assessment.task").order_by("pk")
    return list(rows.values_list("verb", flat=True))


def test_a_task_is_given_changed_and_ended(wave: Wave, mia: User) -> None:
    task = give(wave, mia, note=" mehr ")
    assert (task.note, task.state, task.given_by) == ("mehr", TaskState.OPEN, mia)
    task = change_task(
        task=task, title="Nachfragen", note="", person=task.person, due_on=TODAY + timedelta(days=1), revision=1,
        actor=mia,
    )  # fmt: skip
    assert (task.title, task.revision) == ("Nachfragen", 2)
    done = end_task(task=task, state=TaskState.DONE, outcome=" gut ", actor=mia)
    assert (done.state, done.outcome, bool(done.ended_at)) == (TaskState.DONE, "gut", True)
    again = end_task(task=task, state=TaskState.OPEN, outcome="", actor=mia)
    assert (again.state, again.ended_at) == (TaskState.OPEN, None)
    assert verbs() == [f"assessment.task.{word}" for word in ("given", "changed", "done", "reopened")]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "  "}, "title"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"title": "x" * 201}, "title"),
    ],
)
def test_what_makes_no_task_is_said_at_its_field(
    wave: Wave, mia: User, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        give(wave, mia, **more)
    assert field in refused.value.message_dict
    assert not Task.objects.exists()


def test_nobody_gets_a_task_for_a_day_after_he_has_left(wave: Wave, mia: User) -> None:
    leaver = make_person(left_on=TODAY + timedelta(days=5))
    give(wave, mia, person=leaver, due_on=TODAY + timedelta(days=4))
    with pytest.raises(ValidationError) as refused:
        give(wave, mia, person=leaver, title="Später", due_on=TODAY + timedelta(days=5))
    assert "person" in refused.value.message_dict


def test_a_second_click_gives_no_second_task(wave: Wave, mia: User) -> None:
    task = give(wave, mia)
    with pytest.raises(ValidationError):
        give(wave, mia, person=task.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(
            wave=wave, concept=task.concept, person=task.person, title=task.title, due_on=TODAY
        )
    end_task(task=task, state=TaskState.DROPPED, outcome="", actor=mia)
    give(wave, mia, person=task.person)
    with pytest.raises(ValidationError):
        end_task(task=task, state=TaskState.OPEN, outcome="", actor=mia)


def test_who_was_slower_and_an_ended_task_are_refused(wave: Wave, mia: User) -> None:
    task = give(wave, mia)
    values: dict[str, Any] = {
        "title": "Neu",
        "note": "",
        "person": task.person,
        "due_on": TODAY,
        "actor": mia,
    }
    change_task(task=task, revision=1, **values)
    with pytest.raises(ValidationError) as refused:
        change_task(task=task, revision=1, **values)
    assert refused.value.code == "changed"
    end_task(task=task, state=TaskState.DONE, outcome="", actor=mia)
    with pytest.raises(ValidationError) as refused:
        change_task(task=task, revision=3, **values)
    assert refused.value.code == "ended"


def test_the_database_knows_when_a_task_has_ended(wave: Wave, mia: User) -> None:
    task = give(wave, mia)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=TaskState.DONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(ended_at=timezone.now())


def test_who_sees_which_tasks(wave: Wave, mia: User, otto: User, emil: User, sofia: User) -> None:
    task = give(wave, mia, person=Person.objects.get(user=otto))
    seen = {
        user.name: Task.objects.visible_to(user).filter(pk=task.pk).exists()
        for user in (mia, sofia, otto, emil)
    }
    assert list(seen.values()) == [True, True, True, False]


def test_a_room_above_may_take_weak_spots_over(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    assert maker().code == "task"
    monkeypatch.setattr(MAKERS, "_items", dict(MAKERS._items))
    MAKERS.register(Maker("measure", "Measure", lambda wave, code: f"/measures/{wave.pk}/{code}/"))
    assert maker().url(wave, "a") == f"/measures/{wave.pk}/a/"
