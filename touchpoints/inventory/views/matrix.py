"""The matrix phase x channel: every number leads to its touchpoints."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cxm.kit import tables
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page
from touchpoints.inventory.forms_landscape import MatrixForm
from touchpoints.inventory.gaps import TRAITS
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.matrix import Cell, Matrix, groups_of, load
from touchpoints.inventory.models import Channel, PhaseModel
from touchpoints.inventory.permissions import EXPORT, VIEW

USUAL = ("no_owner", "review_due", "moment", "pain")  # shown unless something else is chosen
PLACES = ("phase", "channel", "further")  # what the table itself lays out
NOT_FILTERS = (
    *PLACES,
    "model",
    "show",
    "dense",
    "chosen",
    "sort",
    "cols",
    "after",
    "before",
    "export",
    "view",
)


def drawn(request: CxmRequest) -> tuple[Matrix, TouchpointList, MatrixForm]:
    """The table that the query string asks for, with its filters and options."""
    query = request.GET.copy()
    for name in NOT_FILTERS:
        query.pop(name, None)
    rows = TouchpointList(request, query)
    form = MatrixForm(request.GET, models=PhaseModel.objects.visible_to(request.user))
    options = form.cleaned_data if form.is_valid() else {}
    chosen = options.get("show", []) if "chosen" in request.GET else list(USUAL)
    further = bool(options.get("further"))
    grid = Matrix(
        model=load(options.get("model")),
        groups=groups_of(rows.matching(), chosen, further=further),
        channels=list(Channel.objects.visible_to(request.user)),
        traits=chosen,
        further=further,
        dense=bool(options.get("dense")),
        query=query,
    )
    return grid, rows, form


@require_GET
@requires(VIEW)
def matrix(request: CxmRequest) -> HttpResponse:
    """Phases against channels, with counts, gaps and filters."""
    grid, rows, form = drawn(request)
    context = {
        "grid": grid,
        "rows": rows,
        "form": form,
        "filters": filter_fields(rows),
        "traits": [TRAITS[code] for code in grid.traits],
        "list_url": reverse("inventory:list"),
        "export_url": f"{reverse('inventory:matrix_export')}?{request.GET.urlencode()}",
        "page_help": reverse("help_page", args=["touchpoints"]),
    }
    return hx_or_page(request, "touchpoints/inventory/landscape/matrix.html", "grid", context)


def filter_fields(rows: TouchpointList) -> list[Any]:
    """The filters of the list of touchpoints, without those that the table lays out."""
    form = rows.filter.form if rows.filter is not None else ()
    return [field for field in form if field.name not in PLACES]


@require_GET
@requires(EXPORT)
def matrix_export(request: CxmRequest) -> HttpResponseBase:
    """The table as it is shown, as a workbook."""
    grid, rows, _form = drawn(request)
    rows.insist_on_filters(f"{reverse('inventory:matrix')}?{request.GET.urlencode()}")
    traits = [TRAITS[code] for code in grid.traits]
    heads = [tables.Column(_("Channel"), 26)]
    for name in [*(column.label for column in grid.columns), _("Total")]:
        heads.append(tables.Column(name, 16))
        heads += [tables.Column(f"{name}: {trait.label}", 16) for trait in traits]
    book = tables.write_xlsx(export_rows(grid), heads, lang=request.user.language, title=_("Phase × channel"))
    name = f"phase-channel-{timezone.localdate():%Y-%m-%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


def export_rows(grid: Matrix) -> Iterator[list[tables.Value]]:
    """One line for each channel, then the totals; after each number those of its marks."""
    for row in grid.rows:
        yield [row.head.label, *numbers(grid, [*row.cells, row.total])]
    yield [_("Total"), *numbers(grid, [*grid.totals, grid.total])]


def numbers(grid: Matrix, cells: list[Cell]) -> Iterator[int]:
    """The figures of these cells, flat."""
    for cell in cells:
        marks = {mark.trait.code: mark.count for mark in cell.marks}
        yield cell.count
        yield from (marks.get(code, 0) for code in grid.traits)
