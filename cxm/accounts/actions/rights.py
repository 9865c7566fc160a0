"""The matrix: which role holds which permission."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import GRANT_CHANGED
from cxm.accounts.models import RoleGrant, User
from cxm.accounts.permissions import MANAGE
from cxm.audit.actions import record
from cxm.kit.access import Permission, Role


@transaction.atomic
def set_grant(*, actor: User, role: Role, permission: Permission, granted: bool) -> None:
    """Give or take a right; kept only where it differs from what the permission declares.

    Administrators always keep the right to change rights, else nobody could open the door again.
    """
    if role is Role.ADMIN and permission is MANAGE and not granted:
        raise ValidationError(_("Administrators always keep this right."))
    if granted == (role in permission.roles):
        RoleGrant.objects.filter(role=role, permission=permission.code).delete()
    else:
        RoleGrant.objects.update_or_create(
            role=role, permission=permission.code, defaults={"granted": granted}
        )
    data = {"role": role.value, "permission": permission.code, "granted": granted}
    record(GRANT_CHANGED, actor=actor, label=f"{permission.label} ({role.label})", data=data)
