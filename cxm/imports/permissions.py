"""Rights of this room. What may be imported is a right of the importer's own room."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import Permission, Role

VIEW = Permission(
    code="imports.view",
    label=_("Import lists (each kind of list has its own right besides)"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.DATA_STEWARD}),
)
