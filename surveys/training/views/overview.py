"""Who is how far: all assignments, the matrix of people and touchpoints, one's own team, the panel of a touchpoint."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.kit import tables
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.organisation.models import Person, Unit
from surveys.training.choices import EXPORTED, LessonKind, Status
from surveys.training.lists import AssignmentList
from surveys.training.matrix import Matrix, matrix_of
from surveys.training.models import Course
from surveys.training.permissions import EXPORT, MANAGE, MINE, TEAM
from surveys.training.standing import qualified, workers
from surveys.training.views.mine import FOLDER, help_url
from touchpoints.inventory.models import Touchpoint


@require_GET
@requires(MANAGE)
def assignments(request: CxmRequest) -> HttpResponseBase:
    """Everybody who has to take a course; exports as CSV and XLSX."""
    return AssignmentList(request).respond()


@require_GET
@requires(MANAGE)
def matrix(request: CxmRequest) -> HttpResponseBase:
    """People against touchpoints; exports as CSV and XLSX."""
    asked = request.GET.get("unit", "")
    units = list(Unit.objects.visible_to(request.user))
    unit = next((one for one in units if str(one.pk) == asked), None)
    shown = matrix_of(unit)
    if kind := request.GET.get("export", ""):
        return exported(request, shown, kind)
    context = {
        "matrix": shown,
        "heads": list(zip(shown.touchpoints, shown.shares, strict=True)) if shown.rows else [],
        "units": units,
        "unit": unit,
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/matrix.html", context)


def exported(request: CxmRequest, shown: Matrix, kind: str) -> HttpResponseBase:
    """The matrix as a file."""
    if not request.user.may(EXPORT):
        raise PermissionDenied("training.matrix")
    record(EXPORTED, actor=request.user)
    words = {True: _("qualified"), False: _("not qualified"), None: ""}
    heads = [tables.Column(_("Person"), 30), *(tables.Column(one.name, 24) for one in shown.touchpoints)]
    lines = [[row.person.name, *(str(words[cell]) for cell in row.cells)] for row in shown.rows]
    name = f"qualification-{timezone.localdate():%Y-%m-%d}"
    if kind == "csv":
        return StreamingHttpResponse(
            tables.write_csv(lines, heads, lang=request.user.language), content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )  # fmt: skip
    book = tables.write_xlsx(lines, heads, lang=request.user.language, title=_("Qualification"))
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")


@require_GET
@requires(TEAM)
def team(request: CxmRequest) -> HttpResponse:
    """How far one's own team is: what is open, overdue and passed. No scores: those are the learner's."""
    today = timezone.localdate()
    is_open = Q(assignments__isnull=False, assignments__passed_on=None, assignments__waived_on=None)
    people = (
        Person.objects.present()
        .filter(lead__user=request.user)
        .annotate(
            n_open=Count("assignments", filter=is_open),
            n_overdue=Count("assignments", filter=is_open & Q(assignments__due_on__lt=today)),
            n_passed=Count("assignments", filter=Q(assignments__passed_on__isnull=False)),
            next_due=Min("assignments__due_on", filter=is_open),
        )
    )
    context = {"people": list(people), "page_help": help_url()}
    return render(request, f"{FOLDER}/team.html", context)


@require_GET
@requires(MINE)
def touchpoint_panel(request: CxmRequest, pk: int) -> HttpResponse:
    """Who of those who work at a touchpoint is qualified for it, and by which course, as a part of its page."""
    touchpoint = get_object_or_404(Touchpoint.objects.visible_to(request.user), pk=pk)
    courses = Course.objects.live().filter(
        versions__status=Status.PUBLISHED, versions__lessons__kind=LessonKind.STANDARD,
        versions__lessons__touchpoint=touchpoint,
    )  # fmt: skip
    people, able = workers([pk]).get(pk, []), qualified([pk])[pk]
    rows: list[dict[str, Any]] = [{"person": one, "is_qualified": one.pk in able} for one in people]
    context = {
        "touchpoint": touchpoint,
        "courses": list(courses.distinct()),
        "rows": rows,
        "count": sum(row["is_qualified"] for row in rows),
    }
    return render(request, f"{FOLDER}/touchpoint_panel.html", context)
