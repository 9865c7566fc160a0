"""How answers spread over the steps, as one bar of parts; the table beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 200, 14
INKS = ("#9db8d6", "#7097c4", "#4577ad", "#215790", "#0b3868")
"""From the lowest step to the highest: each darker than the one before, so it is readable without colour."""


@dataclass(frozen=True)
class Slice:
    """One step: what it stands for, how many chose it, and their share from 0 to 1."""

    step: int
    label: str
    count: int
    share: float


def slices_of(counts: Sequence[int], labels: Sequence[str]) -> tuple[Slice, ...]:
    """The steps with their shares of all answers."""
    total = sum(counts) or 1
    return tuple(
        Slice(step, label, count, count / total)
        for step, (count, label) in enumerate(zip(counts, labels, strict=True))
    )


def bar(slices: Sequence[Slice], label: str) -> SafeString:
    """The parts side by side, the lowest step on the left. `label` is what a screen reader says."""
    drawing, left = "", 0.0
    for one in slices:
        width = round(one.share * WIDTH, 1)
        if width:
            drawing += (
                f'<rect x="{round(left, 1)}" y="0" width="{width}" height="{HEIGHT}" fill="{INKS[one.step]}" '
                f'stroke="#ffffff" stroke-width="1" class="spread-{one.step}"/>'
            )
        left += one.share * WIDTH
    return SafeString(
        f'<svg class="spread" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'preserveAspectRatio="none" role="img" aria-label="{escape(label)}">{drawing}</svg>'
    )
