"""Rights of this room."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

MANAGERS = frozenset({Role.ADMIN, Role.CX_MANAGER})

VIEW = Permission(code="organisation.view", label=_("See people and units"), roles=EVERYONE)
EDIT = Permission(code="organisation.edit", label=_("Maintain people and units"), roles=MANAGERS)
OWN_ABSENCE = Permission(
    code="organisation.own_absence", label=_("Record one's own absence and deputy"), roles=EVERYONE
)
NAME_SPONSOR = Permission(
    code="organisation.name_sponsor", label=_("Name the executive sponsor"), roles=MANAGERS
)
MANAGE = Permission(
    code="organisation.manage", label=_("Change company settings"), roles=frozenset({Role.ADMIN})
)
IMPORT = Permission(code="organisation.import", label=_("Import lists of people"), roles=MANAGERS)
EXPORT = Permission(code="organisation.export", label=_("Export lists of people"), roles=MANAGERS)

READ_BRAND = Permission(
    code="organisation.read_brand", label=_("Read and confirm vision and brand"), roles=EVERYONE
)
EDIT_BRAND = Permission(
    code="organisation.edit_brand",
    label=_("Write vision and brand"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.SPONSOR}),
)
PUBLISH_BRAND = Permission(
    code="organisation.publish_brand",
    label=_("Publish vision and brand"),
    roles=frozenset({Role.ADMIN, Role.SPONSOR}),
)
SEE_READERS = Permission(
    code="organisation.brand_readers",
    label=_("See who has read vision and brand, and remind"),
    roles=frozenset({Role.CX_MANAGER}),
)
