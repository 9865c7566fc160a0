"""The list of waves."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.db.models import Count, DateTimeField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat, Now
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxm.kit.icons import icon
from cxm.kit.lists import Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats
from surveys.questionnaires.choices import Step, Turnout, Use
from surveys.questionnaires.models import Invitation, Questionnaire, Wave
from surveys.questionnaires.permissions import MANAGE, VIEW

ICONS = {Step.PLANNED: "clock", Step.OPEN: "player-play", Step.CLOSED: "check"}
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = Q(opened_at__lte=Now(), closed_at=None) & (Q(closes_at=None) | Q(closes_at__gt=Now()))


def step_cell(wave: Wave, formats: Formats) -> SafeString:
    """The step as icon and word."""
    return format_html("{} {}", icon(ICONS[wave.step]), wave.step.label)


class WaveFilters(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows waves to a step and a questionnaire."""

    step = django_filters.ChoiceFilter(label=_("State"), choices=Step, method="by_step")
    questionnaire = django_filters.ModelChoiceFilter(
        label=_("Questionnaire"), queryset=Questionnaire.objects.all()
    )

    class Meta:
        model = Wave
        fields = ("step", "questionnaire")

    def by_step(self, rows: QuerySet[Wave], name: str, value: str) -> QuerySet[Wave]:
        """Waves that are planned, open or closed now."""
        if value == Step.PLANNED:
            return rows.filter(opened_at=None)
        return rows.filter(OPEN) if value == Step.OPEN else rows.exclude(opened_at=None).exclude(OPEN)


class WaveList(ListPage[Wave]):
    """All waves."""

    key = "questionnaires.waves"
    title = _("Waves")
    help_topic = "waves"
    columns = (
        Column("name", _("Name"), value=lambda w: w.name, sort="name", link=True, width=40),
        Column(
            "questionnaire", _("Questionnaire"), value=lambda w: w.questionnaire.name,
            sort="questionnaire__name_sort", width=40,
        ),
        Column("step", _("State"), value=lambda w: w.step.label, html=step_cell),
        Column("identity", _("Who answered"), value=lambda w: w.version.get_identity_display(), phone=False),
        Column("version", _("Version"), value=lambda w: w.version.number, number=True, shown=False),
        Column(
            "closes", _("Until"), value=lambda w: w.closed_at or w.closes_at,
            sort=Coalesce("closed_at", "closes_at", Value(NEVER), output_field=DateTimeField()),
        ),
        Column("invited", _("Invited"), value=lambda w: w.invited, number=True, phone=False),
        Column("completed", _("Completed"), value=lambda w: w.completed, number=True),
        Column("created", _("Planned on"), value=lambda w: w.created_at, sort="created_at", shown=False),
    )  # fmt: skip
    filterset = WaveFilters
    search_field = "words"
    search_hint = _("Search by name of the wave or questionnaire")
    default_sort = "-created"
    export = VIEW
    create = Link(_("Plan a wave"), "questionnaires:wave_new", MANAGE)
    empty = Empty(
        _("No wave yet"),
        _(
            "A wave asks a published questionnaire once: of employees by invitation, of customers by a list or a link."
        ),
        "send",
    )

    def base(self) -> QuerySet[Wave]:
        """All waves with what is shown of them; quizzes are asked by courses, and their waves are looked at there."""
        from_text = F("name"), Value(" "), F("questionnaire__name")
        return (
            Wave.objects.visible_to(self.request.user)
            .exclude(questionnaire__use=Use.QUIZ)
            .select_related("questionnaire", "version")
            .annotate(words=_sort_key(*from_text))
        )

    def prepare(self, rows: list[Wave]) -> None:
        """How many were invited and have finished; one query for the page."""
        counted = (
            Invitation.objects.filter(wave__in=rows)
            .order_by()
            .values("wave")
            .annotate(n=Count("pk"), done=Count("pk", filter=Q(status=Turnout.COMPLETED)))
        )
        by_wave = {row["wave"]: row for row in counted}
        for wave in rows:
            row = by_wave.get(wave.pk, {"n": 0, "done": 0})
            wave.invited, wave.completed = row["n"], row["done"]  # type: ignore[attr-defined]


def _sort_key(*parts: Any) -> Any:
    return Func(Concat(*parts, output_field=TextField()), function="cxm_sort_key", output_field=TextField())
