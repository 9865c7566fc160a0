"""The lists of training: courses, and who has to take which."""

from datetime import date

import django_filters
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cxm.audit.actions import record
from cxm.kit.icons import icon
from cxm.kit.lists import Column, Empty, Link, ListPage
from cxm.organisation.models import Unit
from surveys.training.choices import EXPORTED, Reason, State
from surveys.training.models import Assignment, AssignmentQuerySet, Course
from surveys.training.permissions import EXPORT, MANAGE

SHAPES = {
    State.OPEN: ("open", "clock"),
    State.OVERDUE: ("bad", "alert-triangle"),
    State.PASSED: ("good", "circle-check"),
    State.WAIVED: ("none", "circle-minus"),
}


def light(state: State) -> str:
    """A state with its shape and its word."""
    tone, shape = SHAPES[state]
    return format_html('<span class="light light-{}">{}{}</span>', tone, icon(shape), state.label)


class CourseFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Narrows courses to those in use or archived."""

    archived = django_filters.BooleanFilter(
        label=_("Archived"), method="by_archive", field_name="archived_at"
    )

    class Meta:
        model = Course
        fields = ("archived",)

    def by_archive(self, rows: QuerySet[Course], name: str, value: bool) -> QuerySet[Course]:
        """In the archive or not."""
        return rows.filter(archived_at__isnull=not value)


class CourseList(ListPage[Course]):
    """All courses, with how many have passed."""

    key = "training.courses"
    title = _("Courses")
    help_topic = "training"
    template = "surveys/training/courses.html"
    columns = (
        Column("name", _("Course"), value=lambda c: c.name, sort="name_sort", link=True, width=40),
        Column(
            "version", _("Version"), value=lambda c: c.valid or None, sort=Coalesce("valid", Value(0)), number=True
        ),
        Column("open", _("Open"), value=lambda c: c.n_open, sort="n_open", number=True),
        Column("overdue", _("Overdue"), value=lambda c: c.n_overdue, sort="n_overdue", number=True),
        Column("passed", _("Passed"), value=lambda c: c.n_passed, sort="n_passed", number=True),
        Column(
            "refresh", _("Valid for … months"), value=lambda c: c.refresh_months,
            sort=Coalesce("refresh_months", Value(0)), number=True, shown=False,
        ),
    )  # fmt: skip
    filterset = CourseFilter
    search_field = "name_sort"
    search_hint = _("Search name")
    default_sort = "name"
    create = Link(_("New course"), "training:course_new", MANAGE)
    links = (
        Link(_("Assignments"), "training:assignments", MANAGE, icon="list-check", primary=False),
        Link(_("Matrix"), "training:matrix", MANAGE, icon="table", primary=False),
    )
    empty = Empty(
        _("No course yet"),
        _(
            "Begin with one that teaches the standard of a touchpoint: whoever answers for it gets it by itself."
        ),
        "school",
    )

    def base(self) -> QuerySet[Course]:
        """The courses with their numbers."""
        return Course.objects.visible_to(self.request.user).with_numbers()


class AssignmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Narrows assignments to a course, a state, a unit with all below, a reason."""

    course = django_filters.ModelChoiceFilter(label=_("Course"), queryset=Course.objects.all())
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices, method="by_state")
    unit = django_filters.ModelChoiceFilter(label=_("Unit"), queryset=Unit.objects.all(), method="by_unit")
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=Reason.choices)

    class Meta:
        model = Assignment
        fields = ("course", "state", "unit", "reason")

    def by_state(self, rows: AssignmentQuerySet, name: str, value: str) -> QuerySet[Assignment]:
        """How far it has come today."""
        return rows.in_state(value)

    def by_unit(self, rows: AssignmentQuerySet, name: str, value: Unit) -> QuerySet[Assignment]:
        """Who works in the unit or below it."""
        return rows.filter(person__unit__in=Unit.objects.at_or_below(value))


class AssignmentList(ListPage[Assignment]):
    """Who has to take which course, and how far he is; all cycles."""

    key = "training.assignments"
    title = _("Assignments")
    help_topic = "training"
    columns = (
        Column("person", _("Person"), value=lambda a: a.person.name, sort="person__name_sort", link=True, width=30),
        Column("course", _("Course"), value=lambda a: a.course.name, sort="course__name_sort", width=34),
        Column(
            "unit", _("Unit"), value=lambda a: a.person.unit.name if a.person.unit else None,
            sort=Coalesce("person__unit__name_sort", Value(""), output_field=TextField()), phone=False,
        ),
        Column(
            "state", _("State"), value=lambda a: a.state.label, html=lambda a, f: light(a.state)
        ),
        Column("due", _("Due on"), value=lambda a: a.due_on, sort="due_on"),
        Column("reason", _("Reason"), value=lambda a: Reason(a.reason).label, sort="reason", phone=False),
        Column("detail", _("Rule"), value=lambda a: a.detail, shown=False, width=34),
        Column("cycle", _("Cycle"), value=lambda a: a.cycle, sort="cycle", number=True, shown=False),
        Column("assigned", _("Assigned on"), value=lambda a: a.assigned_on, sort="assigned_on", shown=False),
        Column(
            "passed", _("Passed on"), value=lambda a: a.passed_on,
            sort=Coalesce("passed_on", Value(date.min)), shown=False,
        ),
        Column("waived", _("Waived because"), value=lambda a: a.waived_reason, shown=False, width=34),
        Column(
            "account", _("Can sign in"),
            value=lambda a: bool(a.person.user and a.person.user.is_active), shown=False,
        ),
    )  # fmt: skip
    filterset = AssignmentFilter
    search_field = "person__search_key"
    search_hint = _("Search person")
    default_sort = "due"
    export = EXPORT
    links = (
        Link(_("Courses"), "training:courses", MANAGE, icon="school", primary=False),
        Link(_("Matrix"), "training:matrix", MANAGE, icon="table", primary=False),
    )
    empty = Empty(
        _("Nobody has to take a course yet"),
        _("Publish a course and say who has to take it; whoever is meant appears here at once."),
        "list-check",
    )

    def base(self) -> QuerySet[Assignment]:
        """All of them, newest cycles and old ones."""
        return Assignment.objects.visible_to(self.request.user).select_related(
            "person__unit", "person__user", "course"
        )

    def taken_out(self) -> None:
        """It says who knows what: leaving with it is recorded."""
        record(EXPORTED, actor=self.request.user)
