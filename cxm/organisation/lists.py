"""List pages of this room."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.accounts.permissions import INVITE
from cxm.audit.actions import record
from cxm.kit.icons import icon
from cxm.kit.lists import BulkAction, Column, Empty, Link, ListPage
from cxm.organisation.choices import PEOPLE_EXPORTED
from cxm.organisation.filters import PersonFilter
from cxm.organisation.models import Absence, Person
from cxm.organisation.permissions import EDIT, EXPORT, NAME_SPONSOR

NAMED = 10  # people whom a message names
WITH_THE_GONE = ("gone", "all")


def link(thing: Any) -> str:
    """The name of a thing, leading to its page."""
    return format_html('<a href="{}">{}</a>', thing.get_absolute_url(), thing) if thing else ""


def state_icon(person: Person) -> str:
    """The icon beside a person's state."""
    today = timezone.localdate()
    if person.left_on:
        return "user-x" if person.left_on <= today else "user-minus"
    return "user-pause" if person.away else "user-check"  # type: ignore[attr-defined]  # see prepare()


def state_text(person: Person) -> str:
    """Whether somebody is here, away, leaving or gone, in words."""
    if person.left_on and person.left_on <= timezone.localdate():
        return _now("Has left")
    if person.left_on:
        return _now("Is leaving")
    return _now("Away today") if person.away else _now("Works here")  # type: ignore[attr-defined]


class PersonList(ListPage[Person]):
    """All people of the company."""

    key = "organisation.people"
    title = _("People")
    help_topic = "organisation"
    template = "cxm/organisation/people.html"
    columns = (
        Column("name", _("Name"), value=lambda p: p.name, sort="name_sort", link=True, width=30),
        Column("position", _("Position"), value=lambda p: p.position, sort="position", width=30),
        Column(
            "unit",
            _("Unit"),
            value=lambda p: p.unit.name if p.unit else None,
            html=lambda p, f: link(p.unit),
            sort=Coalesce("unit__name_sort", Value(""), output_field=TextField()),
            width=26,
        ),
        Column(
            "lead",
            _("Lead"),
            value=lambda p: p.lead.name if p.lead else None,
            html=lambda p, f: link(p.lead),
            width=26,
        ),
        Column("email", _("E-mail"), value=lambda p: p.email, sort="email", width=34),
        Column("phone", _("Phone"), value=lambda p: p.phone, shown=False),
        Column(
            "state",
            _("State"),
            value=state_text,
            html=lambda p, f: format_html(
                '<span class="text-nowrap">{} {}</span>', icon(state_icon(p)), state_text(p)
            ),
        ),
        Column(
            "account",
            _("Account"),
            value=lambda p: p.user.name if p.user else None,
            html=lambda p, f: _now("yes") if p.user and p.user.is_active else "",
            shown=False,
        ),
        Column("joined_on", _("Joined on"), value=lambda p: p.joined_on, shown=False),
        Column(
            "last_day",
            _("Last day"),
            value=lambda p: p.left_on - timedelta(days=1) if p.left_on else None,
            shown=False,
        ),
    )
    filterset = PersonFilter
    search_field = "search_key"
    search_hint = _("Search name, e-mail or position")
    default_sort = "name"
    bulk = (
        BulkAction("move", _("Move to a unit…"), "organisation:move", EDIT, icon="hierarchy"),
        BulkAction("invite", _("Invite…"), "organisation:invite", INVITE, icon="mail"),
    )
    links = (Link(_("Executive sponsor"), "organisation:sponsor", NAME_SPONSOR, icon="crown", primary=False),)
    create = Link(_("New person"), "organisation:person_new", EDIT, icon="user-plus")
    export = EXPORT
    empty = Empty(
        _("No people yet"),
        _("Add the people who answer for touchpoints, or import a list from Excel."),
        "users",
    )

    def base(self) -> QuerySet[Person]:
        """Who works here or is coming; who has left only if asked for."""
        people = Person.objects.visible_to(self.request.user).select_related("unit", "lead", "user")
        return people if self.query.get("state") in WITH_THE_GONE else people.present()

    def left_out(self, ids: Collection[int]) -> str:
        """Nearly always they have left since the list was opened; those are named."""
        gone = list(Person.objects.visible_to(self.request.user).gone().filter(pk__in=ids))
        if len(gone) < len(ids):
            return super().left_out(ids)
        names = ", ".join(person.name for person in gone[:NAMED]) + (", …" if len(gone) > NAMED else "")
        return _now("Left out, because they have left the company: %(names)s.") % {"names": names}

    def prepare(self, rows: list[Person]) -> None:
        """Who of them is away today; one query."""
        today = timezone.localdate()
        away = set(
            Absence.objects.filter(person__in=rows, during__contains=today).values_list("person", flat=True)
        )
        for person in rows:
            person.away = person.pk in away  # type: ignore[attr-defined]  # read by the cells

    def taken_out(self) -> None:
        """Who took how many people out is a read of personal data."""
        data = {"count": self.matching().count(), "query": self.state}
        record(PEOPLE_EXPORTED, actor=self.request.user, data=data)
