"""Writing vision and brand: the draft, asking the sponsor, publishing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.accounts.models import User
from cxm.kit.access import Role, requires
from cxm.kit.differences import Stretch, differences
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import (
    ask_to_publish,
    change_brand_draft,
    discard_brand_draft,
    draft_brand,
    publish_brand,
)
from cxm.organisation.forms_brand import BrandForm, PromiseFormSet, moved, promise_rows
from cxm.organisation.models import BrandPromise, BrandVersion
from cxm.organisation.permissions import EDIT_BRAND, PUBLISH_BRAND

HELP = "brand"


def open_draft() -> tuple[BrandVersion, list[BrandPromise]]:
    """The draft with its promises, or what a new one would be; not saved, so that looking leaves no trace."""
    found = BrandVersion.objects.draft().first() or BrandVersion.objects.published().first()
    if found is None:
        return BrandVersion(version=1), []
    promises = list(found.promises.all())
    if found.published_at:
        words = {name: getattr(found, name) for name in ("vision_de", "vision_en", "core_de", "core_en")}
        found = BrandVersion(version=found.version + 1, **words)
    return found, promises


@require_http_methods(["GET", "POST"])
@requires(EDIT_BRAND)
def brand_edit(request: CxmRequest) -> HttpResponse:
    """Write the draft; buttons of the rows add, move and take promises without saving."""
    draft, promises = open_draft()
    if request.method == "GET":
        return show(request, draft, BrandForm(draft=draft), PromiseFormSet.of(promises))
    if "row" in request.POST:
        typed = moved(promise_rows(request.POST), request.POST["row"])
        form = BrandForm(draft=draft, typed=request.POST)
        return show(request, draft, form, PromiseFormSet(initial=typed, prefix="promises"))
    form, rows = BrandForm(request.POST, draft=draft), PromiseFormSet(request.POST, prefix="promises")
    if not (form.is_valid() & rows.is_valid()):
        if not form.errors:
            form.add_error(None, _("Please check the promises."))
        return show(request, draft, form, rows, status=422)
    return save(request, form, rows)


def save(request: CxmRequest, form: BrandForm, rows: Any) -> HttpResponse:
    """Save the draft, and do with it what the pressed button says."""
    try:
        with transaction.atomic():  # a draft that cannot be saved is not begun
            draft = change_brand_draft(
                actor=request.user,
                version=draft_brand(actor=request.user),
                fields=form.words(),
                promises=rows.texts(),
                expected_revision=form.cleaned_data["revision"],
            )
    except ValidationError as error:
        return refused(request, form, rows, error)
    if "publish" in request.POST and request.user.may(PUBLISH_BRAND):
        return publish(request, draft, draft.revision)
    if "ask" in request.POST:
        return ask(request, draft, draft.revision)
    toast(request, _("The draft is saved."))
    return redirect("organisation:brand_edit")


def refused(request: CxmRequest, form: BrandForm, rows: Any, error: ValidationError) -> HttpResponse:
    """What was typed stays; if somebody else has saved meanwhile, his words are shown beside."""
    draft, promises = open_draft()
    if getattr(error, "code", "") != "changed":
        form.add_error(None, " ".join(error.messages))
        return show(request, draft, form, rows, status=422)
    data = request.POST.copy()
    data["revision"] = str(draft.revision)
    again = BrandForm(data, draft=draft)
    again.is_valid()
    again.add_error(
        None,
        _(
            "Somebody has changed the draft meanwhile. Your words are kept here; what differs is shown below. "
            "Save again to replace the other words."
        ),
    )
    return show(request, draft, again, rows, status=422, clashes=clashes(draft, promises, again, rows))


def clashes(
    draft: BrandVersion, promises: list[BrandPromise], form: BrandForm, rows: Any
) -> list[tuple[str, list[Stretch]]]:
    """Where the words typed here differ from those that are saved."""
    found = [
        (str(form.fields[name].label), differences(getattr(draft, name), words))
        for name, words in form.words().items()
        if getattr(draft, name) != words
    ]
    saved = "\n".join(text for one in promises for text in (one.text_de, one.text_en) if text)
    typed = "\n".join(text for one in rows.texts() for text in (one.text_de, one.text_en) if text)
    return found + ([(_("Promises"), differences(saved, typed))] if saved != typed else [])


def show(
    request: CxmRequest, draft: BrandVersion, form: BrandForm, rows: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form of the draft."""
    context = {
        "draft": draft,
        "form": form,
        "rows": rows,
        "page_help": reverse("help_page", args=[HELP]),
        **more,
    }
    return render(request, "cxm/organisation/brand_form.html", context, status=status)


def not_ready(request: CxmRequest, draft: BrandVersion, error: ValidationError) -> HttpResponse:
    """The saved draft with what it lacks at its fields."""
    if not hasattr(error, "error_dict"):
        toast(request, " ".join(error.messages), level="warning")
        return redirect("organisation:brand_edit")
    draft.refresh_from_db()
    form = BrandForm(BrandForm.data_of(draft), draft=draft)
    rows = PromiseFormSet(PromiseFormSet.data_of(list(draft.promises.all())), prefix="promises")
    form.is_valid(), rows.is_valid()
    for name, faults in error.error_dict.items():
        if name in form.fields:
            form.add_error(name, faults)
        elif name == "promises":
            form.add_error(None, faults)
        else:
            _prefix, number, field = name.split("-")
            rows.forms[int(number)].add_error(field, faults)
    if not form.errors:
        form.add_error(None, _("Please check the promises."))
    return show(request, draft, form, rows, status=422)


def publish(request: CxmRequest, draft: BrandVersion, revision: int) -> HttpResponse:
    """Publish the words that were seen."""
    try:
        publish_brand(actor=request.user, version=draft, expected_revision=revision)
    except ValidationError as error:
        return not_ready(request, draft, error)
    toast(request, _("Version %(version)s is valid from now on.") % {"version": draft.version})
    return redirect("organisation:brand")


def ask(request: CxmRequest, draft: BrandVersion, revision: int) -> HttpResponse:
    """Ask the sponsor to publish the words that were seen."""
    if not User.objects.active().with_role(Role.SPONSOR).exists():
        toast(request, _("Nobody with the role of the executive sponsor can sign in yet."), level="warning")
        return redirect("organisation:brand_edit")
    try:
        is_new = ask_to_publish(actor=request.user, version=draft, expected_revision=revision)
    except ValidationError as error:
        return not_ready(request, draft, error)
    toast(
        request, _("The sponsor is asked.") if is_new else _("The sponsor was asked for these words already.")
    )
    return redirect("organisation:brand")


def seen(request: CxmRequest) -> int:
    """The revision that stood on the page; -1 if it is none."""
    given = request.POST.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


@require_POST
@requires(EDIT_BRAND)
def brand_ask(request: CxmRequest) -> HttpResponse:
    """Ask the sponsor to publish the draft."""
    return ask(request, get_object_or_404(BrandVersion.objects.draft()), seen(request))


@require_POST
@requires(PUBLISH_BRAND)
def brand_publish(request: CxmRequest) -> HttpResponse:
    """Publish the draft as it was read: the form carries its revision."""
    return publish(request, get_object_or_404(BrandVersion.objects.draft()), seen(request))


@require_POST
@requires(EDIT_BRAND)
def brand_discard(request: CxmRequest) -> HttpResponse:
    """Throw the draft away."""
    discard_brand_draft(actor=request.user, version=get_object_or_404(BrandVersion.objects.draft()))
    toast(request, _("The draft is discarded. Its texts stay in the history."))
    return redirect("organisation:brand")
