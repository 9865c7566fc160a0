"""Tell somebody something: a line in his inbox.

Notices follow from events that `record()` has written already; so neither they nor opening them is recorded again.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise

from cxm.audit.actions import record
from cxm.notices.choices import KINDS, PREFERENCES_CHANGED, NoticeKind, Rhythm
from cxm.notices.models import Digest, DigestWish, KindWish, Notice

if TYPE_CHECKING:
    from cxm.accounts.models import User

KEEP_READ = timedelta(days=180)


def wants(user: "User", kind: NoticeKind) -> bool:
    """Whether the person wants notices of this kind: as he said, else as the kind declares."""
    wish = KindWish.objects.filter(user=user, kind=kind.code).first()
    return wish.wanted if wish else kind.default


@transaction.atomic
def notify(*, user: "User", kind: NoticeKind, text: str | Promise, key: str, url: str = "") -> Notice | None:
    """Put one line into the user's inbox, once for each `key`; None if he muted the kind, cannot sign in, or has it.

    A lazy `text` (gettext_lazy, format_lazy) is put into the user's language.
    """
    if not user.is_active or not wants(user, kind):
        return None
    with translation.override(user.language):
        words = str(text)
    notice, is_new = Notice.objects.get_or_create(
        user=user, key=key, defaults={"kind": kind.code, "text": words, "url": url}
    )
    return notice if is_new else None


@transaction.atomic
def notify_many(
    *, users: "QuerySet[User]", kind: NoticeKind, text: str | Promise, key: str, url: str = ""
) -> None:
    """`notify()` for many at once: one read, one insert, however many there are."""
    said = KindWish.objects.filter(user=OuterRef("pk"), kind=kind.code, wanted=not kind.default)
    listening = ~Exists(said) if kind.default else Exists(said)
    words: dict[str, str] = {}
    notices = []
    for pk, language in users.filter(listening, is_active=True).order_by("pk").values_list("pk", "language"):
        if language not in words:
            with translation.override(language):
                words[language] = str(text)
        notices.append(Notice(user_id=pk, key=key, kind=kind.code, text=words[language], url=url))
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


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
