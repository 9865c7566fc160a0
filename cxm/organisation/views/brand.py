"""Vision and brand as everybody reads them: the valid version, older ones with what changed, the support per unit."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cxm.kit.access import requires
from cxm.kit.differences import Stretch, differences
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import confirm_brand
from cxm.organisation.lists_brand import tabs
from cxm.organisation.models import BrandConfirmation, BrandPromise, BrandVersion
from cxm.organisation.permissions import EDIT_BRAND, READ_BRAND
from cxm.organisation.support import LEAST, share_text, support_of

HELP = "brand"


def parts_of(shown: BrandVersion, before: BrandVersion | None) -> dict[str, Any]:
    """The texts of a version; with `before`, each as the way from the old words to the new."""
    new, old = list(shown.promises.all()), list(before.promises.all()) if before else []
    texts = {
        name: compared(getattr(shown, name), getattr(before, name) if before else None)
        for name in shown.TEXTS
    }
    known = {promise.code: promise for promise in old}
    promises = [promise_part(one, known.pop(one.code, None), bool(before)) for one in new]
    gone = [{"code": one.code, "stretches": compared("", one.text)} for one in known.values()]
    return {**texts, "promises": promises, "gone": gone}


def promise_part(one: BrandPromise, old: BrandPromise | None, compare: bool) -> dict[str, Any]:
    """A promise with its code."""
    before = (old.text if old else "") if compare else None
    return {"code": one.code, "stretches": compared(one.text, before)}


def compared(new: str, old: str | None) -> list[Stretch]:
    """What changed; the text as it is if there is nothing to compare it with."""
    return [Stretch("same", new)] if old is None else differences(old, new)


def show(request: CxmRequest, shown: BrandVersion | None, *, compare: bool = False) -> HttpResponse:
    """A version; `compare` marks what changed since the version in `with` or the one before."""
    versions = list(BrandVersion.objects.visible_to(request.user).select_related("published_by"))
    published = [version for version in versions if version.published_at]
    before = None
    if shown and compare:
        asked = request.GET.get("with", "")
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else shown.version - 1
        before = next((one for one in published if one.version == wanted and one != shown), None)
    is_valid = bool(published) and shown == published[0]
    mine = BrandConfirmation.objects.filter(version=shown, person__user=request.user) if shown else None
    context = {
        "shown": shown,
        "is_valid": is_valid,
        "before": before,
        "parts": parts_of(shown, before) if shown else None,
        "versions": published,
        "draft": next((one for one in versions if not one.published_at), None),
        "confirmation": mine.first() if mine is not None else None,
        "share": share_text(shown) if shown and is_valid else "",
        "can_edit": request.user.may(EDIT_BRAND),
        "tabs": tabs(request, "brand"),
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "cxm/organisation/brand.html", context)


@require_GET
@requires(READ_BRAND)
def brand(request: CxmRequest) -> HttpResponse:
    """The version that is valid."""
    valid = BrandVersion.objects.published().select_related("published_by").first()
    return show(request, valid)


@require_GET
@requires(READ_BRAND)
def brand_version(request: CxmRequest, version: int) -> HttpResponse:
    """One published version, compared with the one before or the one asked for."""
    published = BrandVersion.objects.published().select_related("published_by")
    return show(request, get_object_or_404(published, version=version), compare=True)


@require_POST
@requires(READ_BRAND)
def brand_confirm(request: CxmRequest) -> HttpResponse:
    """Note that this person has read and understood the version that he saw."""
    seen = request.POST.get("version", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
    version = get_object_or_404(BrandVersion.objects.published(), version=number)
    try:
        is_new = confirm_brand(actor=request.user, version=version)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    else:
        toast(
            request, _("Thank you. Your confirmation is noted.") if is_new else _("You confirmed it already.")
        )
    return redirect("organisation:brand")


@require_GET
@requires(READ_BRAND)
def brand_support(request: CxmRequest) -> HttpResponse:
    """How far each unit stands behind the valid version."""
    valid = BrandVersion.objects.published().first()
    context = {
        "valid": valid,
        "support": support_of(valid) if valid else None,
        "least": LEAST,
        "tabs": tabs(request, "brand_support"),
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "cxm/organisation/brand_support.html", context)
