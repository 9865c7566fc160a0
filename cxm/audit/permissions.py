"""Rights of this room."""

from django.utils.translation import gettext_lazy as _

from cxm.kit.access import EVERYONE, Permission, Role

VIEW = Permission(
    code="audit.view", label=_("See the whole history, also who read what"), roles=frozenset({Role.ADMIN})
)
ABOUT = Permission(code="audit.about", label=_("See the history of what one may see"), roles=EVERYONE)
