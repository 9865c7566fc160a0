"""Filters of the history."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from string import Formatter

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxm.audit.choices import VERBS, Verb
from cxm.audit.models import LABEL_KEY, Entry
from cxm.kit.fields import sort_key

READS = (("only", _("Only reads of personal data")), ("with", _("Also reads of personal data")))


def verb_label(verb: Verb) -> str:
    """A verb's sentence with dots for its words: "… invited …"."""
    return Formatter().vformat(verb.text(), (), defaultdict(lambda: "…")).strip("… ")


def verbs() -> list[tuple[str, str]]:
    """All declared verbs, by their words."""
    return sorted(((verb.code, verb_label(verb)) for verb in VERBS), key=lambda pair: pair[1].casefold())


def midnight(day: date) -> datetime:
    """When a day begins in the reader's time zone: a moment that the index of `at` can be asked for."""
    return timezone.make_aware(datetime.combine(day, time()))


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows the history to a person, a verb, an object, a time."""

    actor = django_filters.ModelChoiceFilter(
        label=_("Person"), queryset=lambda request: get_user_model().objects.all()
    )
    verb = django_filters.ChoiceFilter(label=_("What happened"), choices=verbs)
    object = django_filters.CharFilter(label=_("Object"), method="by_object", help_text=_("Part of its name"))
    since = django_filters.DateFilter(label=_("From day"), method="by_since", widget=DateInput)
    until = django_filters.DateFilter(label=_("To day"), method="by_until", widget=DateInput)
    reads = django_filters.ChoiceFilter(
        label=_("Reads"), choices=READS, method="by_reads", empty_label=_("No reads")
    )

    class Meta:
        model = Entry
        fields = ("actor", "verb", "object", "since", "until", "reads")

    def by_object(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Events about objects of this name, or about one object as `inventory.touchpoint:5`."""
        kind, colon, pk = value.partition(":")
        if colon and "." in kind and pk.isdigit() and len(pk) < 19:
            return rows.filter(target_type=kind, target_id=int(pk))
        for word in sort_key(value.replace("\x00", "")).split():
            rows = rows.alias(label_key=LABEL_KEY).filter(label_key__contains=word)
        return rows

    def by_since(self, rows: QuerySet[Entry], name: str, value: date) -> QuerySet[Entry]:
        """Events of this day and later, as the reader's clock counts days."""
        return rows.filter(at__gte=midnight(value))

    def by_until(self, rows: QuerySet[Entry], name: str, value: date) -> QuerySet[Entry]:
        """Events of this day and earlier."""
        return rows.filter(at__lt=midnight(value + timedelta(days=1)))

    def by_reads(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Only who read what, if that is asked for; otherwise `EntryList.base` has decided already."""
        return rows.filter(is_read=True) if value == "only" else rows
