"""What the inventory says per phase, and which touchpoints worry most. Pure reads, a constant number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Ln
from django.utils import timezone

from touchpoints.inventory.choices import Maturity, Status, Verdict
from touchpoints.inventory.models import Phase, Touchpoint

LIVE = (Status.ACTIVE, Status.PHASING_OUT)


def phases_with_counts(at: date | None = None) -> QuerySet[Phase]:
    """The default phases in order, each with counts of its live touchpoints and its mean feelings. One query.

    `live`, `orphans` (nobody who still works here is accountable), `overdue` (review), `described` (a standard that
    holds, or further), `moments`, `disappointing`, `felt` and `wanted` (-2 to 2, weighted by contacts).
    """
    day = at or timezone.localdate()
    orphans = Touchpoint.objects.orphaned(day).filter(phase=OuterRef("pk")).order_by().values("phase")
    live = Q(touchpoints__status__in=LIVE, touchpoints__is_archived=False, touchpoints__duplicate_of=None)
    weight = Coalesce(Cast("touchpoints__contacts_per_month", FloatField()), 1.0)

    def weighted(field: str) -> Combinable:
        known = live & Q(**{f"touchpoints__{field}__isnull": False})
        feeling = Cast(f"touchpoints__{field}", FloatField())
        return Sum(feeling * Greatest(weight, 1.0), filter=known) / Sum(Greatest(weight, 1.0), filter=known)

    return Phase.objects.default().annotate(
        live=Count("touchpoints", filter=live),
        overdue=Count("touchpoints", filter=live & Q(touchpoints__next_review_on__lte=day)),
        described=Count("touchpoints", filter=live & Q(touchpoints__maturity__gte=Maturity.DESCRIBED)),
        moments=Count("touchpoints", filter=live & Q(touchpoints__is_moment_of_truth=True)),
        disappointing=Count("touchpoints", filter=live & Q(touchpoints__verdict=Verdict.DISAPPOINTS)),
        felt=weighted("feeling"),
        wanted=weighted("target_feeling"),
        orphans=Coalesce(Subquery(orphans.annotate(count=Count("pk")).values("count")), 0),
    )


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


def when(condition: Q, then: float, otherwise: float = 0.0) -> Case:
    """One number or the other."""
    return Case(When(condition, then=Value(then)), default=Value(otherwise), output_field=FloatField())


@dataclass(frozen=True)
class Whole:
    """Shares over all phases, in the counts from which they are made."""

    live: int
    orphans: int
    overdue: int

    @classmethod
    def of(cls, phases: list[Phase]) -> "Whole":
        """The sum over the phases."""
        return cls(
            sum(phase.live for phase in phases),  # type: ignore[attr-defined]  # annotated
            sum(phase.orphans for phase in phases),  # type: ignore[attr-defined]
            sum(phase.overdue for phase in phases),  # type: ignore[attr-defined]
        )

    @property
    def owned(self) -> float:
        """Share of live touchpoints with somebody accountable, 0 to 1; 0 without any."""
        return (self.live - self.orphans) / self.live if self.live else 0.0

    @property
    def reviewed(self) -> float:
        """Share of live touchpoints whose review is not overdue, 0 to 1."""
        return (self.live - self.overdue) / self.live if self.live else 0.0
