"""A draft is checked, published or thrown away."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from surveys.questionnaires.actions.publication import publish_draft
from surveys.questionnaires.actions.versions import discard_draft
from surveys.questionnaires.comparison import Change, changes, of_the_whole
from surveys.questionnaires.forms import PublishForm
from surveys.questionnaires.models import Version
from surveys.questionnaires.permissions import MANAGE
from surveys.questionnaires.publishing import Obstacle, obstacles
from surveys.questionnaires.sheet import Sheet, read, sheet_of
from surveys.questionnaires.views.editing import draft_of
from surveys.questionnaires.views.listing import FOLDER, help_url


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def publish(request: CxmRequest, pk: int) -> HttpResponse:
    """What stands in the way, what changed, what reworded questions mean; then it is valid for good."""
    draft = draft_of(request, pk)
    valid = draft.questionnaire.versions.published().first()
    sheet, before = read(draft), sheet_of(valid) if valid else None
    found = changes(before, sheet)
    asked = [change for change in found if change.is_reworded or change.is_rescaled]
    form = PublishForm(request.POST or None, asked=asked, initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid() and published(request, draft, form):
        return go_to(request, draft.questionnaire.get_absolute_url())
    context = {
        "draft": draft, "questionnaire": draft.questionnaire, "valid": valid, "form": form,
        "obstacles": [placed(draft, sheet, obstacle) for obstacle in obstacles(sheet)],
        "asked": [{"change": change, "field": field_of(form, change)} for change in asked],
        "changes": [change for change in found if change.sort != "same"],
        "whole": of_the_whole(before, sheet), "page_help": help_url(),
        "is_same": before is not None and before.digest == sheet.digest,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, f"{FOLDER}/publish.html", context, status=status)


def published(request: CxmRequest, draft: Version, form: PublishForm) -> bool:
    """Publish it; what is refused stands in the form."""
    try:
        done = publish_draft(
            version=draft, meanings=form.meanings(), change_note=form.cleaned_data["change_note"],
            expected_revision=form.cleaned_data["revision"], actor=request.user,
        )  # fmt: skip
    except ValidationError as error:
        for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
            form.add_error(f"meaning_{name}" if f"meaning_{name}" in form.fields else None, messages)
        if getattr(error, "code", "") == "changed":
            typed = request.POST.copy()
            typed["revision"] = str(draft.revision)  # what is shown now has been read
            form.data = typed
        return False
    toast(request, _("Version %(version)s is valid from now on.") % {"version": done.number})
    return True


def field_of(form: PublishForm, change: Change) -> Any:
    """The field in which somebody says what a question means; None where there is no choice."""
    name = f"meaning_{change.item.code}"
    return form[name] if name in form.fields else None


def placed(draft: Version, sheet: Sheet, obstacle: Obstacle) -> dict[str, str]:
    """An obstacle with the address where it is removed."""
    item = sheet.by_code.get(obstacle.code)
    if item is not None:
        return {"text": obstacle.text, "url": reverse("questionnaires:question", args=[item.pk])}
    name = "questionnaires:head" if sheet.items else "questionnaires:edit"
    return {"text": obstacle.text, "url": reverse(name, args=[draft.pk])}


@require_POST
@requires(MANAGE)
def discard(request: CxmRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    draft = draft_of(request, pk)
    try:
        discard_draft(version=draft, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    else:
        toast(request, _("The draft is discarded. Its texts stay in the history."))
    return go_to(request, draft.questionnaire.get_absolute_url())
