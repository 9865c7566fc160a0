"""Telling people that they are asked: the first letter, at most two reminders, a link for many."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.notices.actions import notify_all, queue_letters
from surveys.questionnaires.choices import INVITED, WAVE_LINKED, WAVE_REMINDED, Step
from surveys.questionnaires.letters import Reader, letters
from surveys.questionnaires.models import MOST_REMINDERS, Invitation, Wave, digest_of, new_token
from surveys.questionnaires.visits import letter_token

log = logging.getLogger(__name__)

LAST_CALL = timedelta(days=2)  # before the end


@dataclass(frozen=True, eq=False)
class Invited:
    """Somebody on the roll, with the link that only the letter to him knows."""

    invitation: Invitation
    token: str


@transaction.atomic
def tell_invited(*, wave: Wave, invited: Sequence[tuple[Invitation, str]], users: Sequence[User]) -> None:
    """Write to everybody with an address, and into the inboxes of those with an account.

    The token stands in the letter only, and the outbox erases that once it has left.
    """
    readers = [Reader(one.email, one.name, one.language, token) for one, token in invited if one.email]
    queue_letters(letters=letters(wave, readers), is_secret=True)
    text = format_lazy(gettext_lazy("You are asked to fill in “{name}”"), name=wave.questionnaire.name)
    notify_all(
        users=users, kind=INVITED, text=text, key=f"wave:{wave.pk}", url=reverse("questionnaires:mine")
    )


@transaction.atomic
def remind(*, wave: Wave, actor: User | None, fewer_than: int = MOST_REMINDERS) -> int:
    """Remind those who have neither finished nor declined and were reminded fewer than so many times; once a day.

    Returns how many. Locks the wave and the entries of the roll, so that two who press at once remind once.
    """
    locked = (
        Wave.objects.select_for_update(of=("self",))
        .select_related("version", "questionnaire")
        .get(pk=wave.pk)
    )
    if locked.step != Step.OPEN:
        raise ValidationError(_("Only people in an open wave are reminded."), code="not_open")
    today = timezone.localdate()
    due = locked.invitations.to_remind().filter(reminders__lt=fewer_than)
    due = due.filter(Q(reminded_on=None) | Q(reminded_on__lt=today)).exclude(email="")
    found = list(due.select_for_update(of=("self",)).order_by("pk"))
    readers = [Reader(one.email, one.name, one.language, letter_token(one.pk)) for one in found]
    queue_letters(letters=letters(locked, readers, is_reminder=True), is_secret=True)
    Invitation.objects.filter(pk__in=[one.pk for one in found]).update(
        reminders=F("reminders") + 1, reminded_on=today
    )
    if found:
        record(WAVE_REMINDED, actor=actor, target=locked, data={"count": len(found)})
    return len(found)


def moments(wave: Wave) -> list[datetime]:
    """When people are reminded by themselves: at half time, and two days before the end."""
    if wave.opened_at is None or wave.closes_at is None:
        return []
    wanted = (wave.opened_at + (wave.closes_at - wave.opened_at) / 2, wave.closes_at - LAST_CALL)
    return sorted(moment for moment in wanted if moment > wave.opened_at)[:MOST_REMINDERS]


def remind_due() -> int:
    """Remind wherever one of the moments has come; returns how many people. May run as often as one likes."""
    now, count = timezone.now(), 0
    for wave in Wave.objects.open().exclude(closes_at=None):
        if passed := sum(moment <= now for moment in moments(wave)):
            try:
                count += remind(wave=wave, actor=None, fewer_than=passed)
            except ValidationError:  # closed between the look and the lock
                log.info("wave %s closed before its reminders", wave.pk)
    return count


@transaction.atomic
def make_link(*, wave: Wave, actor: User) -> str:
    """A link that many may use; an earlier one leads nowhere from now on. Returned once, kept as a digest."""
    locked = Wave.objects.select_for_update().get(pk=wave.pk)
    if locked.closed_at is not None:
        raise ValidationError(_("This wave is closed."), code="closed")
    token = new_token()
    locked.link_digest = digest_of(token)
    locked.save(update_fields=["link_digest"])
    record(WAVE_LINKED, actor=actor, target=locked)
    return token
