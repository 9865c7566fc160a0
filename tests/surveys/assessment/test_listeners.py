"""Who is told of results and tasks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.notices.models import Notice
from cxm.organisation.models import Person
from surveys.assessment.actions import change_task, end_task, give_task
from surveys.assessment.choices import TaskState
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Concept, Publication
from tests.surveys.assessment.test_results import ALL
from tests.surveys.assessment.waves import closed_wave
from tests.surveys.makers import make_people, make_version, question

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[tuple[str, str]]:
    while deliver_next():
        pass
    rows = Notice.objects.filter(kind=kind).order_by("user__name")
    return [(notice.user.name, notice.url) for notice in rows.select_related("user")]


def test_sponsor_and_cx_manager_hear_of_results_that_are_decided_by_then(
    mia: User, sofia: User, emil: User
) -> None:
    wave = closed_wave(make_people(6), [], lambda number, one: dict.fromkeys(ALL, 2))
    assert not Publication.objects.exists()
    url = reverse("assessment:results", args=[wave.pk])
    assert told("assessment.results") == [(mia.name, url), (sofia.name, url)]
    assert Publication.objects.filter(wave=wave, measure="mean:bond", is_shown=True).count() == 1 + 1


def test_a_survey_of_customers_is_no_self_assessment(mia: User) -> None:
    version = make_version(question("a"), use=Use.CUSTOMER, identity=Identity.ANONYMOUS)
    closed_wave(make_people(6), [], lambda number, one: {"a": 3}, questionnaire=version.questionnaire)
    assert told("assessment.results") == []


def test_who_is_given_a_task_hears_of_it_and_his_successor_too(mia: User, otto: User, emil: User) -> None:
    wave = closed_wave(make_people(6), [], lambda number, one: dict.fromkeys(ALL, 2))
    due = timezone.localdate() + timedelta(days=3)
    task = give_task(
        wave=wave, concept=Concept.objects.get(code="bond"), title="Fragen", person=Person.objects.get(user=otto),
        due_on=due, actor=mia,
    )  # fmt: skip
    url = reverse("assessment:task", args=[task.pk])
    assert told("assessment.task") == [(otto.name, url)]
    change_task(
        task=task, title="Fragen", note="", person=Person.objects.get(user=emil), due_on=due,
        revision=task.revision, actor=mia,
    )  # fmt: skip
    assert told("assessment.task") == [(emil.name, url), (otto.name, url)]


def test_nobody_is_told_of_his_own_task_or_of_one_that_has_ended(mia: User, otto: User) -> None:
    wave = closed_wave(make_people(6), [], lambda number, one: dict.fromkeys(ALL, 2))
    concept, due = Concept.objects.get(code="bond"), timezone.localdate()
    mine = Person.objects.get(user=mia)
    give_task(wave=wave, concept=concept, title="Selbst", person=mine, due_on=due, actor=mia)
    other = give_task(
        wave=wave,
        concept=concept,
        title="Schon fertig",
        person=Person.objects.get(user=otto),
        due_on=due,
        actor=mia,
    )
    end_task(task=other, state=TaskState.DROPPED, outcome="", actor=mia)
    assert told("assessment.task") == []
