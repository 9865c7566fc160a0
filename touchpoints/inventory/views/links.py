"""Which touchpoints a system serves or a piece of content is used at: list, search, add and take away."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cxm.kit.fields import sort_key
from cxm.kit.http import CxmRequest
from touchpoints.inventory.models import ContentItem, System, Touchpoint

TEMPLATE = "touchpoints/inventory/landscape/touchpoint_links.html"
SHOWN = 100  # linked touchpoints on the page; more are in the list of touchpoints
OFFERED = 20  # hits of a search


def links_of(request: CxmRequest, thing: System | ContentItem) -> dict[str, Any]:
    """The touchpoints tied to the thing, and those that the search `find` offers."""
    tied = Touchpoint.objects.visible_to(request.user).current().filter(pk__in=thing.touchpoints.values("pk"))
    rows = list(tied.select_related("phase", "channel")[: SHOWN + 1])
    words = request.POST.get("find", request.GET.get("find", "")).replace("\x00", "").strip()[:200]
    return {
        "tied": rows[:SHOWN],
        "tied_count": len(rows) if len(rows) <= SHOWN else tied.count(),
        "find": words,
        "offered": offered(request, tied, words) if words else None,
    }


def offered(request: CxmRequest, tied: Any, words: str) -> list[Touchpoint]:
    """Current touchpoints that match all words and are not tied yet."""
    found = Touchpoint.objects.visible_to(request.user).current().exclude(pk__in=tied.values("pk"))
    for word in sort_key(words).split():
        found = found.filter(search_key__contains=word)
    return list(found.select_related("phase", "channel")[:OFFERED])


def show_links(request: CxmRequest, context: dict[str, Any]) -> HttpResponse:
    """The card alone, for htmx."""
    return render(request, f"{TEMPLATE}#links", context)


def chosen(request: CxmRequest) -> tuple[Touchpoint | None, bool]:
    """The touchpoint that a form names, if this person may see it, and whether it is to be tied."""
    raw = request.POST.get("touchpoint", "")
    touchpoints = Touchpoint.objects.visible_to(request.user).current()
    found = touchpoints.filter(pk=raw).first() if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    return found, request.POST.get("tie") == "1"
