"""Files that are handed out: wrong rows, the sent file, the empty list."""

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.imports.choices import FILE_READ
from cxm.imports.permissions import VIEW
from cxm.imports.results import error_columns, error_rows, template_columns
from cxm.imports.views.entry import importer_for, visible
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.kit.sheets import SheetError
from cxm.kit.tables import write_csv, write_xlsx


@require_GET
@requires(VIEW)
def errors(request: CxmRequest, pk: int, ending: str) -> HttpResponseBase:
    """The wrong rows with their reasons; corrected, the file can be imported as it is."""
    run = visible(request, pk)
    if ending not in ("csv", "xlsx") or not run.file or not run.count("wrong"):
        raise Http404
    record(FILE_READ, actor=request.user, target=run)
    name = slugify(_("wrong rows {name}").format(name=run.name.rsplit(".", 1)[0])) or "rows"
    language = request.user.language
    try:
        if ending == "csv":
            rows = list(error_rows(run))
            return StreamingHttpResponse(
                write_csv(rows, error_columns(run), lang=language),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
            )
        book = write_xlsx(error_rows(run), error_columns(run), lang=language, title=str(run.kind.label))
    except (SheetError, OSError) as error:
        raise Http404 from error
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")


@require_GET
@requires(VIEW)
def original(request: CxmRequest, pk: int) -> HttpResponseBase:
    """The file as it was sent; always as a download, never shown by the browser."""
    run = visible(request, pk)
    if not run.file:
        raise Http404
    try:
        file = run.file.open("rb")
    except OSError as error:
        raise Http404 from error
    record(FILE_READ, actor=request.user, target=run)
    return FileResponse(file, as_attachment=True, filename=run.name, content_type="application/octet-stream")


@require_GET
@requires(VIEW)
def template(request: CxmRequest, code: str) -> HttpResponseBase:
    """An empty list with all headings."""
    importer = importer_for(request, code)
    book = write_xlsx([], template_columns(importer), lang=request.user.language, title=str(importer.label))
    return FileResponse(book, as_attachment=True, filename=f"{slugify(str(importer.label))}.xlsx")
