"""Results to take along: the report on paper, the table as a workbook."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.kit.tables import write_xlsx
from surveys.assessment.paper import report_paper
from surveys.assessment.permissions import EXPORT
from surveys.assessment.views.results import closed_wave
from surveys.assessment.workbook import columns, rows_of
from surveys.questionnaires.choices import RESULTS_EXPORTED
from surveys.questionnaires.models import Wave
from touchpoints.dashboards.paper import PaperError


def file_name(wave: Wave) -> str:
    """Questionnaire and wave, as a name of a file may be."""
    return slugify(f"{wave.questionnaire.code}-{wave.name}") or f"wave-{wave.pk}"


@require_GET
@requires(EXPORT)
def report(request: CxmRequest, pk: int) -> HttpResponse:
    """The report as PDF; back to the page with the reason if it cannot be printed."""
    wave = closed_wave(request, pk)
    try:
        pdf = report_paper(request.user, wave)
    except PaperError as error:
        toast(request, str(error), level="error")
        return redirect("assessment:results", pk=pk)
    record(RESULTS_EXPORTED, actor=request.user, target=wave, data={"as": "pdf"})
    headers = {"Content-Disposition": f'attachment; filename="{file_name(wave)}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_GET
@requires(EXPORT)
def workbook(request: CxmRequest, pk: int) -> HttpResponseBase:
    """Every figure of the wave as one table."""
    wave = closed_wave(request, pk)
    record(RESULTS_EXPORTED, actor=request.user, target=wave, data={"as": "xlsx"})
    book = write_xlsx(rows_of(wave, request.user), columns(), lang=request.user.language, title=wave.name)
    return FileResponse(book, as_attachment=True, filename=f"{file_name(wave)}.xlsx")
