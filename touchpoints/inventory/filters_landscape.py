"""Filters by place and by gap; the list of touchpoints and the matrix share them, so their numbers agree."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import Language
from cxm.kit.fields import sort_key
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Kind, Ownership
from touchpoints.inventory.gaps import TRAITS, condition
from touchpoints.inventory.models import Channel, ContentItem, Phase, System, Touchpoint
from touchpoints.inventory.models.landscape import ContentKind, SystemKind

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
    """The phases of the default model that these phases are or cover. One query."""
    wanted = set(ids)
    covered = Phase.covers.through.objects.filter(from_phase__in=wanted).order_by().values_list("to_phase")
    own = Phase.objects.default().filter(pk__in=wanted).order_by().values_list("pk")
    return {pk for (pk,) in own.union(covered).order_by()}


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


class OnceMixin:
    """Asks for its choices once a request, however often form, chips and validation look at them."""

    extra: dict[str, Any]

    @property
    def field(self) -> Any:
        """The form field; made once for each filter set."""
        if not hasattr(self, "_field"):
            self.extra["choices"] = cache(self.extra["choices"])
        return super().field  # type: ignore[misc]  # of the untyped filter beside


class OneOf(OnceMixin, django_filters.ChoiceFilter):  # type: ignore[misc]  # the library is untyped
    """A choice among what the database holds."""


class SomeOf(OnceMixin, django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # the library is untyped
    """Several of what the database holds."""


class PlaceFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """Phase (of any model), channel, gaps and marks. Several phases or channels mean "or", several gaps "and"."""

    phase = SomeOf(label=_("Phase"), choices=phase_choices, method="filter_phase")
    further = django_filters.BooleanFilter(
        label=_("Count further phases too"), widget=CheckboxInput, method="filter_further"
    )
    channel = SomeOf(label=_("Channel"), choices=channel_choices, method="filter_channel")
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


class InUseFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library is untyped
    """Shows what is in use unless asked for the archive."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=(("archived", _("Archived")), ("all", _("In use and archived"))),
        empty_label=_("In use"),
        method="filter_state",
    )

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The archive alone; everything else is decided in `filter_queryset`."""
        return rows.filter(is_archived=True) if value == "archived" else rows

    def filter_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Nothing archived where nothing is said about the state."""
        found: QuerySet[Any] = super().filter_queryset(rows)
        return found if self.form.cleaned_data.get("state") else found.filter(is_archived=False)


class ChannelFilters(InUseFilters):
    """Filters of the list of channels."""

    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=Kind.choices)
    ownership = django_filters.MultipleChoiceFilter(
        label=_("Owned, paid or earned"), choices=Ownership.choices
    )

    class Meta:
        model = Channel
        fields: tuple[str, ...] = ()


def owner_choices(model: type[System | ContentItem]) -> list[tuple[str, Any]]:
    """Everybody who owns one of these things, after "nobody"."""
    owners = Person.objects.filter(pk__in=model._default_manager.values_list("owner", flat=True))
    return [(NONE, _("Nobody who works here")), *((str(person.pk), person.name) for person in owners)]


def owned[M: System | ContentItem](rows: QuerySet[M], value: str) -> QuerySet[M]:
    """Things of one person, or of nobody who works here."""
    if value == NONE:
        return rows.exclude(owner__in=Person.objects.present())
    return rows.filter(owner=value)


class SystemFilters(InUseFilters):
    """Filters of the list of systems."""

    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=SystemKind.choices)
    owner = OneOf(label=_("Owner"), choices=lambda: owner_choices(System), method="filter_owner")
    idle = django_filters.BooleanFilter(
        label=_("Serves no touchpoint"), widget=CheckboxInput, method="filter_idle"
    )

    class Meta:
        model = System
        fields: tuple[str, ...] = ()

    def filter_owner(self, rows: QuerySet[System], name: str, value: str) -> QuerySet[System]:
        """Of one person, or of nobody who works here."""
        return owned(rows, value)

    def filter_idle(self, rows: QuerySet[System], name: str, value: bool) -> QuerySet[System]:
        """Systems of which no touchpoint makes use."""
        return rows.filter(pk__in=System.objects.idle().values("pk")) if value else rows


class ContentFilters(InUseFilters):
    """Filters of the list of content."""

    expiry = django_filters.ChoiceFilter(
        label=_("Valid until"),
        choices=(
            ("expired", _("expired")),
            ("soon", _("expires within 30 days")),
            ("never", _("without a date")),
        ),
        method="filter_expiry",
    )
    owner = OneOf(label=_("Owner"), choices=lambda: owner_choices(ContentItem), method="filter_owner")
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=ContentKind.choices)
    language = django_filters.ChoiceFilter(label=_("Language"), choices=Language.choices)
    phase = SomeOf(label=_("Phase"), choices=phase_choices, method="filter_phase")
    touchpoint = django_filters.CharFilter(
        label=_("Touchpoint (part of its name or code)"), max_length=100, method="filter_touchpoint"
    )
    unused = django_filters.BooleanFilter(
        label=_("Used by no touchpoint"), widget=CheckboxInput, method="filter_unused"
    )

    class Meta:
        model = ContentItem
        fields: tuple[str, ...] = ()

    def filter_expiry(self, rows: QuerySet[ContentItem], name: str, value: str) -> QuerySet[ContentItem]:
        """Expired, soon to expire, without a date."""
        if value == "expired":
            return rows.filter(pk__in=ContentItem.objects.expired().values("pk"))
        if value == "soon":
            return rows.filter(pk__in=ContentItem.objects.expiring().values("pk"))
        return rows.filter(expires_on=None)

    def filter_owner(self, rows: QuerySet[ContentItem], name: str, value: str) -> QuerySet[ContentItem]:
        """Of one person, or of nobody who works here."""
        return owned(rows, value)

    def filter_phase(
        self, rows: QuerySet[ContentItem], name: str, values: list[str]
    ) -> QuerySet[ContentItem]:
        """For one of the phases, or for none."""
        if not values:
            return rows
        phases = default_phases(int(value) for value in values if value != NONE)
        linked = ContentItem.phases.through.objects
        place = Q(pk__in=linked.filter(phase__in=phases).values("contentitem"))
        return rows.filter(place | ~Q(pk__in=linked.values("contentitem")) if NONE in values else place)

    def filter_touchpoint(self, rows: QuerySet[ContentItem], name: str, value: str) -> QuerySet[ContentItem]:
        """Used by a current touchpoint whose name or code contains the words."""
        touchpoints = Touchpoint.objects.current()
        for word in sort_key(value.replace("\x00", "")).split():
            touchpoints = touchpoints.filter(search_key__contains=word)
        used = Touchpoint.contents.through.objects.filter(touchpoint__in=touchpoints)
        return rows.filter(pk__in=used.values("contentitem"))

    def filter_unused(self, rows: QuerySet[ContentItem], name: str, value: bool) -> QuerySet[ContentItem]:
        """Content of which no current touchpoint makes use."""
        return rows.filter(pk__in=ContentItem.objects.unused().values("pk")) if value else rows
