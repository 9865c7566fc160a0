"""The lists of figures: the catalogue, the measurements behind a number, the alarms."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from cxm.kit.icons import icon
from cxm.kit.lists import BulkAction, Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats, formats
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import AlarmState, Aspect, Reason, Status
from touchpoints.kpis.figures import Figure, figures
from touchpoints.kpis.freshness import without_new_data
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement, PhaseCell, Segment
from touchpoints.kpis.periods import Period, running_quarter, usual_period
from touchpoints.kpis.permissions import EXPORT, IMPORT, MANAGE, VIEW
from touchpoints.kpis.words import alarm_sentence, counted_as

ALL = gettext_lazy("all")
LAST = 32767  # what has no phase stands behind what has one


def value_text(row: Any) -> str:
    """The figure in words."""
    return str(row.reading.value) if row.reading else ""


def value_cell(row: Any, f: Formats) -> str:
    """The figure with what makes it honest, and a warning where its source is broken or it is only drafted."""
    reading = row.reading
    if reading is None or reading.tier == "hidden":
        shown = format_html('<span class="text-secondary">{}</span>', reading.note if reading else "–")
    else:
        more = ", ".join(part for part in (reading.interval, reading.size, reading.remark) if part)
        shown = format_html('<b>{}</b> <span class="text-secondary small">{}</span>', reading.value, more)
    if not row.caution:
        return shown
    return format_html(
        '{} <span class="light light-watch">{}{}</span>', shown, icon("alert-triangle"), row.caution
    )


class KpiFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """What the catalogue can be narrowed to."""

    phase = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Phase"), empty_label=ALL, queryset=Phase.objects.default()
    )
    aspect = django_filters.ChoiceFilter(
        label=gettext_lazy("Aspect"), choices=Aspect.choices, empty_label=ALL
    )
    is_shown = django_filters.BooleanFilter(label=gettext_lazy("Shown on the pages"))
    is_headline = django_filters.BooleanFilter(label=gettext_lazy("Headline of the sponsor page"))
    is_declared = django_filters.BooleanFilter(label=gettext_lazy("From the catalogue"))
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=Status.choices, empty_label=ALL
    )

    data = django_filters.ChoiceFilter(
        label=gettext_lazy("Data"),
        choices=(("overdue", gettext_lazy("no new data")),),
        empty_label=ALL,
        method="by_data",
    )

    class Meta:
        model = KpiDefinition
        fields: ClassVar = ["phase", "aspect", "is_shown", "is_headline", "is_declared", "status", "data"]

    def by_data(self, rows: QuerySet[KpiDefinition], name: str, value: str) -> QuerySet[KpiDefinition]:
        """Those of which new data are overdue."""
        return without_new_data(rows)


class KpiList(ListPage[KpiDefinition]):
    """All KPIs with their figure of the last quarter that is over."""

    key = "kpis.kpis"
    title = gettext_lazy("KPIs")
    columns: ClassVar[Sequence[Column[Any]]] = (
        Column("code", gettext_lazy("Code"), value=lambda k: k.code, sort="code", width=8, phone=False),
        Column("name", gettext_lazy("Name"), value=lambda k: k.name, sort="name_de_sort", width=40, link=True),
        Column("phase", gettext_lazy("Phase"), value=lambda k: k.phase.name if k.phase else "",
               sort=Coalesce(F("phase__position") * 1000 + F("position"), Value(LAST))),
        Column("aspect", gettext_lazy("Aspect"), value=lambda k: k.get_aspect_display(), sort="aspect"),
        Column("value", gettext_lazy("Figure"), value=value_text, html=value_cell, width=14, wide=True),
        Column("shown", gettext_lazy("Shown on the pages"), value=lambda k: k.is_shown, sort="is_shown"),
        Column("headline", gettext_lazy("Headline"), value=lambda k: k.is_headline, sort="is_headline", shown=False),
        Column("owner", gettext_lazy("Owner"), value=lambda k: k.owner.name if k.owner else "", phone=False),
        Column("source", gettext_lazy("Source"), value=lambda k: str(k.words("source")), shown=False),
        Column("status", gettext_lazy("Status"), value=lambda k: k.get_status_display(), sort="status", shown=False),
        Column("formula", gettext_lazy("Formula"), value=lambda k: str(k.words("formula")), shown=False, width=50),
    )  # fmt: skip
    filterset = KpiFilter
    search_field = "search_key"
    search_hint = gettext_lazy("Search by name or code")
    default_sort = "phase"
    bulk: ClassVar[Sequence[BulkAction]] = (
        BulkAction("show", gettext_lazy("Show"), "kpis:show", MANAGE, icon="eye"),
        BulkAction("hide", gettext_lazy("Hide"), "kpis:hide", MANAGE, icon="eye-off"),
        BulkAction(
            "headline", gettext_lazy("To the headlines"), "kpis:headline_add", MANAGE, icon="layout-dashboard"
        ),
        BulkAction(
            "no_headline", gettext_lazy("Off the headlines"), "kpis:headline_remove", MANAGE, icon="x"
        ),
    )
    create: ClassVar[Link | None] = Link(gettext_lazy("New KPI"), "kpis:new", MANAGE)
    links: ClassVar[Sequence[Link]] = (
        Link(gettext_lazy("Import measurements"), "kpis:import", IMPORT, icon="file-import", primary=False),
        Link(gettext_lazy("Measurements"), "kpis:measurements", VIEW, icon="table", primary=False),
        Link(gettext_lazy("Alarms"), "kpis:alarms", VIEW, icon="alert-triangle", primary=False),
    )
    export = EXPORT
    empty = Empty(gettext_lazy("No KPIs"), icon="chart-line")
    help_topic = "kpis"
    page_size = 100

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        now = self.period.label(self.request.user.language)
        self.columns = tuple(  # type: ignore[misc]  # the heading says of which period the figures are
            replace(column, label=now) if column.key == "value" else column for column in self.columns
        )

    @cached_property
    def period(self) -> Period:
        """What the figures tell of: as on the pages from above, the last quarter that is over."""
        return usual_period(has_past=PhaseCell.objects.filter(month__lt=running_quarter().start).exists())

    def base(self) -> QuerySet[KpiDefinition]:
        """All that this person may see."""
        return KpiDefinition.objects.visible_to(self.request.user).select_related("phase", "owner")

    def prepare(self, rows: list[KpiDefinition]) -> None:
        """The figures of all rows at once."""
        f = formats(self.request.user.language)
        found = figures(rows, self.period, history=1)
        for row in rows:
            figure: Figure | None = found.get((row.pk, None))
            row.figure = figure  # type: ignore[attr-defined]
            row.reading = figure.reading(f) if figure else None  # type: ignore[attr-defined]


def part_filter(label: Any, rows: QuerySet[Any]) -> django_filters.ModelChoiceFilter:
    """One part of a split, or what belongs to none."""
    return django_filters.ModelChoiceFilter(
        label=label, queryset=rows, empty_label=ALL, null_label=gettext_lazy("none"), null_value="none"
    )


class MeasurementFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """What the measurements can be narrowed to; a number of any page leads here with these parameters."""

    kpi = django_filters.ModelChoiceFilter(
        label=gettext_lazy("KPI"), empty_label=ALL, queryset=KpiDefinition.objects.order_by("code")
    )
    first = django_filters.DateFilter(label=gettext_lazy("First day"), field_name="day", lookup_expr="gte")
    last = django_filters.DateFilter(label=gettext_lazy("Last day"), field_name="day", lookup_expr="lte")
    phase = part_filter(gettext_lazy("Phase"), Phase.objects.default())
    channel = part_filter(gettext_lazy("Channel"), Channel.objects.all())
    segment = part_filter(gettext_lazy("Segment"), Segment.objects.all())
    touchpoint = django_filters.CharFilter(label=gettext_lazy("Touchpoint (code)"), method="at_touchpoint")
    run = django_filters.NumberFilter(label=gettext_lazy("Import (number)"), field_name="run_id")

    class Meta:
        model = Measurement
        fields: ClassVar = ["kpi", "first", "last", "phase", "channel", "segment", "touchpoint", "run"]

    def at_touchpoint(self, rows: QuerySet[Measurement], name: str, text: str) -> QuerySet[Measurement]:
        """At one touchpoint (by code or number) and those that were merged into it; "none" for those without."""
        if text == "none":
            return rows.filter(touchpoint=None)
        by_number = text.isascii() and text.isdigit() and len(text) < 19
        named = Touchpoint.objects.filter(pk=int(text)) if by_number else Touchpoint.objects.filter(code=text)
        ids = list(named.values_list("pk", flat=True))
        family = Touchpoint.objects.filter(Q(pk__in=ids) | Q(duplicate_of__in=ids)).order_by()
        return rows.filter(touchpoint__in=family.values("pk"))  # by the index, not by a join


class MeasurementList(ListPage[Measurement]):
    """The rows behind a number."""

    key = "kpis.measurements"
    title = gettext_lazy("Measurements")
    columns: ClassVar[Sequence[Column[Any]]] = (
        Column("day", gettext_lazy("Day"), value=lambda m: m.day, sort="day", width=12, link=True),
        Column("kpi", gettext_lazy("KPI"), value=lambda m: m.kpi.name, width=30, html=lambda m, f: format_html(
            '<a href="{}">{}</a>', m.kpi.get_absolute_url(), m.kpi.name)),
        Column("value", gettext_lazy("Value"), value=lambda m: m.value, number=True,
               html=lambda m, f: f.number(m.value, 4)),
        Column("total", gettext_lazy("Counts as"), value=lambda m: counted_as(m, formats()),
               html=lambda m, f: counted_as(m, f), width=30, wide=True),
        Column("n", gettext_lazy("n"), value=lambda m: m.n, number=True),
        Column("touchpoint", gettext_lazy("Touchpoint"), value=lambda m: m.touchpoint.name if m.touchpoint else ""),
        Column("phase", gettext_lazy("Phase"), value=lambda m: m.phase.name if m.phase else ""),
        Column("channel", gettext_lazy("Channel"), value=lambda m: m.channel.name if m.channel else "", phone=False),
        Column("segment", gettext_lazy("Segment"), value=lambda m: m.segment.name if m.segment else "", phone=False),
        Column("source", gettext_lazy("Source"), value=lambda m: m.source, shown=False),
        Column("run", gettext_lazy("Import"), value=lambda m: m.run_id, shown=False),
        Column("note", gettext_lazy("Note"), value=lambda m: m.note, shown=False),
        Column("number", gettext_lazy("Number"), value=lambda m: m.pk, sort="pk", shown=False),
    )  # fmt: skip
    filterset = MeasurementFilter
    default_sort = "-day"
    links: ClassVar[Sequence[Link]] = (
        Link(gettext_lazy("Import measurements"), "kpis:import", IMPORT, icon="file-import", primary=False),
    )
    export = EXPORT
    empty = Empty(
        gettext_lazy("Nothing was measured yet"),
        gettext_lazy("Import measurements, or enter them on the page of a KPI."),
        icon="chart-line",
    )
    help_topic = "kpis"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if not self.query.get("kpi"):  # an index in order of days stands behind each KPI only
            self.default_sort = "-number"  # type: ignore[misc]

    def base(self) -> QuerySet[Measurement]:
        """All that this person may see, with names."""
        return Measurement.objects.visible_to(self.request.user).with_names()


NOT_CLOSED = "unclosed"


class AlarmFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """What the alarms can be narrowed to."""

    kpi = django_filters.ModelChoiceFilter(
        label=gettext_lazy("KPI"), empty_label=ALL, queryset=KpiDefinition.objects.order_by("code")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=((NOT_CLOSED, gettext_lazy("Not closed")), *AlarmState.choices),
        empty_label=ALL,
        method="in_state",
    )
    reason = django_filters.ChoiceFilter(
        label=gettext_lazy("Reason"), choices=Reason.choices, empty_label=ALL
    )

    class Meta:
        model = Alarm
        fields: ClassVar = ["kpi", "state", "reason"]

    def in_state(self, rows: QuerySet[Alarm], name: str, value: str) -> QuerySet[Alarm]:
        """In one state, or open as the sponsor's page counts it: not closed yet."""
        return rows.exclude(state=AlarmState.CLOSED) if value == NOT_CLOSED else rows.filter(state=value)


class AlarmList(ListPage[Alarm]):
    """What asked for attention."""

    key = "kpis.alarms"
    title = gettext_lazy("Alarms")
    columns: ClassVar[Sequence[Column[Any]]] = (
        Column("kpi", gettext_lazy("KPI"), value=lambda a: a.kpi.name, link=True, width=40),
        Column("reason", gettext_lazy("Reason"), value=lambda a: a.get_reason_display(), sort="reason"),
        Column("sentence", gettext_lazy("What is wrong"), value=alarm_sentence, width=60, wide=True),
        Column("start", gettext_lazy("Period from"), value=lambda a: a.start, sort="start"),
        Column("state", gettext_lazy("State"), value=lambda a: a.get_state_display(), sort="state"),
        Column("note", gettext_lazy("What was found"), value=lambda a: a.closed_note),
    )
    filterset = AlarmFilter
    default_sort = "-start"
    export = EXPORT
    empty = Empty(
        gettext_lazy("No alarms"),
        gettext_lazy("A figure that jumps or misses its target twice shows here."),
        icon="circle-check",
    )
    help_topic = "kpis"

    def base(self) -> QuerySet[Alarm]:
        """All that this person may see."""
        return Alarm.objects.visible_to(self.request.user).select_related("kpi")
