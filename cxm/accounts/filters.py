"""Filters of this room's lists."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import ApiKey, Invitation, User, UserQuerySet
from cxm.kit.access import Role

OPEN = (("yes", _("Open")), ("no", _("Closed")))


class UserFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows users to a role or state."""

    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, method="by_role")
    account = django_filters.ChoiceFilter(label=_("Account"), choices=OPEN, method="by_account")

    class Meta:
        model = User
        fields = ("role", "account")

    def by_role(self, rows: UserQuerySet, name: str, value: str) -> QuerySet[User]:
        """Who holds the role."""
        return rows.with_role(Role(value))

    def by_account(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Who may sign in, or may not."""
        return rows.filter(is_active=value == "yes")


class InvitationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows invitations to a state."""

    STATES = (
        ("open", _("Open")),
        ("accepted", _("Accepted")),
        ("run_out", _("Run out")),
        ("withdrawn", _("Withdrawn")),
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_state")

    class Meta:
        model = Invitation
        fields = ("state",)

    def by_state(self, rows: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        """Invitations in the chosen state."""
        now = timezone.now()
        conditions = {
            "open": Q(accepted_at=None, withdrawn_at=None, expires_at__gt=now),
            "accepted": ~Q(accepted_at=None),
            "run_out": Q(accepted_at=None, withdrawn_at=None, expires_at__lte=now),
            "withdrawn": ~Q(withdrawn_at=None),
        }
        return rows.filter(conditions[value])


class KeyFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows API keys to those that work."""

    valid = django_filters.ChoiceFilter(
        label=_("State"), choices=(("yes", _("Valid")), ("no", _("No longer valid"))), method="by_valid"
    )

    class Meta:
        model = ApiKey
        fields = ("valid",)

    def by_valid(self, rows: QuerySet[ApiKey], name: str, value: str) -> QuerySet[ApiKey]:
        """Keys that work, or do not."""
        valid = ApiKey.objects.valid().values("pk")
        return rows.filter(pk__in=valid) if value == "yes" else rows.exclude(pk__in=valid)
