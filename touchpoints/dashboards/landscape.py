"""What the inventory says per phase, and which touchpoints worry most. Pure reads, a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import BaseExpression, Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Ln
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from touchpoints.inventory.choices import Feeling, Maturity, Status, Verdict
from touchpoints.inventory.models import Channel, Phase, Touchpoint

LIVE = (Status.ACTIVE, Status.PHASING_OUT)
MEANS = ("felt", "wanted")
COUNTED = ("live", "orphans", "overdue", "described", "moments", "disappointing", "measured", "delighting")
NONE: dict[str, Any] = dict.fromkeys(COUNTED, 0) | dict.fromkeys(MEANS)
"""The counts of a phase without touchpoints."""
IN_ALL = ("live", "orphans", "overdue", "measured", "moments", "delighting")


def phases_with_counts(at: date | None = None, **more: BaseExpression) -> list[Phase]:
    """The default phases in order, each with counts of its live touchpoints and its mean feelings. Two queries.

    `live`, `orphans` (nobody who still works here is accountable), `overdue` (review), `described` (a standard that
    holds, or further), `moments`, `disappointing`, `felt` and `wanted` (-2 to 2, weighted by contacts). The same in
    each row, with what stands in no phase: `live_in_all`, `orphans_in_all`, `overdue_in_all`, `measured_in_all`,
    `moments_in_all`, `delighting_in_all` (moments of truth that delight). `more` is annotated, too.
    """
    found = {}
    for phase, *numbers in rows_of(counts_by_phase(at or timezone.localdate())):
        found[phase] = dict(zip((*COUNTED, *MEANS), numbers, strict=True))
    everywhere = {f"{name}_in_all": sum(counts[name] for counts in found.values()) for name in IN_ALL}
    phases = list(Phase.objects.default().annotate(**more))
    for phase in phases:
        vars(phase).update(found.get(phase.pk, NONE), **everywhere)
    return phases


type Statement = tuple[str, tuple[Any, ...]]
"""A query as text and parameters. It is the same all day, and to put it together takes longer than to run it."""


@lru_cache(maxsize=4)
def counts_by_phase(day: date) -> Statement:
    """The phase of live touchpoints, None included, and what COUNTED and MEANS name."""
    orphans = Touchpoint.objects.orphaned(day).order_by().values("pk")
    weight = Greatest(Coalesce(Cast("contacts_per_month", FloatField()), 1.0), 1.0)

    def weighted(field: str) -> Combinable:
        known = Q(**{f"{field}__isnull": False})
        return Sum(Cast(field, FloatField()) * weight, filter=known) / Sum(weight, filter=known)

    counts = {
        "live": Count("pk"),
        "orphans": Count("pk", filter=Q(pk__in=orphans)),
        "overdue": Count("pk", filter=Q(next_review_on__lte=day)),
        "described": Count("pk", filter=Q(maturity__gte=Maturity.DESCRIBED)),
        "moments": Count("pk", filter=Q(is_moment_of_truth=True)),
        "disappointing": Count("pk", filter=Q(verdict=Verdict.DISAPPOINTS)),
        "measured": Count("pk", filter=Q(measured_on__isnull=False)),
        "delighting": Count("pk", filter=Q(is_moment_of_truth=True, verdict=Verdict.DELIGHTS)),
        "felt": weighted("feeling"),
        "wanted": weighted("target_feeling"),
    }
    named = {f"n_{name}": counts[name] for name in (*COUNTED, *MEANS)}
    rows = Touchpoint.objects.live().order_by().values("phase").annotate(**named).values_list("phase", *named)
    statement: Statement = rows.query.sql_with_params()
    return statement


def rows_of(statement: Statement) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, for `annotate()`: the same in all rows, counted once."""
    number = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk")).values("_n")
    return Coalesce(Subquery(number), 0, output_field=IntegerField())


def most_worrying(at: date | None = None) -> QuerySet[Touchpoint]:
    """Live touchpoints by `risk`, the highest first, with owner; only such as have a reason to worry.

    risk = importance to customers (1-5; 3 if unknown) x pain x ln(10 + contacts per month) x 1.5 at a moment of truth
    x 1.5 without anybody accountable; pain = 1 for a pain point + 1 for the verdict "disappoints" + half of the feeling
    below zero (0 to 1). A touchpoint without pain is no risk, whoever owns it. The weights are ours; the page says so.
    """
    pain = (
        when(Q(is_pain_point=True), 1.0)
        + when(Q(verdict=Verdict.DISAPPOINTS), 1.0)
        + when(Q(feeling=-1), 0.5)
        + when(Q(feeling=-2), 1.0)
    )
    reach = Ln(Value(10.0) + Coalesce("contacts_per_month", 0), output_field=FloatField())
    risk = (
        Coalesce("importance_customer", 3, output_field=FloatField())
        * F("pain")
        * reach
        * when(Q(is_moment_of_truth=True), 1.5, 1.0)
        * when(Q(owner_present=False), 1.5, 1.0)
    )
    return (
        Touchpoint.objects.live()
        .with_owner(at)
        .annotate(
            owner_present=Case(
                When(pk__in=Touchpoint.objects.orphaned(at).order_by().values("pk"), then=False), default=True
            ),
            pain=ExpressionWrapper(pain, output_field=FloatField()),
        )
        .annotate(risk=ExpressionWrapper(risk, output_field=FloatField()))
        .filter(pain__gt=0)
        .select_related("phase", "channel")
        .order_by("-risk", "id")
    )


def worst(number: int, phases: Iterable[Phase], at: date | None = None) -> list[Touchpoint]:
    """The first so many of `most_worrying`, in phases that are at hand. One query."""
    found: list[Any] = list(Touchpoint.objects.raw(*first_worrying(number, at or timezone.localdate())))
    known = {phase.pk: phase for phase in phases}
    for touchpoint in found:
        if touchpoint.phase_id in known:
            touchpoint.phase = known[touchpoint.phase_id]
        if touchpoint.channel_id:
            names = {"name_de": touchpoint.channel_de, "name_en": touchpoint.channel_en}
            touchpoint.channel = Channel(pk=touchpoint.channel_id, **names)
    return found


@lru_cache(maxsize=4)
def first_worrying(number: int, day: date) -> Statement:
    """The statement of `most_worrying`."""
    channel = {"channel_de": F("channel__name_de"), "channel_en": F("channel__name_en")}
    rows = most_worrying(day).select_related(None).annotate(**channel)
    statement: Statement = rows[:number].query.sql_with_params()
    return statement


def list_of(phase: Phase) -> str:
    """The list of exactly the touchpoints that `live` counts; a gap or mark is appended to it."""
    return list_of_all(phase=str(phase.pk))


def feelings_of(phase: Phase) -> str:
    """The list of the touchpoints of which `felt` is the mean, with what it is weighted by."""
    known = [("feeling", str(feeling.value)) for feeling in Feeling]
    columns = [("cols", column) for column in ("name", "feeling", "contacts")]
    return f"{list_of(phase)}&{urlencode([*known, *columns])}"


def list_of_all(**where: str) -> str:
    """The list of live touchpoints, narrowed."""
    query = urlencode([*where.items(), *(("status", status.value) for status in LIVE)])
    return f"{reverse('inventory:list')}?{query}"


def when(condition: Q, then: float, otherwise: float = 0.0) -> Case:
    """One number or the other."""
    return Case(When(condition, then=Value(then)), default=Value(otherwise), output_field=FloatField())


@dataclass(frozen=True)
class Whole:
    """Shares over all live touchpoints, in the counts from which they are made."""

    live: int
    orphans: int
    overdue: int
    measured: int
    moments: int
    delighting: int

    @classmethod
    def of(cls, phases: list[Phase]) -> "Whole":
        """As `phases_with_counts` has counted them."""
        if not phases:
            return cls(0, 0, 0, 0, 0, 0)
        first: Any = phases[0]
        return cls(
            first.live_in_all, first.orphans_in_all, first.overdue_in_all, first.measured_in_all,
            first.moments_in_all, first.delighting_in_all,
        )  # fmt: skip

    def share(self, part: int) -> float:
        """How many of the live touchpoints that is, 0 to 1; 0 without any."""
        return part / self.live if self.live else 0.0

    @property
    def owned(self) -> float:
        """Share of live touchpoints with somebody accountable, 0 to 1; 0 without any."""
        return self.share(self.live - self.orphans)

    @property
    def reviewed(self) -> float:
        """Share of live touchpoints whose review is not overdue, 0 to 1."""
        return self.share(self.live - self.overdue)
