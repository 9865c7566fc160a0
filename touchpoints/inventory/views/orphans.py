"""What nobody is accountable for, on a day; and what soon will be so."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.kit.lists import BulkAction, Empty, Link
from touchpoints.inventory.cards import last_day
from touchpoints.inventory.coverage import near_gaps
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.permissions import ASSIGN, VIEW
from touchpoints.inventory.views.bulk import OWNER, ask_and_act

AHEAD = timedelta(days=90)
SHOWN = 20  # gaps that draw near


class OrphanList(TouchpointList):
    """Live touchpoints without anybody accountable who works here on that day."""

    key = "inventory.orphans"
    title = gettext_lazy("Without owner")
    bulk = (
        BulkAction("owner", gettext_lazy("Assign"), "inventory:orphans_assign", ASSIGN, icon="user-check"),
    )
    create = None
    links = (
        Link(
            gettext_lazy("Hand over responsibility"),
            "inventory:hand_over",
            ASSIGN,
            icon="arrows-exchange",
            primary=False,
        ),
    )
    empty = Empty(
        gettext_lazy("Every touchpoint has somebody who is accountable"),
        gettext_lazy("Nothing to do here. When somebody leaves, his touchpoints appear on this page."),
        icon="user-check",
    )
    help_topic = "responsibility"
    template = "touchpoints/inventory/orphans.html"
    keeps = ("at",)

    @property
    def at(self) -> date:
        """The day asked for; today by default, or where the query makes no sense."""
        try:
            return parse_date(self.query.get("at", "")) or timezone.localdate()
        except ValueError:
            return timezone.localdate()

    def base(self) -> QuerySet[Touchpoint]:
        """The orphans of that day."""
        return (
            Touchpoint.objects.visible_to(self.request.user)
            .orphaned(self.at)
            .select_related("phase", "channel")
        )

    def context(self) -> dict[str, Any]:
        """What soon has nobody: gaps that begin within 90 days."""
        today = timezone.localdate()
        visible = Touchpoint.objects.visible_to(self.request.user)
        near = near_gaps(visible, since=today, until=today + AHEAD)
        return {
            "at": self.at,
            "today": today,
            "near": [(gap.touchpoint, gap.days.start, last_day(gap.days.end)) for gap in near[:SHOWN]],
            "near_count": len(near),
        }


@require_GET
@requires(VIEW)
def orphans(request: CxmRequest) -> HttpResponseBase:
    """What nobody is accountable for."""
    return OrphanList(request).respond()


@require_POST
@requires(ASSIGN)
def orphans_assign(request: CxmRequest) -> HttpResponse:
    """Give the chosen orphans somebody who is accountable, from the day of which the list told."""
    selection = OrphanList.selected(request)
    day = max(OrphanList(request, QueryDict(selection.query)).at, timezone.localdate())
    return ask_and_act(request, OWNER, selection, back="inventory:orphans", initial={"since": day})
