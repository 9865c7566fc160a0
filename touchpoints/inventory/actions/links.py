"""Ties touchpoints to systems and content from the other side; whoever edits the touchpoint meanwhile is told."""

from typing import Literal

from django.db.models import F
from django.db.models.functions import Now

from touchpoints.inventory.models import ContentItem, System, Touchpoint


def link(
    touchpoint: Touchpoint,
    field: Literal["systems", "contents"],
    thing: System | ContentItem,
    *,
    wanted: bool,
) -> bool:
    """Tie or untie the two within the caller's transaction; False if it was so already. Locks the touchpoint."""
    Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
    manager = getattr(touchpoint, field)
    if manager.filter(pk=thing.pk).exists() == wanted:
        return False
    if wanted:
        manager.add(thing)
    else:
        manager.remove(thing)
    Touchpoint.objects.filter(pk=touchpoint.pk).update(revision=F("revision") + 1, changed_at=Now())
    return True
