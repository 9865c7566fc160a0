"""Who may do what: roles, declared permissions, and the decorator that every view carries.

A permission is one declared name with the roles that hold it by default; an administrator may change the
matrix on a page of the app (`cxm.accounts`). Objects are guarded by `visible_to(user)` of their QuerySet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.kit.registry import Registry

type View = Callable[..., HttpResponseBase]


class Role(TextChoices):
    """What somebody is in the company, as far as cxm is concerned. One person may have several."""

    ADMIN = "admin", _("Administrator")
    CX_MANAGER = "cx_manager", _("CX manager")
    OWNER = "owner", _("Touchpoint owner")
    EMPLOYEE = "employee", _("Employee")
    SPONSOR = "sponsor", _("Executive sponsor")
    AGENT = "agent", _("Complaint agent")
    APPROVER = "approver", _("Goodwill approver")
    LOYALTY_MANAGER = "loyalty_manager", _("Loyalty manager")
    DATA_STEWARD = "data_steward", _("Data steward")


EVERYONE = frozenset(Role)
"""All roles: for pages that each signed-in person may see."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A right with a name, e.g. `inventory.edit_touchpoint`; `roles` hold it unless the matrix says otherwise."""

    code: str
    label: str | Promise
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        PERMISSIONS.register(self)


PERMISSIONS: Registry[Permission] = Registry("permission")


def requires(permission: Permission) -> Callable[[View], View]:
    """Let only those in who hold `permission` (others get 403); the system check reads the mark it leaves."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.may(permission):  # type: ignore[union-attr]  # LoginRequired stands before
                raise PermissionDenied(permission.code)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view that answers without sign-in. Its own code guards what it shows (tokens, demo only, ...)."""
    open_view = login_not_required(view)
    open_view.is_public = True  # type: ignore[attr-defined]
    return open_view
