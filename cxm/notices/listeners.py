"""Whom we tell what happened in the rooms below this one, which therefore cannot tell it themselves."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.choices import INVITATION_ACCEPTED, ROLES_CHANGED
from cxm.accounts.models import User
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.imports.choices import FAILED, FINISHED, STOPPED, UNDO_REFUSED, UNDONE
from cxm.kit.access import Role
from cxm.notices.actions import notify, notify_all
from cxm.notices.choices import BRAND_ASKED as ASKED_NOTICE
from cxm.notices.choices import BRAND_PUBLISHED as BRAND_NOTICE
from cxm.notices.choices import BRAND_REMINDER, IMPORT_ENDED, STAND_IN
from cxm.notices.choices import INVITATION_ACCEPTED as ACCEPTED_NOTICE
from cxm.notices.choices import ROLES_CHANGED as ROLES_NOTICE
from cxm.organisation.choices import ABSENCE_RECORDED, BRAND_ASKED, BRAND_PUBLISHED, BRAND_REMINDED
from cxm.organisation.models import BrandReminder, Person


def _day(iso: str) -> str:
    return str(date_format(date.fromisoformat(iso), "SHORT_DATE_FORMAT"))


def _roles(codes: list[str]) -> str:
    return ", ".join(str(Role(code).label) for code in codes)


ENDS: dict[str, str | Promise] = {
    **{verb.code: verb.sentence for verb in (FINISHED, FAILED, STOPPED, UNDO_REFUSED)},
    UNDONE.code: _("The import of {label} was undone"),  # by the reader himself
}
"""How an import ends, as its reader is told."""


def _end(verb: str, words: dict[str, Any]) -> str:
    return str(ENDS[verb]).format_map(words)


day = lazy(_day, str)
"""A day of an entry, written as the reader of the notice writes it."""
roles = lazy(_roles, str)
"""Roles of an entry in the reader's language."""
end = lazy(_end, str)
"""How an import ended, likewise."""


@listens_to(ROLES_CHANGED)
def tell_new_roles(entry: Entry) -> None:
    """Whose roles were changed hears of it, unless he did it himself."""
    text = format_lazy(_("Your roles in cxm are now: {roles}"), roles=roles(entry.data["after"]))
    for user in User.objects.filter(pk=entry.target_id).exclude(pk=entry.actor_id):
        notify(
            user=user, kind=ROLES_NOTICE, text=text, key=f"roles:{entry.pk}", url=reverse("accounts:profile")
        )


@listens_to(INVITATION_ACCEPTED)
def tell_who_invited(entry: Entry) -> None:
    """Who invited somebody hears that he has come."""
    text = format_lazy(_("{name} has accepted your invitation"), name=entry.label)
    url = reverse("accounts:user", args=[entry.data["user"]])
    for user in User.objects.filter(pk=entry.data.get("invited_by")):
        notify(user=user, kind=ACCEPTED_NOTICE, text=text, key=f"accepted:{entry.pk}", url=url)


@listens_to(ABSENCE_RECORDED)
def tell_the_deputy(entry: Entry) -> None:
    """Who stands in for somebody hears for whom and when."""
    since, until = entry.data["since"], entry.data["until"]
    text = format_lazy(_("You stand in for {name} from {since}"), name=entry.label, since=day(since))
    if until != "…":
        text = format_lazy(
            _("You stand in for {name} from {since} to {until}"),
            name=entry.label,
            since=day(since),
            until=day(until),
        )
    url = reverse("organisation:person", args=[entry.target_id])
    for user in User.objects.filter(person=entry.data.get("deputy")).exclude(pk=entry.actor_id):
        notify(user=user, kind=STAND_IN, text=text, key=f"absence:{entry.data['absence']}", url=url)


@listens_to(FINISHED, FAILED, STOPPED, UNDONE, UNDO_REFUSED)
def tell_how_an_import_ended(entry: Entry) -> None:
    """Who had a list brought in or taken back may have left the page; he hears how it ended."""
    words = {"new": 0, "changed": 0, "wrong": 0, **entry.data, "label": entry.label}
    url = reverse("imports:run", args=[entry.target_id])
    for user in User.objects.filter(pk=entry.actor_id):
        notify(user=user, kind=IMPORT_ENDED, text=end(entry.verb, words), key=f"import:{entry.pk}", url=url)


@listens_to(BRAND_ASKED)
def tell_the_sponsor(entry: Entry) -> None:
    """Executive sponsors hear that a draft of vision and brand waits for them."""
    text = format_lazy(
        _("Version {version} of vision and brand waits for you to publish it"), version=entry.data["version"]
    )
    sponsors = User.objects.active().with_role(Role.SPONSOR).exclude(pk=entry.actor_id)
    key = f"brand:asked:{entry.target_id}:{entry.data['revision']}"
    notify_all(users=sponsors, kind=ASKED_NOTICE, text=text, key=key, url=reverse("organisation:brand_edit"))


@listens_to(BRAND_PUBLISHED)
def tell_everybody_the_brand(entry: Entry) -> None:
    """Who works here hears of a new version, but for who published it."""
    text = format_lazy(
        _("Vision and brand have a new version ({version}). Please read and confirm it."),
        version=entry.data["version"],
    )
    here = User.objects.filter(person__in=Person.objects.present()).exclude(pk=entry.actor_id)
    notify_all(
        users=here,
        kind=BRAND_NOTICE,
        text=text,
        key=f"brand:{entry.target_id}",
        url=reverse("organisation:brand"),
    )


@listens_to(BRAND_REMINDED)
def remind_of_the_brand(entry: Entry) -> None:
    """Who was chosen is reminded to read the version."""
    text = format_lazy(
        _("Please read and confirm version {version} of vision and brand"), version=entry.data["version"]
    )
    people = BrandReminder.objects.filter(batch=entry.data["batch"]).values("person")
    notify_all(
        users=User.objects.filter(person__in=people),
        kind=BRAND_REMINDER,
        text=text,
        key=f"brand:reminder:{entry.data['batch']}",
        url=reverse("organisation:brand"),
    )
