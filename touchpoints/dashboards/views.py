"""The pages from above."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.kit.numbers import formats
from touchpoints.dashboards.actions import ask_for_decision, decide, plan_report, withdraw_decision
from touchpoints.dashboards.board import board_of
from touchpoints.dashboards.choices import Answer, Rhythm
from touchpoints.dashboards.forms import AnswerForm, DecisionForm, ReportForm
from touchpoints.dashboards.landscape import list_of, phases_with_counts
from touchpoints.dashboards.models import Decision, Report
from touchpoints.dashboards.paper import PaperError, sponsor_paper
from touchpoints.dashboards.permissions import ASK, DECIDE, SUBSCRIBE, VIEW
from touchpoints.dashboards.phases import build_phase, phases_with_segments
from touchpoints.dashboards.spans import period_choices
from touchpoints.kpis.periods import asked_period

HELP = "dashboards"


@require_GET
@requires(VIEW)
def sponsor(request: CxmRequest) -> HttpResponse:
    """One page: where customers are won or lost, whom to ask, what to decide."""
    board = board_of(request.user, asked_period(request.GET.get("period", "")))
    context = {
        "board": board,
        "periods": period_choices(board.period, formats(request.user.language)),
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "touchpoints/dashboards/sponsor.html", context)


@require_GET
@requires(VIEW)
def sponsor_pdf(request: CxmRequest) -> HttpResponse:
    """The same page on one sheet of A4; back to the page with the reason if it cannot be printed."""
    asked = asked_period(request.GET.get("period", ""))
    try:
        period, pdf = sponsor_paper(request.user, asked)
    except PaperError as error:
        toast(request, str(error), level="error")
        where = f"?period={asked.code}" if asked else ""
        return redirect(f"{reverse('dashboards:sponsor')}{where}")
    headers = {"Content-Disposition": f'attachment; filename="cxm-{period.code}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "POST"])
@requires(SUBSCRIBE)
def report(request: CxmRequest) -> HttpResponse:
    """Whether and how often the page comes by mail."""
    current = Report.objects.filter(user=request.user).first()
    form = ReportForm(request.POST or None, initial={"rhythm": current.rhythm if current else ""})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["rhythm"]
        plan_report(actor=request.user, rhythm=Rhythm(chosen) if chosen else None)
        toast(request, _("Saved."))
        return redirect("dashboards:sponsor")
    return render(
        request, "touchpoints/dashboards/report.html", {"form": form}, status=422 if form.errors else 200
    )


@require_GET
@requires(VIEW)
def decision_list(request: CxmRequest) -> HttpResponse:
    """What was asked and decided, the newest first."""
    decisions = Decision.objects.visible_to(request.user).select_related("asked_by", "decided_by", "phase")
    return render(request, "touchpoints/dashboards/decisions.html", {"decisions": decisions[:200]})


@require_http_methods(["GET", "POST"])
@requires(ASK)
@counts_once
def decision_new(request: CxmRequest) -> HttpResponse:
    """Put a question on the sponsor's page."""
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_for_decision(actor=request.user, **form.cleaned_data)
        toast(request, _("The question is on the sponsor page now."))
        return redirect("dashboards:sponsor")
    status = 422 if form.errors else 200
    return render(request, "touchpoints/dashboards/decision_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@requires(DECIDE)
def decision_answer(request: CxmRequest, pk: int) -> HttpResponse:
    """Answer a question; whoever comes second is told what was answered."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user).select_related("asked_by"), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide(actor=request.user, decision=decision, answer=Answer(form.cleaned_data["answer"]),
                   note=form.cleaned_data["note"])  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Thank you. The answer is on record."))
            return redirect("dashboards:sponsor")
    context = {"form": form, "decision": decision}
    return render(
        request, "touchpoints/dashboards/decision_answer.html", context, status=422 if form.errors else 200
    )


@require_POST
@requires(ASK)
def decision_withdraw(request: CxmRequest, pk: int) -> HttpResponse:
    """Take an open question back."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user), pk=pk)
    withdraw_decision(actor=request.user, decision=decision)
    return redirect("dashboards:decisions")


@require_GET
@requires(VIEW)
def phase_list(request: CxmRequest) -> HttpResponse:
    """The phases with their questions, counts and gaps."""
    phases = [(phase, list_of(phase)) for phase in phases_with_counts()]
    context = {"phases": phases, "page_help": reverse("help_page", args=[HELP])}
    return render(request, "touchpoints/dashboards/phases.html", context)


@require_GET
@requires(VIEW)
def phase(request: CxmRequest, code: str) -> HttpResponse:
    """One phase: figures, touchpoints, what disappoints and what delights."""
    phases = phases_with_segments(request.user)
    found: Any = next((phase for phase in phases if phase.code == code), None)
    if found is None:
        raise Http404(code)
    segment = next((s for s in found.segments if str(s["id"]) == request.GET.get("segment")), None)
    asked = asked_period(request.GET.get("period", ""))
    view = build_phase(request.user, found, asked, segment["id"] if segment else None)
    context = {
        "view": view,
        "phases": phases,
        "periods": period_choices(view.period, formats(request.user.language)),
        "segments": found.segments,
        "segment": segment,
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "touchpoints/dashboards/phase.html", context)
