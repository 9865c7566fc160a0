"""Pages that show figures."""

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.imports.models import ImportRun
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page
from cxm.kit.numbers import formats
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis.choices import BY_SUBJECT, SUBJECT_READ, Grain, Split
from touchpoints.kpis.choosing import Choice
from touchpoints.kpis.figures import figures
from touchpoints.kpis.forms import CloseForm, RemoveForm
from touchpoints.kpis.grains import COUNTED_GRAINS
from touchpoints.kpis.lists import AlarmList, KpiList, MeasurementList
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement, TouchpointCell
from touchpoints.kpis.page import build_page, for_page
from touchpoints.kpis.periods import Period, asked_period, running_quarter, usual_period
from touchpoints.kpis.permissions import IMPORT, MANAGE, VIEW
from touchpoints.kpis.reads import Where
from touchpoints.kpis.words import alarm_sentence, counted_as


@require_GET
@requires(VIEW)
def kpi_list(request: CxmRequest) -> HttpResponseBase:
    """All KPIs."""
    return KpiList(request).respond()


@require_GET
@requires(VIEW)
def measurement_list(request: CxmRequest) -> HttpResponseBase:
    """The rows behind a number."""
    return MeasurementList(request).respond()


@require_GET
@requires(VIEW)
def alarm_list(request: CxmRequest) -> HttpResponseBase:
    """What asked for attention."""
    return AlarmList(request).respond()


@require_GET
@requires(VIEW)
def row(request: CxmRequest, pk: int) -> HttpResponse:
    """One measurement: what was delivered, what it counts, where it comes from."""
    found = get_object_or_404(Measurement.objects.visible_to(request.user).with_names(), pk=pk)
    run = ImportRun.objects.visible_to(request.user).filter(pk=found.run_id or 0).first()
    f = formats(request.user.language)
    may_know = request.user.may(IMPORT) or request.user.may(MANAGE)
    if found.subject and may_know:
        record(SUBJECT_READ, actor=request.user, target=found.kpi, data={"row": found.pk})
    context = {
        "row": found,
        "may_know": may_know,
        "value": f.number(found.value, 6) if found.value is not None else "",
        "counted": counted_as(found, f),
        "run_url": run.get_absolute_url() if run else "",
        "form": RemoveForm() if found.can_be_removed else None,
        "page_help": reverse("help_page", args=["kpis"]),
    }
    return render(request, "touchpoints/kpis/row.html", context)


@require_GET
@requires(VIEW)
def alarm(request: CxmRequest, pk: int) -> HttpResponse:
    """An alarm: what is wrong, and what becomes of it."""
    found = get_object_or_404(
        Alarm.objects.visible_to(request.user).select_related("kpi__phase", "closed_by"), pk=pk
    )
    period = Period.containing(Grain(found.grain), found.start)
    context = {
        "alarm": found,
        "sentence": alarm_sentence(found),
        "kpi_url": f"{found.kpi.get_absolute_url()}?period={period.code}",
        "form": CloseForm(),
        "page_help": reverse("help_page", args=["kpis"]),
    }
    return render(request, "touchpoints/kpis/alarm.html", context)


@require_GET
@requires(IMPORT)
def import_measurements(request: CxmRequest) -> HttpResponse:
    """On to the upload of measurements."""
    return redirect("imports:upload", "measurements")


@require_GET
@requires(VIEW)
def kpi(request: CxmRequest, pk: int) -> HttpResponse:
    """One KPI: figure, trend, split, spread, targets, notes, alarms; from here on to the rows."""
    rows = KpiDefinition.objects.visible_to(request.user).select_related("phase", "owner")
    found = get_object_or_404(for_page(rows, request.user), pk=pk)
    choice = Choice.read(request.GET, request.user, found)
    splits = () if found.shape in BY_SUBJECT else tuple(Split)
    context = {
        "page": build_page(request.user, found, choice),
        "kpi": found,
        "words": {
            part: found.words(part) for part in ("formula", "numerator", "denominator", "source", "hint")
        },
        "periods": periods_to_choose(choice.period, request.user.language, found.own_grain),
        "grains": [(g, g.label, choice.url(grain=g.value), g == choice.grain) for g in grains_of(found)],
        "splits": [(s, s.label, choice.url(split=s.value, order=None), s == choice.split) for s in splits],
        "no_split_url": choice.url(split=None, order=None),
        "whole_url": choice.url(**dict.fromkeys(Split.values)),
        "page_help": reverse("help_page", args=["kpis"]),
    }
    return hx_or_page(request, "touchpoints/kpis/kpi.html", "body", context)


def grains_of(kpi: KpiDefinition) -> list[Grain]:
    """The steps in which it is shown: those in which it means something and is known."""
    if kpi.own_grain:
        return [kpi.own_grain]
    return list(COUNTED_GRAINS) if kpi.shape in BY_SUBJECT else list(Grain)


def periods_to_choose(chosen: Period, language: str, own: Grain | None) -> list[tuple[str, str, bool]]:
    """Twelve months, eight quarters and three years (or only the own length), the newest first: code, label, chosen."""
    offered: list[Period] = []
    for grain, count in ((Grain.QUARTER, 7), (Grain.MONTH, 11), (Grain.YEAR, 2)):
        if own and grain != own:
            continue
        now = Period.containing(grain)
        offered += [now, *reversed(now.history(count))]
    if chosen not in offered:
        offered.insert(0, chosen)
    return [(p.code, p.label(language), p == chosen) for p in offered]


@require_GET
@requires(VIEW)
def touchpoint_panel(request: CxmRequest, pk: int) -> HttpResponse:
    """What was measured at a touchpoint, as a part of its page."""
    past = TouchpointCell.objects.filter(touchpoint=OuterRef("pk"), month__lt=running_quarter().start)
    places = Touchpoint.objects.visible_to(request.user).annotate(has_past=Exists(past))
    touchpoint = get_object_or_404(places, pk=pk)
    usual = usual_period(has_past=touchpoint.has_past)  # type: ignore[attr-defined]  # annotated
    period = asked_period(request.GET.get("period", "")) or usual
    f = formats(request.user.language)
    kpis = list(KpiDefinition.objects.visible_to(request.user).shown().in_order())
    found = figures(kpis, period, where=Where(touchpoint=touchpoint), history=4)
    measured = [one for one in found.values() if one.n or any(pool.n for _period, pool in one.before)]
    rows = [{"figure": one, "reading": one.reading(f)} for one in measured]
    context = {"rows": rows, "period": period, "touchpoint": touchpoint}
    return render(request, "touchpoints/kpis/touchpoint_panel.html", context)
