"""Pages and posts that change figures."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from touchpoints.kpis.actions import (
    add_note,
    change_kpi,
    choose_headlines,
    choose_kpis,
    close_alarm,
    correct_target,
    correct_version,
    define_kpi,
    end_target,
    look_into_alarm,
    measure,
    remove_measurement,
    remove_note,
    remove_target,
    remove_version,
    set_target,
    start_version,
)
from touchpoints.kpis.forms import DeclaredForm, MeasurementForm, NoteForm, OwnForm, TargetForm, VersionForm
from touchpoints.kpis.lists import KpiList
from touchpoints.kpis.models import Alarm, KpiDefinition, KpiNote, KpiVersion, Measurement, Target
from touchpoints.kpis.permissions import ENTER, MANAGE


def form_page(
    request: CxmRequest, form: forms.BaseForm, title: str, back: str, save: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """A form on a page of its own: save and go back, or show it again with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except ValidationError as error:
            known = {name: e for name, e in getattr(error, "error_dict", {}).items() if name in form.fields}
            form.add_error(None, known or ValidationError(error.messages))
        else:
            toast(request, _("Saved."))
            return redirect(back)
    context = {
        "form": form,
        "form_title": title,
        "back": back,
        "page_help": reverse("help_page", args=["kpis"]),
    }
    return render(request, "touchpoints/kpis/form.html", context, status=422 if form.errors else 200)


def visible_kpi(request: CxmRequest, pk: int) -> KpiDefinition:
    """The KPI, if the person may see it; else 404."""
    return get_object_or_404(
        KpiDefinition.objects.visible_to(request.user).select_related("phase", "owner"), pk=pk
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def kpi_new(request: CxmRequest) -> HttpResponse:
    """A KPI of the company's own."""
    form = OwnForm(request.POST or None)
    return form_page(
        request, form, _("New KPI"), reverse("kpis:list"), lambda data: define_kpi(actor=request.user, **data)
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def kpi_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change a KPI; of one from the catalogue only where it stands and who keeps it."""
    kpi = visible_kpi(request, pk)
    form_class: type[forms.ModelForm[KpiDefinition]] = DeclaredForm if kpi.is_declared else OwnForm
    form = form_class(request.POST or None, instance=KpiDefinition.objects.get(pk=pk))
    title = _("Change %(kpi)s") % {"kpi": kpi.name}
    return form_page(
        request,
        form,
        title,
        kpi.get_absolute_url(),
        lambda data: change_kpi(actor=request.user, kpi=kpi, **data),
    )


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def version_new(request: CxmRequest, pk: int) -> HttpResponse:
    """From a day on the KPI is counted in another way."""
    kpi = visible_kpi(request, pk)
    return form_page(
        request, VersionForm(request.POST or None), _("New formula from a day on"), kpi.get_absolute_url(),
        lambda data: start_version(actor=request.user, kpi=kpi, **data),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def version_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Put right what was written of a version."""
    version = visible_version(request, pk)
    form = VersionForm(request.POST or None, instance=KpiVersion.objects.get(pk=pk))
    title = _("Correct version %(n)s") % {"n": version.version}
    return form_page(
        request, form, title, version.kpi.get_absolute_url(),
        lambda data: correct_version(actor=request.user, version=version, **data),
    )  # fmt: skip


@require_POST
@requires(MANAGE)
def version_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take back that the KPI was counted in another way from a day on."""
    version = visible_version(request, pk)
    remove_version(actor=request.user, version=version)
    toast(request, _("The version is gone; the line in the chart is whole again."))
    return redirect(version.kpi)


def visible_version(request: CxmRequest, pk: int) -> KpiVersion:
    """The version with its KPI, if the person may see that; else 404."""
    kpis = KpiDefinition.objects.visible_to(request.user).order_by()
    return get_object_or_404(KpiVersion.objects.filter(kpi__in=kpis).select_related("kpi"), pk=pk)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def target_new(request: CxmRequest, pk: int) -> HttpResponse:
    """Want something of a KPI from a day on."""
    kpi = visible_kpi(request, pk)

    def save(data: dict[str, Any]) -> None:
        set_target(actor=request.user, kpi=kpi, **data | {"tolerance": data["tolerance"] or 0})

    return form_page(request, TargetForm(request.POST or None), _("New target"), kpi.get_absolute_url(), save)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def target_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Put a target right, also for the past."""
    target = visible_target(request, pk)
    start = {
        "value": target.value.normalize(), "tolerance": target.tolerance.normalize(), "since": target.during.lower,
        "until": target.during.upper, "note": target.note,
    }  # fmt: skip

    def save(data: dict[str, Any]) -> None:
        correct_target(actor=request.user, target=target, **data | {"tolerance": data["tolerance"] or 0})

    form = TargetForm(request.POST or None, initial=start)
    return form_page(request, form, _("Correct the target"), target.kpi.get_absolute_url(), save)


@require_POST
@requires(MANAGE)
def target_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take back a target that was never wanted."""
    target = visible_target(request, pk)
    remove_target(actor=request.user, target=target)
    toast(request, _("The target is gone; no period is judged by it any more."))
    return redirect(target.kpi)


def visible_target(request: CxmRequest, pk: int) -> Target:
    """The target with its KPI, if the person may see that; else 404."""
    kpis = KpiDefinition.objects.visible_to(request.user).order_by()
    return get_object_or_404(Target.objects.filter(kpi__in=kpis).select_related("kpi"), pk=pk)


@require_POST
@requires(MANAGE)
def target_end(request: CxmRequest, pk: int) -> HttpResponse:
    """Want it no longer from today on."""
    target = visible_target(request, pk)
    end_target(actor=request.user, target=target, on=timezone.localdate())
    toast(request, _("The target ends today."))
    return redirect(target.kpi)


@require_http_methods(["GET", "POST"])
@requires(ENTER)
@counts_once
def note_new(request: CxmRequest, pk: int) -> HttpResponse:
    """Say on the time line what happened."""
    kpi = visible_kpi(request, pk)

    def save(data: dict[str, Any]) -> None:
        add_note(actor=request.user, kpi=None if data.pop("everywhere") else kpi, **data)

    return form_page(request, NoteForm(request.POST or None), _("New note"), kpi.get_absolute_url(), save)


@require_POST
@requires(MANAGE)
def note_remove(request: CxmRequest, pk: int, note: int) -> HttpResponse:
    """Take a note off the time line."""
    kpi = visible_kpi(request, pk)
    found = get_object_or_404(KpiNote.objects.filter(kpi=kpi) | KpiNote.objects.filter(kpi=None), pk=note)
    remove_note(actor=request.user, note=found)
    return redirect(kpi)


@require_http_methods(["GET", "POST"])
@requires(ENTER)
def measurement_new(request: CxmRequest, pk: int) -> HttpResponse:
    """Enter one measurement by hand, with a note where it comes from."""
    kpi = visible_kpi(request, pk)
    form = MeasurementForm(request.POST or None, kpi=kpi)
    title = _("Enter a measurement of %(kpi)s") % {"kpi": kpi.name}
    return form_page(
        request,
        form,
        title,
        kpi.get_absolute_url(),
        lambda data: measure(facts=[form.fact], actor=request.user),
    )


@require_POST
@requires(MANAGE)
def row_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take out what was entered by hand, with the reason."""
    row = get_object_or_404(Measurement.objects.visible_to(request.user).with_names(), pk=pk)
    if refused := refusal(
        lambda: remove_measurement(measurement=row, note=request.POST.get("note", ""), actor=request.user)
    ):
        toast(request, refused, level="error")
        return redirect(row)
    toast(request, _("The measurement is gone, and no sum counts it any more."))
    return redirect(row.kpi)


@require_POST
@requires(MANAGE)
def alarm_look(request: CxmRequest, pk: int) -> HttpResponse:
    """Say that somebody takes care of it."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    look_into_alarm(alarm=alarm, actor=request.user)
    toast(request, _("Thank you. Everybody sees now that somebody looks into it."))
    return redirect(alarm)


@require_POST
@requires(MANAGE)
def alarm_close(request: CxmRequest, pk: int) -> HttpResponse:
    """It is settled: what was found."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), pk=pk)
    if refused := refusal(
        lambda: close_alarm(alarm=alarm, note=request.POST.get("note", ""), actor=request.user)
    ):
        toast(request, refused, level="error")
    else:
        toast(request, _("The alarm is closed."))
    return redirect(alarm)


def refusal(act: Callable[[], None]) -> str:
    """Why an action was refused; empty if it was done."""
    try:
        act()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@require_POST
@requires(MANAGE)
def show(request: CxmRequest) -> HttpResponse:
    """Show the selected KPIs on the pages."""
    return choose(request, shown=True)


@require_POST
@requires(MANAGE)
def hide(request: CxmRequest) -> HttpResponse:
    """Take the selected KPIs off the pages; their measurements stay."""
    return choose(request, shown=False)


@require_POST
@requires(MANAGE)
def headline_add(request: CxmRequest) -> HttpResponse:
    """Put the selected KPIs at the top of the sponsor's page."""
    return choose(request, headline=True)


@require_POST
@requires(MANAGE)
def headline_remove(request: CxmRequest) -> HttpResponse:
    """Take the selected KPIs off the top of the sponsor's page; they stay in their phases."""
    return choose(request, headline=False)


def choose(request: CxmRequest, *, shown: bool | None = None, headline: bool | None = None) -> HttpResponse:
    """Change the selected KPIs, and back to the list."""
    kpis, count = KpiList.selected(request).rows.values_list("pk", flat=True), 0
    if shown is not None:
        count = choose_kpis(actor=request.user, kpis=kpis, shown=shown)
    if headline is not None:
        count = choose_headlines(actor=request.user, kpis=kpis, chosen=headline)
    toast(request, ngettext("%(n)s KPI changed.", "%(n)s KPIs changed.", count) % {"n": count})
    return redirect("kpis:list")
