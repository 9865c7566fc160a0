"""The matrix of rights."""

import pytest
from django.core.exceptions import ValidationError

from cxm.accounts.actions import set_grant
from cxm.accounts.models import RoleGrant, User
from cxm.accounts.permissions import MANAGE
from cxm.audit.models import Entry
from cxm.kit.access import PERMISSIONS, Role
from tests.cast import signed_in

MATRIX, TOGGLE = "/accounts/rights/", "/accounts/rights/toggle/"


def fresh(user: User) -> User:
    """The user as the next request sees him."""
    found: User = User.objects.get(pk=user.pk)
    return found


def test_every_permission_and_role_has_a_cell(ada: User) -> None:
    page = signed_in(ada).get(MATRIX).content.decode()
    assert page.count('role="switch"') == len(PERMISSIONS) * len(Role) - 1  # one is fixed


def test_a_click_gives_a_right_at_once_and_a_second_takes_it(ada: User, otto: User) -> None:
    right, client = PERMISSIONS["organisation.edit"], signed_in(ada)
    part = client.post(TOGGLE, {"cell": "owner|organisation.edit"}, headers={"HX-Request": "true"})
    assert 'aria-checked="true"' in part.content.decode()
    assert fresh(otto).may(right)
    assert Entry.objects.events().latest("id").data == {
        "role": "owner",
        "permission": "organisation.edit",
        "granted": True,
    }
    client.post(TOGGLE, {"cell": "owner|organisation.edit"})
    assert not fresh(otto).may(right)
    assert not RoleGrant.objects.exists()  # as declared again: nothing to keep


def test_a_declared_right_can_be_taken(ada: User, mia: User) -> None:
    right = PERMISSIONS["organisation.edit"]
    set_grant(actor=ada, role=Role.CX_MANAGER, permission=right, granted=False)
    assert not fresh(mia).may(right)


def test_administrators_cannot_lock_themselves_out(ada: User) -> None:
    with pytest.raises(ValidationError):
        set_grant(actor=ada, role=Role.ADMIN, permission=MANAGE, granted=False)
    signed_in(ada).post(TOGGLE, {"cell": "admin|accounts.manage"}, headers={"HX-Request": "true"})
    assert fresh(ada).may(MANAGE)


@pytest.mark.parametrize("cell", ["", "owner", "owner|", "owner|no.such", "nobody|accounts.manage", "|"])
def test_a_made_up_cell_is_not_found(ada: User, cell: str) -> None:
    assert signed_in(ada).post(TOGGLE, {"cell": cell}).status_code == 404


def test_others_cannot_change_rights(mia: User) -> None:
    client = signed_in(mia)
    assert client.get(MATRIX).status_code == 403
    assert client.post(TOGGLE, {"cell": "cx_manager|accounts.manage"}).status_code == 403
    assert not RoleGrant.objects.exists()
