"""The list page itself: reads the query string, takes one page of rows, renders it in Python."""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from html import escape
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import F, Model, QuerySet
from django.forms import Field, ModelChoiceField, ModelMultipleChoiceField, NullBooleanSelect
from django.http import FileResponse, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_filters import FilterSet

from cxm.kit import tables
from cxm.kit.access import Permission
from cxm.kit.fields import sort_key
from cxm.kit.http import CxmRequest, Refusal, hx_or_page, toast, wants_partial
from cxm.kit.importers import IMPORTERS
from cxm.kit.lists.columns import BulkAction, Column, Empty, Link, Text
from cxm.kit.lists.paging import COUNT_LIMIT, Cursor, Page, capped_count, take_page
from cxm.kit.lists.selection import Selection, path_of_list, ticked
from cxm.kit.numbers import Formats, formats

LIST = "components/list_page.html"
OWN_PARAMETERS = ("q", "sort", "cols", "after", "before", "export", "view")


class ListPage[M: Model]:
    """See the package's docstring for an example. One instance answers one request."""

    key: ClassVar[str]
    title: ClassVar[Text]
    columns: ClassVar[Sequence[Column[Any]]]
    default_sort: ClassVar[str]
    filterset: ClassVar[type[FilterSet] | None] = None
    search_field: ClassVar[str] = ""
    search_hint: ClassVar[Text] = ""
    bulk: ClassVar[Sequence[BulkAction]] = ()
    create: ClassVar[Link | None] = None
    links: ClassVar[Sequence[Link]] = ()
    export: ClassVar[Permission | None] = None
    empty: ClassVar[Empty] = Empty("")
    help_topic: ClassVar[str] = ""
    template: ClassVar[str] = LIST  # or one that extends it
    page_size: ClassVar[int] = 50
    keeps: ClassVar[Sequence[str]] = ()  # parameters that say of what the page tells, e.g. a day; never lost

    def __init__(self, request: CxmRequest, query: QueryDict | None = None) -> None:
        self.request = request
        self.query = request.GET if query is None else query

    # What a room writes ---------------------------------------------------------------------------------------

    def base(self) -> QuerySet[M]:
        """All rows that this person may see."""
        raise NotImplementedError(f"{type(self).__name__} says which rows it shows.")

    def prepare(self, rows: list[M]) -> None:
        """Look up, set-based, what the cells of these rows need beyond the query of `base()`."""

    def context(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def taken_out(self) -> None:
        """Hears that all matching rows leave as a file. A list about people records it."""

    # Answers --------------------------------------------------------------------------------------------------

    def respond(self) -> HttpResponseBase:
        """The page, its rows for htmx, a file, or the way to the reader's default view."""
        if kind := self.parameter("export"):
            return self.as_file(kind)
        if not self.query and not self.request.htmx and (chosen := self.default_view):
            return redirect(f"{self.request.path}?{chosen}&view=1")
        return self.as_page()

    def as_page(self) -> HttpResponse:
        """The page or, asked by htmx, its list."""
        page = self.page
        count = capped_count(self.matched)
        return hx_or_page(
            self.request,
            LIST if wants_partial(self.request) else self.template,  # a child template has no partials
            "list",
            {
                "list": self,
                "page": page,
                "body": self.body(page),
                "count_text": self.count_text(count),
                "position_text": self.position_text(page, count),
                "before_url": self.url(before=page.before) if page.before else "",
                "after_url": self.url(after=page.after) if page.after else "",
                "page_help": reverse("help_page", args=[self.help_topic]) if self.help_topic else None,
                **self.context(),
            },
        )

    def as_file(self, kind: str) -> HttpResponseBase:
        """All matching rows in the chosen order and columns, as XLSX or CSV."""
        if not self.may_export:
            raise PermissionDenied(self.key)
        self.insist_on_filters(f"{self.request.path}{self.url()}")
        self.taken_out()
        language = self.request.user.language
        heads = [tables.Column(column.label, column.width) for column in self.shown_columns]
        name = f"{self.key.replace('.', '-')}-{timezone.localdate():%Y-%m-%d}"
        if kind == "csv":
            return StreamingHttpResponse(
                tables.write_csv(self.export_rows(), heads, lang=language),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
            )
        book = tables.write_xlsx(self.export_rows(), heads, lang=language, title=str(self.title))
        return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")

    @classmethod
    def selected(cls, request: CxmRequest) -> Selection[M]:
        """The rows of a bulk action: the ticked ones, or with `all` every one that matches `query`. Of ticked ones
        that have gone from the list the person is told.

        Refused where the filters mean nothing, for that would be all rows or none, and neither was asked for.
        """
        query, path = request.POST.get("query", ""), path_of_list(request)
        everything = request.POST.get("all") == "1"
        page, back = cls(request, QueryDict(query)), f"{path}?{query}" if query else path
        if everything:
            page.insist_on_filters(back)
        else:
            page = cls(request, page.kept)  # what is ticked, filters need not find again
        ids = ticked(request, back)
        if everything:
            return Selection(page.matching(), ids, everything, query, path)
        rows = page.base().filter(pk__in=ids)
        found = set(rows.order_by().values_list("pk", flat=True))
        if missing := set(ids) - found:
            toast(request, page.left_out(missing), level="warning")
        return Selection(rows, tuple(pk for pk in ids if pk in found), everything, query, path)

    def left_out(self, ids: Collection[int]) -> str:
        """What is said of ticked rows that are not in the list any more; a room may know the reason."""
        text = ngettext(
            "%(n)s ticked row is left out: it is not in this list any more.",
            "%(n)s ticked rows are left out: they are not in this list any more.",
            len(ids),
        )
        return text % {"n": len(ids)}

    # Rows -----------------------------------------------------------------------------------------------------

    def matching(self) -> QuerySet[M]:
        """The rows that search and filters leave; none where a filter means nothing (see `faults`)."""
        rows = self.base()
        if self.faults:
            return rows.none()
        if self.filter is not None:
            rows = self.filter.filter_queryset(rows)
        if self.search_field:
            for word in sort_key(self.search).split():
                rows = rows.filter(**{f"{self.search_field}__contains": word})
        return rows

    @cached_property
    def matched(self) -> QuerySet[M]:
        """`matching()`, put together once for the rows and for their count."""
        return self.matching()

    @cached_property
    def page(self) -> Page[M]:
        """One page of rows, prepared."""
        page = take_page(
            self.matched,
            sort=self.sort_expression,
            descending=self.descending,
            size=self.page_size,
            after=Cursor.read(self.parameter("after")),
            before=Cursor.read(self.parameter("before")),
        )
        self.prepare(page.rows)
        return page

    def export_rows(self) -> Iterable[list[tables.Value]]:
        """Typed values of all matching rows, fetched and prepared in portions."""
        order = "-_sort" if self.descending else "_sort"
        rows = self.matching().annotate(_sort=self.sort_expression).order_by(order, "pk")
        portion: list[M] = []
        for row in rows.iterator(chunk_size=1000):
            portion.append(row)
            if len(portion) == 1000:
                yield from self._values(portion)
                portion = []
        yield from self._values(portion)

    def _values(self, rows: list[M]) -> Iterable[list[tables.Value]]:
        self.prepare(rows)
        return ([column.value(row) for column in self.shown_columns] for row in rows)

    def body(self, page: Page[M]) -> SafeString:
        """The table rows as markup. Built in Python, where a cell costs a third of what it costs in a template."""
        shape: Formats = formats(self.request.user.language)
        draw = [(column, self.cell_start(column)) for column in self.shown_columns]
        lines = []
        for row in page.rows:
            cells = [self.tick_box(row)] if self.bulk_actions else []
            for column, start in draw:
                text = column.cell(row, shape)
                if column.link:
                    text = f'<a class="row-link" href="{escape(row.get_absolute_url())}">{text}</a>'  # type: ignore[attr-defined]
                cells.append(f"{start}{text}</th>" if column.link else f"{start}{text}</td>")
            lines.append(f'<tr data-row="{row.pk}">{"".join(cells)}</tr>')
        return mark_safe("\n".join(lines))  # every cell is escaped by Column.cell

    def cell_start(self, column: Column[Any]) -> str:
        """The opening tag of a column's cells."""
        label = escape(str(column.label))
        classes = " ".join(
            name for name, on in (("num", column.number), ("d-none d-sm-table-cell", not column.phone)) if on
        )
        return (
            f'<th scope="row" class="{classes}">'
            if column.link
            else f'<td class="{classes}" data-label="{label}">'
        )

    @cached_property
    def tick_label(self) -> str:
        """What the box of a row is called; %(name)s is the row."""
        return escape(_("Select %(name)s"))

    def tick_box(self, row: M) -> str:
        """The box that selects a row."""
        label = self.tick_label % {"name": escape(str(row))}
        return (
            '<td class="col-select"><label><input class="form-check-input" type="checkbox" name="ids" '
            f'value="{row.pk}" data-row-select aria-label="{label}"></label></td>'
        )

    # The query string -----------------------------------------------------------------------------------------

    def parameter(self, name: str, default: str = "") -> str:
        """One value of the query string; the last if somebody gives several."""
        return str(self.query.get(name, default))

    @property
    def kept(self) -> QueryDict:
        """What the query says of the page's own parameters (`keeps`): no filter, and not taken off with them."""
        kept = QueryDict(mutable=True)
        for name in self.keeps:
            if value := self.parameter(name):
                kept[name] = value
        return kept

    @property
    def whole_url(self) -> str:
        """This page without search and filters."""
        query = self.kept
        query["view"] = "1"
        return f"{self.request.path}?{query.urlencode()}"

    @property
    def search(self) -> str:
        """What is searched for."""
        return self.parameter("q").replace("\x00", "").strip()[:200]

    @cached_property
    def filter(self) -> FilterSet | None:
        """The filters, bound to the query string."""
        if self.filterset is None:
            return None
        found = self.filterset(data=self.query, queryset=self.base(), request=self.request)
        for name, field in found.form.fields.items():
            if self.parameter(name):
                ask_once(field)
            if isinstance(field.widget, NullBooleanSelect):  # its own word for it is "unknown"
                (unset, _unknown), *others = field.widget.choices
                field.widget.choices = [(unset, _("all")), *others]
        return found

    @cached_property
    def shown_columns(self) -> list[Column[Any]]:
        """The columns that the reader has chosen, or those shown by default; always with the linking one."""
        chosen = self.query.getlist("cols")
        if not chosen:
            return [column for column in self.columns if column.shown]
        return [column for column in self.columns if column.key in chosen or column.link]

    @cached_property
    def sort_column(self) -> Column[Any]:
        """The column that orders the rows."""
        asked = self.parameter("sort", self.default_sort).removeprefix("-")
        sortable = {column.key: column for column in self.columns if column.sort is not None}
        return sortable.get(asked) or sortable[self.default_sort.removeprefix("-")]

    @property
    def descending(self) -> bool:
        """Whether the order is turned round."""
        return self.parameter("sort", self.default_sort).startswith("-")

    @property
    def order(self) -> str:
        """The order of the rows as the query string names it."""
        return f"{'-' if self.descending else ''}{self.sort_column.key}"

    @property
    def sort_expression(self) -> Any:
        """What the database sorts by."""
        sort = self.sort_column.sort
        return F(sort) if isinstance(sort, str) else sort

    def url(self, **changes: str | None) -> str:
        """This page with some parameters changed (None removes); goes back to the first page."""
        query = self.query.copy()
        for name in ("after", "before", "export", "view"):
            query.pop(name, None)
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return f"?{query.urlencode()}"

    # What the template asks for ---------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """The query string without paging: what a saved view keeps."""
        return self.url().removeprefix("?")

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The headings: label, whether sorted, and the link that sorts."""
        heads = []
        for column in self.shown_columns:
            current = column.key == self.sort_column.key
            down = current and not self.descending
            heads.append(
                {
                    "column": column,
                    "sort": ("descending" if self.descending else "ascending") if current else "",
                    "url": self.url(sort=f"-{column.key}" if down else column.key)
                    if column.sort is not None
                    else "",
                }
            )
        return heads

    @property
    def orders(self) -> list[dict[str, Any]]:
        """Every order there is, also by columns that are not shown, for where there are no headings."""
        return [
            {"value": value, "label": f"{arrow} {column.label}", "chosen": value == self.order}
            for column in self.columns
            if column.sort is not None
            for value, arrow in ((column.key, "↑"), (f"-{column.key}", "↓"))  # words would be cut on a phone
        ]

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the link that takes it off."""
        if self.filter is None or not self.filter.form.is_bound:
            return []
        chips = []
        for name, field in self.filter.form.fields.items():
            raw = [value for value in self.query.getlist(name) if value]
            if raw and name not in OWN_PARAMETERS and name not in self.filter.form.errors:
                labels = _choice_labels(field, raw)
                chips.append(
                    {"label": str(field.label or name), "value": labels, "url": self.url(**{name: None})}
                )
        return chips

    @cached_property
    def faults(self) -> list[str]:
        """The filters that mean nothing, e.g. since the unit of a saved view was dissolved, in words."""
        if self.filter is None or self.filter.form.is_valid():
            return []
        form = self.filter.form
        fields = [(name, form.fields[name]) for name in form.errors if name in form.fields]
        named = [
            f"{field.label or name}: {', '.join(self.query.getlist(name))[:200]}" for name, field in fields
        ]
        return named or [_("The filters contradict one another.")]

    @property
    def url_without_faults(self) -> str:
        """This page without the filters that mean nothing."""
        return self.url(**dict.fromkeys(self.filter.form.errors)) if self.filter is not None else self.url()

    def insist_on_filters(self, back: str) -> None:
        """Refuse to go on with filters that mean nothing; `back` is the list, which says how to get out."""
        if self.faults:
            raise Refusal(_("Nothing was done: a filter of the list cannot be applied."), back)

    @property
    def is_narrowed(self) -> bool:
        """Whether search or filters hide rows."""
        return bool(self.search or self.chips)

    @cached_property
    def bulk_actions(self) -> list[BulkAction]:
        """The bulk actions that this person may do."""
        return [action for action in self.bulk if self.request.user.may(action.permission)]

    @property
    def buttons(self) -> list[Link]:
        """Buttons beside the title that this person may press."""
        links = [*self.links, self.create] if self.create else [*self.links]
        return [link for link in links if self.request.user.may(link.permission)]

    @property
    def may_import(self) -> bool:
        """Whether this person may begin with a list of his own."""
        code = self.empty.importer
        return bool(code) and self.request.user.may(IMPORTERS[code].permission)

    @property
    def may_export(self) -> bool:
        """Whether this person may take the list out."""
        return self.export is not None and self.request.user.may(self.export)

    @cached_property
    def saved_views(self) -> list[Any]:
        """The reader's own views of this page and the shared ones."""
        return list(self.request.user.views_of(self.key))

    @property
    def default_view(self) -> str:
        """The query string with which this reader wants the page to open."""
        mine = (view for view in self.saved_views if view.user_id == self.request.user.pk and view.is_default)
        return next((view.query for view in mine), "")

    @staticmethod
    def count_text(count: int) -> str:
        """How many rows match, in words."""
        if count > COUNT_LIMIT:
            return _("more than 1,000 results")
        return _("1 result") if count == 1 else _("%(count)s results") % {"count": count}

    @staticmethod
    def position_text(page: Page[M], count: int) -> str:
        """Which rows of how many are shown."""
        if not page.rows:
            return ""
        total = _("more than 1,000") if count > COUNT_LIMIT else str(count)
        return _("%(first)s–%(last)s of %(total)s") % {"first": page.first, "last": page.last, "total": total}


def ask_once(field: Field) -> None:
    """Fetch the objects that a field offers once: to check what is chosen, to name it, and to show the choice."""
    if not isinstance(field, ModelChoiceField) or isinstance(field, ModelMultipleChoiceField):
        return
    offers: Any = field.choices
    choices = list(iter(offers))  # whose length would be one more query
    field.__dict__["_choices"] = field.widget.choices = (
        choices  # past the setter of filters, which wants a queryset
    )
    offered = {str(value): value.instance for value, _label in choices if hasattr(value, "instance")}
    check = field.to_python
    field.to_python = lambda value: offered.get(str(value)) or check(value)  # type: ignore[method-assign]


def _choice_labels(field: Any, raw: list[str]) -> str:
    """The chosen values as the filter form calls them; at most 200 characters."""
    choices = getattr(field, "choices", None)
    if choices is None:
        return ", ".join(raw)[:200]
    labels = {str(value): str(label) for value, label in choices}
    return ", ".join(labels.get(value, value) for value in raw)[:200]
