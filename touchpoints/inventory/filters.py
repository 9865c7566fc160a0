"""Filters of the list of touchpoints."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.kit.fields import sort_key
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Feeling, Kind, Maturity, Status, Verdict
from touchpoints.inventory.filters_landscape import PlaceFilters
from touchpoints.inventory.models import ContentItem, Responsibility, System, Touchpoint

SOON = timedelta(days=30)


class AnyOf(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # the library is untyped
    """One of several values of a column. Nothing is joined for it, so no row comes twice, and none need be compared."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(distinct=False, **kwargs)


class TouchpointFilters(PlaceFilters):
    """Everything by which a touchpoint may be looked for. Without a word about the archive: what is current."""

    owner = django_filters.CharFilter(label=_("Accountable (name)"), max_length=150, method="filter_owner")
    status = AnyOf(label=_("Status"), choices=Status.choices)
    kind = AnyOf(label=_("Kind"), choices=Kind.choices)
    maturity = AnyOf(label=_("Maturity"), choices=Maturity.choices)
    verdict = AnyOf(label=_("Verdict"), choices=Verdict.choices)
    feeling = AnyOf(label=_("Feeling"), choices=Feeling.choices)
    measured = django_filters.BooleanFilter(
        label=_("Measured"), field_name="measured_on", lookup_expr="isnull", exclude=True
    )
    tag = django_filters.CharFilter(label=_("Tag"), max_length=40, method="filter_tag")
    due = django_filters.ChoiceFilter(
        label=_("Next review"),
        choices=(("overdue", _("overdue")), ("soon", _("within 30 days"))),
        method="filter_due",
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("noun", "Archive"),
        choices=(("archived", _("Archived")), ("merged", _("Merged into others")), ("all", _("Everything"))),
        empty_label=_("In use"),
        method="filter_state",
    )
    # These three are asked for by links; they show only where they are in force.
    person = django_filters.ChoiceFilter(label=_("Person"), method="filter_person")
    system = django_filters.ChoiceFilter(label=_("System"), field_name="systems")
    content = django_filters.ChoiceFilter(label=_("Content"), field_name="contents")

    LINKED = (("person", Person), ("system", System), ("content", ContentItem))

    class Meta:
        model = Touchpoint
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        for name, model in self.LINKED:
            asked = (data or {}).get(name, "")
            if not asked:
                del self.filters[name]
                continue
            by_number = asked.isascii() and asked.isdigit() and len(asked) < 19
            rows = model._default_manager.filter(pk=asked) if by_number else ()
            self.filters[name].extra["choices"] = [(str(row.pk), str(row)) for row in rows]

    def filter_owner(self, rows: QuerySet[Touchpoint], name: str, value: str) -> QuerySet[Touchpoint]:
        """Who is accountable today has all these words in his name."""
        found = Responsibility.objects.on().accountable().filter(touchpoint=OuterRef("pk"))
        for word in sort_key(value).split():
            found = found.filter(person__name_sort__contains=word)
        return rows.filter(Exists(found))

    def filter_person(self, rows: QuerySet[Touchpoint], name: str, value: str) -> QuerySet[Touchpoint]:
        """This person plays any part today, or will: what is handed over to him for a day to come is his, too."""
        held = Responsibility.objects.since().filter(touchpoint=OuterRef("pk"), person=int(value))
        return rows.filter(Exists(held))

    def filter_tag(self, rows: QuerySet[Touchpoint], name: str, value: str) -> QuerySet[Touchpoint]:
        """With exactly this tag."""
        return rows.filter(tags__contains=[value.strip()])

    def filter_due(self, rows: QuerySet[Touchpoint], name: str, value: str) -> QuerySet[Touchpoint]:
        """Live ones whose review is due by today, or within 30 days."""
        today = timezone.localdate()
        due: QuerySet[Touchpoint] = rows.due_for_review(today if value == "overdue" else today + SOON)  # type: ignore[attr-defined]
        return due

    def filter_state(self, rows: QuerySet[Touchpoint], name: str, value: str) -> QuerySet[Touchpoint]:
        """What was put away, or merged into others."""
        if value == "archived":
            return rows.filter(is_archived=True)
        return rows.exclude(duplicate_of=None) if value == "merged" else rows

    def filter_queryset(self, rows: QuerySet[Touchpoint]) -> QuerySet[Touchpoint]:
        """Only what is current, unless the archive is asked for."""
        found: QuerySet[Touchpoint] = super().filter_queryset(rows)
        if self.form.cleaned_data.get("state"):
            return found
        return found.filter(is_archived=False, duplicate_of=None)
