"""What a chart is: a figure for plotly.js as a plain dict, a sentence that sums it up, and the same numbers as a table.

Figures carry no colours, only the names of CSS variables ("var(--chart-1)"); static/cxm/chart.js puts the colours
of the theme in when it draws, and again when the theme changes.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cxm.kit.numbers import NBSP, Formats
from cxm.kit.statistics import Light

type Figure = dict[str, Any]
type Show = Callable[[float | None], str]

TEXT = "var(--chart-text)"
QUIET = "var(--chart-quiet)"
GRID = "var(--chart-grid)"
SURFACE = "var(--chart-surface)"
FONT = "Inter Variable, system-ui, sans-serif"
CLEAR = "rgba(0,0,0,0)"
LEGEND_LINE, LEGEND_NARROW = (
    56,
    32,
)  # letters of a line of the legend, and where a chart is narrower than 480 px
LEGEND_MOST = 120  # letters of a name there

# Series differ by colour, dash and marker at once.
DASHES = ("solid", "dash", "dashdot", "longdash", "longdashdot", "dot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
# A syllable starts with one consonant (or one of these clusters) before a vowel.
_SYLLABLE = re.compile(
    r"(?<=[a-zäöüß])(?:sch[lmnrw]?|ch|ck|ph|th|qu|[bdfgkpt][lr]|[b-df-hj-np-tv-xzß])(?=[aeiouyäöü])",
    re.IGNORECASE,
)


class Tone(StrEnum):
    """What a coloured area says; each tone also has its own hatching."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    NONE = "none"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    FIFTH = "5"
    SIXTH = "6"

    @property
    def colour(self) -> str:
        """The CSS variable of the tone."""
        return f"var(--chart-{self.value})"


SERIES_TONES = (Tone.FIRST, Tone.SECOND, Tone.THIRD, Tone.FOURTH, Tone.FIFTH, Tone.SIXTH)
HATCHES = {Tone.GOOD: "", Tone.NONE: ".", Tone.BAD: "/", Tone.WATCH: "x"} | dict(
    zip(SERIES_TONES, ("", "/", ".", "x", "-", "|"), strict=True)
)
LIGHT_TONES = {Light.GREEN: Tone.GOOD, Light.RED: Tone.BAD, Light.OPEN: Tone.WATCH}
LIGHT_MARKS = {Light.GREEN: "●", Light.RED: "▲", Light.OPEN: "◆"}


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart in words; the first cell of a row is its heading. Cells are safe or get escaped."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered remark under a chart: its number in the chart, the day, the words."""

    number: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with its alternatives. `height` in px; `csv_url`, if given, offers the rows for download."""

    title: str
    summary: str
    figure: Figure
    table: Table
    height: int = 320
    marks: tuple[Mark, ...] = field(default=())
    csv_url: str = ""


def layout(f: Formats, height: int, **more: Any) -> Figure:
    """The layout that all charts share, overridden by `more`."""
    shared: Figure = {
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 4, "b": 8, "pad": 4},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 13, "color": TEXT},
        "separators": ",." if f.lang == "de" else ".,",
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": SURFACE,
            "bordercolor": GRID,
            "font": {"family": FONT, "color": TEXT},
            "align": "left",
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "dragmode": False,
        "bargap": 0.3,
    }
    return shared | more


def axis(**more: Any) -> Figure:
    """An axis with quiet grid and room for its labels."""
    shared: Figure = {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        "linecolor": GRID,
        "tickfont": {"color": QUIET},
        "ticks": "",
        "tickangle": 0,
    }
    return shared | more


def value_axis(values: Sequence[float | None], show: Show, *, zero: bool = False, most: int = 6) -> Figure:
    """An axis over finite values with round ticks, labelled by `show`; `zero` makes it start or end at 0."""
    finite = [value for value in values if value is not None and isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - abs(low) / 10, high + (abs(high) / 10 or 1.0)
    step = _rounded_up((high - low) / most)
    ticks = _ticks(low, high, step)
    # Ticks that read the same (a fine step, a coarse format) tell nothing: thin them out.
    while len(ticks) > 2 and len({show(tick) for tick in ticks}) < len(ticks):
        step = _rounded_up(step * 1.5)
        ticks = _ticks(low, high, step)
    margin = step * 0.15
    return axis(
        range=[ticks[0] - (margin if ticks[0] < 0 or not zero else 0), ticks[-1] + margin],
        tickmode="array",
        tickvals=ticks,
        ticktext=[show(tick) for tick in ticks],
        zeroline=True,
    )


def place_axis(labels: Sequence[str], width: int, **more: Any) -> Figure:
    """An axis of named places 0, 1, 2, ...; by position, so that two equal names stay two places."""
    return axis(
        tickmode="array",
        tickvals=list(range(len(labels))),
        ticktext=[wrapped(label, width) for label in labels],
        range=[-0.5, len(labels) - 0.5],
        showgrid=False,
        zeroline=False,
        **more,
    )


def plain(text: object) -> str:
    """Text for plotly, which reads tags: all of them are defused."""
    return escape(str(text), quote=False)


def wrapped(text: object, width: int) -> str:
    """Text for plotly in lines of at most `width` letters; longer words are divided before a syllable."""
    lines: list[str] = []
    for word in str(text).split():
        pieces = _divided(word, width)
        if lines and len(lines[-1]) + 1 + len(pieces[0]) <= width:
            lines[-1] += f" {pieces[0]}"
            lines.extend(pieces[1:])
        else:
            lines.extend(pieces)
    return "<br>".join(plain(line) for line in lines)


def in_legend(text: object) -> Figure:
    """The name of a trace in lines that fit into 480 px; chart.js takes the shorter lines where there is less room.

    What is very long ends in dots: the table under the chart says it in full.
    """
    short = Truncator(str(text)).chars(LEGEND_MOST, truncate="…")
    name, narrow_name = wrapped(short, LEGEND_LINE), wrapped(short, LEGEND_NARROW)
    return {"name": name} | ({"meta": {"narrow": narrow_name}} if narrow_name != name else {})


def narrow(below: int = 480, **changes: Any) -> Figure:
    """What chart.js changes in the layout of a chart that is less than `below` px wide: axis_property=value."""
    return {"narrow": {key.replace("_", ".", 1): value for key, value in changes.items()}, "below": below}


def lines(labels: Sequence[str], width: int) -> int:
    """Lines of the longest label when wrapped to this width."""
    return max((wrapped(label, width).count("<br>") + 1 for label in labels), default=1)


def thinned(places: Figure, most: int) -> Figure:
    """The axis with at most this many labels."""
    return places | {"ticktext": every(places["ticktext"], most)}


def every(labels: Sequence[str], most: int, kept: int = 0) -> list[str]:
    """Each k-th label, the others empty, so that about `most` remain, among them the one at index `kept`."""
    step = max(1, -(-len(labels) // most))
    return [label if index % step == kept % step else "" for index, label in enumerate(labels)]


def hatching(tones: Sequence[Tone]) -> Figure:
    """The hatching of each tone, so that grey print and colour-blind eyes tell them apart."""
    if not tones:
        return {}
    return {
        "shape": [HATCHES[tone] for tone in tones] if len(tones) > 1 else HATCHES[tones[0]],
        # One ground for all: the bar's own colour covers it, and plotly warns about a list here.
        "bgcolor": tones[0].colour,
        "fgcolor": "var(--chart-hatch)",
        "fillmode": "overlay",
        "size": 6,
        "solidity": 0.2,
    }


def size(n: int, f: Formats) -> str:
    """ "n = 412", never parted at the end of a line."""
    return _("n = {n}").format(n=f.count(n)).replace(" ", NBSP)


def linked(label: str, url: str) -> str:
    """The label as a link, if there is somewhere to go."""
    return format_html('<a href="{}">{}</a>', url, label) if url else label


def _divided(word: str, width: int) -> list[str]:
    """A long word in pieces: behind its own hyphens, else before a syllable; each of at least three letters."""
    pieces: list[str] = []
    while len(word) > width:
        own = word.rfind("-", 3, width) + 1
        starts = [found.start() for found in _SYLLABLE.finditer(word)]
        new = max(
            (start for start in starts if 3 <= start < width and start <= len(word) - 3), default=width - 1
        )
        pieces.append(word[:own] if own else word[:new] + "-")
        word = word[own or new :]
    return [*pieces, word]


def _rounded_up(step: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** floor(log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def _ticks(low: float, high: float, step: float) -> list[float]:
    """Multiples of the step that enclose both ends, rounded to its own digits: 3 * 0.1 is 0.30000000000000004."""
    digits = max(0, 2 - floor(log10(step)))
    return [round(index * step, digits) for index in range(floor(low / step), ceil(high / step) + 1)]
