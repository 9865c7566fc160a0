"""Systems: the list, one system with what it serves and exchanges, and where information does not flow."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from cxm.kit.lists import Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats
from touchpoints.inventory.actions.systems import (
    archive_system,
    change_system,
    create_system,
    restore_system,
    serve_touchpoint,
)
from touchpoints.inventory.filters_landscape import SystemFilters
from touchpoints.inventory.flows import STUCK, lines_of
from touchpoints.inventory.forms_landscape import SystemForm
from touchpoints.inventory.gaps import Numbers, condition, number_of, numbers_by, ranked
from touchpoints.inventory.models import Interface, System, Touchpoint
from touchpoints.inventory.permissions import EXPORT, MANAGE, MANAGE_OWN, VIEW
from touchpoints.inventory.views.links import chosen, links_of, show_links

FOLDER = "touchpoints/inventory/landscape"


def served_cell(system: System, formats: Formats) -> str:
    """How many touchpoints it serves, linked to them; a gap in a word."""
    number: int = system.served  # type: ignore[attr-defined]  # annotated
    if not number:
        return pgettext("touchpoints", "none")
    url: str = system.list_url  # type: ignore[attr-defined]  # set by prepare()
    return format_html('<a href="{}?system={}">{}</a>', url, system.pk, formats.count(number))


class SystemList(ListPage[System]):
    """All systems with what they serve and exchange."""

    key = "inventory.systems"
    title = gettext_lazy("Systems")
    columns = (
        Column("name", gettext_lazy("System"), value=lambda s: s.name, sort="name_sort", link=True),
        Column("kind", gettext_lazy("Kind"), value=lambda s: s.get_kind_display(), sort="kind"),
        Column("vendor", gettext_lazy("Vendor"), value=lambda s: s.vendor, sort="vendor"),
        Column(
            "owner",
            gettext_lazy("Owner"),
            value=lambda s: s.owner.name if s.owner else "",
            sort=Coalesce("owner__name_sort", Value(""), output_field=TextField()),
        ),
        Column(
            "served",
            gettext_lazy("Touchpoints"),
            value=lambda s: s.served,
            html=served_cell,
            sort=Value(0),  # see sort_expression
            number=True,
        ),
        Column("sends", gettext_lazy("Sends"), value=lambda s: s.out, sort="out", number=True),
        Column("receives", gettext_lazy("Receives"), value=lambda s: s.into, sort="into", number=True),
        Column("stuck", gettext_lazy("Does not flow"), value=lambda s: s.stuck, sort="stuck", number=True),
        Column("url", gettext_lazy("Address"), value=lambda s: s.url, shown=False),
    )
    default_sort = "name"
    filterset = SystemFilters
    search_field = "name_sort"
    create = Link(gettext_lazy("New system"), "inventory:system_new", MANAGE)
    links = (
        Link(
            gettext_lazy("Where information does not flow"),
            "inventory:flows",
            VIEW,
            icon="unlink",
            primary=False,
        ),
    )
    export = EXPORT
    empty = Empty(
        gettext_lazy("No systems yet"),
        gettext_lazy("Record the systems that serve your touchpoints, for example shop, CRM and telephony."),
        icon="plug",
    )
    help_topic = "touchpoints"
    template = f"{FOLDER}/systems.html"

    def base(self) -> QuerySet[System]:
        """All systems with their interfaces."""
        user = self.request.user
        out, into = interfaces_of(source=OuterRef("pk")), interfaces_of(target=OuterRef("pk"))
        stuck = Interface.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")), state__in=STUCK)
        return (
            System.objects.visible_to(user)
            .select_related("owner")
            .annotate(out=number_of(out), into=number_of(into), stuck=number_of(stuck))
        )

    @property
    def touchpoints(self) -> QuerySet[Touchpoint]:
        """What is counted."""
        return Touchpoint.objects.visible_to(self.request.user).current()

    @cached_property
    def numbers(self) -> Numbers:
        """The touchpoints of every system."""
        return numbers_by(self.touchpoints, "systems")

    @property
    def is_ranked(self) -> bool:
        """Whether the order is that of the numbers: then all of them are needed, else those of the page."""
        return self.sort_column.key == "served"

    @property
    def sort_expression(self) -> Any:
        """As declared, or by the number of touchpoints."""
        return ranked(self.numbers, "n_all") if self.is_ranked else super().sort_expression

    def prepare(self, rows: list[System]) -> None:
        """How many touchpoints each serves, and where they are listed."""
        here = self.touchpoints.filter(systems__in=rows)
        numbers = self.numbers if self.is_ranked else numbers_by(here, "systems")
        url = reverse("inventory:list")
        for system in rows:
            system.list_url = url  # type: ignore[attr-defined]
            system.served = numbers.get(system.pk, {}).get("n_all", 0)  # type: ignore[attr-defined]

    def context(self) -> dict[str, Any]:
        """The two gaps between systems and touchpoints."""
        return {
            "idle": System.objects.visible_to(self.request.user).idle().count(),
            "unserved": self.touchpoints.filter(condition("no_system")).count(),
        }


def interfaces_of(**ends: Any) -> QuerySet[Interface]:
    """Interfaces with these ends."""
    return Interface.objects.filter(**ends)


@require_GET
@requires(VIEW)
def systems(request: CxmRequest) -> HttpResponseBase:
    """The list of systems."""
    return SystemList(request).respond()


def visible(request: CxmRequest, pk: int) -> System:
    """The system, if this person may see it."""
    return get_object_or_404(System.objects.visible_to(request.user).select_related("owner"), pk=pk)


def editable(request: CxmRequest, pk: int) -> System:
    """The system, if this person may change it: unknown to him is 404, not his to change is 403."""
    row = visible(request, pk)
    if not may_edit(request, row):
        raise PermissionDenied("not looked after by this person")
    return row


def may_edit(request: CxmRequest, row: System) -> bool:
    """Whether this person maintains all of them or looks after this one."""
    return System.objects.editable_by(request.user).filter(pk=row.pk).exists()


@require_GET
@requires(VIEW)
def system(request: CxmRequest, pk: int) -> HttpResponse:
    """One system with the touchpoints it serves and its interfaces (htmx: the facts, or `part=interfaces`)."""
    partial = "interfaces" if request.GET.get("part") == "interfaces" else "facts"
    return show(request, visible(request, pk), partial=partial)


def show(
    request: CxmRequest, row: System, *, partial: str = "facts", status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a system; for htmx one of its cards. `more` may open a form in it."""
    context = {
        "system": row,
        "can_manage": may_edit(request, row),
        "page_help": reverse("help_page", args=["touchpoints"]),
        **interfaces_context(row),
        **link_context(request, row),
        **more,
    }
    return hx_or_page(request, f"{FOLDER}/system.html", partial, context, status=status)


def interfaces_context(row: System) -> dict[str, Any]:
    """The interfaces of a system by direction, the worst first."""
    found = Interface.objects.filter(Q(source=row) | Q(target=row)).select_related("source", "target")
    lines = lines_of(found)
    return {
        "directions": (
            {"code": "out", "lines": [line for line in lines if line.interface.source_id == row.pk]},
            {"code": "in", "lines": [line for line in lines if line.interface.target_id == row.pk]},
        )
    }


def link_context(request: CxmRequest, row: System) -> dict[str, Any]:
    """The card with the touchpoints that the system serves."""
    return links_of(request, row) | {
        "thing": row,
        "tie_url": reverse("inventory:system_touchpoints", args=[row.pk]),
        "all_url": f"{reverse('inventory:list')}?system={row.pk}",
    }


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
def system_touchpoints(request: CxmRequest, pk: int) -> HttpResponse:
    """Search for touchpoints (`find`); say that the system serves one, or that it does not."""
    row = editable(request, pk)
    if request.method == "POST":
        touchpoint, serves = chosen(request)
        if touchpoint is None:
            toast(request, _("This touchpoint does not exist any more."), level="warning")
            return go_to(request, row.get_absolute_url())
        serve_touchpoint(actor=request.user, system=row, touchpoint=touchpoint, serves=serves)
    if request.htmx:
        return show_links(request, link_context(request, row) | {"can_manage": True})
    return go_to(request, row.get_absolute_url()) if request.method == "POST" else show(request, row)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def system_new(request: CxmRequest) -> HttpResponse:
    """Record a system."""
    form = SystemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = create_system(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Recorded."))
            return go_to(request, created.get_absolute_url())
    context = {"form": form, "page_help": reverse("help_page", args=["touchpoints"])}
    return render(request, f"{FOLDER}/system_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
def system_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change what is known of a system, where it stands."""
    row = editable(request, pk)
    form = SystemForm(request.POST or None, instance=visible(request, pk) if request.POST else row)
    if request.method == "POST" and form.is_valid():
        try:
            change_system(actor=request.user, system=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return saved(request, row, "facts")
    return show(request, row, form=form, status=422 if form.errors else 200)


def saved(request: CxmRequest, row: System, partial: str) -> HttpResponse:
    """The card as it is now."""
    if not request.htmx:
        toast(request, _("Saved."))
        return go_to(request, row.get_absolute_url())
    response = show(request, row, partial=partial)
    toast(request, _("Saved."), response=response)
    return response


@require_POST
@requires(MANAGE_OWN)
def system_archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a system out of use, or with `restore` back into it."""
    row = editable(request, pk)
    if request.POST.get("restore"):
        restore_system(actor=request.user, system=row)
        toast(request, _("Back in use."))
    else:
        archive_system(actor=request.user, system=row)
        toast(request, _("Archived. What it served and exchanged stays on record."))
    return go_to(request, row.get_absolute_url())
