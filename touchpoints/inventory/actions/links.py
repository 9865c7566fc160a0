"""Ties touchpoints to systems and content from the other side; whoever edits the touchpoint meanwhile is told."""

from typing import Literal

from cxm.accounts.models import User
from touchpoints.inventory.actions.touchpoints import change_touchpoint
from touchpoints.inventory.models import ContentItem, System, Touchpoint


def link(
    touchpoint: Touchpoint,
    field: Literal["systems", "contents"],
    thing: System | ContentItem,
    *,
    wanted: bool,
    actor: User,
) -> bool:
    """Tie or untie the two within the caller's transaction; False if it was so already. Locks the touchpoint."""
    row = Touchpoint.objects.select_for_update(of=("self",)).get(pk=touchpoint.pk)
    linked = list(getattr(row, field).all())
    if (thing in linked) == wanted:
        return False
    now = [*linked, thing] if wanted else [other for other in linked if other != thing]
    change_touchpoint(touchpoint=row, fields={field: now}, actor=actor)
    return True
