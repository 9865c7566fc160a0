"""A radar of scores, drawn on the server; the table beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.html import escape
from django.utils.safestring import SafeString

WIDTH, HEIGHT, RADIUS = 460, 300, 112
RINGS = (20, 40, 60, 80, 100)
LINES = {"all": ("#0b5cad", ""), "leaders": ("#b84a00", "6 4"), "employees": ("#0b6e57", "2 4")}
"""Colour on paper and dashes of each series; on the screen a style sheet overrides the colour."""


@dataclass(frozen=True)
class Spoke:
    """One score from 0 to 100; None where it is withheld."""

    label: str
    value: float | None


def radar(series: Sequence[tuple[str, Sequence[Spoke]]], label: str) -> SafeString:
    """Up to three series (named as in `LINES`) over the same spokes, the first filled. `label` is read aloud.

    A series with a gap is drawn as dots, so that no line runs through what is not known.
    """
    spokes = series[0][1] if series else ()
    if len(spokes) < 3:
        return SafeString("")
    drawing = "".join(_ring(level, len(spokes)) for level in RINGS)
    for number, spoke in enumerate(spokes):
        drawing += _line(number, len(spokes)) + _word(number, len(spokes), spoke.label)
    for place, (css, values) in reversed(list(enumerate(series))):
        drawing += _shape(css, values, filled=place == 0)
    return SafeString(
        f'<svg class="radar" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{drawing}</svg>'
    )


def _spot(number: int, count: int, value: float) -> tuple[float, float]:
    """Where a value lies: the first spoke points upward, the others follow clockwise."""
    angle = 2 * pi * number / count - pi / 2
    reach = RADIUS * value / 100
    return round(WIDTH / 2 + reach * cos(angle), 1), round(HEIGHT / 2 + reach * sin(angle), 1)


def _points(spots: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in spots)


def _ring(level: int, count: int) -> str:
    spots = [_spot(number, count, level) for number in range(count)]
    return f'<polygon points="{_points(spots)}" class="radar-ring" fill="none" stroke="#d5dae1"/>'


def _line(number: int, count: int) -> str:
    x, y = _spot(number, count, 100)
    return f'<path d="M{WIDTH / 2} {HEIGHT / 2}L{x} {y}" class="radar-ring" stroke="#d5dae1"/>'


def _word(number: int, count: int, text: str) -> str:
    x, y = _spot(number, count, 116)
    anchor = "middle" if abs(x - WIDTH / 2) < 12 else "start" if x > WIDTH / 2 else "end"
    return f'<text x="{x}" y="{y + 4}" text-anchor="{anchor}" class="radar-word" font-size="13">{escape(text)}</text>'


def _shape(css: str, spokes: Sequence[Spoke], *, filled: bool) -> str:
    known = [
        _spot(number, len(spokes), spoke.value)
        for number, spoke in enumerate(spokes)
        if spoke.value is not None
    ]
    colour, dashes = LINES[css]
    shape = ""
    if len(known) == len(spokes):
        inside = f'fill="{colour}" fill-opacity="0.12"' if filled else 'fill="none"'
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        shape = (
            f'<polygon points="{_points(known)}" class="radar-{css}" {inside} stroke="{colour}" stroke-width="2"'
            f"{dashed}/>"
        )
    dots = (f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}" class="radar-{css}-dot"/>' for x, y in known)
    return shape + "".join(dots)
