"""List pages of this room."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxm.imports.choices import State
from cxm.imports.filters import RunFilter
from cxm.imports.models import ImportRun
from cxm.imports.permissions import VIEW
from cxm.kit.icons import icon
from cxm.kit.importers import IMPORTERS
from cxm.kit.lists import Column, Empty, ListPage
from cxm.kit.numbers import Formats

STATE_ICONS = {
    State.UPLOADED: "columns",
    State.CHECKING: "loader-2",
    State.READY: "eye-check",
    State.RUNNING: "loader-2",
    State.DONE: "circle-check",
    State.UNDOING: "loader-2",
    State.UNDONE: "arrow-back-up",
    State.FAILED: "alert-triangle",
    State.CANCELLED: "ban",
}


def state_cell(run: ImportRun, formats: Formats) -> SafeString:
    """The state as icon and word."""
    return format_html("{} {}", icon(STATE_ICONS[State(run.state)]), State(run.state).label)


def count_of(name: str) -> Callable[[ImportRun], int | None]:
    """One of the counts; none before the rows were checked."""
    return lambda run: run.count(name) if "total" in run.counts else None


class RunList(ListPage[ImportRun]):
    """Past and open imports."""

    key = "imports.runs"
    title = _("Imports")
    template = "cxm/imports/list.html"
    help_topic = "imports"
    columns = (
        Column("name", _("File"), value=lambda r: r.name, sort="name_sort", link=True, width=40),
        Column("kind", _("List of"), value=lambda r: str(r.kind.label)),
        Column("state", _("State"), value=lambda r: State(r.state).label, html=state_cell),
        Column("rows", _("Rows"), value=count_of("total"), number=True, phone=False),
        Column("new", _("New"), value=count_of("new"), number=True, phone=False),
        Column("changed", _("Changed"), value=count_of("changed"), number=True, phone=False),
        Column("wrong", _("Wrong"), value=count_of("wrong"), number=True, phone=False),
        Column("user", _("By"), value=lambda r: r.user.name),
        Column(
            "created",
            _("Uploaded"),
            value=lambda r: r.created_at,
            html=lambda r, f: f.moment(r.created_at),
            sort="created_at",
        ),
    )
    filterset = RunFilter
    search_field = "name_sort"
    search_hint = _("Search by file name")
    default_sort = "-created"
    export = VIEW
    empty = Empty(
        _("No imports yet"),
        _("Choose above what you want to import. You can look at everything before it comes in."),
        "file-import",
    )

    def base(self) -> QuerySet[ImportRun]:
        """What this person may import himself."""
        return ImportRun.objects.visible_to(self.request.user).select_related("user")

    def context(self) -> dict[str, Any]:
        """The kinds of lists that can be imported."""
        return {"importers": [item for item in IMPORTERS if self.request.user.may(item.permission)]}
