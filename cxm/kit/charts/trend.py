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
    MARKERS,
    QUIET,
    SERIES_TONES,
    SURFACE,
    TEXT,
    Chart,
    Figure,
    Mark,
    Show,
    Table,
    layout,
    plain,
    size,
    value_axis,
)
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


@dataclass(frozen=True, slots=True)
class Note:
    """A vertical line with a number; a break also interrupts the lines, since before and after do not compare."""

    at: date
    text: str
    is_break: bool = False


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
    bands = (
        [band for index, found in enumerate(runs) for band in _bands(found, index)]
        if len(series) <= 2
        else []
    )
    lines = [_line(line, runs[index], index, f, show, grain) for index, line in enumerate(series)]
    traces = [*bands, *([_target(steps)] if steps else []), *lines]
    values = [bound for line in series for point in line.points for bound in _bounds(point.estimate)]
    marks = _marks(notes, f)
    figure = {
        "data": traces,
        "layout": layout(
            f,
            height,
            xaxis=time_axis(days, grain),
            yaxis=value_axis([*values, *(value for _day, value in steps)], show),
            shapes=_note_lines(notes),
            annotations=_note_numbers(notes, days),
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
        if len(bounded) < 2:
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
            "name": _("95% interval"),
            "showlegend": index == 0,
            "hoverinfo": "skip",
        }
    ]


def _line(line: Series, runs: Sequence[_Run], index: int, f: Formats, show: Show, grain: str) -> Figure:
    tone = SERIES_TONES[index % len(SERIES_TONES)].colour
    kept: list[Point | None] = []
    for run in runs:
        kept += [*run, None]
    kept = kept[:-1]
    # A single point between two gaps has no band: it shows its interval as a bar.
    alone = {id(run[0]) for run in runs if len(run) == 1}
    up, down = [], []
    for point in kept:
        estimate = point.estimate if point is not None and id(point) in alone else None
        bounded = estimate is not None and estimate.is_bounded
        up.append(estimate.high - estimate.value if estimate and bounded else None)
        down.append(estimate.value - estimate.low if estimate and bounded else None)
    symbol = MARKERS[index % len(MARKERS)]
    return {
        "type": "scatter",
        "x": [point and point.at.isoformat() for point in kept],
        "y": [point and point.estimate and point.estimate.value for point in kept],
        "mode": "lines+markers",
        "name": plain(line.name),
        "line": {"color": tone, "width": 2.5, "dash": DASHES[index % len(DASHES)]},
        "marker": {
            "symbol": [f"{symbol}-open" if point and point.is_provisional else symbol for point in kept],
            "size": 7,
            "color": tone,
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": up,
            "arrayminus": down,
            "color": tone,
            "thickness": 1.5,
        },
        "hovertext": [_hover(line.name, point, f, show, grain) if point else "" for point in kept],
        "hoverinfo": "text",
        "customdata": [point.url if point else "" for point in kept],
        "connectgaps": False,
    }


def _hover(name: str, point: Point, f: Formats, show: Show, grain: str) -> str:
    estimate = point.estimate
    if estimate is None:
        return ""
    lines = [f"{plain(name)}, {plain(period(point.at, grain, f))}", plain(show(estimate.value))]
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


def _ordered(notes: Sequence[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.at)


def _marks(notes: Sequence[Note], f: Formats) -> tuple[Mark, ...]:
    """The words of the notes; they stand below the chart, where long ones have room."""
    return tuple(
        Mark(
            str(number),
            f.date(note.at),
            _("Break: {text}").format(text=note.text) if note.is_break else note.text,
        )
        for number, note in enumerate(_ordered(notes), 1)
    )


def _note_lines(notes: Sequence[Note]) -> list[Figure]:
    return [
        {
            "type": "line",
            "x0": note.at.isoformat(),
            "x1": note.at.isoformat(),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"color": QUIET, "width": 1, "dash": "solid" if note.is_break else "dot"},
        }
        for note in _ordered(notes)
    ]


def _note_numbers(notes: Sequence[Note], days: Sequence[date]) -> list[Figure]:
    """The numbers at the top of the lines; close ones share a plate, since they would cover one another."""
    close = (days[-1] - days[0]) / 12 if days else timedelta()
    plates: list[tuple[date, list[str]]] = []
    for number, note in enumerate(_ordered(notes), 1):
        if plates and note.at - plates[-1][0] < close:
            plates[-1][1].append(str(number))
        else:
            plates.append((note.at, [str(number)]))
    return [
        {
            "x": at.isoformat(),
            "y": 1,
            "yref": "paper",
            "yanchor": "top",
            "text": ", ".join(numbers),
            "showarrow": False,
            "font": {"size": 11, "color": TEXT, "weight": 600},
            "bgcolor": SURFACE,
            "bordercolor": QUIET,
            "borderwidth": 1,
            "borderpad": 2,
        }
        for at, numbers in plates
    ]


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
    header = [_("Period"), *([_("Series")] if several else []), _("Value"), _("From"), _("To"), _("n")]
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
