"""A grid of two dimensions, phase x channel: colour by value, the value written in each cell."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    QUIET,
    Chart,
    Figure,
    Show,
    Table,
    layout,
    lines,
    narrow,
    place_axis,
    plain,
    size,
    wrapped,
)
from cxm.kit.numbers import MISSING, Formats

_LOW, _MIDDLE, _HIGH = "var(--chart-low)", "var(--chart-middle)", "var(--chart-high)"
_ON_SCALE = "var(--chart-on-scale)"
_LETTER = 7.5  # px
_BESIDE = 150  # px for the names of the rows
ROW_WIDTH, NARROW_WIDTH = 18, 14  # letters a line of the names of the rows

type Matrix = Sequence[Sequence[float | None]]


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Matrix,
    *,
    f: Formats,
    show: Show,
    middle: float | None = None,
    counts: Sequence[Sequence[int]] | None = None,
    summary: str = "",
) -> Chart:
    """One coloured cell for each row and column, None stays empty with a dash.

    With `middle` the scale has two arms (below it low, above it high), both of equal reach; without, it rises
    from pale to strong. `counts` adds n to the hover text.
    """
    cells = [[MISSING if value is None else show(value) for value in line] for line in values]
    places = place_axis(rows, ROW_WIDTH)
    places["range"].reverse()
    height = _height(rows, ROW_WIDTH)
    longest = max((len(part) for column in columns for part in wrapped(column, 12).split("<br>")), default=0)
    hover = [
        [
            "<br>".join(
                map(plain, (f"{row}, {column}", cells[i][j], *([size(counts[i][j], f)] if counts else [])))
            )
            for j, column in enumerate(columns)
        ]
        for i, row in enumerate(rows)
    ]
    figure = {
        "data": [_cells(values, middle) | {"hovertext": hover, "hoverinfo": "text", "hoverongaps": False}],
        "layout": layout(
            f,
            height,
            xaxis=place_axis(columns, 12, side="top"),
            yaxis=places,
            annotations=_words(values, cells),
            meta=narrow(
                # Where the names of the columns no longer fit side by side, they stand upright.
                below=_BESIDE + int(len(columns) * (_LETTER * longest + 10)),
                xaxis_tickangle=-90,
                xaxis_ticktext=[wrapped(column, 16) for column in columns],
                yaxis_ticktext=[wrapped(row, NARROW_WIDTH) for row in rows],
                height=_height(rows, NARROW_WIDTH),
            ),
        ),
    }
    table = Table((title, *columns), tuple((row, *cells[i]) for i, row in enumerate(rows)))
    return Chart(title, summary or _summary(title, rows, columns, values, show), figure, table, height)


def _height(rows: Sequence[str], width: int) -> int:
    """Room for the longest name in each row, 17 px a line, and for the names of the columns above."""
    return max(42, 17 * lines(rows, width) + 8) * max(1, len(rows)) + 90


def _cells(values: Matrix, middle: float | None) -> Figure:
    flat = [value for line in values for value in line if value is not None]
    low, high = min(flat, default=0.0), max(flat, default=1.0)
    scale = [[0, _MIDDLE], [1, _HIGH]]
    if middle is not None:
        reach = max(abs(high - middle), abs(low - middle))
        low, high = middle - reach, middle + reach
        scale = [[0, _LOW], [0.5, _MIDDLE], [1, _HIGH]]
    return {
        "type": "heatmap",
        "z": [list(line) for line in values],
        "zmin": low,
        "zmax": high if high > low else low + 1,
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
    }


def _words(values: Matrix, cells: Sequence[Sequence[str]]) -> list[Figure]:
    """As annotations, not as cell text: an empty cell has its dash too, and no text fades with its cell."""
    return [
        {
            "x": j,
            "y": i,
            "text": plain(text),
            "showarrow": False,
            "font": {"size": 12, "color": QUIET if values[i][j] is None else _ON_SCALE},
        }
        for i, line in enumerate(cells)
        for j, text in enumerate(line)
    ]


def _summary(title: str, rows: Sequence[str], columns: Sequence[str], values: Matrix, show: Show) -> str:
    flat = [value for line in values for value in line if value is not None]
    if not flat:
        return _("{title}: no values yet.").format(title=title)
    return _("{title}: {rows} rows by {columns} columns, values from {low} to {high}.").format(
        title=title, rows=len(rows), columns=len(columns), low=show(min(flat)), high=show(max(flat))
    )
