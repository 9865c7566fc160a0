"""What this room shows on the touchpoint page."""

from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.panels import PANELS, Panel
from touchpoints.kpis.permissions import VIEW

PANELS.register(
    Panel(
        code="kpis",
        title=_("What was measured"),
        url_name="kpis:touchpoint_panel",
        permission=VIEW,
        icon="chart-line",
    )
)
