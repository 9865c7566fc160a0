"""Tiny drawings made on the server: no script, no style attribute, colours by class or currentColor.

Presentation attributes give the colours of paper; static/cxm/figures.css overrides them on the screen.
"""

from collections.abc import Sequence
from math import isfinite

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxm.kit.statistics import Estimate, Light

LIGHT_WORDS = {
    Light.GREEN: _("On target"),
    Light.RED: _("Off target"),
    Light.OPEN: _("Not decidable"),
    Light.PROVISIONAL: _("Not decidable yet"),
    Light.NO_TARGET: _("No target"),
    Light.TOO_FEW: _("Too few answers"),
}
_INKS = {Light.GREEN: ("good", "#2a9d4e"), Light.RED: ("bad", "#d63a31"), Light.OPEN: ("watch", "#e8950c")}
_BLUE = "#0b5cad"
_EDGE = 4  # px left free on each side, so that dots are not cut

type _Spot = tuple[float, float]


def sparkline(
    values: Sequence[float | None],
    label: str,
    *,
    target: float | None = None,
    width: int = 120,
    height: int = 32,
) -> SafeString:
    """A line through the values with a dot on the last one; None is a gap, `label` is what a screen reader says."""
    known = [value for value in values if value is not None and isfinite(value)]
    spread = [*known, target] if target is not None and known else known
    low, high = min(spread, default=0.0), max(spread, default=0.0)
    across = (width - 2 * _EDGE) / max(1, len(values) - 1)
    upward = (height - 2 * _EDGE) / (high - low) if high > low else 0.0
    bottom = height - _EDGE if high > low else height / 2

    def spot(index: int, value: float) -> _Spot:
        return round(_EDGE + index * across, 1), round(bottom - (value - low) * upward, 1)

    runs: list[list[_Spot]] = [[]]
    for index, value in enumerate(values):
        if value is None or not isfinite(value):
            runs.append([])
        else:
            runs[-1].append(spot(index, value))
    runs = [run for run in runs if run]
    drawing = ""
    if target is not None and known:
        level = spot(0, target)[1]
        path = f"M{_EDGE} {level}H{width - _EDGE}"
        drawing += f'<path d="{path}" stroke="#5b6270" stroke-dasharray="3 3" class="spark-target"/>'
    for run in runs:
        if len(run) > 1:
            corners = " ".join(f"{left},{top}" for left, top in run)
            drawing += (
                f'<polyline points="{corners}" stroke="{_BLUE}" stroke-width="1.75" class="spark-line"/>'
            )
    dots = [run[0] for run in runs[:-1] if len(run) == 1] + [run[-1] for run in runs[-1:]]
    drawing += "".join(_dot(dot, "spark-dot", _BLUE, 6) for dot in dots)
    return _drawing("spark", width, height, label, drawing)


def interval_bar(
    estimate: Estimate | None,
    low: float,
    high: float,
    label: str,
    *,
    target: float | None = None,
    verdict: Light | None = None,
    width: int = 120,
    height: int = 16,
) -> SafeString:
    """Value as dot, interval as bar, target as tick on a scale from `low` to `high`; beyond its ends it is cut."""
    if not (isfinite(low) and isfinite(high)) or low >= high:
        raise ValueError(f"low must be below high, not {low!r} and {high!r}")
    middle, across = height / 2, (width - 2 * _EDGE) / (high - low)

    def x(value: float) -> float:
        return round(_EDGE + (min(max(value, low), high) - low) * across, 1)

    css, colour = _INKS.get(verdict or Light.NO_TARGET, ("plain", _BLUE))
    drawing = f'<path d="M{_EDGE} {middle}H{width - _EDGE}" stroke="#c5ccd6" class="bar-scale"/>'
    if estimate is not None:
        drawing += (
            f'<path d="M{x(estimate.low)} {middle}H{x(estimate.high)}" stroke="{colour}" stroke-opacity="0.4" '
            'stroke-width="6" class="bar-interval"/>'
        )
    if target is not None:
        drawing += (
            f'<path d="M{x(target)} 1V{height - 1}" stroke="#1f2733" stroke-width="2" class="bar-target"/>'
        )
    if estimate is not None:
        drawing += _dot((x(estimate.value), middle), "bar-dot", colour, 8)
    return _drawing(f"interval interval-{css}", width, height, label, drawing)


def _dot(spot: _Spot, css: str, colour: str, size: int) -> str:
    """A line of no length with round ends: a dot that stays round when the drawing is stretched."""
    return (
        f'<path d="M{spot[0]} {spot[1]}h0.01" stroke="{colour}" stroke-width="{size}" stroke-linecap="round" '
        f'class="{css}"/>'
    )


def _drawing(css: str, width: int, height: int, label: str, inside: str) -> SafeString:
    """The frame; everything but the label is made of numbers and constants, so only that is escaped."""
    return SafeString(
        f'<svg class="{css}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none" fill="none" role="img" aria-label="{escape(label)}">{inside}</svg>'
    )
