"""The history as a list page."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import NoReverseMatch
from django.utils.html import format_html, strip_tags
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.audit.filters import EntryFilter
from cxm.audit.models import Delivery, Entry
from cxm.audit.permissions import VIEW
from cxm.kit.lists import Column, Empty, ListPage
from cxm.kit.numbers import Formats

FAILING_SHOWN = 20  # deliveries that failed, above the list


def object_cell(entry: Entry, formats: Formats) -> str:
    """The object's name then, with the way to it now."""
    url = url_of(entry)
    return format_html('<a href="{}">{}</a>', url, entry.label) if url else entry.label


def moment_cell(entry: Entry, formats: Formats) -> str:
    """Day and time on one line."""
    return format_html('<span class="text-nowrap">{}</span>', formats.moment(entry.at))


def url_of(entry: Entry) -> str:
    """The page of the object, if objects of its kind have one."""
    try:
        thing: Any = apps.get_model(entry.target_type)(pk=entry.target_id)
        return str(thing.get_absolute_url())
    except (LookupError, ValueError, AttributeError, NoReverseMatch):
        return ""


class EntryList(ListPage[Entry]):
    """Everything that happened."""

    key = "audit.entries"
    title = _("History")
    template = "cxm/audit/list.html"
    help_topic = "accounts"
    columns = (
        Column("at", _("When"), value=lambda e: e.at, html=moment_cell, sort="id", width=20),
        Column(
            "sentence",
            _("What happened"),
            value=lambda e: strip_tags(e.sentence()),
            html=lambda e, f: e.sentence(),
            width=70,
            wide=True,
        ),
        Column("object", _("Object"), value=lambda e: e.label, html=object_cell, width=40),
        Column(
            "actor", _("Person"), value=lambda e: e.actor.name if e.actor else _now("The system"), shown=False
        ),
        Column("verb", _("Code"), value=lambda e: e.verb, shown=False, width=34),
    )
    filterset = EntryFilter
    default_sort = "-at"
    export = VIEW
    empty = Empty(_("Nothing has happened yet"), icon="history")

    def base(self) -> QuerySet[Entry]:
        """All events; reads of personal data only if they are asked for."""
        entries = Entry.objects.select_related("actor")
        return entries if self.query.get("reads") else entries.events()

    def context(self) -> dict[str, Any]:
        """What listeners could not hear so far, the oldest first."""
        failing = Delivery.objects.failing().select_related("entry__actor").order_by("id")
        shown = list(failing[:FAILING_SHOWN])
        return {
            "failing": shown,
            "failing_count": failing.count() if len(shown) == FAILING_SHOWN else len(shown),
        }
