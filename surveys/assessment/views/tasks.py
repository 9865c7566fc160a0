"""Tasks from weak spots: give one, see one's own, say what came of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from surveys.assessment.actions import change_task, end_task, give_task
from surveys.assessment.choices import TaskState
from surveys.assessment.forms import EndForm, TaskForm, add_errors
from surveys.assessment.lists import TaskList
from surveys.assessment.models import Task
from surveys.assessment.permissions import MANAGE, TASKS, VIEW
from surveys.assessment.views.start import help_url
from surveys.assessment.words import title_of, wording
from surveys.questionnaires.choices import Use
from surveys.questionnaires.models import Concept, Wave
from surveys.questionnaires.sheet import sheet_of

FOLDER = "surveys/assessment"
MOST_OLD = 50


@require_GET
@requires(TASKS)
def task_list(request: CxmRequest) -> HttpResponseBase:
    """All tasks that one may see."""
    return TaskList(request).respond()


@require_GET
@requires(TASKS)
def mine(request: CxmRequest) -> HttpResponse:
    """What the reader was asked to do, and what he has ended."""
    rows = Task.objects.of(request.user).select_related("wave", "given_by")
    context = {
        "open": list(rows.open()),
        "ended": list(rows.exclude(state=TaskState.OPEN).order_by("-ended_at")[:MOST_OLD]),
        "today": timezone.localdate(),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/mine.html", context)


def visible(request: CxmRequest, pk: int) -> Task:
    """A task that the reader may see."""
    rows = Task.objects.visible_to(request.user)
    rows = rows.select_related(
        "person__user", "person__unit", "wave__version", "wave__questionnaire", "concept", "given_by"
    )
    return get_object_or_404(rows, pk=pk)


def may_end(request: CxmRequest, task: Task) -> bool:
    """Whoever was asked to do it, and whoever gives tasks."""
    return task.person.user_id == request.user.pk or request.user.may(MANAGE)


@require_GET
@requires(TASKS)
def task(request: CxmRequest, pk: int) -> HttpResponse:
    """One task."""
    return show(request, visible(request, pk), EndForm())


def show(request: CxmRequest, found: Task, form: EndForm) -> HttpResponse:
    """The task with the buttons that end it."""
    item = sheet_of(found.wave.version).by_code.get(found.concept.code)
    context = {
        "task": found,
        "question": wording(item) if item else found.concept.code,
        "form": form,
        "can_end": may_end(request, found),
        "can_change": request.user.may(MANAGE) and found.state == TaskState.OPEN,
        "can_see": request.user.may(VIEW) and found.wave.closed_at is not None,
        "page_help": help_url(),
    }
    status = 422 if form.errors else 200
    return render(request, f"{FOLDER}/task.html", context, status=status)


@require_POST
@requires(TASKS)
def task_end(request: CxmRequest, pk: int) -> HttpResponse:
    """Done, dropped, or open again."""
    found = visible(request, pk)
    if not may_end(request, found):
        raise Http404(pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        return show(request, found, form)
    state = TaskState(form.cleaned_data["state"])
    try:
        end_task(task=found, state=state, outcome=form.cleaned_data["outcome"], actor=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return show(request, found, form)
    words = {
        TaskState.DONE: _("The task is done. Thank you."),
        TaskState.DROPPED: _("The task is dropped."),
        TaskState.OPEN: _("The task is open again."),
    }
    toast(request, words[state])
    return redirect(found)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def task_new(request: CxmRequest, pk: int, code: str) -> HttpResponse:
    """Give somebody a task about one question of a wave."""
    waves = Wave.objects.visible_to(request.user).select_related("version", "questionnaire")
    wave = get_object_or_404(waves, pk=pk, questionnaire__use=Use.ASSESSMENT, closed_at__isnull=False)
    concept = get_object_or_404(Concept, questionnaire=wave.questionnaire_id, code=code)
    item = sheet_of(wave.version).by_code.get(code)
    initial = {"title": _("Improve: %(question)s") % {"question": title_of(item)} if item else ""}
    initial["title"] = initial["title"][:200]
    form = TaskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            given = give_task(wave=wave, concept=concept, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("%(name)s is told about the task.") % {"name": given.person.name})
            return redirect(given)
    back = reverse("assessment:question", args=[pk, code])
    context = {"form": form, "wave": wave, "question": wording(item) if item else code, "back": back}
    return answer(request, form, context)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def task_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Another wording, person or day."""
    found = visible(request, pk)
    form = TaskForm(request.POST or None, task=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_task(task=found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form = again(request, found)
            add_errors(form, error)
        else:
            toast(request, _("Saved."))
            return redirect(found)
    back = found.get_absolute_url()
    return answer(request, form, {"form": form, "wave": found.wave, "task": found, "back": back})


def again(request: CxmRequest, task: Task) -> TaskForm:
    """What was typed, now knowing the task as it stands: the second press saves over it."""
    data = request.POST.copy()
    data["revision"] = str(Task.objects.values_list("revision", flat=True).get(pk=task.pk))
    form = TaskForm(data, task=task)
    form.is_valid()
    return form


def answer(request: CxmRequest, form: TaskForm, context: dict[str, Any]) -> HttpResponse:
    """The form of a task."""
    status = 422 if form.errors else 200
    return render(request, f"{FOLDER}/task_form.html", context | {"page_help": help_url()}, status=status)
