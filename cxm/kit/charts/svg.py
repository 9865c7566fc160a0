"""Tiny drawings made on the server: no script, no style attribute, colours by class or currentColor.

Presentation attributes give the colours of paper; static/cxm/figures.css overrides them on the screen.
"""

from collections.abc import Sequence
from math import isfinite

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cxm.kit.statistics import Estimate, Light

LIGHT_WORDS = {
    Light.GREEN: _("On target"),
    Light.RED: _("Off target"),
    Light.OPEN: _("Not decidable"),
    Light.NO_TARGET: _("No target"),
    Light.TOO_FEW: _("Too few answers"),
}
# Circle, triangle, diamond; an empty circle where there is no verdict.
_SHAPES = {
    Light.GREEN: ("good", "#2a9d4e", SafeString('<circle cx="8" cy="8" r="6"/>')),
    Light.RED: ("bad", "#d63a31", SafeString('<path d="M8 1.5 15 14H1Z"/>')),
    Light.OPEN: ("watch", "#e8950c", SafeString('<path d="M8 1 15 8 8 15 1 8Z"/>')),
}
_RING = SafeString('<circle cx="8" cy="8" r="5.25" fill="none" stroke-width="1.5" stroke-dasharray="2.5 2"/>')


def light_icon(verdict: Light, word: str | None = None) -> SafeString:
    """A shape for the verdict and its word beside it; `word` "" leaves it to the reader's ear alone."""
    spoken = LIGHT_WORDS[verdict] if word is None or not word else word
    css, colour, shape = _SHAPES.get(verdict, ("none", "none", _RING))
    stroke = "#8a93a2" if verdict not in _SHAPES else "none"
    icon = format_html(
        '<svg class="verdict verdict-{}" viewBox="0 0 16 16" width="16" height="16" fill="{}" stroke="{}" {}>{}</svg>',
        css,
        colour,
        stroke,
        format_html('role="img" aria-label="{}"', spoken) if word == "" else SafeString('aria-hidden="true"'),
        shape,
    )
    return icon if word == "" else format_html('<span class="verdict-line">{} {}</span>', icon, spoken)


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

    def x(index: int) -> float:
        return round(4 + index * (width - 8) / max(1, len(values) - 1), 1)

    def y(value: float) -> float:
        return round(
            height / 2 if high == low else height - 4 - (value - low) / (high - low) * (height - 8), 1
        )

    points = [
        (x(i), y(value)) if value is not None and isfinite(value) else None for i, value in enumerate(values)
    ]
    lines: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(point)
    parts = [
        format_html(
            '<path d="M4 {}H{}" stroke="#5b6270" stroke-width="1" stroke-dasharray="3 3" class="spark-target"/>',
            y(target),
            width - 4,
        )
        if target is not None and known
        else "",
        format_html_join(
            "",
            '<polyline points="{}" stroke="#0b5cad" stroke-width="1.75" class="spark-line"/>',
            ((" ".join(f"{left},{top}" for left, top in line),) for line in lines if len(line) > 1),
        ),
    ]
    # A line of no length with round ends is a dot that stays round when the drawing is stretched.
    dots = [line[0] for line in lines if len(line) == 1]
    last = next((point for point in reversed(points) if point is not None), None)
    parts.append(_dots([*dots, last] if last else dots, "spark-dot", "#0b5cad", 6))
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" width="{}" height="{}" preserveAspectRatio="none" fill="none" '
        'role="img" aria-label="{}">{}</svg>',
        width,
        height,
        width,
        height,
        label,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


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
    middle = height / 2

    def x(value: float) -> float:
        inside = min(max(value, low), high)
        return round(4 + (inside - low) / (high - low) * (width - 8), 1)

    css, colour, _shape = (
        _SHAPES.get(verdict, ("plain", "#0b5cad", _RING)) if verdict else ("plain", "#0b5cad", _RING)
    )
    parts = [
        format_html(
            '<path d="M4 {}H{}" stroke="#c5ccd6" stroke-width="1" class="bar-scale"/>', middle, width - 4
        )
    ]
    if estimate is not None:
        parts.append(
            format_html(
                '<path d="M{} {}H{}" stroke="{}" stroke-opacity="0.4" stroke-width="6" class="bar-interval"/>',
                x(estimate.low),
                middle,
                x(estimate.high),
                colour,
            )
        )
    if target is not None:
        parts.append(
            format_html(
                '<path d="M{} 1V{}" stroke="#1f2733" stroke-width="2" class="bar-target"/>',
                x(target),
                height - 1,
            )
        )
    if estimate is not None:
        parts.append(_dots([(x(estimate.value), middle)], "bar-dot", colour, 8))
    return format_html(
        '<svg class="interval interval-{}" viewBox="0 0 {} {}" width="{}" height="{}" preserveAspectRatio="none" '
        'fill="none" role="img" aria-label="{}">{}</svg>',
        css,
        width,
        height,
        width,
        height,
        label,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _dots(points: Sequence[tuple[float, float]], css: str, colour: str, size: int) -> SafeString:
    return format_html_join(
        "",
        '<path d="M{} {}h0.01" stroke="{}" stroke-width="{}" stroke-linecap="round" class="{}"/>',
        ((left, top, colour, size, css) for left, top in points),
    )
