"""Filters by place and by gap; the list of touchpoints and the matrix share them, so their numbers agree."""

from collections.abc import Collection, Iterable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _

from touchpoints.inventory.gaps import TRAITS, condition
from touchpoints.inventory.models import Channel, Phase, Touchpoint

NONE = "none"


def phase_choices() -> list[tuple[Any, Any]]:
    """All phases, those of own models with the model's name, after "not placed"."""
    phases = Phase.objects.select_related("model").order_by("-model__is_default", "model", "position")
    named = (
        (str(phase.pk), phase.name if phase.model.is_default else f"{phase.model.name}: {phase.name}")
        for phase in phases
    )
    return [(NONE, _("Not placed in a phase")), *named]


def channel_choices() -> list[tuple[str, Any]]:
    """All channels, archived ones at the end, after "not placed"."""
    channels = Channel.objects.order_by("is_archived", "position", "id")
    return [(NONE, _("Not placed in a channel")), *((str(channel.pk), channel.name) for channel in channels)]


def trait_choices(*, gaps: bool) -> list[tuple[str, Any]]:
    """The gaps, or the marks."""
    return [(trait.code, trait.label) for trait in TRAITS.values() if trait.is_gap is gaps]


def default_phases(ids: Iterable[int]) -> set[int]:
    """The phases of the default model that these phases are or cover."""
    wanted = set(ids)
    covered = Phase.covers.through.objects.filter(from_phase__in=wanted).values_list("to_phase", flat=True)
    return set(Phase.objects.default().filter(pk__in=wanted).values_list("pk", flat=True)) | set(covered)


def in_phases(values: Collection[str], *, further: bool) -> Q:
    """Touchpoints whose phase is one of these (ids, or "none"); with `further` also those that reach into them."""
    phases = default_phases(int(value) for value in values if value != NONE)
    place = Q(phase__in=phases)
    if further:
        reaching = Touchpoint.further_phases.through.objects.filter(phase__in=phases)
        place |= Q(pk__in=reaching.values("touchpoint"))
    if NONE in values:
        place |= Q(phase=None)
    return place


class PlaceFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """Phase (of any model), channel, gaps and marks. Several phases or channels mean "or", several gaps "and"."""

    phase = django_filters.MultipleChoiceFilter(
        label=_("Phase"), choices=phase_choices, method="filter_phase"
    )
    further = django_filters.BooleanFilter(
        label=_("Count further phases too"), widget=CheckboxInput, method="filter_further"
    )
    channel = django_filters.MultipleChoiceFilter(
        label=_("Channel"), choices=channel_choices, method="filter_channel"
    )
    gap = django_filters.MultipleChoiceFilter(
        label=_("What is missing"), choices=lambda: trait_choices(gaps=True), method="filter_traits"
    )
    mark = django_filters.MultipleChoiceFilter(
        label=_("Marked as"), choices=lambda: trait_choices(gaps=False), method="filter_traits"
    )

    class Meta:
        model = Touchpoint
        fields: tuple[str, ...] = ()

    def filter_phase(self, rows: QuerySet[Touchpoint], name: str, values: list[str]) -> QuerySet[Touchpoint]:
        """In one of the phases; see `in_phases`."""
        if not values:
            return rows
        return rows.filter(in_phases(values, further=bool(self.form.cleaned_data.get("further"))))

    def filter_further(self, rows: QuerySet[Touchpoint], name: str, value: bool) -> QuerySet[Touchpoint]:
        """Alone it filters nothing: it widens the filter by phase."""
        return rows

    def filter_channel(
        self, rows: QuerySet[Touchpoint], name: str, values: list[str]
    ) -> QuerySet[Touchpoint]:
        """In one of the channels, or in none."""
        if not values:
            return rows
        place = Q(channel__in=[value for value in values if value != NONE])
        return rows.filter(place | Q(channel=None) if NONE in values else place)

    def filter_traits(self, rows: QuerySet[Touchpoint], name: str, values: list[str]) -> QuerySet[Touchpoint]:
        """With every chosen gap or mark."""
        for value in values:
            rows = rows.filter(condition(value))
        return rows
