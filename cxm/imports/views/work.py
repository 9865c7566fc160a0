"""Starting, watching, undoing and giving up."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cxm.imports.actions import (
    discard_import,
    retry_import,
    skip_wrong_rows,
    start_import,
    undo_import,
)
from cxm.imports.models import ImportRun, JobProgress
from cxm.imports.permissions import VIEW
from cxm.imports.preview import grouped
from cxm.imports.views.entry import visible
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast


def work_context(run: ImportRun) -> dict[str, Any]:
    """What the page of a busy import shows."""
    progress = JobProgress.objects.filter(run=run.pk).first()
    return {
        "run": run,
        "progress": progress,
        "done": grouped(progress.done) if progress else "",
        "total": grouped(progress.total) if progress and progress.total else "",
        "page_help": reverse("help_page", args=["imports"]),
    }


@require_GET
@requires(VIEW)
def progress(request: CxmRequest, pk: int) -> HttpResponse:
    """How far the worker is; once it is done, the way to the result."""
    run = visible(request, pk)
    if not run.is_busy:
        return go_to(request, run.get_absolute_url())
    return render(
        request,
        "cxm/imports/work.html#progress" if request.htmx else "cxm/imports/work.html",
        work_context(run),
    )


def tried(request: CxmRequest, run: ImportRun, act: Callable[[], object], said: str = "") -> HttpResponse:
    """Do it, or say why it cannot be done; the page of the import shows how it stands."""
    try:
        act()
    except ValidationError as error:
        toast(request, error.messages[0], level="warning")
    else:
        if said:
            toast(request, said)
    return redirect(run)


@require_POST
@requires(VIEW)
def start(request: CxmRequest, pk: int) -> HttpResponse:
    """Have the rows brought in."""
    run = visible(request, pk)
    only_good = request.POST.get("only_good") == "1"
    return tried(request, run, lambda: start_import(actor=request.user, run=run, only_good=only_good))


@require_POST
@requires(VIEW)
def skip_wrong(request: CxmRequest, pk: int) -> HttpResponse:
    """Leave out all wrong rows."""
    run = visible(request, pk)
    return tried(request, run, lambda: skip_wrong_rows(run=run), _("The wrong rows are left out."))


@require_POST
@requires(VIEW)
def undo(request: CxmRequest, pk: int) -> HttpResponse:
    """Have the import taken back."""
    run = visible(request, pk)
    return tried(request, run, lambda: undo_import(actor=request.user, run=run))


@require_POST
@requires(VIEW)
def discard(request: CxmRequest, pk: int) -> HttpResponse:
    """Give the list up."""
    run = visible(request, pk)
    return tried(
        request,
        run,
        lambda: discard_import(actor=request.user, run=run),
        _("The list was discarded. Nothing was imported."),
    )


@require_POST
@requires(VIEW)
def retry(request: CxmRequest, pk: int) -> HttpResponse:
    """Back to the columns after a failure."""
    run = visible(request, pk)
    return tried(request, run, lambda: retry_import(run=run))
