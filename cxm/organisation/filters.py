"""Filters of this room's lists."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cxm.kit.access import Role
from cxm.organisation.models import Person, PersonQuerySet
from cxm.organisation.trees import unit_choices

STATES = (
    ("present", _("Works here")),
    ("absent", _("Away today")),
    ("leaving", _("Is leaving")),
    ("gone", _("Has left")),
    ("all", _("All, also who has left")),
)
READ = (("open", _("Not confirmed yet")), ("confirmed", _("Confirmed")))
ACCOUNTS = (("open", _("With an account")), ("none", _("Without an account")))


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows people to a unit (with what stands below it), a role, a state."""

    unit = django_filters.ChoiceFilter(label=_("Unit"), choices=unit_choices, method="by_unit")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, method="by_role")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="by_state", empty_label=_("Works here or is coming")
    )
    account = django_filters.ChoiceFilter(label=_("Account"), choices=ACCOUNTS, method="by_account")

    class Meta:
        model = Person
        fields = ("unit", "role", "state", "account")

    def by_unit(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """Who works in the unit or below it."""
        return rows.in_unit(int(value))

    def by_role(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """Whose account holds the role."""
        return rows.filter(user__roles__contains=[value], user__is_active=True)

    def by_state(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """Who is here, away, leaving or gone; `PersonList.base` lets those who left in where they are asked for."""
        if value == "absent":
            return rows.present().absent()
        if value == "leaving":
            return rows.present().exclude(left_on=None)
        return {"present": rows.present, "gone": rows.gone}.get(value, rows.all)()

    def by_account(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """With or without an account that is open."""
        has = Q(user__is_active=True)
        return rows.filter(has) if value == "open" else rows.exclude(has)


class ReaderFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows the readers of vision and brand (`readers()`) to who has confirmed or not, and to a unit."""

    read = django_filters.ChoiceFilter(label=_("Confirmation"), choices=READ, method="by_read")
    unit = django_filters.ChoiceFilter(label=_("Unit"), choices=unit_choices, method="by_unit")

    class Meta:
        model = Person
        fields = ("read", "unit")

    def by_read(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """Who has confirmed the valid version, or not yet."""
        return rows.filter(confirmed_at__isnull=value == "open")  # type: ignore[misc]  # annotated

    def by_unit(self, rows: PersonQuerySet, name: str, value: str) -> QuerySet[Person]:
        """Who works in the unit or below it."""
        return rows.in_unit(int(value))
