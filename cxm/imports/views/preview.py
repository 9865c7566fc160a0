"""The page of an import: by its state the preview, the work, or the result; and corrections in the preview."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.imports.actions import accept_row, correct_cell, decide_values, include_rows
from cxm.imports.choices import State
from cxm.imports.follow_ups import follow_ups
from cxm.imports.forms import decisions_of
from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.parsing import CellParser
from cxm.imports.permissions import VIEW
from cxm.imports.preview import Preview, bulk_rows, kinds_of_problems, shown_counts
from cxm.imports.views.entry import visible
from cxm.imports.views.work import work_context
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast, wants_partial
from cxm.kit.importers import Field

PREVIEW = "cxm/imports/preview.html"


@require_GET
@requires(VIEW)
def run_page(request: CxmRequest, pk: int) -> HttpResponse:
    """One import, as it stands."""
    run = visible(request, pk)
    if run.state == State.UPLOADED:
        return redirect("imports:columns", run.pk)
    if run.is_busy:
        return render(request, "cxm/imports/work.html", work_context(run))
    if run.state == State.READY:
        return hx_or_page(request, PREVIEW, "rows", preview_context(request, run))
    context = preview_context(request, run)
    if not wants_partial(request):
        context["follow_ups"] = follow_ups(run, request.user)
    return hx_or_page(request, "cxm/imports/result.html", "rows", context)


def preview_context(request: CxmRequest, run: ImportRun) -> dict[str, Any]:
    """What preview and result show."""
    context: dict[str, Any] = {
        "run": run,
        "counts": shown_counts(run),
        "same": ImportRun.objects.same_file(run).first(),
        "page_help": reverse("help_page", args=["imports"]),
    }
    preview = Preview(run, request.GET.get("show", ""), request.GET.get("page"))
    context |= {"words": preview.words(), "answers": preview.answers}
    if run.bulk:
        fields = preview.fields
        return context | {
            "fields": fields,
            "lines": bulk_rows(run),
            "kinds": kinds_of_problems(run),
        }
    return context | {"preview": preview, "rows": preview.rows()}


def field_for(run: ImportRun, code: str) -> Field:
    """A field that the list has; unknown otherwise."""
    if code not in run.mapping:
        raise Http404(code)
    return run.kind.field(code)


def row_for(run: ImportRun, number: int) -> ImportRow:
    """A row of the preview; unknown otherwise."""
    row = run.rows.filter(number=number).first() if run.state == State.READY and not run.bulk else None
    if row is None:
        raise Http404(str(number))
    return row


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def cell(request: CxmRequest, pk: int, number: int, code: str) -> HttpResponse:
    """Correct one cell where it stands."""
    run = visible(request, pk)
    field, row = field_for(run, code), row_for(run, number)
    if request.method == "POST":
        try:
            run, rows = correct_cell(run=run, number=number, field=code, text=request.POST.get("text", ""))
        except ValidationError as error:
            return moved_on(request, run, error)
        return rows_again(request, run, rows, number)
    preview = Preview(run)
    context = {
        "run": run,
        "preview": preview,
        "view": preview.row(row),
        "cell": preview.cell(row, field),
        "editing": True,
    }
    return hx_or_page(request, "cxm/imports/cell.html", "cell", context | {"labels": preview.labels(field)})


@require_POST
@requires(VIEW)
def row(request: CxmRequest, pk: int, number: int) -> HttpResponse:
    """Leave a row out, take it in again, or take it as it is."""
    run = visible(request, pk)
    row_for(run, number)
    act = request.POST.get("act", "")
    try:
        if act == "accept":
            run, rows = accept_row(run=run, number=number)
        elif act in ("skip", "include"):
            run, rows = include_rows(run=run, numbers=[number], included=act == "include")
        else:
            raise Http404(act)
    except ValidationError as error:
        return moved_on(request, run, error)
    return rows_again(request, run, rows, number)


def rows_again(request: CxmRequest, run: ImportRun, rows: list[ImportRow], number: int) -> HttpResponse:
    """The rows that may look different now, and the counts; without htmx the page, at the row."""
    if not wants_partial(request):
        return HttpResponseRedirect(f"{run.get_absolute_url()}?{request.GET.urlencode()}#row-{number}")
    preview = Preview(run)
    context = {
        "run": run,
        "counts": shown_counts(run),
        "preview": preview,
        "first": preview.row(next(row for row in rows if row.number == number)),
        "others": [preview.row(row) for row in rows if row.number != number],
    }
    return hx_or_page(request, PREVIEW, "changed", context)


def moved_on(request: CxmRequest, run: ImportRun, error: ValidationError) -> HttpResponse:
    """Somebody was faster: say so and show how it stands."""
    toast(request, error.messages[0], level="warning")
    return go_to(request, run.get_absolute_url())


@require_POST
@requires(VIEW)
def words(request: CxmRequest, pk: int) -> HttpResponse:
    """Say what unknown words mean."""
    run = visible(request, pk)
    try:
        if run.state == State.READY and (decided := decisions_of(request.POST, CellParser(run).choices)):
            decide_values(run=run, decisions=decided)
    except ValidationError as error:
        return moved_on(request, run, error)
    return redirect(run)
