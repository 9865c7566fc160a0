"""Whether data still come."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.utils import timezone

from touchpoints.kpis.choices import Status
from touchpoints.kpis.models import DayCell, KpiDefinition


def with_newest(kpis: QuerySet[KpiDefinition]) -> QuerySet[KpiDefinition]:
    """Adds `newest`, the day of the newest measurement (None without any)."""
    days = DayCell.objects.filter(kpi=OuterRef("pk")).order_by("-day").values("day")
    return kpis.annotate(newest=Subquery(days[:1]))


def without_new_data(kpis: QuerySet[KpiDefinition], at: date | None = None) -> QuerySet[KpiDefinition]:
    """Those of which data are overdue, as `figures.is_stale()` says it of one; for retired ones nobody waits."""
    waiting: Any = with_newest(kpis).exclude(status=Status.RETIRED)
    age = Value(at or timezone.localdate(), DateField()) - F("newest")
    allowed = F("stale_after") * Value(timedelta(days=1))
    aged = waiting.annotate(
        _age=ExpressionWrapper(age, DurationField()), _allowed=ExpressionWrapper(allowed, DurationField())
    )
    overdue: QuerySet[KpiDefinition] = aged.filter(_age__gt=F("_allowed"))  # none without any measurement
    return overdue
