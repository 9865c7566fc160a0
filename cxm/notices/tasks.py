"""The worker's side of mail and digests."""

from celery import shared_task
from django.core.mail import mailers
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cxm.accounts.models import User
from cxm.notices.actions import (
    Outcome,
    deliver_next_mail,
    digest_moment,
    erase_old_secrets,
    forget_old_mails,
    forget_old_notices,
    send_digest,
)
from cxm.notices.models import Notice

BATCH = 200  # mails in one task, so that a long queue does not hold a worker for ever
GO_ON = (Outcome.SENT, Outcome.MAIL_FAILED)


@shared_task(name="notices.send_mail")
def send_mail() -> int:
    """Deliver what is due and say how many left; rung after each commit, and every minute.

    Without a mailer "delivery" nothing leaves and nothing is tried. A server that fails ends the run.
    """
    if "delivery" not in mailers:
        return 0
    sent = 0
    for _try in range(BATCH):
        outcome = deliver_next_mail()
        sent += outcome is Outcome.SENT
        if outcome not in GO_ON:
            break
    return sent


@shared_task(name="notices.send_digests")
def send_digests() -> int:
    """Send the digests whose hour has come and say how many; every quarter of an hour, by which zones differ."""
    now, sent = timezone.now(), 0
    untold = Notice.objects.unread().filter(user=OuterRef("pk"), digested_at=None)
    for user in User.objects.active().filter(Exists(untold)).select_related("digest_wish"):
        moment = digest_moment(user, now)
        sent += moment is not None and send_digest(user=user, moment=moment)
    return sent


@shared_task(name="notices.forget")
def forget() -> int:
    """Erase links that work no longer, delete mails and notices that have had their time; daily."""
    return erase_old_secrets() + forget_old_mails() + forget_old_notices()
