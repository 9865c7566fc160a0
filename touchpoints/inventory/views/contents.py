"""Content: the list with what runs out, one piece, and what is set for many at once."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from cxm.kit.icons import icon
from cxm.kit.lists import BulkAction, Column, Empty, Link, ListPage
from cxm.kit.numbers import Formats
from touchpoints.inventory.actions.contents import (
    archive_contents,
    change_content,
    create_content,
    place_content,
    restore_content,
    set_content_expiry,
    set_content_owner,
)
from touchpoints.inventory.filters_landscape import ContentFilters
from touchpoints.inventory.forms_landscape import ContentExpiryForm, ContentForm, ContentOwnerForm
from touchpoints.inventory.gaps import Numbers, condition, number_of, numbers_by, ranked
from touchpoints.inventory.models import ContentItem, Phase, Touchpoint
from touchpoints.inventory.permissions import EXPORT, MANAGE, MANAGE_OWN, VIEW
from touchpoints.inventory.views.links import chosen, links_of, show_links

FOLDER = "touchpoints/inventory/landscape"
SOON = 30  # days before its last day in which content counts as running out
NEVER = date(9999, 12, 31)  # sorts content without a date behind all others


def expiry_cell(content: ContentItem, formats: Formats) -> str:
    """The last day, with a word and a sign where it is over or near."""
    if content.expires_on is None:
        return _("for good")
    day = formats.date(content.expires_on)
    left = (content.expires_on - timezone.localdate()).days
    if left < 0:
        mark = format_html('<span class="light light-bad">{}{}</span>', icon("alert-octagon"), _("expired"))
        return format_html("{} {}", day, mark)
    if left <= SOON:
        words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
        return format_html(
            '{} <span class="light light-watch">{}{}</span>', day, icon("alert-triangle"), words
        )
    return day


def used_cell(content: ContentItem, formats: Formats) -> str:
    """At how many touchpoints it is used, linked to them; a gap in a word."""
    number: int = content.used  # type: ignore[attr-defined]  # annotated
    if not number:
        return pgettext("touchpoints", "none")
    url: str = content.list_url  # type: ignore[attr-defined]  # set by prepare()
    return format_html('<a href="{}?content={}">{}</a>', url, content.pk, formats.count(number))


class ContentList(ListPage[ContentItem]):
    """All content."""

    key = "inventory.contents"
    title = gettext_lazy("Content")
    columns = (
        Column("title", gettext_lazy("Title"), value=lambda c: c.title, sort="name_sort", link=True),
        Column("kind", gettext_lazy("Kind"), value=lambda c: c.get_kind_display(), sort="kind"),
        Column(
            "language", gettext_lazy("Language"), value=lambda c: c.get_language_display(), sort="language"
        ),
        Column(
            "owner",
            gettext_lazy("Owner"),
            value=lambda c: c.owner.name if c.owner else "",
            sort=Coalesce("owner__name_sort", Value(""), output_field=TextField()),
        ),
        Column(
            "expires_on",
            gettext_lazy("Valid until"),
            value=lambda c: c.expires_on,
            html=expiry_cell,
            sort=Coalesce(F("expires_on"), Value(NEVER)),
        ),
        Column("phases", gettext_lazy("Phases"), value=lambda c: ", ".join(p.name for p in c.phases.all())),
        Column(
            "used",
            gettext_lazy("Touchpoints"),
            value=lambda c: c.used,
            html=used_cell,
            sort=Value(0),  # see sort_expression
            number=True,
        ),
        Column("url", gettext_lazy("Where it lies"), value=lambda c: c.url, shown=False),
    )
    default_sort = "title"
    filterset = ContentFilters
    search_field = "name_sort"
    bulk = (
        BulkAction("owner", gettext_lazy("Set owner"), "inventory:contents_owner", MANAGE, icon="user-check"),
        BulkAction("expiry", gettext_lazy("Set date"), "inventory:contents_expiry", MANAGE, icon="calendar"),
        BulkAction("archive", gettext_lazy("Archive"), "inventory:contents_archive", MANAGE, icon="archive"),
    )
    create = Link(gettext_lazy("New content"), "inventory:content_new", MANAGE)
    export = EXPORT
    empty = Empty(
        gettext_lazy("No content yet"),
        gettext_lazy(
            "Record texts, mails, videos and forms that your touchpoints need, with owner and last day."
        ),
        icon="news",
    )
    help_topic = "touchpoints"
    template = f"{FOLDER}/contents.html"

    def base(self) -> QuerySet[ContentItem]:
        """All content."""
        rows = ContentItem.objects.visible_to(self.request.user)
        return rows.select_related("owner").prefetch_related("phases")

    @property
    def touchpoints(self) -> QuerySet[Touchpoint]:
        """What is counted."""
        return Touchpoint.objects.visible_to(self.request.user).current()

    @cached_property
    def numbers(self) -> Numbers:
        """The touchpoints of every piece of content."""
        return numbers_by(self.touchpoints, "contents")

    @property
    def is_ranked(self) -> bool:
        """Whether the order is that of the numbers: then all of them are needed, else those of the page."""
        return self.sort_column.key == "used"

    @property
    def sort_expression(self) -> Any:
        """As declared, or by the number of touchpoints."""
        return ranked(self.numbers, "n_all") if self.is_ranked else super().sort_expression

    def prepare(self, rows: list[ContentItem]) -> None:
        """At how many touchpoints each is used, and where they are listed."""
        here = self.touchpoints.filter(contents__in=rows)
        numbers = self.numbers if self.is_ranked else numbers_by(here, "contents")
        url = reverse("inventory:list")
        for content in rows:
            content.list_url = url  # type: ignore[attr-defined]
            content.used = numbers.get(content.pk, {}).get("n_all", 0)  # type: ignore[attr-defined]

    def context(self) -> dict[str, Any]:
        """What needs care: expired, running out, unused; touchpoints and phases without content."""
        seen = ContentItem.objects.visible_to(self.request.user)
        bare = self.touchpoints.filter(condition("no_content"))
        numbers = {
            "expired": seen.expired(),
            "expiring": seen.expiring(SOON),
            "unused": seen.unused(),
            "bare": bare,
        }
        phases: list[Any] = list(  # one query for all figures; the numbers are the same in each row
            Phase.objects.default().annotate(
                is_filled=Exists(seen.current().filter(phases=OuterRef("pk"))),
                **{name: number_of(rows) for name, rows in numbers.items()},
            )
        )
        return {
            **{name: getattr(phases[0], name) if phases else 0 for name in numbers},
            "bare_phases": [phase for phase in phases if not phase.is_filled],
        }


@require_GET
@requires(VIEW)
def contents(request: CxmRequest) -> HttpResponseBase:
    """The list of content."""
    return ContentList(request).respond()


def visible(request: CxmRequest, pk: int) -> ContentItem:
    """The piece of content, if this person may see it."""
    rows = ContentItem.objects.visible_to(request.user).select_related("owner").prefetch_related("phases")
    return get_object_or_404(rows, pk=pk)


def editable(request: CxmRequest, pk: int) -> ContentItem:
    """The piece of content, if this person may change it: unknown to him is 404, not his to change is 403."""
    row = visible(request, pk)
    if not may_edit(request, row):
        raise PermissionDenied("not looked after by this person")
    return row


def may_edit(request: CxmRequest, row: ContentItem) -> bool:
    """Whether this person maintains all of them or looks after this one."""
    return ContentItem.objects.editable_by(request.user).filter(pk=row.pk).exists()


@require_GET
@requires(VIEW)
def content(request: CxmRequest, pk: int) -> HttpResponse:
    """One piece of content and where it is used."""
    return show(request, visible(request, pk))


def show(
    request: CxmRequest, row: ContentItem, *, status: int = 200, form: ContentForm | None = None
) -> HttpResponse:
    """The page of a piece of content; for htmx its facts, or with `form` the form in their place."""
    left = (row.expires_on - timezone.localdate()).days if row.expires_on else None
    context = {
        "content": row,
        "can_manage": may_edit(request, row),
        "form": form,
        "left": left,
        "is_expired": left is not None and left < 0,
        "is_expiring": left is not None and 0 <= left <= SOON,
        "page_help": reverse("help_page", args=["touchpoints"]),
        **link_context(request, row),
    }
    return hx_or_page(request, f"{FOLDER}/content.html", "facts", context, status=status)


def link_context(request: CxmRequest, row: ContentItem) -> dict[str, Any]:
    """The card with the touchpoints at which the content is used."""
    return links_of(request, row) | {
        "thing": row,
        "tie_url": reverse("inventory:content_touchpoints", args=[row.pk]),
        "all_url": f"{reverse('inventory:list')}?content={row.pk}",
    }


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
def content_touchpoints(request: CxmRequest, pk: int) -> HttpResponse:
    """Search for touchpoints (`find`); say that one uses the content, or that it does not."""
    row = editable(request, pk)
    if request.method == "POST":
        touchpoint, used = chosen(request)
        if touchpoint is None:
            toast(request, _("This touchpoint does not exist any more."), level="warning")
            return go_to(request, row.get_absolute_url())
        place_content(actor=request.user, content=row, touchpoint=touchpoint, used=used)
    if request.htmx:
        return show_links(request, link_context(request, row) | {"can_manage": True})
    return go_to(request, row.get_absolute_url()) if request.method == "POST" else show(request, row)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def content_new(request: CxmRequest) -> HttpResponse:
    """Record a piece of content."""
    form = ContentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = create_content(actor=request.user, **form.cleaned_data)
        toast(request, _("Recorded."))
        return go_to(request, created.get_absolute_url())
    context = {"form": form, "page_help": reverse("help_page", args=["touchpoints"])}
    return render(request, f"{FOLDER}/content_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE_OWN)
def content_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change what is known of a piece of content, where it stands."""
    row = editable(request, pk)
    form = ContentForm(request.POST or None, instance=visible(request, pk) if request.POST else row)
    if request.method == "POST" and form.is_valid():
        change_content(actor=request.user, content=row, **form.cleaned_data)
        if not request.htmx:
            toast(request, _("Saved."))
            return go_to(request, row.get_absolute_url())
        response = show(request, visible(request, pk))
        toast(request, _("Saved."), response=response)
        return response
    return show(request, row, form=form, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE_OWN)
def content_archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a piece of content out of use, or with `restore` back into it."""
    row = editable(request, pk)
    if request.POST.get("restore"):
        restore_content(actor=request.user, content=row)
        toast(request, _("Back in use."))
    else:
        archive_contents(actor=request.user, contents=[row])
        toast(request, _("Archived."))
    return go_to(request, row.get_absolute_url())


@require_POST
@requires(MANAGE)
def contents_owner(request: CxmRequest) -> HttpResponse:
    """Ask who looks after the selected content, then write it."""
    selection = ContentList.selected(request)
    form = ContentOwnerForm(request.POST if "confirmed" in request.POST else None)
    if form.is_bound and form.is_valid():
        owner = form.cleaned_data["owner"]
        return done(request, set_content_owner(actor=request.user, contents=selection.rows, owner=owner))
    return ask(request, selection, form, _("Set owner"))


@require_POST
@requires(MANAGE)
def contents_expiry(request: CxmRequest) -> HttpResponse:
    """Ask until when the selected content is valid, then write it."""
    selection = ContentList.selected(request)
    form = ContentExpiryForm(request.POST if "confirmed" in request.POST else None)
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["expires_on"]
        return done(request, set_content_expiry(actor=request.user, contents=selection.rows, expires_on=day))
    return ask(request, selection, form, _("Set date"))


@require_POST
@requires(MANAGE)
def contents_archive(request: CxmRequest) -> HttpResponse:
    """Archive the selected content."""
    return done(request, archive_contents(actor=request.user, contents=ContentList.selected(request).rows))


def ask(request: CxmRequest, selection: Any, form: Any, title: str) -> HttpResponse:
    """The form that a bulk action needs before it acts."""
    context = {
        "form": form,
        "selection": selection,
        "title": title,
        "page_help": reverse("help_page", args=["touchpoints"]),
    }
    return render(request, f"{FOLDER}/contents_bulk.html", context, status=422 if form.errors else 200)


def done(request: CxmRequest, count: int) -> HttpResponse:
    """Back to the list with a word on how many changed."""
    text = ngettext("%(n)s entry changed.", "%(n)s entries changed.", count) % {"n": count}
    toast(request, text)
    return go_to(request, reverse("inventory:contents"))
