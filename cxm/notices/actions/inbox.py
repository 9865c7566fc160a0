"""Tell somebody something: a line in his inbox.

Notices follow from events that `record()` has written already; so neither they nor opening them is recorded again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from cxm.audit.actions import record
from cxm.notices.choices import KINDS, PREFERENCES_CHANGED, NoticeKind, Rhythm
from cxm.notices.models import Digest, DigestWish, KindWish, Notice

if TYPE_CHECKING:
    from cxm.accounts.models import User

KEEP_READ = timedelta(days=180)


def wanting(users: Iterable["User"], kind: NoticeKind) -> list["User"]:
    """Who of the people wants notices of this kind and can read them: as they said, else as the kind declares."""
    readers = {user.pk: user for user in users if user.is_active}
    said = dict(KindWish.objects.filter(user__in=readers, kind=kind.code).values_list("user", "wanted"))
    return [user for pk, user in readers.items() if said.get(pk, kind.default)]


@transaction.atomic
def notify_all(
    *, users: Iterable["User"], kind: NoticeKind, text: str | Promise, key: str, url: str = ""
) -> list[Notice]:
    """Put the same line into the inboxes of several people, in the same few queries however many they are.

    Once for each person and `key`; nothing for who muted the kind or cannot sign in. Returns what is new. A lazy
    `text` (gettext_lazy, format_lazy) is put into each reader's language.
    """
    readers = wanting(users, kind)
    told = set(Notice.objects.filter(user__in=readers, key=key).values_list("user", flat=True))
    new = [user for user in readers if user.pk not in told]
    notices = []
    for user in new:
        with translation.override(user.language):
            notices.append(Notice(user=user, kind=kind.code, text=str(text), key=key, url=url))
    Notice.objects.bulk_create(notices, ignore_conflicts=True)  # another worker may have been faster
    return list(Notice.objects.filter(user__in=new, key=key).order_by("pk")) if new else []


def notify(*, user: "User", kind: NoticeKind, text: str | Promise, key: str, url: str = "") -> Notice | None:
    """Put one line into the user's inbox, once for each `key`; None if he muted the kind, cannot sign in, or has it."""
    return next(iter(notify_all(users=[user], kind=kind, text=text, key=key, url=url)), None)


@transaction.atomic
def read_notice(*, user: "User", notice: Notice) -> None:
    """Mark one of the user's notices as read."""
    user.notices.unread().filter(pk=notice.pk).update(read_at=timezone.now())


@transaction.atomic
def read_all_notices(*, user: "User") -> int:
    """Mark all of the user's notices as read and say how many there were."""
    return user.notices.unread().update(read_at=timezone.now())


@transaction.atomic
def save_preferences(*, user: "User", rhythm: Rhythm, wanted: set[str]) -> None:
    """Keep how often the digest comes, and of which kinds (codes) notices come at all."""
    DigestWish.objects.update_or_create(user=user, defaults={"rhythm": rhythm})
    for kind in KINDS:
        KindWish.objects.update_or_create(user=user, kind=kind.code, defaults={"wanted": kind.code in wanted})
    muted = sorted(kind.code for kind in KINDS if kind.code not in wanted)
    record(PREFERENCES_CHANGED, actor=user, target=user, data={"rhythm": str(rhythm), "muted": muted})


@transaction.atomic
def forget_old_notices(*, at: datetime | None = None) -> int:
    """Delete what was read half a year ago, and the periods of digests older than that; say how many notices."""
    before = (at or timezone.now()) - KEEP_READ
    Digest.objects.filter(created_at__lt=before).delete()
    count, _rows = Notice.objects.filter(read_at__lt=before).delete()
    return count
