"""The list of touchpoints, and recording a new one."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from touchpoints.inventory.actions.touchpoints import record_touchpoint
from touchpoints.inventory.forms import NewTouchpointForm, add_errors
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.permissions import ASSIGN, EDIT, VIEW
from touchpoints.inventory.views.objects import help_url, rows

ALIKE = 5  # similar names that are shown before a new one is recorded


@require_GET
@requires(VIEW)
def touchpoint_list(request: CxmRequest) -> HttpResponseBase:
    """All touchpoints: search, filters, columns, saved views, bulk actions, export."""
    return TouchpointList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(EDIT)
@counts_once
def new(request: CxmRequest) -> HttpResponse:
    """Record a touchpoint: name, phase, channel. Similar names are shown before anything is saved."""
    first = {name: request.GET.get(name, "") for name in ("name", "phase", "channel")}
    form = NewTouchpointForm(request.POST or None, initial=first, may_assign=request.user.may(ASSIGN))
    alike: list[Touchpoint] = []
    if request.method == "POST" and form.is_valid():
        if "anyway" not in request.POST:
            alike = list(rows(request).similar_to(form.cleaned_data["name"])[:ALIKE])
        if not alike:
            fields = {name: form.cleaned_data[name] for name in ("name", "phase", "channel")}
            try:
                touchpoint = record_touchpoint(
                    fields=fields, owner=form.cleaned_data.get("owner"), actor=request.user
                )
            except ValidationError as error:
                add_errors(form, error)
            else:
                toast(request, _("Recorded. Now describe what happens here."))
                return go_to(request, touchpoint.get_absolute_url())
    context = {"form": form, "alike": alike, "page_help": help_url()}
    return render(
        request, "touchpoints/inventory/new.html", context, status=422 if form.errors or alike else 200
    )
