"""Rights of the figures."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

MANAGERS = frozenset({Role.ADMIN, Role.CX_MANAGER})

# Everybody who is signed in: figures that are known to a few only do not change what happens at a touchpoint.
VIEW = Permission(code="kpis.view", label=_("See KPIs and measurements"), roles=EVERYONE)
MANAGE = Permission(
    code="kpis.manage", label=_("Choose KPIs, define own ones, set targets and close alarms"), roles=MANAGERS
)
ENTER = Permission(
    code="kpis.enter",
    label=_("Enter measurements and notes by hand"),
    roles=MANAGERS | {Role.OWNER, Role.AGENT},
)
IMPORT = Permission(code="kpis.import", label=_("Import measurements"), roles=MANAGERS | {Role.DATA_STEWARD})
EXPORT = Permission(
    code="kpis.export",
    label=_("Export KPIs and measurements"),
    roles=MANAGERS | {Role.OWNER, Role.SPONSOR, Role.AGENT, Role.DATA_STEWARD},
)
