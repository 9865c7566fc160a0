"""Interfaces of a system, and the map of all of them: where information does not flow."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit import tables
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from touchpoints.inventory.actions.systems import add_interface, change_interface, remove_interface
from touchpoints.inventory.flows import Mark, lines_of, table, worst_first
from touchpoints.inventory.forms_landscape import InterfaceForm
from touchpoints.inventory.models import Interface, System
from touchpoints.inventory.models.landscape import InterfaceState
from touchpoints.inventory.permissions import EXPORT, MANAGE_OWN, VIEW
from touchpoints.inventory.views import systems as pages

EXPORTED = (
    tables.Column(gettext_lazy("From"), 24),
    tables.Column(gettext_lazy("To"), 24),
    tables.Column(gettext_lazy("What flows"), 40),
    tables.Column(gettext_lazy("How"), 24),
    tables.Column(gettext_lazy("State"), 14),
)


def in_use(request: CxmRequest) -> QuerySet[Interface]:
    """Interfaces between systems that are in use."""
    current = System.objects.visible_to(request.user).current()
    return Interface.objects.filter(source__in=current, target__in=current).select_related("source", "target")


@require_GET
@requires(VIEW)
def flows(request: CxmRequest) -> HttpResponse:
    """All systems against all systems: what flows from where to where, and what does not."""
    interfaces = list(in_use(request))
    joined = {end for i in interfaces for end in (i.source_id, i.target_id)}
    rows = System.objects.visible_to(request.user).current()
    shown, lines = [system for system in rows if system.pk in joined], lines_of(interfaces)
    context = {
        "systems": shown,
        "alone": [system for system in rows if system.pk not in joined],
        "table": table(shown, interfaces),
        "stuck": [line for line in lines if line.is_stuck],
        "others": [line for line in lines if not line.is_stuck],
        "states": [Mark(state) for state in InterfaceState],
        "page_help": reverse("help_page", args=["touchpoints"]),
    }
    return render(request, "touchpoints/inventory/landscape/flows.html", context)


@require_GET
@requires(EXPORT)
def flows_export(request: CxmRequest) -> HttpResponseBase:
    """All interfaces as a workbook, the worst first."""
    book = tables.write_xlsx(
        export_rows(request), EXPORTED, lang=request.user.language, title=_("Interfaces")
    )
    return FileResponse(book, as_attachment=True, filename="interfaces.xlsx")


def export_rows(request: CxmRequest) -> Iterator[list[tables.Value]]:
    """One row for each interface."""
    for i in worst_first(in_use(request)):
        yield [i.source.name, i.target.name, i.carries, i.technique, i.get_state_display()]


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
@counts_once
def interface_add(request: CxmRequest, pk: int) -> HttpResponse:
    """Add an interface of a system."""
    system = pages.editable(request, pk)
    form = InterfaceForm(request.POST or None, system=system)
    if request.method == "POST" and form.is_valid():
        try:
            add_interface(actor=request.user, **form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return pages.saved(request, system, "interfaces")
    return show(request, system, form, adding=True)


def show(request: CxmRequest, system: System, form: InterfaceForm, **more: Any) -> HttpResponse:
    """The interfaces of a system with an open form."""
    return pages.show(
        request,
        system,
        partial="interfaces",
        status=422 if form.errors else 200,
        interface_form=form,
        **more,
    )


def of_system(request: CxmRequest, pk: int, interface_pk: int) -> tuple[System, Interface]:
    """A system and one of its interfaces."""
    system = pages.editable(request, pk)
    rows = Interface.objects.filter(Q(source=system) | Q(target=system)).select_related("source", "target")
    return system, get_object_or_404(rows, pk=interface_pk)


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
def interface_edit(request: CxmRequest, pk: int, interface_pk: int) -> HttpResponse:
    """Change an interface where it stands."""
    system, interface = of_system(request, pk, interface_pk)
    form = InterfaceForm(request.POST or None, system=system, instance=interface)
    if request.method == "POST" and form.is_valid():
        try:
            change_interface(actor=request.user, interface=interface, **form.values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return pages.saved(request, system, "interfaces")
    return show(request, system, form, editing=interface.pk)


@require_POST
@requires(MANAGE_OWN)
def interface_remove(request: CxmRequest, pk: int, interface_pk: int) -> HttpResponse:
    """Delete an interface."""
    system, interface = of_system(request, pk, interface_pk)
    remove_interface(actor=request.user, interface=interface)
    return pages.saved(request, system, "interfaces")
