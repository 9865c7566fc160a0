"""Channels: the list with what is missing in each, one channel, order, archive and merge."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Value
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from cxm.kit.lists import Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats
from touchpoints.inventory.actions.channels import (
    archive_channel,
    change_channel,
    create_channel,
    merge_channels,
    order_channels,
    restore_channel,
)
from touchpoints.inventory.filters_landscape import ChannelFilters
from touchpoints.inventory.forms_landscape import ChannelForm, MergeChannelForm
from touchpoints.inventory.gaps import TRAITS, Numbers, numbers_by, ranked
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.inventory.ordering import moved, pressed
from touchpoints.inventory.permissions import EXPORT, MANAGE, VIEW

FOLDER = "touchpoints/inventory/landscape"
SHOWN_TRAITS = ("no_owner", "review_due", "moment", "pain")
NUMBERS = ("n_all", *(f"n_{code}" for code in SHOWN_TRAITS))


def linked_number(code: str) -> Callable[[Channel, Formats], str]:
    """A cell with the number of touchpoints with a trait ("" for all), linked to exactly these."""

    def draw(channel: Channel, formats: Formats) -> str:
        number: int = getattr(channel, f"n_{code or 'all'}")
        if not number:
            return "0"
        query = f"&{'gap' if TRAITS[code].is_gap else 'mark'}={code}" if code else ""
        url: str = channel.list_url  # type: ignore[attr-defined]  # set by prepare()
        return format_html('<a href="{}?channel={}{}">{}</a>', url, channel.pk, query, formats.count(number))

    return draw


def number_column(code: str, label: str | Promise) -> Column[Channel]:
    """A column that counts touchpoints of a channel."""
    name = f"n_{code or 'all'}"
    return Column(
        code or "touchpoints",
        label,
        value=lambda channel: getattr(channel, name),
        html=linked_number(code),
        sort=Value(0),  # see sort_expression
        number=True,
    )


class ChannelList(ListPage[Channel]):
    """All channels with their touchpoints and gaps."""

    key = "inventory.channels"
    title = gettext_lazy("Channels")
    columns = (
        Column("name", gettext_lazy("Channel"), value=lambda c: c.name, sort="name_de", link=True),
        Column("position", gettext_lazy("Order"), value=lambda c: c.position, sort="position", shown=False),
        Column("kind", gettext_lazy("Kind"), value=lambda c: c.get_kind_display(), sort="kind"),
        Column(
            "ownership",
            gettext_lazy("Owned, paid or earned"),
            value=lambda c: c.get_ownership_display(),
            sort="ownership",
        ),
        number_column("", gettext_lazy("Touchpoints")),
        *(number_column(code, TRAITS[code].label) for code in SHOWN_TRAITS),
        Column("code", gettext_lazy("Code"), value=lambda c: c.code, shown=False),
    )
    default_sort = "position"
    filterset = ChannelFilters
    create = Link(gettext_lazy("New channel"), "inventory:channel_new", MANAGE)
    links = (
        Link(
            gettext_lazy("Change order"),
            "inventory:channel_order",
            MANAGE,
            icon="arrows-sort",
            primary=False,
        ),
    )
    export = EXPORT
    empty = Empty(
        gettext_lazy("No channels yet"),
        gettext_lazy("Name the ways in which customers meet you."),
        icon="world",
    )
    help_topic = "touchpoints"

    def base(self) -> QuerySet[Channel]:
        """All channels."""
        return Channel.objects.visible_to(self.request.user)

    @cached_property
    def numbers(self) -> Numbers:
        """The touchpoints of each channel and what is missing there."""
        own = Touchpoint.objects.visible_to(self.request.user).current()
        return numbers_by(own, "channel", SHOWN_TRAITS)

    @property
    def sort_expression(self) -> Any:
        """As declared, or by one of the numbers."""
        name = f"n_{self.sort_column.key}"
        name = "n_all" if name == "n_touchpoints" else name
        return ranked(self.numbers, name) if name in NUMBERS else super().sort_expression

    def prepare(self, rows: list[Channel]) -> None:
        """The numbers, and where they lead to."""
        url = reverse("inventory:list")
        for channel in rows:
            channel.list_url = url  # type: ignore[attr-defined]
            vars(channel).update(dict.fromkeys(NUMBERS, 0) | self.numbers.get(channel.pk, {}))


@require_GET
@requires(VIEW)
def channels(request: CxmRequest) -> HttpResponseBase:
    """The list of channels."""
    return ChannelList(request).respond()


def visible(request: CxmRequest, pk: int) -> Channel:
    """The channel, if this person may see it."""
    return get_object_or_404(Channel.objects.visible_to(request.user), pk=pk)


def by_phase(request: CxmRequest, channel: Channel) -> list[dict[str, Any]]:
    """How many touchpoints of the channel stand in each phase, and in none."""
    own = Touchpoint.objects.visible_to(request.user).current().filter(channel=channel)
    numbers = dict(own.order_by().values_list("phase").annotate(n=Count("pk")))
    rows: list[dict[str, Any]] = [
        {"name": phase.name, "phase": phase.pk, "count": numbers.get(phase.pk, 0)}
        for phase in Phase.objects.default()
    ]
    if unplaced := numbers.get(None):
        rows.append({"name": _("Not placed in a phase"), "phase": "none", "count": unplaced})
    return rows


@require_GET
@requires(VIEW)
def channel(request: CxmRequest, pk: int) -> HttpResponse:
    """One channel: what stands in it by phase, and what is missing."""
    return show(request, pk)


def show(request: CxmRequest, pk: int, *, status: int = 200, form: ChannelForm | None = None) -> HttpResponse:
    """The page of a channel; for htmx its facts, or with `form` the form in their place."""
    page = ChannelList(request)
    row = get_object_or_404(page.base(), pk=pk)
    page.prepare([row])
    traits = [
        {"trait": TRAITS[code], "count": getattr(row, f"n_{code}"), "code": code} for code in SHOWN_TRAITS
    ]
    context = {
        "channel": row,
        "form": form,
        "phases": by_phase(request, row),
        "traits": traits,
        "page_help": reverse("help_page", args=["touchpoints"]),
    }
    return hx_or_page(request, f"{FOLDER}/channel.html", "facts", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def channel_new(request: CxmRequest) -> HttpResponse:
    """Add a channel."""
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = create_channel(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Created."))
            return go_to(request, created.get_absolute_url())
    context = {"form": form, "page_help": reverse("help_page", args=["touchpoints"])}
    return render(request, f"{FOLDER}/channel_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def channel_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Rename and classify a channel where its facts stand."""
    row = visible(request, pk)
    form = ChannelForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_channel(actor=request.user, channel=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return saved(request, pk)
    return show(request, pk, form=form, status=422 if form.errors else 200)


def saved(request: CxmRequest, pk: int) -> HttpResponse:
    """The facts as they are now."""
    if not request.htmx:
        toast(request, _("Saved."))
        return go_to(request, reverse("inventory:channel", args=[pk]))
    response = show(request, pk)
    toast(request, _("Saved."), response=response)
    return response


@require_POST
@requires(MANAGE)
def channel_archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a channel out of use, or with `restore` back into it."""
    row = visible(request, pk)
    if request.POST.get("restore"):
        restore_channel(actor=request.user, channel=row)
        toast(request, _("Back in use."))
    else:
        archive_channel(actor=request.user, channel=row)
        toast(request, _("Archived. Its touchpoints keep the channel until you move them."))
    return go_to(request, row.get_absolute_url())


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def channel_merge(request: CxmRequest, pk: int) -> HttpResponse:
    """Move all touchpoints of a channel into another one."""
    row = visible(request, pk)
    form = MergeChannelForm(request.POST or None, channel=row)
    if request.method == "POST" and form.is_valid():
        into: Channel = form.cleaned_data["into"]
        try:
            moved_count = merge_channels(actor=request.user, channel=row, into=into)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = ngettext("%(n)s touchpoint moved.", "%(n)s touchpoints moved.", moved_count)
            toast(request, text % {"n": moved_count})
            return go_to(request, into.get_absolute_url())
    context = {
        "channel": row,
        "form": form,
        "count": row.touchpoints.count(),
        "page_help": reverse("help_page", args=["touchpoints"]),
    }
    return render(request, f"{FOLDER}/channel_merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def channel_order(request: CxmRequest) -> HttpResponse:
    """The order in which channels are shown, dragged or moved by buttons."""
    problem = None
    if request.method == "POST":
        try:
            order_channels(actor=request.user, ids=moved(request.POST))
        except ValidationError as error:
            problem = error
    rows = Channel.objects.visible_to(request.user).current()
    context = {
        "channels": rows,
        "page_help": reverse("help_page", args=["touchpoints"]),
        **pressed(request.POST),
    }
    response = hx_or_page(request, f"{FOLDER}/channel_order.html", "order", context)
    if request.method == "POST":
        words = " ".join(problem.messages) if problem else _("Saved.")
        toast(request, words, level="warning" if problem else "success", response=response)
    return response
