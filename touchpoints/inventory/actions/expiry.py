"""Tells people that content runs out; each last day is told twice, ahead and when it is over."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.notices.actions import notify_all
from cxm.notices.models import Notice
from cxm.organisation.models import Absence
from touchpoints.inventory.actions.reminders import keepers
from touchpoints.inventory.choices_landscape import CONTENT_EXPIRES
from touchpoints.inventory.days import written
from touchpoints.inventory.models import ContentItem

SOON, OVER = _("Content runs out: {title} ({day})"), _("Content has run out: {title} ({day})")


@transaction.atomic
def remind_contents(*, at: date | None = None) -> int:
    """Tell the owner of content that runs out within 30 days, and again when it has; says how many notices came.

    While he is away his deputy is told, too. Where neither can be told, the keepers of the inventory are.
    """
    today = at or timezone.localdate()
    rows = (ContentItem.objects.expiring(at=today) | ContentItem.objects.expired(today)).order_by("pk")
    due = {_key(row, today): row for row in rows.select_related("owner__user")}
    told = set(Notice.objects.filter(key__in=due).values_list("key", "user"))
    deputies = _deputies(due.values(), today)
    managers = keepers() if due else []
    count = 0
    for key, content in due.items():
        text = format_lazy(
            OVER if content.is_expired(today) else SOON,
            title=content.title,
            day=written(content.expires_on or today),
        )
        readers = _readers(content, deputies, today) or managers
        if new := [user for user in readers if (key, user.pk) not in told]:
            url = content.get_absolute_url()
            count += len(notify_all(users=new, kind=CONTENT_EXPIRES, text=text, key=key, url=url))
    return count


def _key(content: ContentItem, today: date) -> str:
    return f"content:{content.pk}:{content.expires_on}:{'over' if content.is_expired(today) else 'soon'}"


def _readers(content: ContentItem, deputies: dict[int, User], today: date) -> list[User]:
    """The owner and who stands in for him, as far as they work here and can sign in."""
    owner = content.owner
    if owner is None or not owner.is_present(today):
        return []
    users = (owner.user, deputies.get(owner.pk))
    return [user for user in users if user is not None and user.is_active]


def _deputies(contents: Iterable[ContentItem], today: date) -> dict[int, User]:
    """Who stands in today, by the person who is away; one query."""
    owners = {content.owner_id for content in contents} - {None}
    absences = Absence.objects.filter(person__in=owners, during__contains=today, deputy__user__is_active=True)
    return {
        absence.person_id: absence.deputy.user
        for absence in absences.select_related("deputy__user")
        if absence.deputy and absence.deputy.user and absence.deputy.is_present(today)
    }
