"""Questionnaires: the list, a new one, one with its versions and what differs between them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from surveys.questionnaires.actions.questionnaires import (
    archive_questionnaire,
    change_questionnaire,
    facts_of,
    restore_questionnaire,
)
from surveys.questionnaires.actions.versions import create_questionnaire, draft_version, retire_version
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.comparison import changes, of_the_whole
from surveys.questionnaires.forms import FactsForm, NewQuestionnaireForm, add_errors
from surveys.questionnaires.lines import lines_of, reading
from surveys.questionnaires.lists import QuestionnaireList
from surveys.questionnaires.models import Questionnaire, Version, Wave
from surveys.questionnaires.permissions import MANAGE, VIEW
from surveys.questionnaires.sheet import sheet_of
from touchpoints.inventory.actions.conflicts import Conflict

FOLDER = "surveys/questionnaires"
LATEST = 5  # waves that the page of a questionnaire names


def help_url() -> str:
    """Where all this is explained."""
    return reverse("help_page", args=["questionnaires"])


def visible(request: CxmRequest, pk: int) -> Questionnaire:
    """The questionnaire, if this person may see it."""
    return get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)


@require_GET
@requires(VIEW)
def questionnaires(request: CxmRequest) -> HttpResponseBase:
    """The list."""
    return QuestionnaireList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def new(request: CxmRequest) -> HttpResponse:
    """Create a questionnaire; its first version is a draft."""
    form = NewQuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        fields |= {"use": Use(fields["use"]), "identity": Identity(fields["identity"])}
        try:
            version = create_questionnaire(actor=request.user, **fields)
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("Created. Now add the questions."))
            return go_to(request, reverse("questionnaires:edit", args=[version.pk]))
    context = {"form": form, "page_help": help_url()}
    return render(request, f"{FOLDER}/new.html", context, status=422 if form.errors else 200)


@require_GET
@requires(VIEW)
def questionnaire(request: CxmRequest, pk: int) -> HttpResponse:
    """The version that is valid, the draft, all versions, the waves."""
    found = visible(request, pk)
    versions = versions_of(found)
    valid = next((one for one in versions if one.status == "published"), None)
    draft = next((one for one in versions if one.is_draft), None)
    return show(request, found, versions, valid or next((one for one in versions if one != draft), None))


@require_GET
@requires(VIEW)
def version(request: CxmRequest, pk: int, number: int) -> HttpResponse:
    """One version, compared with the one asked for or the one before."""
    found = visible(request, pk)
    versions = versions_of(found)
    shown = next((one for one in versions if one.number == number), None)
    if shown is None:
        raise Http404
    asked = request.GET.get("with", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else number - 1
    before = next((one for one in versions if one.number == wanted and one != shown), None)
    return show(request, found, versions, shown, before=before)


def versions_of(found: Questionnaire) -> list[Version]:
    """All versions, newest first."""
    return list(found.versions.select_related("published_by").order_by("-number"))


def show(
    request: CxmRequest,
    found: Questionnaire,
    versions: list[Version],
    shown: Version | None,
    *,
    before: Version | None = None,
) -> HttpResponse:
    """The page of a questionnaire with one of its versions; `before` is what that is compared with."""
    sheet = sheet_of(shown) if shown else None
    old = sheet_of(before) if before else None
    context: dict[str, Any] = {
        "questionnaire": found,
        "versions": versions,
        "shown": shown,
        "before": before,
        "sheet": sheet,
        "draft": next((one for one in versions if one.is_draft), None),
        "is_valid": bool(shown) and shown is not None and shown.status == "published",
        "lines": lines_of(sheet, request.user.language) if sheet else [],
        "title": reading(sheet, request.user.language) if sheet else None,
        "changes": [one for one in changes(old, sheet) if one.sort != "same"] if sheet and old else [],
        "whole": of_the_whole(old, sheet) if sheet and old else [],
        "waves": list(
            Wave.objects.filter(questionnaire=found).select_related("version").order_by("-pk")[:LATEST]
        ),
        "waves_url": waves_url(found),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/questionnaire.html", context)


def waves_url(found: Questionnaire) -> str:
    """The list of its waves, where there is one."""
    try:
        return f"{reverse('questionnaires:waves')}?questionnaire={found.pk}"
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def change(request: CxmRequest, pk: int) -> HttpResponse:
    """Name, use and smallest group shown."""
    found = visible(request, pk)
    more: dict[str, Any] = {}
    form = FactsForm(request.POST or None, initial=facts_of(found))
    form.show(facts_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_questionnaire(
                questionnaire=found, facts=form.facts(), seen=form.cleaned_data["seen"], actor=request.user
            )
            toast(request, _("Saved."))
            return go_to(request, found.get_absolute_url())
        except ValidationError as error:
            add_errors(form, error)
        except Conflict as conflict:
            form, more = again(request, form, conflict)
            form.show(facts_of(found))
    context = {"form": form, "questionnaire": found, "page_help": help_url(), **more}
    is_refused = request.method == "POST"
    return render(request, f"{FOLDER}/change.html", context, status=422 if is_refused else 200)


def again(request: CxmRequest, form: FactsForm, conflict: Conflict) -> tuple[FactsForm, dict[str, Any]]:
    """The form that lost against a colleague, with what was typed, ready for a second try that is meant."""
    typed = FactsForm(initial={name: request.POST.get(name, "") for name in form.fields if name != "seen"})
    return typed, {"clashes": conflict.clashes, "by": conflict.by}


@require_POST
@requires(MANAGE)
def archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Put a questionnaire away, or with `restore` back into use."""
    found = visible(request, pk)
    try:
        if request.POST.get("restore"):
            restore_questionnaire(questionnaire=found, actor=request.user)
            toast(request, _("Back in use."))
        else:
            archive_questionnaire(questionnaire=found, actor=request.user)
            toast(request, _("Archived. It is found again with the filter “Archive”."))
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    return go_to(request, found.get_absolute_url())


@require_POST
@requires(MANAGE)
def draft(request: CxmRequest, pk: int) -> HttpResponse:
    """Begin the draft of a new version, or go on with the one that is open."""
    found = draft_version(questionnaire=visible(request, pk), actor=request.user)
    return go_to(request, reverse("questionnaires:edit", args=[found.pk]))


@require_POST
@requires(MANAGE)
def retire(request: CxmRequest, pk: int) -> HttpResponse:
    """Take the valid version out of use; open waves go on."""
    found = visible(request, pk)
    valid = found.versions.published().first()
    if valid is None:
        toast(request, _("There is no valid version."), level="info")
    else:
        retire_version(version=valid, actor=request.user)
        toast(request, _("Retired. No wave is opened with this version any more; open ones go on."))
    return go_to(request, found.get_absolute_url())
