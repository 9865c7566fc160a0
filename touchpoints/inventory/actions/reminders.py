"""What comes due by itself: reviews, and days without anybody that draw near. Each is told once."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.kit.access import Role
from cxm.notices.actions import notify
from cxm.notices.models import Notice
from cxm.organisation.models import Absence
from touchpoints.inventory.choices import GAP_NOTICE, REVIEW_NOTICE
from touchpoints.inventory.coverage import near_gaps
from touchpoints.inventory.days import written
from touchpoints.inventory.models import Responsibility, Touchpoint

AHEAD = timedelta(days=14)  # a gap is told again when it is so near


@transaction.atomic
def remind_reviews(*, at: date | None = None) -> int:
    """Tell who is accountable, and who stands in for him, that a review is due: once for each due date."""
    today = at or timezone.localdate()
    due = {touchpoint.pk: touchpoint for touchpoint in Touchpoint.objects.due_for_review(today)}
    keys = {pk: f"review:{pk}:{touchpoint.next_review_on}" for pk, touchpoint in due.items()}
    told = set(Notice.objects.filter(key__in=keys.values()).values_list("key", "user"))
    count = 0
    for pk, user in _accountable_users(list(due), today):
        if (keys[pk], user.pk) in told:
            continue
        text = format_lazy(
            _("A review is due: {name} ({day})"), name=due[pk].name, day=written(due[pk].next_review_on)
        )
        url = due[pk].get_absolute_url()
        count += notify(user=user, kind=REVIEW_NOTICE, text=text, key=keys[pk], url=url) is not None
    return count


@transaction.atomic
def remind_gaps(*, at: date | None = None) -> int:
    """Tell the CX managers of days without anybody that begin within two weeks: once for each."""
    today = at or timezone.localdate()
    near = near_gaps(Touchpoint.objects.all(), since=today, until=today + AHEAD)
    count = 0
    for user in User.objects.active().with_role(Role.CX_MANAGER) if near else ():
        for gap in near:
            name, start = gap.touchpoint.name, gap.days.start
            text = format_lazy(
                _("Soon nobody is accountable for {name}: from {day}"), name=name, day=written(start)
            )
            key, url = f"gap:{gap.touchpoint.pk}:{start}", gap.touchpoint.get_absolute_url()
            count += notify(user=user, kind=GAP_NOTICE, text=text, key=key, url=url) is not None
    return count


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
