"""Every write of this room."""

from cxm.accounts.actions.invitations import (
    accept_invitation,
    invite,
    send_invitation_again,
    withdraw_invitation,
)
from cxm.accounts.actions.keys import create_api_key, forget_old_requests, withdraw_api_key
from cxm.accounts.actions.profile import (
    delete_view,
    save_profile,
    save_view,
    set_default_view,
    set_language,
    set_theme,
)
from cxm.accounts.actions.repeats import counts_once
from cxm.accounts.actions.rights import set_grant
from cxm.accounts.actions.users import (
    change_user,
    create_user,
    deactivate_user,
    deactivate_users,
    give_role,
    reactivate_user,
    reset_two_factor,
    send_password_link,
    set_roles,
)

__all__ = [
    "accept_invitation",
    "change_user",
    "counts_once",
    "create_api_key",
    "create_user",
    "deactivate_user",
    "deactivate_users",
    "delete_view",
    "forget_old_requests",
    "give_role",
    "invite",
    "reactivate_user",
    "reset_two_factor",
    "save_profile",
    "save_view",
    "send_invitation_again",
    "send_password_link",
    "set_default_view",
    "set_grant",
    "set_language",
    "set_roles",
    "set_theme",
    "withdraw_api_key",
    "withdraw_invitation",
]
