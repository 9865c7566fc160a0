"""The permission matrix."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cxm.accounts.actions import set_grant
from cxm.accounts.choices import ROOMS
from cxm.accounts.models import RoleGrant
from cxm.accounts.permissions import MANAGE
from cxm.kit.access import PERMISSIONS, Permission, Role, requires
from cxm.kit.http import CxmRequest, toast


@dataclass(frozen=True)
class Cell:
    """Whether a role holds a permission, and whether that differs from what cxm suggests."""

    role: Role
    permission: Permission
    granted: bool

    @property
    def code(self) -> str:
        """What the button of the cell sends."""
        return f"{self.role.value}|{self.permission.code}"

    @property
    def differs(self) -> bool:
        """Whether an administrator has changed it."""
        return self.granted != (self.role in self.permission.roles)

    @property
    def is_fixed(self) -> bool:
        """Administrators always keep the right to change rights."""
        return self.role is Role.ADMIN and self.permission is MANAGE


def room_of(permission: Permission) -> str:
    """The room that declares a permission."""
    return permission.code.partition(".")[0]


def rows_by_room() -> list[dict[str, Any]]:
    """All cells, row by row, grouped by room."""
    changed = {(grant.role, grant.permission): grant.granted for grant in RoleGrant.objects.all()}
    order = list(ROOMS)

    def place(permission: Permission) -> tuple[int, str]:
        room = room_of(permission)
        return (order.index(room) if room in order else len(order), room)

    groups = []
    for (_place, room), permissions in groupby(sorted(PERMISSIONS, key=place), key=place):
        rows = [
            {
                "permission": permission,
                "cells": [
                    Cell(role, permission, changed.get((role, permission.code), role in permission.roles))
                    for role in Role
                ],
            }
            for permission in permissions
        ]
        groups.append({"label": ROOMS.get(room, room.capitalize()), "rows": rows})
    return groups


@require_GET
@requires(MANAGE)
def matrix(request: CxmRequest) -> HttpResponse:
    """Which role holds which right."""
    context = {
        "groups": rows_by_room(),
        "roles": list(Role),
        "page_help": reverse("help_page", args=["accounts"]),
    }
    return render(request, "cxm/accounts/matrix.html", context)


@require_POST
@requires(MANAGE)
def toggle(request: CxmRequest) -> HttpResponse:
    """Turn one cell round."""
    code, _bar, name = request.POST.get("cell", "").partition("|")
    permission = PERMISSIONS.get(name)
    if permission is None or code not in Role.values:
        raise Http404("cell")
    role = Role(code)
    grant = RoleGrant.objects.filter(role=role, permission=permission.code).first()
    granted = not (grant.granted if grant else role in permission.roles)
    try:
        set_grant(actor=request.user, role=role, permission=permission, granted=granted)
    except ValidationError as error:
        granted = not granted
        message, level = error.messages[0], "error"
    else:
        message, level = _("Saved."), "success"
    if not request.htmx:
        toast(request, message, level=level)
        return redirect("accounts:matrix")
    cell = Cell(role, permission, granted)
    response = render(request, "cxm/accounts/matrix.html#cell", {"cell": cell})
    toast(request, message, level=level, response=response)
    return response
