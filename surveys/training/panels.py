"""What this room shows on the touchpoint page."""

from django.utils.translation import gettext_lazy as _

from surveys.training.permissions import MINE
from touchpoints.inventory.panels import PANELS, Panel

PANELS.register(
    Panel(
        code="training", title=_("Qualified people"), url_name="training:touchpoint_panel", permission=MINE,
        icon="school",
    )
)  # fmt: skip
