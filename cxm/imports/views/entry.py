"""The list of imports, and the way in: upload and columns."""

from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.imports.actions import StateError, assign_columns, read_differently, upload_list
from cxm.imports.choices import OPEN, State
from cxm.imports.detection import Found
from cxm.imports.forms import ColumnsForm, FormatForm, UploadForm
from cxm.imports.lists import RunList
from cxm.imports.models import ImportRun
from cxm.imports.permissions import VIEW
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, body_size, toast
from cxm.kit.importers import IMPORTERS, Importer
from cxm.kit.sheets import SheetError

FORM_ROOM = 10_000  # bytes of a request beside the file


def importer_for(request: CxmRequest, code: str) -> Importer:
    """The importer, if this person may use it; unknown otherwise."""
    importer = IMPORTERS.get(code)
    if importer is None or not request.user.may(importer.permission):
        raise Http404(code)
    return importer


def visible(request: CxmRequest, pk: int) -> ImportRun:
    """The import, if this person may see it; unknown otherwise."""
    runs = ImportRun.objects.visible_to(request.user).select_related("user", "undone_by")
    return get_object_or_404(runs, pk=pk)


def max_bytes(importer: Importer) -> int:
    """How large a list of this kind may be."""
    return int(settings.IMPORT_MAX_BULK_BYTES if importer.bulk else settings.IMPORT_MAX_BYTES)


@require_GET
@requires(VIEW)
def run_list(request: CxmRequest) -> HttpResponseBase:
    """Past and open imports, and what can be imported."""
    return RunList(request).respond()


@csrf_exempt  # only so that the size is looked at before anything reads the body: receive() is protected
@require_http_methods(["GET", "POST"])
@requires(VIEW)
def upload(request: CxmRequest, code: str) -> HttpResponse:
    """Send a list. What is too large is refused before it is read."""
    importer = importer_for(request, code)
    if body_size(request) > max_bytes(importer) + FORM_ROOM:
        return upload_page(request, importer, UploadForm(), status=413, too_large=True)
    return receive(request, importer)


@csrf_protect
def receive(request: CxmRequest, importer: Importer) -> HttpResponse:
    """Keep and understand the file that was sent."""
    form = (
        UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    )
    if request.method == "POST" and form.is_valid():
        file = cast("UploadedFile[Any]", form.cleaned_data["file"])
        try:
            run = upload_list(actor=request.user, importer=importer, file=file)
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("imports:columns", run.pk)
    return upload_page(request, importer, form, status=422 if form.errors else 200)


def upload_page(
    request: CxmRequest, importer: Importer, form: UploadForm, *, status: int = 200, too_large: bool = False
) -> HttpResponse:
    """The page with the drop zone."""
    context = {
        "importer": importer,
        "form": form,
        "max_bytes": max_bytes(importer),
        "max_mb": max_bytes(importer) // 1024**2,
        "too_large": too_large,
        "page_help": reverse("help_page", args=["imports"]),
    }
    return render(request, "cxm/imports/upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def columns(request: CxmRequest, pk: int) -> HttpResponse:
    """Say which column is which field."""
    run = visible(request, pk)
    if run.state not in OPEN:
        return redirect(run)
    own = run.kind.form
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, run.kind, found_of(run), run.mapping, clear_empty=run.clear_empty)
    questions = own(data, initial=run.settings, prefix="own") if own else None
    if data is not None and form.is_valid() and (questions is None or questions.is_valid()):
        try:
            assign_columns(
                run=run,
                mapping=form.cleaned_data["mapping"],
                settings=questions.cleaned_data if questions else {},
                clear_empty=form.cleaned_data["clear_empty"],
            )
        except StateError as error:
            toast(request, error.messages[0], level="warning")
        return redirect(run)
    return columns_page(request, run, form, questions=questions)


def columns_page(
    request: CxmRequest,
    run: ImportRun,
    form: ColumnsForm,
    *,
    questions: Any = None,
    reading: FormatForm | None = None,
) -> HttpResponse:
    """The page on which columns are assigned."""
    reading = reading or FormatForm(None, found_of(run))
    if questions is None and run.kind.form:
        questions = run.kind.form(initial=run.settings, prefix="own")
    context = {
        "run": run,
        "form": form,
        "reading": reading,
        "questions": questions,
        "same": ImportRun.objects.same_file(run).first(),
        "corrections_lost": run.state == State.READY and not run.bulk,
        "page_help": reverse("help_page", args=["imports"]),
    }
    status = 422 if form.errors or reading.errors or (questions is not None and questions.errors) else 200
    return render(request, "cxm/imports/columns.html", context, status=status)


@require_POST
@requires(VIEW)
def read_again(request: CxmRequest, pk: int) -> HttpResponse:
    """Read the file as the person says."""
    run = visible(request, pk)
    if run.state not in OPEN:
        return redirect(run)
    reading = FormatForm(request.POST, found_of(run))
    if reading.is_valid():
        try:
            read_differently(run=run, options=reading.options())
        except SheetError as error:
            reading.add_error(None, str(error))
        except StateError as error:
            toast(request, error.messages[0], level="warning")
            return redirect(run)
        else:
            return redirect("imports:columns", run.pk)
    form = ColumnsForm(None, run.kind, found_of(run), run.mapping, clear_empty=run.clear_empty)
    return columns_page(request, run, form, reading=reading)


def found_of(run: ImportRun) -> Found:
    """How the file is understood; unknown once it is no longer kept."""
    if not run.found:
        raise Http404
    return cast(Found, run.found)
