"""Tells people that content runs out; each last day is told twice, ahead and when it is over."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.notices.actions import notify
from cxm.notices.models import Notice
from touchpoints.inventory.actions.reminders import keepers
from touchpoints.inventory.choices_landscape import CONTENT_EXPIRES
from touchpoints.inventory.days import written
from touchpoints.inventory.models import ContentItem

SOON, OVER = _("Content runs out: {title} ({day})"), _("Content has run out: {title} ({day})")


@transaction.atomic
def remind_contents(*, at: date | None = None) -> int:
    """Tell the owner of content that runs out within 30 days, and again when it has; says how many notices came.

    Where no owner works here who can sign in, the keepers of the inventory are told.
    """
    today = at or timezone.localdate()
    rows = (ContentItem.objects.expiring(at=today) | ContentItem.objects.expired(today)).order_by("pk")
    due = {_key(row, today): row for row in rows.select_related("owner__user")}
    told = set(Notice.objects.filter(key__in=due).values_list("key", "user"))
    managers = keepers() if due else []
    count = 0
    for key, content in due.items():
        text = format_lazy(
            OVER if content.is_expired(today) else SOON,
            title=content.title,
            day=written(content.expires_on or today),
        )
        for user in _readers(content, managers, today):
            if (key, user.pk) not in told:
                notice = notify(
                    user=user, kind=CONTENT_EXPIRES, text=text, key=key, url=content.get_absolute_url()
                )
                count += notice is not None
    return count


def _key(content: ContentItem, today: date) -> str:
    return f"content:{content.pk}:{content.expires_on}:{'over' if content.is_expired(today) else 'soon'}"


def _readers(content: ContentItem, managers: list[User], today: date) -> list[User]:
    owner = content.owner
    if owner and owner.user and owner.user.is_active and owner.is_present(today):
        return [owner.user]
    return managers
