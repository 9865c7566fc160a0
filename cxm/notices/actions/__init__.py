"""Every write of this room."""

from cxm.notices.actions.digest import digest_moment, send_digest
from cxm.notices.actions.inbox import (
    forget_old_notices,
    notify,
    notify_all,
    read_all_notices,
    read_notice,
    save_preferences,
    wanting,
)
from cxm.notices.actions.outbox import (
    Letter,
    Outcome,
    deliver_next_mail,
    erase_old_secrets,
    forget_old_mails,
    queue_letters,
    queue_mail,
    send_mail_again,
    withdraw_mail,
)

__all__ = [
    "Letter",
    "Outcome",
    "deliver_next_mail",
    "digest_moment",
    "erase_old_secrets",
    "forget_old_mails",
    "forget_old_notices",
    "notify",
    "notify_all",
    "queue_letters",
    "queue_mail",
    "read_all_notices",
    "read_notice",
    "save_preferences",
    "send_digest",
    "send_mail_again",
    "wanting",
    "withdraw_mail",
]
