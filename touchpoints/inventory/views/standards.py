"""The standard of a touchpoint: the valid version, the draft, all versions and what changed between them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.differences import differences
from cxm.kit.http import CxmRequest, go_to, toast
from touchpoints.inventory.actions.conflicts import Conflict, label_of
from touchpoints.inventory.actions.standards import (
    change_draft,
    discard_draft,
    draft_standard,
    publish_standard,
)
from touchpoints.inventory.cards import standard_card
from touchpoints.inventory.forms import StandardForm, add_errors, with_conflict
from touchpoints.inventory.models import Standard, Touchpoint
from touchpoints.inventory.permissions import EDIT_OWN, PUBLISH, VIEW
from touchpoints.inventory.views.objects import editable, help_url, may_edit, visible

FOLDER = "touchpoints/inventory"


def texts_of(standard: Standard, before: Standard | None = None) -> list[dict[str, Any]]:
    """The texts with their names; with `before`, what changed since that version."""
    found = []
    for name in Standard.TEXTS:
        text = getattr(standard, name)
        old = getattr(before, name) if before else ""
        if text or old:
            found.append(
                {
                    "label": label_of(standard, name),
                    "text": text,
                    "stretches": differences(old, text) if before else None,
                    "changed": bool(before) and old != text,
                }
            )
    return found


@require_GET
@requires(VIEW)
def standard(request: CxmRequest, pk: int) -> HttpResponse:
    """The version that is valid, the draft if there is one, and all versions."""
    touchpoint = visible(request, pk)
    valid = standard_card(touchpoint).valid
    return show(request, touchpoint, valid)


@require_GET
@requires(VIEW)
def standard_version(request: CxmRequest, pk: int, version: int) -> HttpResponse:
    """One published version, compared with the one before it or with the one asked for."""
    touchpoint = visible(request, pk)
    published = touchpoint.standards.published().select_related("published_by")
    return show(request, touchpoint, get_object_or_404(published, version=version), compare=True)


def show(
    request: CxmRequest, touchpoint: Touchpoint, shown: Standard | None, *, compare: bool = False
) -> HttpResponse:
    """A version with its texts; `compare` marks the differences to the version in `with` or to the one before."""
    versions = list(touchpoint.standards.published().select_related("published_by"))
    before = None
    if compare and shown:
        asked = request.GET.get("with", "")
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else shown.version - 1
        before = next((row for row in versions if row.version == wanted and row.pk != shown.pk), None)
    context = {
        "touchpoint": touchpoint,
        "shown": shown,
        "is_valid": bool(versions) and shown == versions[0],
        "before": before,
        "texts": texts_of(shown, before) if shown else [],
        "versions": versions,
        "draft": touchpoint.standards.draft().first(),
        "can_edit": may_edit(request, touchpoint),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/standard.html", context)


@require_http_methods(["GET", "POST"])
@requires(EDIT_OWN)
def standard_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Write the draft; it is made by the first save, so that looking at the form leaves no trace."""
    touchpoint = editable(request, pk)
    seen = touchpoint.standards.draft().first() or fresh(touchpoint)
    if request.method == "GET":
        return show_form(request, touchpoint, seen, StandardForm(standard=seen))
    form, more = StandardForm(request.POST, standard=seen), {}
    if form.is_valid():
        draft = draft_standard(touchpoint=touchpoint, actor=request.user)
        try:
            draft = change_draft(
                standard=draft,
                fields=form.values(),
                expected_revision=form.cleaned_data["revision"],
                actor=request.user,
            )
            if "publish" in request.POST and request.user.may(PUBLISH):
                return publish(request, touchpoint, draft)
            toast(request, _("The draft is saved."))
            return go_to(request, reverse("inventory:standard", args=[pk]))
        except ValidationError as error:
            add_errors(form, error)
        except Conflict as conflict:
            data, clashes = with_conflict(request.POST, conflict)
            form, more = StandardForm(data, standard=draft), {"clashes": clashes, "by": conflict.by}
    return show_form(request, touchpoint, seen, form, status=422, **more)


def fresh(touchpoint: Touchpoint) -> Standard:
    """What a new draft would be; not saved."""
    valid = touchpoint.standards.published().first()
    texts = {name: getattr(valid, name) for name in Standard.TEXTS} if valid else {}
    return Standard(touchpoint=touchpoint, version=valid.version + 1 if valid else 1, **texts)


def show_form(
    request: CxmRequest,
    touchpoint: Touchpoint,
    seen: Standard,
    form: StandardForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The form of the draft."""
    context = {"touchpoint": touchpoint, "draft": seen, "form": form, "page_help": help_url(), **more}
    return render(request, f"{FOLDER}/standard_form.html", context, status=status)


def publish(request: CxmRequest, touchpoint: Touchpoint, draft: Standard) -> HttpResponse:
    """Publish the draft that was just saved; what it lacks is shown at its fields."""
    try:
        publish_standard(standard=draft, expected_revision=draft.revision, actor=request.user)
    except ValidationError as error:
        data = request.POST.copy()
        data["revision"] = str(draft.revision)
        form = StandardForm(data, standard=draft)
        form.is_valid()
        add_errors(form, error)
        return show_form(request, touchpoint, draft, form, status=422)
    toast(request, _("Version %(version)s is valid from now on.") % {"version": draft.version})
    return go_to(request, reverse("inventory:standard", args=[touchpoint.pk]))


@require_POST
@requires(PUBLISH)
def standard_publish(request: CxmRequest, pk: int) -> HttpResponse:
    """Publish the draft as it was read: the form carries its revision."""
    touchpoint = editable(request, pk)
    draft = get_object_or_404(touchpoint.standards.draft())
    seen = request.POST.get("revision", "")
    expected = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1
    try:
        publish_standard(standard=draft, expected_revision=expected, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
        return go_to(request, reverse("inventory:standard_edit", args=[pk]))
    toast(request, _("Version %(version)s is valid from now on.") % {"version": draft.version})
    return go_to(request, reverse("inventory:standard", args=[pk]))


@require_POST
@requires(EDIT_OWN)
def standard_discard(request: CxmRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    touchpoint = editable(request, pk)
    draft = get_object_or_404(touchpoint.standards.draft())
    discard_draft(standard=draft, actor=request.user)
    toast(request, _("The draft is discarded. Its texts stay in the history."))
    return go_to(request, reverse("inventory:standard", args=[pk]))
