"""Gets the touchpoint that a page is about: unknown to this person is 404, not his to change is 403."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cxm.kit.http import CxmRequest
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.models.touchpoint import TouchpointQuerySet

HELP, HELP_PEOPLE = "touchpoints", "responsibility"


def rows(request: CxmRequest) -> TouchpointQuerySet:
    """What this person may see, with place."""
    return Touchpoint.objects.visible_to(request.user).select_related("phase", "channel", "duplicate_of")


def visible(request: CxmRequest, pk: int) -> Touchpoint:
    """The touchpoint, if this person may see it."""
    return get_object_or_404(rows(request), pk=pk)


def editable(request: CxmRequest, pk: int) -> Touchpoint:
    """The touchpoint, if this person may change it. What was merged into another one is left alone."""
    touchpoint = visible(request, pk)
    if not may_edit(request, touchpoint):
        raise PermissionDenied("not one of your touchpoints")
    return touchpoint


def may_edit(request: CxmRequest, touchpoint: Touchpoint) -> bool:
    """Whether this person may change it; a duplicate nobody may."""
    own = Touchpoint.objects.editable_by(request.user).filter(pk=touchpoint.pk, duplicate_of=None)
    return own.exists()


def help_url(topic: str = HELP) -> str:
    """Where this is explained."""
    return reverse("help_page", args=[topic])


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
