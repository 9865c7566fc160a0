"""A radar of scores, drawn on the server; the table beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.html import escape
from django.utils.safestring import SafeString

SIZE, RADIUS = 320, 112
RINGS = (20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Spoke:
    """One score from 0 to 100; None where it is withheld."""

    label: str
    value: float | None


def radar(series: Sequence[tuple[str, Sequence[Spoke]]], label: str) -> SafeString:
    """Up to three series over the same spokes, the first filled. `label` is what a screen reader says.

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
        f'<svg class="radar" viewBox="0 0 {SIZE} {SIZE}" role="img" aria-label="{escape(label)}">{drawing}</svg>'
    )


def _spot(number: int, count: int, value: float) -> tuple[float, float]:
    """Where a value lies: the first spoke points upward, the others follow clockwise."""
    angle = 2 * pi * number / count - pi / 2
    reach = RADIUS * value / 100
    return round(SIZE / 2 + reach * cos(angle), 1), round(SIZE / 2 + reach * sin(angle), 1)


def _points(spots: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in spots)


def _ring(level: int, count: int) -> str:
    spots = [_spot(number, count, level) for number in range(count)]
    return f'<polygon points="{_points(spots)}" class="radar-ring" fill="none" stroke="#d5dae1"/>'


def _line(number: int, count: int) -> str:
    x, y = _spot(number, count, 100)
    return f'<path d="M{SIZE / 2} {SIZE / 2}L{x} {y}" class="radar-ring" stroke="#d5dae1"/>'


def _word(number: int, count: int, text: str) -> str:
    x, y = _spot(number, count, 116)
    anchor = "middle" if abs(x - SIZE / 2) < 12 else "start" if x > SIZE / 2 else "end"
    return f'<text x="{x}" y="{y + 4}" text-anchor="{anchor}" class="radar-word" font-size="12">{escape(text)}</text>'


def _shape(css: str, spokes: Sequence[Spoke], *, filled: bool) -> str:
    known = [
        _spot(number, len(spokes), spoke.value)
        for number, spoke in enumerate(spokes)
        if spoke.value is not None
    ]
    shape = ""
    if len(known) == len(spokes):
        shape = f'<polygon points="{_points(known)}" class="radar-{css}{" is-filled" if filled else ""}" fill="none"/>'
    return shape + "".join(f'<circle cx="{x}" cy="{y}" r="3.5" class="radar-{css}-dot"/>' for x, y in known)
