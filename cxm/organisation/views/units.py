"""The tree of units."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import change_unit, create_unit, dissolve_unit
from cxm.organisation.forms import IntoForm, UnitForm
from cxm.organisation.models import BrandVersion, Person, Unit
from cxm.organisation.permissions import EDIT, READ_BRAND, VIEW
from cxm.organisation.support import share_text
from cxm.organisation.trees import flat, unit_tree

HELP = "organisation"


@require_GET
@requires(VIEW)
def unit_list(request: CxmRequest) -> HttpResponse:
    """All units as a tree."""
    brand = BrandVersion.objects.published().first() if request.user.may(READ_BRAND) else None
    context = {
        "nodes": flat(unit_tree()),
        "brand": brand,
        "brand_share": share_text(brand) if brand else "",
        "without": Person.objects.present().filter(unit=None).count(),
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "cxm/organisation/units.html", context)


def unit_context(unit: Unit) -> dict[str, Any]:
    """A unit with its place in the tree."""
    nodes = flat(unit_tree())
    node = next(node for node in nodes if node.unit.pk == unit.pk)
    above, parents = unit.parent_id, {one.unit.pk: one.unit for one in nodes}
    path: list[Unit] = []
    while above:
        path.insert(0, parents[above])
        above = parents[above].parent_id
    people = Person.objects.present().filter(unit=unit).select_related("lead")[:100]
    return {
        "unit": unit,
        "node": node,
        "path": path,
        "people": people,
        "page_help": reverse("help_page", args=[HELP]),
    }


@require_GET
@requires(VIEW)
def unit(request: CxmRequest, pk: int) -> HttpResponse:
    """One unit: where it stands, who works there."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return render(request, "cxm/organisation/unit.html", unit_context(found))


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def unit_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Rename or move a unit."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    form = UnitForm(request.POST or None, instance=Unit.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            change_unit(actor=request.user, unit=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "unit": found, "page_help": reverse("help_page", args=[HELP])}
    return render(request, "cxm/organisation/unit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def unit_new(request: CxmRequest) -> HttpResponse:
    """Add a unit; `below` in the address says where."""
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("below")})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_unit(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("The unit %(name)s is added.") % {"name": made.name})
            return redirect("organisation:units")
    context = {"form": form, "page_help": reverse("help_page", args=[HELP])}
    return render(request, "cxm/organisation/unit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def unit_dissolve(request: CxmRequest, pk: int) -> HttpResponse:
    """Ask where the people of a unit go, and dissolve it."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    form = IntoForm(request.POST or None, initial={"into": found.parent_id})
    if request.method == "POST" and form.is_valid():
        try:
            dissolve_unit(actor=request.user, unit=found, into=form.cleaned_data["into"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("The unit %(name)s is dissolved.") % {"name": found.name})
            return redirect("organisation:units")
    context = {"form": form, **unit_context(found)}
    return render(request, "cxm/organisation/unit_dissolve.html", context, status=422 if form.errors else 200)
