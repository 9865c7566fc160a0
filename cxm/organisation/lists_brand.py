"""Who has read vision and brand, as a list."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cxm.kit.http import CxmRequest
from cxm.kit.lists import BulkAction, Column, Empty, ListPage
from cxm.organisation.filters import ReaderFilter
from cxm.organisation.lists import link
from cxm.organisation.models import Absence, BrandVersion, Person
from cxm.organisation.permissions import READ_BRAND, SEE_READERS
from cxm.organisation.readers import readers

NEVER = datetime(1, 1, 1, tzinfo=UTC)


def reach(person: Person) -> str:
    """Whether a reminder would reach somebody, in words."""
    if person.user is None or not person.user.is_active:
        return _now("Without an account")
    return _now("Away today") if person.away else _now("Works here")  # type: ignore[attr-defined]  # prepare()


def tabs(request: CxmRequest, active: str) -> list[dict[str, Any]]:
    """The pages of vision and brand that this person may open."""
    pages = (
        ("brand", "", _now("Vision and brand"), READ_BRAND),
        ("brand_support", "", _now("Support"), READ_BRAND),
        ("brand_readers", "?read=open", _now("Who has read it"), SEE_READERS),
    )
    return [
        {
            "label": label,
            "url": reverse(f"organisation:{name}") + query,
            "active": name == active,
            "count": None,
        }
        for name, query, label, right in pages
        if request.user.may(right)
    ]


class BrandReaders(ListPage[Person]):
    """Everybody who works here, with the confirmation of the valid version."""

    key = "organisation.brand_readers"
    title = _("Who has read vision and brand")
    help_topic = "brand"
    template = "cxm/organisation/brand_readers.html"
    columns = (
        Column("name", _("Name"), value=lambda p: p.name, sort="name_sort", link=True, width=30),
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
            shown=False,
        ),
        Column("email", _("E-mail"), value=lambda p: p.email, sort="email", width=34, shown=False),
        Column("reach", _("State"), value=reach),
        Column(
            "confirmed_at",
            _("Confirmed on"),
            value=lambda p: p.confirmed_at,
            sort=Coalesce(F("confirmed_at"), Value(NEVER)),
        ),
        Column(
            "reminded",
            _("Reminders"),
            value=lambda p: p.reminded,
            sort="reminded",
            number=True,
        ),
        Column("reminded_at", _("Last reminder"), value=lambda p: p.reminded_at, shown=False),
    )
    filterset = ReaderFilter
    search_field = "search_key"
    search_hint = _("Search name, e-mail or position")
    default_sort = "name"
    bulk = (BulkAction("remind", _("Remind…"), "organisation:brand_remind", SEE_READERS, icon="bell"),)
    export = SEE_READERS
    empty = Empty(
        _("Nothing is published yet"),
        _("As soon as the sponsor has published vision and brand, you see here who has confirmed them."),
        "heart-handshake",
    )

    def context(self) -> dict[str, Any]:
        """The pages beside this one."""
        return {"tabs": tabs(self.request, "brand_readers")}

    @cached_property
    def valid(self) -> BrandVersion | None:
        """The version that is to be read."""
        return BrandVersion.objects.published().first()

    def base(self) -> QuerySet[Person]:
        """Who works here, once there is something to read."""
        people = readers(self.valid).visible_to(self.request.user).select_related("unit", "lead", "user")
        return people if self.valid else people.none()

    def prepare(self, rows: list[Person]) -> None:
        """Who of them is away today; one query."""
        today = timezone.localdate()
        away = set(
            Absence.objects.filter(person__in=rows, during__contains=today).values_list("person", flat=True)
        )
        for person in rows:
            person.away = person.pk in away  # type: ignore[attr-defined]  # read by the cells
