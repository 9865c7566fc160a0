"""What a touchpoint can lack and what it can be marked as: one condition each, for filters, counts and links alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from touchpoints.inventory.choices import Part, Status
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint

LIVE = Q(is_archived=False, duplicate_of=None, status__in=(Status.ACTIVE, Status.PHASING_OUT))
"""Touchpoints that customers meet now, as `TouchpointQuerySet.live()`."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """Something that is counted on maps and can be filtered; `condition` is asked with a day and an outer reference."""

    code: str
    label: str | Promise
    short: str | Promise  # for narrow headings
    icon: str
    is_gap: bool
    condition: Callable[[date], Q]


def _answered(at: date) -> Exists:
    """Somebody who still works here is accountable on that day."""
    return Exists(
        Responsibility.objects.on(at)
        .by_present_people(at)
        .filter(touchpoint=OuterRef("pk"), part=Part.ACCOUNTABLE)
        .order_by()
    )


def _published() -> Exists:
    return Exists(Standard.objects.filter(touchpoint=OuterRef("pk")).exclude(published_at=None).order_by())


def _linked(through: str) -> Exists:
    rows = getattr(Touchpoint, through).through.objects.filter(touchpoint=OuterRef("pk"))
    return Exists(rows.order_by())


TRAITS = {
    trait.code: trait
    for trait in (
        Trait(
            code="no_owner",
            label=_("Without owner"),
            short=_("no owner"),
            icon="user-x",
            is_gap=True,
            condition=lambda at: LIVE & Q(~_answered(at)),
        ),
        Trait(
            code="review_due",
            label=_("Review overdue"),
            short=_("review due"),
            icon="clock-exclamation",
            is_gap=True,
            condition=lambda at: LIVE & Q(next_review_on__lte=at),
        ),
        Trait(
            code="no_phase",
            label=_("Without phase"),
            short=_("no phase"),
            icon="columns",
            is_gap=True,
            condition=lambda at: Q(phase=None),
        ),
        Trait(
            code="no_channel",
            label=_("Without channel"),
            short=_("no channel"),
            icon="world",
            is_gap=True,
            condition=lambda at: Q(channel=None),
        ),
        Trait(
            code="no_expectation",
            label=_("Expectation not described"),
            short=_("no expectation"),
            icon="message-2",
            is_gap=True,
            condition=lambda at: Q(expectation=""),
        ),
        Trait(
            code="no_standard",
            label=_("Without published standard"),
            short=_("no standard"),
            icon="file-x",
            is_gap=True,
            condition=lambda at: Q(~_published()),
        ),
        Trait(
            code="no_system",
            label=_("Without system"),
            short=_("no system"),
            icon="plug",
            is_gap=True,
            condition=lambda at: Q(~_linked("systems")),
        ),
        Trait(
            code="no_content",
            label=_("Without content"),
            short=_("no content"),
            icon="news",
            is_gap=True,
            condition=lambda at: Q(~_linked("contents")),
        ),
        Trait(
            code="moment",
            label=_("Moment of truth"),
            short=_("moment of truth"),
            icon="diamond",
            is_gap=False,
            condition=lambda at: Q(is_moment_of_truth=True),
        ),
        Trait(
            code="pain",
            label=_("Pain point"),
            short=_("pain point"),
            icon="flame",
            is_gap=False,
            condition=lambda at: Q(is_pain_point=True),
        ),
        Trait(
            code="best",
            label=pgettext_lazy("touchpoint", "Best practice"),
            short=_("best practice"),
            icon="star",
            is_gap=False,
            condition=lambda at: Q(is_best_practice=True),
        ),
        Trait(
            code="falls_short",
            label=_("Feeling below target"),
            short=_("below target"),
            icon="mood-sad",
            is_gap=False,
            condition=lambda at: Q(feeling__lt=F("target_feeling")),
        ),
    )
}


def condition(code: str, at: date | None = None) -> Q:
    """The condition of one trait on that day (today by default)."""
    return TRAITS[code].condition(at or timezone.localdate())


def counted(touchpoints: QuerySet[Touchpoint], code: str = "", at: date | None = None) -> Coalesce:
    """How many of these touchpoints, or of those with a trait: a subquery for `annotate()`; 0 where there are none.

    `touchpoints` refers to the outer row, e.g. `Touchpoint.objects.current().filter(channel=OuterRef("pk"))`.
    """
    return number_of(touchpoints.filter(condition(code, at)) if code else touchpoints)


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as a subquery for `annotate()`; each row counts once."""
    number = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk", distinct=True))
    return Coalesce(Subquery(number.values("_n")), 0, output_field=IntegerField())
