"""The list of touchpoints: its columns, and what is looked up for a page of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.http import CxmRequest
from cxm.kit.icons import icon
from cxm.kit.lists import BulkAction, Column, Empty, Link, ListPage, chosen
from cxm.kit.numbers import Formats
from touchpoints.inventory.choices import Status
from touchpoints.inventory.filters import TouchpointFilters
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.panels import PANELS, Panel
from touchpoints.inventory.permissions import ASSIGN, EDIT, EXPORT

LAST = 32767  # what has no place stands behind what has one

FLAG_ICONS = (
    ("is_moment_of_truth", "diamond", gettext_lazy("Moment of truth")),
    ("is_pain_point", "flame", gettext_lazy("Pain point")),
    ("is_best_practice", "star", gettext_lazy("Best practice")),
)


def owner_cell(row: Touchpoint, formats: Formats) -> SafeString | str:
    """Who is accountable; a warning where nobody is who still works here."""
    owner = row.owner  # type: ignore[attr-defined]  # set by TouchpointList.prepare
    if owner and owner.is_present(row.shown_at):  # type: ignore[attr-defined]  # by prepare, too
        return format_html("{}", owner.name)
    if row.status not in (Status.ACTIVE, Status.PHASING_OUT) or row.is_archived:
        return format_html("{}", owner.name if owner else "–")
    words = _("%(name)s (has left)") % {"name": owner.name} if owner else _("nobody")
    return format_html('<span class="light light-bad">{}{}</span>', icon("user-x"), words)


def review_cell(row: Touchpoint, formats: Formats) -> SafeString:
    """The day of the next review; a warning when it has passed."""
    day = formats.date(row.next_review_on)
    if row.status == Status.SHUT_DOWN or not row.is_review_due():
        return format_html("{}", day)
    return format_html(
        '<span class="light light-watch">{}{}</span>', icon("clock-exclamation", _("overdue")), day
    )


def completeness_cell(row: Touchpoint, formats: Formats) -> SafeString:
    """Per cent with a bar."""
    bar = '<progress class="bar bar-thin" max="100" value="{}" aria-hidden="true"></progress>'
    return format_html(
        f'<span class="completeness">{bar}{{}}</span>',
        row.completeness,
        formats.percent(row.completeness / 100),
    )


def flags_cell(row: Touchpoint, formats: Formats) -> SafeString:
    """An icon with its word for each flag; an empty cell, which a phone leaves out, where there is none."""
    shown = [(icon(name, str(label)),) for flag, name, label in FLAG_ICONS if getattr(row, flag)]
    if not shown:
        return SafeString()
    return format_html('<span class="flags">{}</span>', format_html_join("", "{}", shown))


def flags_text(row: Touchpoint) -> str:
    """The flags in words, for exports."""
    return ", ".join(str(label) for flag, _icon, label in FLAG_ICONS if getattr(row, flag))


def owner_name(row: Touchpoint) -> str:
    """Who is accountable on the day of the list, for exports."""
    owner = row.owner  # type: ignore[attr-defined]  # set by TouchpointList.prepare
    return owner.name if owner else ""


def panel_column(panel: Panel) -> Column[Any]:
    """The column of an upper room; `panel_figures` is set by TouchpointList.prepare."""
    code = panel.code
    return Column(
        f"panel_{code}", panel.column, value=lambda row: row.panel_figures.get(code, ""), phone=False
    )


class TouchpointList(ListPage[Touchpoint]):
    """All touchpoints."""

    key = "inventory.touchpoints"
    title = gettext_lazy("Touchpoints")
    columns: ClassVar[Sequence[Column[Any]]] = (
        Column("code", gettext_lazy("Code"), value=lambda t: t.code, sort="code", width=10, phone=False),
        Column("name", gettext_lazy("Name"), value=lambda t: t.name, sort="name_sort", width=40, link=True),
        Column("flags", gettext_lazy("Marks"), value=flags_text, html=flags_cell),
        Column(
            "phase", gettext_lazy("Phase"), value=lambda t: t.phase.name if t.phase else "",
            sort=Coalesce(F("phase__position"), Value(LAST)),
        ),
        Column(
            "channel", gettext_lazy("Channel"), value=lambda t: t.channel.name if t.channel else "",
            sort=Coalesce(F("channel__position"), Value(LAST)),
        ),
        Column(
            "owner", gettext_lazy("Accountable"), value=owner_name, html=owner_cell,
            sort=Coalesce("accountable__person__name_sort", Value("\uffff"), output_field=TextField()),
        ),
        Column("status", gettext_lazy("Status"), value=chosen("status"), sort="status", shown=False),
        Column("maturity", gettext_lazy("Maturity"), value=chosen("maturity"), sort="maturity"),
        Column(
            "completeness", gettext_lazy("Complete"), value=lambda t: t.completeness, html=completeness_cell,
            sort="completeness", number=True, phone=False,
        ),
        Column(
            "contacts", gettext_lazy("Contacts/month"), value=lambda t: t.contacts_per_month,
            sort=Coalesce(F("contacts_per_month"), Value(-1)), number=True, phone=False, shown=False,
        ),
        Column(
            "review", gettext_lazy("Next review"), value=lambda t: t.next_review_on, html=review_cell,
            sort="next_review_on",
        ),
        Column("kind", gettext_lazy("Kind"), value=chosen("kind"), sort="kind", shown=False),
        Column(
            "verdict", gettext_lazy("Verdict"), value=chosen("verdict"), sort="verdict", shown=False
        ),
        Column(
            "feeling", gettext_lazy("Feeling"), value=lambda t: t.feeling, sort=Coalesce(F("feeling"), Value(LAST)),
            number=True, shown=False,
        ),
        Column(
            "importance", gettext_lazy("Importance to customers"), value=lambda t: t.importance_customer,
            sort=Coalesce(F("importance_customer"), Value(0)), number=True, shown=False,
        ),
        Column(
            "evidence", gettext_lazy("Evidence"), value=chosen("evidence"), sort="evidence",
            shown=False,
        ),
        Column("market", gettext_lazy("Market"), value=lambda t: t.market, sort="market", shown=False),
        Column("tags", gettext_lazy("Tags"), value=lambda t: ", ".join(t.tags), shown=False),
        Column("changed", gettext_lazy("Last changed"), value=lambda t: t.changed_at, sort="changed_at", shown=False),
    )  # fmt: skip
    default_sort = "name"
    filterset = TouchpointFilters
    search_field = "search_key"
    search_hint = gettext_lazy("Search by name or code")
    bulk: ClassVar[Sequence[BulkAction]] = (
        BulkAction("owner", gettext_lazy("Assign"), "inventory:bulk_owner", ASSIGN, icon="user-check"),
        BulkAction("phase", gettext_lazy("Phase"), "inventory:bulk_phase", EDIT, icon="columns"),
        BulkAction("channel", gettext_lazy("Channel"), "inventory:bulk_channel", EDIT, icon="world"),
        BulkAction("tag", gettext_lazy("Tag"), "inventory:bulk_tag", EDIT, icon="tag"),
        BulkAction(
            "rhythm", gettext_lazy("Review rhythm"), "inventory:bulk_rhythm", EDIT, icon="calendar-repeat"
        ),
        BulkAction("merge", gettext_lazy("Merge"), "inventory:merge", EDIT, icon="git-merge"),
        BulkAction("archive", gettext_lazy("Archive"), "inventory:bulk_archive", EDIT, icon="archive"),
    )
    create: ClassVar[Link | None] = Link(gettext_lazy("New touchpoint"), "inventory:new", EDIT)
    export = EXPORT
    empty = Empty(
        gettext_lazy("No touchpoints yet"),
        gettext_lazy("Import the list that you keep in Excel, or record the first touchpoint by hand."),
        icon="map",
        importer="touchpoints",
    )
    help_topic = "touchpoints"
    template = "touchpoints/inventory/list.html"

    def __init__(self, request: CxmRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.panels = [panel for panel in PANELS if panel.figures and request.user.may(panel.permission)]
        self.columns = (*type(self).columns, *map(panel_column, self.panels))  # type: ignore[misc]

    @property
    def at(self) -> date:
        """The day of which the list tells who is accountable."""
        return timezone.localdate()

    @property
    def person(self) -> str:
        """The id of the person whose touchpoints are asked for, "" for those of all."""
        fields = self.filter.form.fields if self.filter is not None else {}
        return self.parameter("person") if "person" in fields else ""

    def matching(self) -> QuerySet[Touchpoint]:
        """With the way to who is accountable on that day, by whose name one may sort."""
        return super().matching().with_accountable(self.at)  # type: ignore[attr-defined,no-any-return]

    def base(self) -> QuerySet[Touchpoint]:
        """All that this person may see, with place."""
        return Touchpoint.objects.visible_to(self.request.user).select_related("phase", "channel")

    def prepare(self, rows: list[Touchpoint]) -> None:
        """Who is accountable on the day, and the figures of upper rooms."""
        ids, at = [row.pk for row in rows], self.at
        held = Responsibility.objects.on(at).accountable().filter(touchpoint__in=ids).order_by()
        owners = {item.touchpoint_id: item.person for item in held.select_related("person")}
        wanted = {column.key for column in self.shown_columns}
        figures = {
            panel.code: panel.figures(ids)
            for panel in self.panels
            if panel.figures and f"panel_{panel.code}" in wanted
        }
        for row in rows:
            row.owner, row.shown_at = owners.get(row.pk), at  # type: ignore[attr-defined]
            row.panel_figures = {code: found.get(row.pk, "") for code, found in figures.items()}  # type: ignore[attr-defined]
