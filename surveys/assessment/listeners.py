"""Whom we tell what happened. Each function runs in the worker after commit, with its mark in one transaction."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.actions import notify, notify_all
from surveys.assessment.choices import RESULTS_NOTICE, TASK_GIVEN, TASK_NOTICE
from surveys.assessment.models import Task
from surveys.assessment.permissions import VIEW
from surveys.assessment.results import decide
from surveys.questionnaires.choices import WAVE_CLOSED, Use
from surveys.questionnaires.models import Wave


@listens_to(WAVE_CLOSED)
def tell_results(entry: Entry) -> None:
    """Decide what is said of a wave that has closed; then tell of it."""
    waves = Wave.objects.select_related("version", "questionnaire")
    wave = waves.filter(pk=entry.data["wave"], questionnaire__use=Use.ASSESSMENT).first()
    if wave is None:
        return
    decide(wave)
    notify_all(
        users=[user for user in readers() if user.may(VIEW)],
        kind=RESULTS_NOTICE,
        text=format_lazy(_("The results of {name} are there"), name=wave.name),
        key=f"assessment:{wave.pk}",
        url=reverse("assessment:results", args=[wave.pk]),
    )


def readers() -> list[User]:
    """The sponsor and the CX managers."""
    return list(User.objects.active().with_role(Role.SPONSOR, Role.CX_MANAGER).with_grants())


@listens_to(TASK_GIVEN)
def tell_task(entry: Entry) -> None:
    """Who is given a task hears of it, unless he gave it to himself."""
    task = Task.objects.open().select_related("person__user").filter(pk=entry.data["task"]).first()
    user = task.person.user if task else None
    if task is None or user is None or user.pk == entry.actor_id:
        return
    notify(
        user=user,
        kind=TASK_NOTICE,
        text=format_lazy(_("You have a task from the self-assessment: {title}"), title=task.title),
        key=f"task:{task.pk}:{entry.pk}",
        url=task.get_absolute_url(),
    )
