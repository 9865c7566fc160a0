"""The list of tasks."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cxm.kit.icons import icon
from cxm.kit.lists import Column, Empty, ListPage
from cxm.kit.numbers import Formats
from surveys.assessment.choices import TaskState
from surveys.assessment.models import Task
from surveys.assessment.permissions import TASKS
from surveys.questionnaires.models import Wave

ALL = _("all")
STATE_ICONS = {TaskState.OPEN: "clock", TaskState.DONE: "circle-check", TaskState.DROPPED: "ban"}


def state_cell(task: Task, f: Formats) -> str:
    """The state as icon and word."""
    return format_html("{} {}", icon(STATE_ICONS[TaskState(task.state)]), task.get_state_display())


def due_cell(task: Task, f: Formats) -> str:
    """The day, and that it is over."""
    if not task.is_overdue():
        return f.date(task.due_on)
    return format_html(
        '<span class="light light-bad">{}{} · {}</span>',
        icon("alert-triangle"),
        f.date(task.due_on),
        _("overdue"),
    )


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """What the list can be narrowed to."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=TaskState.choices, empty_label=ALL)
    wave = django_filters.ModelChoiceFilter(
        label=_("Wave"), empty_label=ALL, queryset=Wave.objects.filter(tasks__isnull=False).distinct()
    )
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="by_overdue")

    class Meta:
        model = Task
        fields: ClassVar = ["state", "wave", "overdue"]

    def by_overdue(self, rows: QuerySet[Task], name: str, value: bool) -> QuerySet[Task]:
        """Open ones whose day is over, or the others."""
        late = {"state": TaskState.OPEN, "due_on__lt": timezone.localdate()}
        return rows.filter(**late) if value else rows.exclude(**late)


class TaskList(ListPage[Task]):
    """All tasks that this person may see."""

    key = "assessment.tasks"
    title = _("Tasks from the self-assessment")
    columns: ClassVar[Sequence[Column[Any]]] = (
        Column("title", _("What is to be done"), value=lambda t: t.title, sort="title", width=50, link=True),
        Column("person", _("Who"), value=lambda t: t.person.name, sort="person__name_sort", width=28),
        Column("due", _("Until"), value=lambda t: t.due_on, html=due_cell, sort="due_on"),
        Column("state", _("State"), value=lambda t: t.get_state_display(), html=state_cell, sort="state"),
        Column("wave", _("Wave"), value=lambda t: t.wave.name, sort=F("wave__name"), phone=False),
        Column(
            "outcome", _("What came of it"), value=lambda t: t.outcome, sort="outcome", shown=False, width=40
        ),
        Column("given", _("Given by"), value=lambda t: t.given_by.name if t.given_by else "", shown=False),
    )
    filterset = TaskFilter
    search_field = "words"
    search_hint = _("Search by task or person")
    default_sort = "due"
    export = TASKS
    help_topic = "assessment"
    empty = Empty(
        _("No tasks yet"),
        _("Open the results of a closed wave, choose a weak question and give somebody a task."),
        "clipboard-list",
    )

    def base(self) -> QuerySet[Task]:
        """With whom and what they are about."""
        words = Concat("title", Value(" "), "person__name", output_field=TextField())
        rows = Task.objects.visible_to(self.request.user).select_related("person", "wave", "given_by")
        return rows.annotate(words=Func(words, function="cxm_sort_key", output_field=TextField()))
