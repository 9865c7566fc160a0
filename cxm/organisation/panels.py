"""The socket of a person's page: upper rooms show there what they know of him.

A room registers in its own `panels.py`:

    PANELS.register(Panel(
        code="touchpoints", title=_("What he answers for"), url_name="inventory:of_person", permission=VIEW, icon="map",
    ))

`url_name` is reversed with the person's id; the page loads it by htmx and puts the answer into a card under the title,
so the answer to htmx is a fragment without frame and heading; without JavaScript it is a page.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from cxm.kit.access import Permission
from cxm.kit.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of a person's page that another room brings."""

    code: str
    title: str | Promise
    url_name: str
    permission: Permission
    icon: str


PANELS: Registry[Panel] = Registry("panel of a person")
