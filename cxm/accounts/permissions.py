"""Rights of this room."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

MANAGE = Permission(
    code="accounts.manage",
    label=_("Maintain users, invitations and rights"),
    roles=frozenset({Role.ADMIN}),
)
INVITE = Permission(
    code="accounts.invite",
    label=_("Invite employees and touchpoint owners"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER}),
)
INVITED_AS = (Role.EMPLOYEE, Role.OWNER)
"""The roles that somebody may give by an invitation who does not maintain users."""
API_KEYS = Permission(
    code="accounts.api_keys",
    label=_("Make API keys"),
    roles=frozenset({Role.ADMIN}),
)
PROFILE = Permission(code="accounts.profile", label=_("Change one's own profile"), roles=EVERYONE)
SAVE_VIEWS = Permission(code="accounts.save_views", label=_("Save views of lists"), roles=EVERYONE)
SHARE_VIEWS = Permission(
    code="accounts.share_views",
    label=_("Share saved views with all"),
    roles=frozenset({Role.ADMIN, Role.CX_MANAGER, Role.DATA_STEWARD}),
)
READ_API = Permission(code="accounts.read_api", label=_("Read how the API works"), roles=EVERYONE)
