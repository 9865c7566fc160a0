"""The feeling along the phases as one line made of steps, so that it runs through columns of any width."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from touchpoints.inventory.models import Phase

HEIGHT, EDGE = 52, 9  # px; the curve keeps EDGE from both borders
LOW, HIGH = -2.0, 2.0


@dataclass(frozen=True)
class Step:
    """One phase of the curve: feelings (-2 to 2) and its drawing."""

    felt: float | None
    wanted: float | None
    drawing: SafeString


def curve(phases: Sequence[Phase]) -> list[Step]:
    """A step for each phase; where nothing is known the line has a gap."""
    felt = [phase.felt for phase in phases]  # type: ignore[attr-defined]  # annotated by phases_with_counts
    wanted = [phase.wanted for phase in phases]  # type: ignore[attr-defined]
    return [Step(felt[i], wanted[i], draw(felt, wanted, i, phases[i].name)) for i in range(len(phases))]


def height_of(value: float) -> float:
    """Distance from the top in px."""
    return round(EDGE + (HIGH - value) / (HIGH - LOW) * (HEIGHT - 2 * EDGE), 1)


def draw(felt: Sequence[float | None], wanted: Sequence[float | None], index: int, name: str) -> SafeString:
    """The column's part of both lines: from the left border over the middle to the right border.

    The drawing has no viewBox: widths are in per cent, so that dots stay round whatever the column's width.
    """
    here = felt[index]
    if here is None:
        label = _("%(phase)s: feeling unknown") % {"phase": name}
    else:
        label = _("%(phase)s: customers feel %(felt)s on a scale from −2 to +2") % {
            "phase": name,
            "felt": f"{here:+.1f}",
        }
    zero = height_of(0)
    return format_html(
        '<svg class="curve" width="100%" height="{}" role="img" aria-label="{}">'
        '<line x1="0" x2="100%" y1="{}" y2="{}" class="curve-zero" stroke="#c5ccd6"/>{}{}{}</svg>',
        HEIGHT, label, zero, zero, parts(wanted, index, "curve-wanted"), parts(felt, index, "curve-felt"),
        dot(here),
    )  # fmt: skip


def parts(values: Sequence[float | None], index: int, css: str) -> SafeString:
    """The two half lines of one column; they meet those of the neighbours at the borders."""
    here = values[index]
    if here is None:
        return SafeString("")
    halves = []
    for neighbour, start in ((index - 1, "0"), (index + 1, "100%")):
        if 0 <= neighbour < len(values) and (there := values[neighbour]) is not None:
            halves.append((css, start, height_of((here + there) / 2), "50%", height_of(here)))
    return format_html_join(
        "", '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="#0b5cad" stroke-width="2.5"/>', halves
    )


def dot(value: float | None) -> SafeString:
    """Where the customers stand; below zero it is a diamond, so that colour is not alone."""
    if value is None:
        return SafeString("")
    y = height_of(value)
    if value < 0:
        return format_html(
            '<svg x="50%" y="{}" overflow="visible">'
            '<path d="M0 -7 7 0 0 7 -7 0Z" class="curve-low" fill="#d63a31"/></svg>',
            y,
        )
    return format_html('<circle cx="50%" cy="{}" r="5.5" class="curve-dot" fill="#0b5cad"/>', y)
