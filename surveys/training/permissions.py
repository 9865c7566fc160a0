"""Rights of training."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

MINE = Permission(code="training.mine", label=_("Take one's own training"), roles=EVERYONE)
TEAM = Permission(
    code="training.team", label=_("See how far one's own team is with its training"), roles=EVERYONE
)
MANAGE = Permission(
    code="training.manage",
    label=_("Write courses, say who has to take them, see who has"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
EXPORT = Permission(
    code="training.export",
    label=_("Export who has to take which course"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
