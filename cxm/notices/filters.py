"""Filters of this room's lists."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cxm.notices.choices import MailState
from cxm.notices.models import OutgoingMail, OutgoingMailQuerySet


class MailFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows outgoing mail to a state."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=MailState, method="by_state")

    class Meta:
        model = OutgoingMail
        fields = ("state",)

    def by_state(self, rows: OutgoingMailQuerySet, name: str, value: str) -> QuerySet[OutgoingMail]:
        """Mails in the chosen state."""
        return rows.in_state(value)
