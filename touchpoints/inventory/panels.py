"""The socket of the touchpoint page, and what this room brings to that of a person.

Upper rooms show on the touchpoint page, and as columns of the list, what they know.

A room registers in its own `panels.py`:

    PANELS.register(Panel(
        code="kpis", title=_("Figures"), url_name="kpis:touchpoint_panel", permission=VIEW, icon="chart-line",
        column=_("NPS"), figures=newest_figures,
    ))

`url_name` is reversed with the touchpoint's id; the page loads it by htmx when it comes into sight and puts the answer
into a card under the title, so the answer is a fragment without frame and heading.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.access import Permission
from cxm.kit.registry import Registry
from cxm.organisation.panels import PANELS as OF_PEOPLE
from cxm.organisation.panels import Panel as PersonPanel
from touchpoints.inventory.permissions import VIEW

type Figures = Callable[[Sequence[int]], Mapping[int, str]]
"""For touchpoints (ids) what stands in the cells of a list, formatted; one query whatever their number."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the touchpoint page that another room brings."""

    code: str
    title: str | Promise
    url_name: str
    permission: Permission
    icon: str = "chart-line"
    column: str | Promise = ""  # heading in the list of touchpoints; empty: no column
    figures: Figures | None = None


PANELS: Registry[Panel] = Registry("panel")

OF_PEOPLE.register(
    PersonPanel(
        code="touchpoints",
        title=_("Responsibility"),
        url_name="inventory:of_person",
        permission=VIEW,
        icon="map",
    )
)
