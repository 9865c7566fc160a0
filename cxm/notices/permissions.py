"""Rights of this room."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

READ = Permission(code="notices.read", label=_("Read one's own notices"), roles=EVERYONE)
MAILS = Permission(
    code="notices.mails", label=_("See and resend outgoing mail"), roles=frozenset({Role.ADMIN})
)
