"""What a touchpoint can lack and what it can be marked as: one condition each, for filters, counts and links alike."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Func, IntegerField, JSONField, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from touchpoints.inventory.choices import Status
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint

LIVE = Q(is_archived=False, duplicate_of=None, status__in=(Status.ACTIVE, Status.PHASING_OUT))
"""Touchpoints that customers meet now, as `TouchpointQuerySet.live()`."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """Something that is counted on maps and can be filtered; `condition` is asked with a day."""

    code: str
    label: str | Promise
    short: str | Promise  # for narrow headings
    icon: str
    is_gap: bool
    condition: Callable[[date], Q]


def _answered(at: date) -> Q:
    """Somebody who still works here is accountable on that day."""
    return _among(Responsibility.objects.on(at).by_present_people(at).accountable())


def _published() -> Q:
    return _among(Standard.objects.exclude(published_at=None))


def _linked(through: str) -> Q:
    return _among(getattr(Touchpoint, through).through.objects.all())


def _among(rows: QuerySet[Any]) -> Q:
    """The touchpoints of these rows. Asked once for all: where it is counted, EXISTS would be asked for each row."""
    return Q(pk__in=rows.order_by().values("touchpoint"))


TRAITS = {
    trait.code: trait
    for trait in (
        Trait(
            code="no_owner",
            label=_("Without owner"),
            short=_("no owner"),
            icon="user-x",
            is_gap=True,
            condition=lambda at: LIVE & ~_answered(at),
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
            condition=lambda at: ~_published(),
        ),
        Trait(
            code="no_system",
            label=_("Without system"),
            short=_("no system"),
            icon="plug",
            is_gap=True,
            condition=lambda at: ~_linked("systems"),
        ),
        Trait(
            code="no_content",
            label=_("Without content"),
            short=_("no content"),
            icon="news",
            is_gap=True,
            condition=lambda at: ~_linked("contents"),
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
    """How many rows there are, as a subquery for `annotate()`."""
    number = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk"))
    return Coalesce(Subquery(number.values("_n")), 0, output_field=IntegerField())


type Numbers = dict[int, dict[str, int]]
"""By the id of a channel, system or content: `n_all` and one number for each trait."""


def numbers_by(touchpoints: QuerySet[Touchpoint], place: str, codes: Iterable[str] = ()) -> Numbers:
    """How many touchpoints stand at each place, and how many of them with a trait. One query reads each once."""
    counts = {f"n_{code}": Count("pk", filter=condition(code)) for code in codes}
    rows = touchpoints.order_by().values(place).annotate(n_all=Count("pk"), **counts)
    return {row.pop(place): row for row in rows}


def ranked(numbers: Numbers, name: str) -> Coalesce:
    """Sorts places by such numbers; counted place by place in the order itself it would take five times as long."""
    known = json.dumps({place: row[name] for place, row in numbers.items() if place is not None})
    found = Func(
        Cast(Value(known), JSONField()), Cast("pk", TextField()), template="(%(expressions)s)", arg_joiner=" ->> "
    )  # fmt: skip
    return Coalesce(Cast(found, IntegerField()), 0)
