"""Rights of the inventory."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

VIEW = Permission(code="inventory.view", label=_("See touchpoints"), roles=EVERYONE)
EDIT = Permission(
    code="inventory.edit", label=_("Edit all touchpoints"), roles=frozenset({Role.ADMIN, Role.CX_MANAGER})
)
EDIT_OWN = Permission(
    code="inventory.edit_own",
    label=_("Edit the touchpoints one answers for"),
    roles=EVERYONE,  # whoever is made accountable may do his work; `editable_by` shows him nothing else
)
COMMENT = Permission(code="inventory.comment", label=_("Comment on touchpoints"), roles=EVERYONE)
ASSIGN = Permission(
    code="inventory.assign",
    label=_("Assign and hand over responsibility"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
PUBLISH = Permission(
    code="inventory.publish",
    label=_("Publish standards of the touchpoints one may edit"),
    roles=EVERYONE,
)
MANAGE = Permission(
    code="inventory.manage",
    label=_("Maintain phase models, channels, systems and content"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
MANAGE_OWN = Permission(
    code="inventory.manage_own",
    label=_("Maintain the systems and content one looks after"),
    roles=EVERYONE,
)
IMPORT = Permission(
    code="inventory.import",
    label=_("Import touchpoint lists"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
EXPORT = Permission(code="inventory.export", label=_("Export touchpoint lists"), roles=EVERYONE)
