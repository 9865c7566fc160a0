"""The page of a touchpoint, and its groups of fields edited in place."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONArray
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.merging import split_touchpoint
from touchpoints.inventory.actions.touchpoints import (
    archive_touchpoints,
    change_touchpoint,
    restore_touchpoints,
)
from touchpoints.inventory.cards import (
    care_card,
    group_card,
    group_cards,
    linked,
    panel_cards,
    people_card,
    standard_card,
)
from touchpoints.inventory.forms import (
    CommentForm,
    FileForm,
    GroupForm,
    add_errors,
    with_conflict,
)
from touchpoints.inventory.groups import CARE, GROUPS, Group
from touchpoints.inventory.models import Review, Touchpoint
from touchpoints.inventory.permissions import EDIT, EDIT_OWN, VIEW
from touchpoints.inventory.views.objects import editable, help_url, is_part, rows, visible
from touchpoints.inventory.views.talk import comments_of

FOLDER = "touchpoints/inventory"


@require_GET
@requires(VIEW)
def touchpoint(request: CxmRequest, pk: int) -> HttpResponse:
    """Everything about a touchpoint."""
    return render(request, f"{FOLDER}/touchpoint.html", page_context(request, pk))


def page_context(request: CxmRequest, pk: int) -> dict[str, Any]:
    """What the whole page needs; cards that other rooms bring are loaded by themselves."""
    shown = loaded(request, pk)
    return {
        **head_context(request, shown, can_edit=shown.can_edit),
        "cards": group_cards(shown),
        "people": people_card(shown),
        "standard": standard_card(shown),
        "comments": comments_of(request, shown),
        "comment_form": CommentForm(),
        "files": list(shown.attachments.select_related("uploaded_by")),
        "file_form": FileForm(),
        "panels": panel_cards(shown, request.user),
        "page_help": help_url(),
    }


def loaded(request: CxmRequest, pk: int) -> Any:
    """The touchpoint with what is linked, and whether this person may change it."""
    may_change = Touchpoint.objects.editable_by(request.user).filter(pk=OuterRef("pk"), duplicate_of=None)
    reviews = Review.objects.filter(touchpoint=OuterRef("pk")).values(
        _json=JSONArray("on", "by__name", "note")
    )[:3]
    found = (
        rows(request)
        .with_links()
        .annotate(can_edit=Exists(may_change), newest_reviews=ArraySubquery(reviews))
    )
    return get_object_or_404(found, pk=pk)


def head_context(request: CxmRequest, shown: Any, *, can_edit: bool) -> dict[str, Any]:
    """The head and the card of care: what changes with every group."""
    return {
        "touchpoint": shown,
        "can_edit": can_edit,
        "care": care_card(shown, request.user, can_edit=can_edit),
        "reviews": [(date.fromisoformat(day), name, note) for day, name, note in shown.newest_reviews],
        "duplicates": linked(shown)["duplicates"],
        "taken_over_from": linked(shown)["taken_over_from"],
    }


@require_http_methods(["GET", "POST"])
@requires(EDIT_OWN)
def group(request: CxmRequest, pk: int, code: str) -> HttpResponse:
    """Edit one group of fields; a conflict with a colleague shows both values."""
    found = GROUPS.get(code)
    if found is None:
        raise Http404(code)
    row = editable(request, pk)
    if request.method == "GET":
        form = GroupForm(group=found, touchpoint=row)
        return (
            show_form(request, row, found, form)
            if "shown" not in request.GET
            else show_group(request, pk, found)
        )
    form = GroupForm(request.POST, group=found, touchpoint=row)
    more: dict[str, Any] = {}
    if form.is_valid():
        try:
            change_touchpoint(
                touchpoint=row,
                fields=form.values(),
                expected_revision=form.cleaned_data["revision"],
                actor=request.user,
            )
            return saved(request, pk, found)
        except ValidationError as error:
            add_errors(form, error)
        except Conflict as conflict:
            data, clashes = with_conflict(request.POST, conflict)
            form = GroupForm(data, group=found, touchpoint=row)
            more = {"clashes": clashes, "by": conflict.by}
    return show_form(request, row, found, form, status=422, **more)


def show_form(
    request: CxmRequest, row: Touchpoint, found: Group, form: GroupForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form of a group: in its card, or a page of its own without JavaScript."""
    context = {"touchpoint": row, "group": found, "form": form, "page_help": help_url(), **more}
    return hx_or_page(request, f"{FOLDER}/group.html", "form", context, status=status)


def show_group(request: CxmRequest, pk: int, found: Group) -> HttpResponse:
    """The group as it is read."""
    row = loaded(request, pk)
    if not is_part(request):
        return go_to(request, f"{row.get_absolute_url()}#{found.code}")
    if found.code == CARE:
        return hx_or_page(request, f"{FOLDER}/care.html", "card", head_context(request, row, can_edit=True))
    context = {"touchpoint": row, "can_edit": True, "card": group_card(row, found)}
    return hx_or_page(request, f"{FOLDER}/group.html", "facts", context)


def saved(request: CxmRequest, pk: int, found: Group) -> HttpResponse:
    """The group as it is now, and with it the head and the card of care, which follow from it."""
    row = loaded(request, pk)
    if not is_part(request):
        toast(request, _("Saved."))
        return go_to(request, f"{row.get_absolute_url()}#{found.code}")
    context = head_context(request, row, can_edit=True)
    if found.code == CARE:
        response = hx_or_page(request, f"{FOLDER}/care.html", "saved", context)
    else:
        context |= {"card": group_card(row, found), "oob": True}
        response = hx_or_page(request, f"{FOLDER}/group.html", "saved", context)
    toast(request, _("Saved."), response=response)
    return response


@require_POST
@requires(EDIT)
def archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Put a touchpoint away."""
    row = visible(request, pk)
    archive_touchpoints(touchpoints=[row], actor=request.user)
    toast(request, _("%(name)s is in the archive now.") % {"name": row.name})
    return go_to(request, row.get_absolute_url())


@require_POST
@requires(EDIT)
def restore(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a touchpoint out of the archive; whoever is missing is said."""
    row = visible(request, pk)
    outcome = restore_touchpoints(touchpoints=[row], actor=request.user)
    toast(request, _("%(name)s is in use again.") % {"name": row.name})
    if outcome.gaps:
        toast(request, _("Nobody is accountable for it yet."), level="warning")
    return go_to(request, row.get_absolute_url())


@require_POST
@requires(EDIT)
def split(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a duplicate out of the touchpoint that absorbed it."""
    row = visible(request, pk)
    try:
        split_touchpoint(duplicate=row, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    else:
        toast(request, _("%(name)s is a touchpoint of its own again.") % {"name": row.name})
    return go_to(request, reverse("inventory:touchpoint", args=[pk]))
