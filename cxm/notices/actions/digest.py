"""The digest: what is unread, by e-mail, once for each period."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from cxm.notices.choices import Rhythm
from cxm.notices.models import Digest, Notice

if TYPE_CHECKING:
    from cxm.accounts.models import User

DIGEST_HOUR = time(7)  # in the reader's time zone


def digest_moment(user: "User", at: datetime) -> datetime | None:
    """The moment of the digest that is due at `at` for this person, or None: 7 a.m. of his day or of his Monday."""
    wish = getattr(user, "digest_wish", None)
    rhythm = wish.rhythm if wish else Rhythm.DAILY
    if rhythm == Rhythm.OFF:
        return None
    local = at.astimezone(user.zone)
    day = local.date() - timedelta(days=local.weekday() if rhythm == Rhythm.WEEKLY else 0)
    moment = datetime.combine(day, DIGEST_HOUR, tzinfo=user.zone)
    return moment if moment <= local else None


@transaction.atomic
def send_digest(*, user: "User", moment: datetime) -> bool:
    """Mail what was unread at `moment`; False if there was nothing, or if this period's digest is out already.

    The mail, the row of the period (unique) and the marks on the notices are one transaction: so it goes out exactly
    once, however often and by however many workers this is called.
    """
    notices = list(user.notices.for_digest(moment).select_for_update())
    if not notices:
        return False
    _digest, is_new = Digest.objects.get_or_create(
        user=user, period=moment.date(), defaults={"notices": len(notices)}
    )
    if not is_new:
        return False
    with translation.override(user.language), timezone.override(user.zone):
        _digest_mail(user, notices).send()
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digested_at=timezone.now())
    return True


def _digest_mail(user: "User", notices: list[Notice]) -> EmailMultiAlternatives:
    """The digest in the user's language, as text and as HTML."""
    context = {"reader": user, "notices": notices, "site": settings.SITE_URL}
    subject = ngettext("{n} new notice in cxm", "{n} new notices in cxm", len(notices))
    mail = EmailMultiAlternatives(
        subject.format(n=len(notices)), render_to_string("cxm/notices/digest.txt", context), to=[user.email]
    )
    mail.attach_alternative(render_to_string("cxm/notices/digest.html", context), "text/html")
    return mail
