"""Time on a chart: the axis and the names of its periods."""

from collections.abc import Sequence
from datetime import date, timedelta

from cxm.kit.charts.chart import Figure, axis, narrow
from cxm.kit.numbers import Formats

DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between labels
_MOST_LABELS = 9


def time_axis(days: Sequence[date], grain: str) -> Figure:
    """A date axis with at most nine labels, named by grain; half a period of air on both sides."""
    if not days:
        return axis(type="date", showgrid=False)
    half = timedelta(days=DAYS[grain] * 0.55)
    shared = axis(
        type="date",
        range=[(days[0] - half).isoformat(), (days[-1] + half).isoformat()],
        showgrid=False,
        zeroline=False,
    )
    if grain not in _MONTHS:
        return shared | {"nticks": 7, "tickformat": "%-d. %b\n%Y"}
    step = _step(days, grain)
    fine = "Q%q\n%Y" if grain == "quarter" else "%b\n%Y"
    return shared | {
        "dtick": f"M{step}",
        "tick0": "2000-01-01",
        "tickformat": "%Y" if step >= 12 else fine,
    }


def fewer_ticks(days: Sequence[date], grain: str) -> Figure:
    """For little room: the next wider step, so that years under two neighbouring labels do not touch."""
    if not days or grain not in _MONTHS:
        return narrow(xaxis_nticks=4)
    wider = next(step for step in (*_STEPS, 240) if step > _step(days, grain))
    return narrow(xaxis_dtick=f"M{wider}")


def period(day: date, grain: str, f: Formats) -> str:
    """The name of the period that starts on this day."""
    if grain == "month":
        return f.month(day)
    if grain == "quarter":
        return f.quarter(day)
    return str(day.year) if grain == "year" else f.date(day)


def _step(days: Sequence[date], grain: str) -> int:
    """Months between labels: the least round number that leaves at most nine labels."""
    span = (days[-1].year - days[0].year) * 12 + days[-1].month - days[0].month + 1
    fitting = (step for step in _STEPS if step >= _MONTHS[grain] and span <= _MOST_LABELS * step)
    return next(fitting, _STEPS[-1])
