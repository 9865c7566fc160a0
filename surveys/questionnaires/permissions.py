"""Rights of questionnaires. Filling in needs none: the link is the right."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

VIEW = Permission(
    code="questionnaires.view",
    label=_("See questionnaires and waves"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR, Role.LOYALTY_MANAGER}),
)
MANAGE = Permission(
    code="questionnaires.manage",
    label=_("Write questionnaires, open and close waves"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
RESULTS = Permission(
    code="questionnaires.results",
    label=_("Read results of surveys"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR}),
)
EXPORT = Permission(
    code="questionnaires.export",
    label=_("Export results of surveys"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
MINE = Permission(code="questionnaires.mine", label=_("See what one is asked to fill in"), roles=EVERYONE)
