"""Which period a page tells of if nobody has asked for one."""

from datetime import date

from django.db.models import Exists
from django.utils import timezone

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
