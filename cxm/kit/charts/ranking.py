"""Ranking: horizontal bars with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    LIGHT_MARKS,
    LIGHT_TONES,
    TEXT,
    Chart,
    Figure,
    Show,
    Table,
    Tone,
    axis,
    every,
    hatching,
    layout,
    lines,
    linked,
    narrow,
    place_axis,
    plain,
    size,
    value_axis,
    wrapped,
)
from cxm.kit.numbers import MISSING, Formats
from cxm.kit.statistics import Estimate, Light, shown

LABEL_WIDTH = 30  # letters a line; in little room NARROW_WIDTH
NARROW_WIDTH = 15
BAR_SHARE = 0.55  # of the row


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a ranking; the light, if given, colours and marks it. `url` leads to the rows behind it."""

    label: str
    estimate: Estimate | None
    light: Light | None = None
    url: str = ""


def ranking(
    title: str, bars: Sequence[Bar], *, f: Formats, show: Show, target: float | None = None, summary: str = ""
) -> Chart:
    """Horizontal bars in the given order, best first, with whiskers; value and n at the right, target as line.

    Figures of too few answers are shown as a dash.
    """
    bars = [replace(bar, estimate=shown(bar.estimate)) for bar in bars]
    labels = [bar.label for bar in bars]
    values = [bound for bar in bars if bar.estimate for bound in _bounds(bar.estimate)]
    places = place_axis(labels, LABEL_WIDTH)
    places["range"].reverse()
    places["tickfont"] = {"color": TEXT}
    height = _height(lines(labels, LABEL_WIDTH), len(bars))
    scale = value_axis([*values, target], show, zero=True, most=5)
    figure = {
        "data": [_bars(bars, f, show), _carrier()],
        "layout": layout(
            f,
            height,
            xaxis=scale,
            yaxis=places,
            yaxis2=_figure_axis(places, [_at_the_right(bar, f, show) for bar in bars]),
            margin={"l": 8, "r": 8, "t": 4 if target is None else 24, "b": 8, "pad": 6},
            shapes=[] if target is None else [_target_line(target)],
            annotations=[] if target is None else [_target_word(target, show)],
            meta=narrow(
                xaxis_ticktext=every(scale["ticktext"], 3, kept=scale["tickvals"].index(0)),
                yaxis_ticktext=[wrapped(label, NARROW_WIDTH) for label in labels],
                height=_height(lines(labels, NARROW_WIDTH), len(bars)),
            ),
        ),
    }
    header = (_("Name"), _("Value"), _("Lower bound"), _("Upper bound"), _("n"))
    table = Table(header, tuple((linked(bar.label, bar.url), *_cells(bar.estimate, f, show)) for bar in bars))
    return Chart(title, summary or _summary(title, bars, show), figure, table, height)


def _bars(bars: Sequence[Bar], f: Formats, show: Show) -> Figure:
    kept = [bar.estimate for bar in bars]
    tones = [LIGHT_TONES.get(bar.light, Tone.NONE) if bar.light else Tone.FIRST for bar in bars]
    whiskers = {"color": TEXT, "thickness": 1.5, "width": 4}
    return {
        "type": "bar",
        "orientation": "h",
        "x": [e.value if e else None for e in kept],
        "y": list(range(len(bars))),
        "width": BAR_SHARE,
        "error_x": whiskers
        | {
            "type": "data",
            "symmetric": False,
            "array": [e.high - e.value if e and e.is_bounded else None for e in kept],
            "arrayminus": [e.value - e.low if e and e.is_bounded else None for e in kept],
        },
        "marker": {"color": [tone.colour for tone in tones], "pattern": hatching(tones)},
        "hovertext": [_hover(bar, f, show) for bar in bars],
        "hoverinfo": "text",
        "customdata": [bar.url for bar in bars],
        "showlegend": False,
    }


def _carrier() -> Figure:
    """A trace without points, without which plotly would not draw the axis at the right."""
    return {
        "type": "scatter",
        "x": [None],
        "y": [0],
        "yaxis": "y2",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _figure_axis(places: Figure, texts: Sequence[str]) -> Figure:
    """The figures as labels of a second axis: at the right edge they stay clear of bars and whiskers."""
    return axis(
        overlaying="y",
        side="right",
        range=places["range"],
        tickmode="array",
        tickvals=places["tickvals"],
        ticktext=list(texts),
        showgrid=False,
        zeroline=False,
        tickfont={"color": TEXT},
    )


def _height(most_lines: int, count: int) -> int:
    """Room for the longest label in each row; 17 px a line."""
    return max(44, 17 * most_lines + 12) * max(1, count) + 70


def _at_the_right(bar: Bar, f: Formats, show: Show) -> str:
    if bar.estimate is None:
        return MISSING
    mark = f"{LIGHT_MARKS.get(bar.light, '○')} " if bar.light else ""
    return f"{mark}{plain(show(bar.estimate.value))}<br>{plain(size(bar.estimate.n, f))}"


def _hover(bar: Bar, f: Formats, show: Show) -> str:
    if bar.estimate is None:
        return plain(bar.label)
    value = show(bar.estimate.value)
    if bar.estimate.is_bounded and bar.estimate.low != bar.estimate.high:
        value += f" ({f.interval(bar.estimate.low, bar.estimate.high, show)})"
    return f"{plain(bar.label)}<br>{plain(value)}<br>{plain(size(bar.estimate.n, f))}"


def _target_line(target: float) -> Figure:
    return {
        "type": "line",
        "x0": target,
        "x1": target,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
    }


def _target_word(target: float, show: Show) -> Figure:
    return {
        "x": target,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": plain(_("Target {value}").format(value=show(target))),
        "showarrow": False,
        "font": {"size": 12, "color": TEXT},
    }


def _bounds(estimate: Estimate) -> tuple[float, ...]:
    return (estimate.low, estimate.value, estimate.high) if estimate.is_bounded else (estimate.value,)


def _cells(estimate: Estimate | None, f: Formats, show: Show) -> tuple[str, str, str, str]:
    if estimate is None:
        return MISSING, MISSING, MISSING, MISSING
    bounds = (show(estimate.low), show(estimate.high)) if estimate.is_bounded else (MISSING, MISSING)
    return show(estimate.value), *bounds, f.count(estimate.n)


def _summary(title: str, bars: Sequence[Bar], show: Show) -> str:
    known = [(bar.label, show(bar.estimate.value)) for bar in bars if bar.estimate is not None]
    if not known:
        return _("{title}: no values yet.").format(title=title)
    return _("{title}: {count} rows, first {first} ({first_value}), last {last} ({last_value}).").format(
        title=title,
        count=len(bars),
        first=known[0][0],
        first_value=known[0][1],
        last=known[-1][0],
        last_value=known[-1][1],
    )
