"""Typing in what came on paper."""

from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from surveys.questionnaires.actions.answering import enter_paper
from surveys.questionnaires.choices import Step
from surveys.questionnaires.filling import Filling
from surveys.questionnaires.models import Wave, new_token
from surveys.questionnaires.permissions import MANAGE
from surveys.questionnaires.visits import Door, Visit

AN_HOUR = 3600  # seconds in which a form that is sent twice counts once


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def paper(request: CxmRequest, pk: int) -> HttpResponse:
    """The whole questionnaire on one page; what is handed in is marked as an answer on paper."""
    waves = Wave.objects.visible_to(request.user).select_related("version", "questionnaire", "touchpoint")
    wave = get_object_or_404(waves, pk=pk)
    sent = request.POST if request.method == "POST" else request.GET
    visit = Visit(Door.SHARED, "", wave)
    language = visit.language(sent.get("shown_in", ""))
    context: dict[str, Any] = {"wave": wave, "form_key": new_token(), "is_open": wave.step == Step.OPEN}
    with translation.override(language):
        filling = visit.filling(None, language)
    if request.method == "POST":
        with translation.override(language):
            filling.bind(request.POST)
        if enters(request, wave, filling, context):
            return redirect(f"{reverse('questionnaires:paper', args=[pk])}?shown_in={language}")
    context |= {"filling": filling, "has_grown": filling.has_grown and not filling.errors}
    is_refused = bool(filling.errors or filling.has_grown or context.get("problem"))
    status = 422 if request.method == "POST" and is_refused else 200
    return render(request, "surveys/questionnaires/paper.html", context, status=status)


def enters(request: CxmRequest, wave: Wave, filling: Filling, context: dict[str, Any]) -> bool:
    """Whether the form counts now, or has counted when it was sent the first time."""
    if filling.errors or filling.has_grown:
        return False
    if not filling.answers:
        context["problem"] = _("Nothing is filled in yet.")
        return False
    key = f"paper:{request.user.pk}:{request.POST.get('form_key', '')[:60]}"
    if not cache.add(key, True, AN_HOUR):
        toast(request, _("This form had been entered already; it counts once."), level="info")
        return True
    try:
        enter_paper(wave=wave, answers=filling.answers, language=filling.language, actor=request.user)
    except ValidationError as error:
        cache.delete(key)
        context["problem"] = " ".join(error.messages)
        return False
    toast(request, _("The answer on paper is entered. Here is the next empty form."))
    return True
