"""Filters of the list of questionnaires."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Questionnaire

VALID, DRAFT, NONE_VALID = "valid", "draft", "none"


class QuestionnaireFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """By use, by what state its versions are in, and by the archive. Without a word: what is in use."""

    use = django_filters.MultipleChoiceFilter(label=_("Used for"), choices=Use.choices, distinct=False)
    identity = django_filters.ChoiceFilter(
        label=_("Who answered"), choices=Identity.choices, field_name="shown_identity"
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=(
            (VALID, _("with a valid version")),
            (DRAFT, _("with a draft")),
            (NONE_VALID, _("without a valid version")),
        ),
        method="filter_status",
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("noun", "Archive"),
        choices=(("archived", _("Archived")), ("all", _("Everything"))),
        empty_label=_("In use"),
        method="filter_state",
    )

    class Meta:
        model = Questionnaire
        fields: tuple[str, ...] = ()

    def filter_status(self, rows: QuerySet[Questionnaire], name: str, value: str) -> QuerySet[Questionnaire]:
        """By the versions it has; the list has counted them."""
        if value == DRAFT:
            return rows.filter(Q(draft_number__gt=0))
        return rows.filter(Q(valid_number__gt=0) if value == VALID else Q(valid_number=0))

    def filter_state(self, rows: QuerySet[Questionnaire], name: str, value: str) -> QuerySet[Questionnaire]:
        """What was put away."""
        return rows.exclude(archived_at=None) if value == "archived" else rows

    def filter_queryset(self, rows: QuerySet[Questionnaire]) -> QuerySet[Questionnaire]:
        """Only what is in use, unless the archive is asked for."""
        found: QuerySet[Questionnaire] = super().filter_queryset(rows)
        return found if self.form.cleaned_data.get("state") else found.filter(archived_at=None)
