"""Lines over time with interval, target, breaks and notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import isfinite

from django.utils.html import format_html
from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    CLEAR,
    DASHES,
    LEGEND_NARROW,
    MARKERS,
    SERIES_TONES,
    TEXT,
    Chart,
    Figure,
    Show,
    Table,
    in_legend,
    layout,
    plain,
    size,
    value_axis,
    wrapped,
)
from cxm.kit.charts.notes import Note, marks_of, note_lines, note_numbers
from cxm.kit.charts.periods import DAYS, fewer_ticks, period, time_axis
from cxm.kit.numbers import MISSING, Formats
from cxm.kit.statistics import Estimate, shown


@dataclass(frozen=True, slots=True)
class Point:
    """One period by its first day. No estimate: the line has a gap. `url` leads to the rows behind it."""

    at: date
    estimate: Estimate | None
    url: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of points in order of time."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class TargetStep:
    """A target that holds from this day until the next one; None ends it."""

    since: date
    value: float | None


def trend(
    title: str,
    series: Sequence[Series],
    *,
    f: Formats,
    show: Show,
    grain: str = "month",
    targets: Sequence[TargetStep] = (),
    notes: Sequence[Note] = (),
    summary: str = "",
    height: int = 340,
) -> Chart:
    """Lines over day, week, month, quarter or year with interval bands, target steps and numbered notes.

    Bands are drawn for up to two series; above that only lines. `show` formats a value ("+31"). Figures of too
    few answers are gaps.
    """
    series = [_without_hidden(line) for line in series]
    days = sorted({point.at for line in series for point in line.points})
    breaks = sorted(note.at for note in notes if note.is_break)
    runs = [_runs(line.points, breaks) for line in series]
    steps = _steps(targets, days, grain)
    bands: list[Figure] = []
    if len(series) <= 2:
        bands = [area for i, found in enumerate(runs) for area in _bands(found, i) + _whiskers(found, i)]
    lines = [_line(line, runs[index], index, f, show, grain) for index, line in enumerate(series)]
    traces = [*bands, *([_target(steps)] if steps else []), *lines]
    values = [bound for line in series for point in line.points for bound in _bounds(point.estimate)]
    marks = marks_of(notes, f)
    figure = {
        "data": traces,
        "layout": layout(
            f,
            height,
            xaxis=time_axis(days, grain),
            yaxis=value_axis([*values, *(value for _day, value in steps)], show),
            shapes=note_lines(notes),
            annotations=note_numbers(notes, days),
            showlegend=len(traces) > 1,
            hovermode="x",
            meta=fewer_ticks(days, grain),
        ),
    }
    table = _table(series, targets, f, show, grain)
    return Chart(title, summary or _summary(title, series, f, show, grain), figure, table, height, marks)


def _without_hidden(line: Series) -> Series:
    return replace(line, points=[replace(point, estimate=shown(point.estimate)) for point in line.points])


type _Run = list[Point]


def _runs(points: Sequence[Point], breaks: Sequence[date]) -> list[_Run]:
    """The points in unbroken runs: a gap or a break between two points ends a run."""
    runs: list[_Run] = []
    previous: Point | None = None
    for point in points:
        if point.estimate is None:
            previous = None
            continue
        broken = previous is None or any(previous.at < at <= point.at for at in breaks)
        if broken:
            runs.append([])
        runs[-1].append(point)
        previous = point
    return runs


def _bands(runs: Sequence[_Run], index: int) -> list[Figure]:
    """Each run's interval as one closed area; all in one trace, parted by gaps."""
    xs: list[str | None] = []
    ys: list[float | None] = []
    for run in runs:
        bounded = [(p.at.isoformat(), p.estimate) for p in run if p.estimate and p.estimate.is_bounded]
        if len(bounded) < 2 or all(
            e.low == e.high for _at, e in bounded
        ):  # counted over everybody: no interval
            continue
        xs += [at for at, _estimate in bounded] + [at for at, _estimate in reversed(bounded)] + [None]
        ys += [e.high for _at, e in bounded] + [e.low for _at, e in reversed(bounded)] + [None]
    if not xs:
        return []
    return [
        {
            "type": "scatter",
            "x": xs[:-1],
            "y": ys[:-1],
            "mode": "lines",
            "line": {"width": 0, "color": CLEAR},
            "fill": "toself",
            "fillcolor": f"var(--chart-band-{SERIES_TONES[index].value})",
            "name": _("Interval (95%)"),
            "showlegend": index == 0,
            "hoverinfo": "skip",
        }
    ]


def _line(line: Series, runs: Sequence[_Run], index: int, f: Formats, show: Show, grain: str) -> Figure:
    kept: list[Point | None] = []
    for run in runs:
        kept += [*run, None]
    kept = kept[:-1]
    symbol = MARKERS[index % len(MARKERS)]
    colour = SERIES_TONES[index % len(SERIES_TONES)].colour
    return {
        "type": "scatter",
        "x": [point and point.at.isoformat() for point in kept],
        "y": [point and point.estimate and point.estimate.value for point in kept],
        "mode": "lines+markers",
        **in_legend(line.name),
        "line": {"color": colour, "width": 2.5, "dash": DASHES[index % len(DASHES)]},
        "marker": {
            "symbol": [f"{symbol}-open" if point and point.is_provisional else symbol for point in kept],
            "size": 7,
            "color": colour,
        },
        "hovertext": [_hover(line.name, point, f, show, grain) if point else "" for point in kept],
        "hoverinfo": "text",
        "customdata": [point.url if point else "" for point in kept],
        "connectgaps": False,
    }


def _whiskers(runs: Sequence[_Run], index: int) -> list[Figure]:
    """A point between two gaps has no band: it shows its interval as a bar."""
    alone = [
        (run[0].at.isoformat(), run[0].estimate)
        for run in runs
        if len(run) == 1 and run[0].estimate and run[0].estimate.is_bounded
    ]
    if not alone:
        return []
    colour = SERIES_TONES[index].colour
    return [
        {
            "type": "scatter",
            "x": [at for at, _estimate in alone],
            "y": [estimate.value for _at, estimate in alone],
            "mode": "markers",
            "marker": {"size": 7, "color": colour, "symbol": MARKERS[index]},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [estimate.high - estimate.value for _at, estimate in alone],
                "arrayminus": [estimate.value - estimate.low for _at, estimate in alone],
                "color": colour,
                "thickness": 1.5,
            },
            "showlegend": False,
            "hoverinfo": "skip",
        }
    ]


def _hover(name: str, point: Point, f: Formats, show: Show, grain: str) -> str:
    estimate = point.estimate
    if estimate is None:
        return ""
    lines = [
        f"{wrapped(name, LEGEND_NARROW)}, {plain(period(point.at, grain, f))}",
        plain(show(estimate.value)),
    ]
    if estimate.is_bounded and estimate.low != estimate.high:
        lines[-1] += plain(f" ({f.interval(estimate.low, estimate.high, show)})")
    lines.append(plain(size(estimate.n, f)))
    if point.is_provisional:
        lines.append(plain(_("provisional")))
    return "<br>".join(lines)


def _steps(targets: Sequence[TargetStep], days: Sequence[date], grain: str) -> list[tuple[str, float | None]]:
    """Corners of the target line inside the shown time; the last one is held to its end."""
    if not days or not targets:
        return []
    half = timedelta(days=DAYS[grain] * 0.5)
    start, end = days[0] - half, days[-1] + half
    ordered = sorted(targets, key=lambda step: step.since)
    corners: list[tuple[str, float | None]] = []
    for step, following in [*pairwise(ordered), (ordered[-1], None)]:
        since, until = max(step.since, start), min(following.since if following else end, end)
        if since < until:
            corners += [(since.isoformat(), step.value), (until.isoformat(), step.value)]
    return corners if any(value is not None for _day, value in corners) else []


def _target(steps: Sequence[tuple[str, float | None]]) -> Figure:
    return {
        "type": "scatter",
        "x": [day for day, _value in steps],
        "y": [value for _day, value in steps],
        "mode": "lines",
        "line": {"color": TEXT, "width": 1.5, "dash": "dot"},
        "name": plain(_("Target")),
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _bounds(estimate: Estimate | None) -> list[float]:
    return (
        []
        if estimate is None
        else [value for value in (estimate.low, estimate.value, estimate.high) if isfinite(value)]
    )


def _table(
    series: Sequence[Series], targets: Sequence[TargetStep], f: Formats, show: Show, grain: str
) -> Table:
    several = len(series) > 1
    header = [
        _("Period"),
        *([_("Series")] if several else []),
        _("Value"),
        _("Lower bound"),
        _("Upper bound"),
        _("n"),
    ]
    if targets:
        header.append(_("Target"))
    rows = []
    for line in series:
        for point in line.points:
            cells = [period(point.at, grain, f), *([line.name] if several else []), *_cells(point, f, show)]
            if targets:
                held = [
                    step.value
                    for step in sorted(targets, key=lambda step: step.since)
                    if step.since <= point.at
                ]
                cells.append(show(held[-1]) if held and held[-1] is not None else MISSING)
            rows.append(tuple(cells))
    return Table(tuple(header), tuple(rows))


def _cells(point: Point, f: Formats, show: Show) -> list[str]:
    estimate = point.estimate
    if estimate is None:
        return [MISSING] * 4
    value = show(estimate.value)
    if point.is_provisional:
        value = _("{value} (provisional)").format(value=value)
    shown = format_html('<a href="{}">{}</a>', point.url, value) if point.url else value
    bounds = [show(estimate.low), show(estimate.high)] if estimate.is_bounded else [MISSING, MISSING]
    return [shown, *bounds, f.count(estimate.n)]


def _summary(title: str, series: Sequence[Series], f: Formats, show: Show, grain: str) -> str:
    """The sentence that a screen reader says instead of the picture."""
    sentences = []
    for line in series:
        known = [(point.at, point.estimate) for point in line.points if point.estimate is not None]
        if not known:
            sentences.append(_("{name}: no values yet.").format(name=line.name))
            continue
        low, high = min(known, key=lambda item: item[1].value), max(known, key=lambda item: item[1].value)
        sentences.append(
            _(
                "{name}: {first} to {last}, latest {value}, lowest {low} ({low_at}), highest {high} ({high_at})."
            ).format(
                name=line.name,
                first=period(known[0][0], grain, f),
                last=period(known[-1][0], grain, f),
                value=show(known[-1][1].value),
                low=show(low[1].value),
                low_at=period(low[0], grain, f),
                high=show(high[1].value),
                high_at=period(high[0], grain, f),
            )
        )
    return f"{title}. " + " ".join(sentences)
