"""Rights of the dashboards."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

VIEW = Permission(code="dashboards.view", label=_("See the sponsor page and phase pages"), roles=EVERYONE)
ASK = Permission(
    code="dashboards.ask",
    label=_("Ask the sponsor for decisions"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
DECIDE = Permission(
    code="dashboards.decide", label=_("Decide what is asked"), roles=frozenset({Role.SPONSOR})
)
SUBSCRIBE = Permission(
    code="dashboards.subscribe",
    label=_("Get the sponsor page by mail"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR}),
)
