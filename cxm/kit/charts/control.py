"""Control charts: what chance explains, and what it does not."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    QUIET,
    TEXT,
    Chart,
    Figure,
    Show,
    Table,
    Tone,
    in_legend,
    layout,
    plain,
    value_axis,
)
from cxm.kit.charts.periods import fewer_ticks, period, time_axis
from cxm.kit.numbers import MISSING, Formats
from cxm.kit.statistics import Change, ControlChart


def control(
    title: str,
    chart: ControlChart,
    days: Sequence[date],
    *,
    f: Formats,
    show: Show,
    grain: str = "month",
    summary: str = "",
    height: int = 320,
) -> Chart:
    """A control chart: values, centre, limits of chance as steps; points outside are ringed diamonds."""
    x = [day.isoformat() for day in days]
    names = [period(day, grain, f) for day in days]
    values = [value for point in chart.points for value in (point.value, point.low, point.high)]
    highs, lows = [point.high for point in chart.points], [point.low for point in chart.points]
    figure = {
        "data": [
            _stairs(x, highs, _("Limits of chance"), dash="dash"),
            _stairs(x, lows, "", dash="dash"),
            _stairs(x, [chart.centre] * len(x), _("Centre line"), dash="solid"),
            _values(title, chart, x, names, show),
        ],
        "layout": layout(
            f,
            height,
            xaxis=time_axis(days, grain),
            yaxis=value_axis(values, show),
            showlegend=True,
            meta=fewer_ticks(days, grain),
        ),
    }
    rows = tuple(
        (name, show(point.value), show(point.low), show(point.high), _signal(point.signal))
        for name, point in zip(names, chart.points, strict=True)
    )
    table = Table((_("Period"), _("Value"), _("Lower limit"), _("Upper limit"), _("Signal")), rows)
    counted = _("{title}: {count} periods, {outside} outside the limits of chance, centre {centre}.").format(
        title=title, count=len(rows), outside=sum(_is_outside(chart)), centre=show(chart.centre)
    )
    return Chart(title, summary or counted, figure, table, height)


def _is_outside(chart: ControlChart) -> list[bool]:
    return [point.signal is not Change.NOT_SIGNIFICANT for point in chart.points]


def _stairs(x: Sequence[str], y: Sequence[float], name: str, *, dash: str) -> Figure:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "mode": "lines",
        "name": plain(name),
        "showlegend": bool(name),
        "line": {"shape": "hvh", "width": 1.5, "dash": dash, "color": QUIET},
        "hoverinfo": "skip",
    }


def _values(title: str, chart: ControlChart, x: Sequence[str], names: Sequence[str], show: Show) -> Figure:
    outside = _is_outside(chart)
    limits = _("limits {low} to {high}")
    return {
        "type": "scatter",
        "x": list(x),
        "y": [point.value for point in chart.points],
        "mode": "lines+markers",
        **in_legend(title),
        "line": {"color": Tone.FIRST.colour, "width": 2},
        "marker": {
            "color": [Tone.BAD.colour if out else Tone.FIRST.colour for out in outside],
            "symbol": ["diamond" if out else "circle" for out in outside],
            "size": [13 if out else 7 for out in outside],
            "opacity": 1,
            "line": {"color": TEXT, "width": [2 if out else 0 for out in outside]},
        },
        "hovertext": [
            "<br>".join(
                map(
                    plain,
                    (name, show(point.value), limits.format(low=show(point.low), high=show(point.high))),
                )
            )
            for name, point in zip(names, chart.points, strict=True)
        ],
        "hoverinfo": "text",
    }


def _signal(signal: Change) -> str:
    return {Change.UP: _("above the limits"), Change.DOWN: _("below the limits")}.get(signal, MISSING)
