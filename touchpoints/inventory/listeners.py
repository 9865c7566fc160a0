"""Whom we tell what happened. Each function runs in the worker after commit, with its mark in one transaction."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.accounts.choices import USER_DEACTIVATED
from cxm.accounts.models import User
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.notices.actions import notify, notify_all
from cxm.organisation.choices import PERSON_LEAVES
from cxm.organisation.models import Person
from touchpoints.inventory.actions.reminders import keepers
from touchpoints.inventory.choices import (
    ACCOUNTABLE_ASSIGNED,
    ACCOUNTABLE_ENDED,
    COMMENT_EDITED,
    COMMENT_NOTICE,
    COMMENTED,
    GAP_NOTICE,
    GAPS_LEFT,
    HANDED_OVER,
    LEAVING_NOTICE,
    LOST_NOTICE,
    MENTION_NOTICE,
    PART_ASSIGNED,
    PART_NOTICE,
    STANDARD_NOTICE,
    STANDARD_PUBLISHED,
    Part,
)
from touchpoints.inventory.days import written
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.permissions import ASSIGN


@listens_to(GAPS_LEFT)
def tell_gaps(entry: Entry) -> None:
    """The keepers of the inventory hear of days on which nobody is accountable."""
    since = str(entry.data["since"])
    text = format_lazy(
        _("Nobody is accountable from {since}: {names}"), since=day(since), names=entry.data["names"]
    )
    url = (
        reverse("inventory:touchpoint", args=[entry.target_id])
        if entry.target_id
        else f"{reverse('inventory:orphans')}?at={since}"
    )
    notify_all(users=keepers(), kind=GAP_NOTICE, text=text, key=f"gaps:{entry.pk}", url=url)


@listens_to(PERSON_LEAVES)
def tell_who_leaves(entry: Entry) -> None:
    """The keepers and the lead hear that somebody leaves who answers for touchpoints. Nothing is reassigned.

    Who may hand over is led there, others to the touchpoints concerned.
    """
    person = Person.objects.select_related("lead__user").get(pk=entry.target_id or 0)
    left_on = date.fromisoformat(str(entry.data["left_on"]))
    if person.left_on != left_on:  # it was changed or taken back meanwhile
        return
    held = Responsibility.objects.since(left_on).filter(
        person=person, touchpoint__in=Touchpoint.objects.current()
    )
    count = held.values("touchpoint").distinct().count()
    if not count:
        return
    many = ngettext_lazy(
        "{name} leaves on {day}; {n} touchpoint has to be handed over",
        "{name} leaves on {day}; {n} touchpoints have to be handed over",
        count,
    )
    text = format_lazy(many, name=person.name, day=written(left_on), n=count)
    lead = person.lead.user if person.lead else None
    told = {user.pk: user for user in [*keepers(), *([lead] if lead else [])]}
    for user in told.values():
        page = reverse("inventory:hand_over" if user.may(ASSIGN) else "inventory:list")
        notify(
            user=user,
            kind=LEAVING_NOTICE,
            text=text,
            key=f"leaves:{person.pk}:{left_on}",
            url=f"{page}?person={person.pk}",
        )


@listens_to(USER_DEACTIVATED)
def tell_whose_account_was_closed(entry: Entry) -> None:
    """The keepers hear that somebody answers for touchpoints who cannot sign in any more.

    Of who leaves they have heard by that.
    """
    today = timezone.localdate()
    person = Person.objects.present(today).filter(user=entry.target_id, user__is_active=False).first()
    if person is None:  # he has left, or may sign in again
        return
    held = Responsibility.objects.since(today).accountable().filter(person=person)
    count = held.filter(touchpoint__in=Touchpoint.objects.live()).values("touchpoint").distinct().count()
    if not count:
        return
    many = ngettext_lazy(
        "{name} is accountable for {n} touchpoint, but cannot sign in any more",
        "{name} is accountable for {n} touchpoints, but cannot sign in any more",
        count,
    )
    text = format_lazy(many, name=person.name, n=count)
    url = f"{reverse('inventory:hand_over')}?person={person.pk}"
    notify_all(users=keepers(), kind=LEAVING_NOTICE, text=text, key=f"closed:{entry.pk}", url=url)


@listens_to(ACCOUNTABLE_ASSIGNED, PART_ASSIGNED, HANDED_OVER)
def tell_who_got_a_part(entry: Entry) -> None:
    """Who is given a part hears of it; of a bulk action in one line."""
    person_id = entry.data.get("successor_id") or entry.data["person_id"]
    since = day(str(entry.data.get("on") or entry.data["since"]))
    size = int(entry.data.get("size", 1))
    text: str | Promise = format_lazy(
        _("You have a part at {name} from {since}"), name=entry.label, since=since
    )
    if entry.verb == ACCOUNTABLE_ASSIGNED.code:
        text = format_lazy(_("You are accountable for {name} from {since}"), name=entry.label, since=since)
    url = reverse("inventory:touchpoint", args=[entry.target_id])
    if size > 1:
        many = ngettext_lazy(
            "You have a part at {n} touchpoint from {since}",
            "You have a part at {n} touchpoints from {since}",
            size,
        )
        text, url = format_lazy(many, n=size, since=since), reverse("inventory:mine")
    users = others(User.objects.filter(person=person_id), entry)
    key = f"part:{entry.data.get('batch', entry.pk)}"
    notify_all(users=users, kind=PART_NOTICE, text=text, key=key, url=url)


@listens_to(ACCOUNTABLE_ASSIGNED, HANDED_OVER)
def tell_who_makes_way(entry: Entry) -> None:
    """For whom somebody else answers in his place from now on hears of it; of a bulk action in one line."""
    since = day(str(entry.data.get("on") or entry.data["since"]))
    lost: dict[str, int] = entry.data.get("lost", {})
    heir, heir_id = entry.data["person"], entry.data["person_id"]
    if entry.verb == HANDED_OVER.code:
        lost = {str(heir_id): int(entry.data.get("size", 1))}
        heir, heir_id = entry.data["successor"], entry.data["successor_id"]
    one = _("From {since} {person} answers for {name} in your place")
    for user in others(User.objects.active().filter(person__in=lost).select_related("person"), entry):
        size = lost[str(user.person.pk)]
        many = ngettext_lazy(
            "From {since} {person} answers for {n} touchpoint in your place",
            "From {since} {person} answers for {n} touchpoints in your place",
            size,
        )
        text = format_lazy(one if size == 1 else many, since=since, person=heir, name=entry.label, n=size)
        url = reverse("inventory:touchpoint", args=[entry.target_id])
        if size > 1:
            url = f"{reverse('inventory:list')}?person={heir_id}"
        key = f"lost:{entry.data.get('batch', entry.pk)}"
        notify(user=user, kind=LOST_NOTICE, text=text, key=key, url=url)


@listens_to(ACCOUNTABLE_ENDED)
def tell_who_is_accountable_no_longer(entry: Entry) -> None:
    """Whose accountability ends hears of it; of many touchpoints in one line."""
    since, size = day(str(entry.data["on"])), int(entry.data.get("size", 1))
    one = _("From {since} you are no longer accountable for {name}")
    many = ngettext_lazy(
        "From {since} you are no longer accountable for {n} touchpoint",
        "From {since} you are no longer accountable for {n} touchpoints",
        size,
    )
    text = format_lazy(one if size == 1 else many, since=since, name=entry.label, n=size)
    url = reverse("inventory:touchpoint", args=[entry.target_id]) if size == 1 else reverse("inventory:mine")
    key = f"lost:{entry.data.get('batch', entry.pk)}"
    users = others(User.objects.filter(person=entry.data["person_id"]), entry)
    notify_all(users=users, kind=LOST_NOTICE, text=text, key=key, url=url)


@listens_to(STANDARD_PUBLISHED)
def tell_a_new_standard(entry: Entry) -> None:
    """Who works at the touchpoint hears of a new version, if people have to learn it."""
    if not entry.data.get("material"):
        return
    text = format_lazy(
        _("The standard of {name} has a new version: {version}"),
        name=entry.label,
        version=entry.data["version"],
    )
    url = reverse("inventory:standard", args=[entry.target_id])
    users = others(people_at(entry.target_id, Part.ACCOUNTABLE, Part.RESPONSIBLE, Part.DEPUTY), entry)
    key = f"standard:{entry.data['standard_id']}"
    notify_all(users=users, kind=STANDARD_NOTICE, text=text, key=key, url=url)


@listens_to(COMMENTED, COMMENT_EDITED)
def tell_a_comment(entry: Entry) -> None:
    """Who is named in a comment hears of it; of a new one also who is accountable."""
    url = f"{reverse('inventory:touchpoint', args=[entry.target_id])}#comment-{entry.data['comment_id']}"
    key = f"comment:{entry.data['comment_id']}"
    author = entry.actor.name if entry.actor else ""
    named = set(entry.data["mentions"])
    text = format_lazy(_("{author} mentions you at {name}"), author=author, name=entry.label)
    users = others(User.objects.filter(pk__in=named), entry)
    notify_all(users=users, kind=MENTION_NOTICE, text=text, key=f"{key}:you", url=url)
    if entry.verb == COMMENTED.code:
        text = format_lazy(_("{author} commented on {name}"), author=author, name=entry.label)
        users = [
            user
            for user in others(people_at(entry.target_id, Part.ACCOUNTABLE), entry)
            if user.pk not in named
        ]
        notify_all(users=users, kind=COMMENT_NOTICE, text=text, key=key, url=url)


def others(users: Iterable[User], entry: Entry) -> list[User]:
    """Without the one who did it: he knows."""
    return [user for user in users if user.pk != entry.actor_id]


def people_at(touchpoint_id: Any, *parts: Part) -> Iterable[User]:
    """Users who play one of these parts today."""
    rows = Responsibility.objects.on().by_present_people().filter(touchpoint=touchpoint_id, part__in=parts)
    return User.objects.active().filter(person__in=rows.values("person"))  # type: ignore[no-any-return]


def day(iso: str) -> str:
    """A day of an entry, to be written as the reader of the notice writes it."""
    return written(date.fromisoformat(iso))
