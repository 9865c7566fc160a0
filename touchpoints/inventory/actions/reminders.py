"""What comes due by itself: reviews, and days without anybody, near and present."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.notices.actions import notify, notify_all
from cxm.notices.choices import NoticeKind
from cxm.notices.models import Notice
from cxm.organisation.models import Absence
from touchpoints.inventory.choices import GAP_NOTICE, REVIEW_NOTICE
from touchpoints.inventory.coverage import near_gaps
from touchpoints.inventory.days import written
from touchpoints.inventory.models import Responsibility, Touchpoint

AHEAD = timedelta(days=14)  # a gap is told again when it is so near


def keepers() -> list[User]:
    """Who keeps the inventory whole: the CX managers; as long as there is none, the administrators."""
    active = User.objects.active()
    return list(active.with_role(Role.CX_MANAGER)) or list(active.with_role(Role.ADMIN))


@transaction.atomic
def remind_reviews(*, at: date | None = None) -> int:
    """Tell who is accountable, and who stands in for him, that a review is due: once for each due date.

    Of touchpoints where none of them can sign in the keepers of the inventory hear, once a week for all.
    """
    today = at or timezone.localdate()
    due = {touchpoint.pk: touchpoint for touchpoint in Touchpoint.objects.due_for_review(today)}
    keys = {pk: f"review:{pk}:{touchpoint.next_review_on}" for pk, touchpoint in due.items()}
    told = set(Notice.objects.filter(key__in=keys.values()).values_list("key", "user"))
    count, reached = 0, set()
    for pk, user in _accountable_users(list(due), today):
        reached.add(pk)
        if (keys[pk], user.pk) in told:
            continue
        text = format_lazy(
            _("A review is due: {name} ({day})"), name=due[pk].name, day=written(due[pk].next_review_on)
        )
        url = due[pk].get_absolute_url()
        count += notify(user=user, kind=REVIEW_NOTICE, text=text, key=keys[pk], url=url) is not None
    if unheard := len(due) - len(reached):
        many = ngettext_lazy(
            "{n} review is due at a touchpoint for which nobody answers who can sign in",
            "{n} reviews are due at touchpoints for which nobody answers who can sign in",
            unheard,
        )
        key, url = f"reviews:{_week(today)}", reverse("inventory:reviews")
        count += _tell(keepers(), REVIEW_NOTICE, format_lazy(many, n=unheard), key=key, url=url)
    return count


@transaction.atomic
def remind_gaps(*, at: date | None = None) -> int:
    """Tell the keepers of days without anybody that begin within two weeks, once for each, and of those that last,
    once a week for all."""
    today = at or timezone.localdate()
    found = near_gaps(Touchpoint.objects.all(), since=today, until=today + AHEAD, standing=True)
    orphans = sum(gap.days.start == today for gap in found)
    users, count = keepers() if found else [], 0
    for gap in found[orphans:]:
        name, start = gap.touchpoint.name, gap.days.start
        text = format_lazy(
            _("Soon nobody is accountable for {name}: from {day}"), name=name, day=written(start)
        )
        key, url = f"gap:{gap.touchpoint.pk}:{start}", gap.touchpoint.get_absolute_url()
        count += _tell(users, GAP_NOTICE, text, key=key, url=url)
    if orphans:
        many = ngettext_lazy(
            "{n} touchpoint has nobody who is accountable",
            "{n} touchpoints have nobody who is accountable",
            orphans,
        )
        key, url = f"orphans:{_week(today)}", reverse("inventory:orphans")
        count += _tell(users, GAP_NOTICE, format_lazy(many, n=orphans), key=key, url=url)
    return count


def _week(day: date) -> str:
    """The week of a day, e.g. "2026-W07"."""
    return f"{day:%G-W%V}"


def _tell(users: list[User], kind: NoticeKind, text: Promise | str, *, key: str, url: str) -> int:
    """Tell each of them; says how many had not been told yet."""
    return len(notify_all(users=users, kind=kind, text=text, key=key, url=url))


def _accountable_users(touchpoints: list[int], at: date) -> list[tuple[int, User]]:
    """Pairs of touchpoint and user: accountable on that day, or standing in for him; three queries."""
    rows = (
        Responsibility.objects.on(at).accountable().by_present_people(at).filter(touchpoint__in=touchpoints)
    )
    holders = list(rows.order_by().values_list("touchpoint_id", "person_id"))
    absences = Absence.objects.filter(during__contains=at, person__in={person for _pk, person in holders})
    deputies = {person: deputy for person, deputy in absences.values_list("person_id", "deputy_id") if deputy}
    people = {person for _pk, person in holders} | set(deputies.values())
    users = {
        user.person.pk: user
        for user in User.objects.active().filter(person__in=people).select_related("person")
    }
    return [
        (pk, users[who])
        for pk, person in holders
        for who in (person, deputies.get(person))
        if who is not None and who in users
    ]
