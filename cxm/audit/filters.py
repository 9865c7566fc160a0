"""Filters of the history."""

from collections import defaultdict
from string import Formatter

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from cxm.audit.choices import VERBS, Verb
from cxm.audit.models import Entry

READS = (("only", _("Only reads of personal data")), ("with", _("Also reads of personal data")))


def verb_label(verb: Verb) -> str:
    """A verb's sentence with dots for its words: "… invited …"."""
    return Formatter().vformat(str(verb.sentence), (), defaultdict(lambda: "…")).strip("… ")


def verbs() -> list[tuple[str, str]]:
    """All declared verbs, by their words."""
    return sorted(((verb.code, verb_label(verb)) for verb in VERBS), key=lambda pair: pair[1].casefold())


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows the history to a person, a verb, an object, a time."""

    actor = django_filters.ModelChoiceFilter(
        label=_("Person"), queryset=lambda request: get_user_model().objects.all()
    )
    verb = django_filters.ChoiceFilter(label=_("What happened"), choices=verbs)
    object = django_filters.CharFilter(label=_("Object"), method="by_object", help_text=_("Part of its name"))
    since = django_filters.DateFilter(
        label=_("From day"), field_name="at", lookup_expr="date__gte", widget=DateInput
    )
    until = django_filters.DateFilter(
        label=_("To day"), field_name="at", lookup_expr="date__lte", widget=DateInput
    )
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
        return rows.filter(label__icontains=value)

    def by_reads(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        """Only who read what, if that is asked for; otherwise `EntryList.base` has decided already."""
        return rows.filter(is_read=True) if value == "only" else rows
