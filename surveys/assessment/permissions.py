"""Rights of the self-assessment."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

VIEW = Permission(
    code="assessment.view",
    label=_("See results of the self-assessment"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR}),
)
MANAGE = Permission(
    code="assessment.manage",
    label=_("Take over instruments and give tasks"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
EXPORT = Permission(
    code="assessment.export",
    label=_("Export results of the self-assessment"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR}),
)
TASKS = Permission(code="assessment.tasks", label=_("See and finish one's own tasks"), roles=EVERYONE)
