"""Notes on the time line: a numbered line in the chart, the words below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import QUIET, SURFACE, TEXT, Figure, Mark
from cxm.kit.numbers import Formats


@dataclass(frozen=True, slots=True)
class Note:
    """A vertical line with a number; a break also interrupts the lines, since before and after do not compare."""

    at: date
    text: str
    is_break: bool = False


def _ordered(notes: Sequence[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.at)


def marks_of(notes: Sequence[Note], f: Formats) -> tuple[Mark, ...]:
    """The words of the notes; they stand below the chart, where long ones have room."""
    return tuple(
        Mark(
            str(number),
            f.date(note.at),
            _("Break: {text}").format(text=note.text) if note.is_break else note.text,
        )
        for number, note in enumerate(_ordered(notes), 1)
    )


def note_lines(notes: Sequence[Note]) -> list[Figure]:
    """The vertical lines: solid for a break, dotted for a remark."""
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


def note_numbers(notes: Sequence[Note], days: Sequence[date]) -> list[Figure]:
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
