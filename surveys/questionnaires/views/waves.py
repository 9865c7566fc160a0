"""Waves: their list, planning, opening, reminding, closing, turnout, the link for many."""

from typing import Any

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from surveys.questionnaires.actions.customers import add_customers, sift
from surveys.questionnaires.actions.inviting import make_link, moments, remind
from surveys.questionnaires.actions.waves import change_wave, close_wave, open_wave, plan_wave
from surveys.questionnaires.choices import Step, Whom
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import MOST_REMINDERS, Questionnaire, Wave
from surveys.questionnaires.panels import address_of
from surveys.questionnaires.permissions import MANAGE, VIEW
from surveys.questionnaires.population import counted
from surveys.questionnaires.turnout import by_unit, reached
from surveys.questionnaires.wave_forms import (
    CustomersForm,
    OpenForCustomersForm,
    OpenForm,
    PlanForm,
    QuestionnaireForm,
    WaveForm,
    add_errors,
)
from surveys.questionnaires.wave_lists import WaveList

FOLDER = "surveys/questionnaires/waves"


def help_url() -> str:
    """The help page of waves."""
    return reverse("help_page", args=["waves"])


def visible(request: CxmRequest, pk: int) -> Wave:
    """The wave if the reader may know of it."""
    waves = Wave.objects.visible_to(request.user).select_related("questionnaire", "version", "touchpoint")
    return get_object_or_404(waves, pk=pk)


@require_GET
@requires(VIEW)
def waves(request: CxmRequest) -> HttpResponseBase:
    """All waves."""
    return WaveList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def wave_new(request: CxmRequest) -> HttpResponse:
    """First which questionnaire, then name, end, touchpoint and weights."""
    chosen = QuestionnaireForm(request.GET if "questionnaire" in request.GET else None)
    if not chosen.is_valid():
        context = {
            "form": chosen,
            "page_help": help_url(),
            "has_any": chosen.has_any,
        }
        return render(request, f"{FOLDER}/choose.html", context, status=422 if chosen.errors else 200)
    questionnaire: Questionnaire = chosen.cleaned_data["questionnaire"]
    form = PlanForm(request.POST or None, questionnaire=questionnaire)
    if request.method == "POST" and form.is_valid():
        try:
            wave = plan_wave(
                questionnaire=questionnaire, name=form.cleaned_data["name"], closes_at=form.cleaned_data["closes_at"],
                weights=form.weights, touchpoint=form.cleaned_data.get("touchpoint"), actor=request.user,
            )  # fmt: skip
            toast(request, _("The wave is planned. Choose now who is asked."))
            return redirect(wave)
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "questionnaire": questionnaire, "page_help": help_url()}
    return render(request, f"{FOLDER}/plan.html", context, status=422 if form.errors else 200)


@require_GET
@requires(VIEW)
def wave(request: CxmRequest, pk: int) -> HttpResponse:
    """One wave: where it stands, who has come how far, what can be done."""
    found = visible(request, pk)
    context = {
        "wave": found,
        "reached": reached(found),
        "units": by_unit(found),
        "moments": moments(found),
        "most_reminders": MOST_REMINDERS,
        "to_remind": found.invitations.to_remind().exclude(email="").count()
        if found.step == Step.OPEN
        else 0,
        "results_url": address_of(found, request.user),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/wave.html", context)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def wave_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Another name, or another end."""
    found = visible(request, pk)
    form = WaveForm(request.POST or None, initial={"name": found.name, "closes_at": found.closes_at})
    if request.method == "POST" and form.is_valid():
        try:
            change_wave(wave=found, actor=request.user, **form.cleaned_data)
            toast(request, _("Saved."))
            return redirect(found)
        except ValidationError as error:
            add_errors(form, error)
    context = {"wave": found, "form": form, "page_help": help_url()}
    return render(request, f"{FOLDER}/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def wave_open(request: CxmRequest, pk: int) -> HttpResponse:
    """Choose who is asked, look at the numbers, open."""
    found = visible(request, pk)
    kind = OpenForCustomersForm if found.asks_customers else OpenForm
    form = kind(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"wave": found, "form": form, "page_help": help_url()}
    if request.method == "POST" and form.is_valid():
        if customers := customers_of(form):
            context["sifted"] = sift(found, customers)
        else:
            context["counted"] = counted(form.circle, found.questionnaire.min_cell)
        if "open" in request.POST and opens(request, found, form):
            return redirect(found)
    return render(request, f"{FOLDER}/open.html", context, status=422 if form.errors else 200)


def opens(request: CxmRequest, wave: Wave, form: OpenForm) -> bool:
    """Open it; what stands against that is shown above the form."""
    circle, customers = form.circle, customers_of(form)
    if circle.whom not in (Whom.NOBODY, Whom.CUSTOMERS) and not circle.people().exists():
        form.add_error(None, _("This choice holds nobody."))
        return False
    try:
        invited = open_wave(
            wave=wave, people=circle.people(), leaders=circle.leaders(), customers=customers, actor=request.user
        )  # fmt: skip
    except ValidationError as error:
        add_errors(form, error)
        return False
    count = len(invited)
    text = ngettext(
        "The wave is open. %(n)s person is asked.", "The wave is open. %(n)s people are asked.", count
    )
    toast(request, text % {"n": count})
    return True


def customers_of(form: OpenForm) -> list[Customer]:
    """Those of the list, where customers are asked."""
    return form.found if isinstance(form, OpenForCustomersForm) else []


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def wave_customers(request: CxmRequest, pk: int) -> HttpResponse:
    """More customers for an open wave: look at the numbers, then ask them."""
    found = visible(request, pk)
    if not found.asks_customers:
        raise Http404
    form = CustomersForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"wave": found, "form": form, "page_help": help_url()}
    if request.method == "POST" and form.is_valid():
        context["sifted"] = sift(found, form.found)
        if "ask" in request.POST and asks(request, found, form):
            return redirect(found)
    return render(request, f"{FOLDER}/customers.html", context, status=422 if form.errors else 200)


def asks(request: CxmRequest, wave: Wave, form: CustomersForm) -> bool:
    """Ask them; what stands against that is shown above the form."""
    try:
        added = add_customers(wave=wave, customers=form.found, actor=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return False
    count, skipped = len(added.invited), added.known + added.declined
    text = ngettext("%(n)s customer is asked.", "%(n)s customers are asked.", count) % {"n": count}
    if skipped:
        text += " " + ngettext(
            "%(n)s was left out: invited already, or declined within twelve months.",
            "%(n)s were left out: invited already, or declined within twelve months.", skipped,
        ) % {"n": skipped}  # fmt: skip
    toast(request, text)
    return True


@require_POST
@requires(MANAGE)
def wave_close(request: CxmRequest, pk: int) -> HttpResponse:
    """Take no answers any more."""
    found = visible(request, pk)
    try:
        close_wave(wave=found, actor=request.user)
        toast(request, _("The wave is closed. Its results can be read now."))
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    return redirect(found)


@require_POST
@requires(MANAGE)
def wave_remind(request: CxmRequest, pk: int) -> HttpResponse:
    """Remind those who have not finished."""
    found = visible(request, pk)
    try:
        count = remind(wave=found, actor=request.user)
        text = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", count)
        toast(request, text % {"n": count} if count else _("Nobody is to be reminded today."))
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    return redirect(found)


@require_POST
@requires(MANAGE)
def wave_link(request: CxmRequest, pk: int) -> HttpResponse:
    """A link for many with its QR code; it is shown this once."""
    found = visible(request, pk)
    try:
        token = make_link(wave=found, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
        return redirect(found)
    url = settings.SITE_URL + reverse("filling:survey", args=[token])
    code = segno.make(url, micro=False, error="m")
    context = {
        "wave": found,
        "url": url,
        "svg": code.svg_data_uri(scale=6, border=4),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/link.html", context)
