"""Which period a page tells of."""

from datetime import date
from typing import Any

from django.db.models import Exists
from django.utils import timezone

from cxm.kit.numbers import Formats
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.models import PhaseCell
from touchpoints.kpis.periods import Period


def asked_period(text: str) -> Period | None:
    """The period of a page's address; None if there is none or it makes no sense."""
    try:
        return Period.parse(text)
    except ValueError:
        return None


def running_quarter(at: date | None = None) -> Period:
    """The quarter that is not over yet."""
    return Period.containing(Grain.QUARTER, at or timezone.localdate())


def has_past(at: date | None = None) -> Exists:
    """Whether anything was measured before the running quarter; for `annotate()`, the same in all rows."""
    return Exists(PhaseCell.objects.filter(month__lt=running_quarter(at).start))


def usual_period(*, has_past: bool, at: date | None = None) -> Period:
    """The newest quarter that is over, so that whole quarters are compared; the running one while nothing is older."""
    running = running_quarter(at)
    return running.previous() if has_past else running


def period_choices(chosen: Period, f: Formats) -> list[dict[str, Any]]:
    """Eight quarters and three years to choose from, the newest first, and the chosen one if it is another."""
    quarter, year = running_quarter(), Period.containing(Grain.YEAR)
    offered = [quarter, *reversed(quarter.history(7)), year, *reversed(year.history(2))]
    if chosen not in offered:
        offered.insert(0, chosen)
    return [{"code": p.code, "label": p.label(f.lang), "chosen": p == chosen} for p in offered]
