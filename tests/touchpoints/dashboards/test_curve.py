"""The feeling as a line of steps: heights, gaps, words."""

import re

import pytest
from django.utils.translation import override

from touchpoints.dashboards.curve import EDGE, HEIGHT, curve, height_of
from touchpoints.inventory.models import Phase


def phases(*feelings: tuple[float | None, float | None]) -> list[Phase]:
    """Phases with what is felt and wanted there."""
    made = []
    for number, (felt, wanted) in enumerate(feelings):
        phase = Phase(code=f"p{number}", name_de=f"Phase {number}", name_en=f"Phase {number}")
        phase.felt, phase.wanted = felt, wanted  # type: ignore[attr-defined]  # as phases_with_counts annotates them
        made.append(phase)
    return made


def lines(drawing: str, css: str) -> list[tuple[str, float, str, float]]:
    """Start and end of each line of that class."""
    found = re.findall(rf'<line class="{css}" x1="([^"]+)" y1="([^"]+)" x2="([^"]+)" y2="([^"]+)"', drawing)
    return [(x1, float(y1), x2, float(y2)) for x1, y1, x2, y2 in found]


@pytest.mark.parametrize(("feeling", "height"), [(2, EDGE), (0, HEIGHT / 2), (-2, HEIGHT - EDGE), (1, 17.5)])
def test_the_better_the_higher(feeling: float, height: float) -> None:
    assert height_of(feeling) == height


def test_neighbours_meet_at_the_border_between_them() -> None:
    steps = curve(phases((2, None), (-2, None), (0, None)))
    first, second, third = (lines(step.drawing, "curve-felt") for step in steps)
    assert first == [("100%", 26.0, "50%", 9.0)]
    assert second == [("0", 26.0, "50%", 43.0), ("100%", 34.5, "50%", 43.0)]
    assert third == [("0", 34.5, "50%", 26.0)]


def test_where_nothing_is_known_the_line_has_a_gap() -> None:
    steps = curve(phases((1, 2), (None, None), (1, 2)))
    assert [lines(step.drawing, "curve-felt") for step in steps] == [[], [], []]
    assert "circle" in steps[0].drawing
    assert "circle" not in steps[1].drawing
    with override("en"):
        assert "Phase 1: feeling unknown" in curve(phases((1, 2), (None, None), (1, 2)))[1].drawing


def test_what_is_wanted_is_a_line_of_its_own() -> None:
    first, second = curve(phases((0, 1), (0, 2)))
    assert lines(first.drawing, "curve-wanted") == [("100%", 13.2, "50%", 17.5)]
    assert lines(second.drawing, "curve-wanted") == [("0", 13.2, "50%", 9.0)]


def test_below_zero_the_dot_has_another_shape() -> None:
    above, below = curve(phases((0.4, None), (-0.4, None)))
    assert "<circle" in above.drawing
    assert "curve-low" not in above.drawing
    assert "<circle" not in below.drawing
    assert "curve-low" in below.drawing


def test_the_drawing_says_in_words_what_it_shows_and_escapes_names() -> None:
    with override("en"):
        phase = phases((-0.52, None))
        phase[0].name_en = phase[0].name_de = "<Kauf>"
        drawing = curve(phase)[0].drawing
    assert 'aria-label="&lt;Kauf&gt;: customers feel -0.5 on a scale from −2 to +2"' in drawing
    assert 'role="img"' in drawing


def test_no_phases_no_curve() -> None:
    assert curve([]) == []
