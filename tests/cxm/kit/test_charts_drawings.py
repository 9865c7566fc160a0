"""The tiny drawings made on the server, and the words of a figure."""

from math import inf, nan
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from cxm.kit.charts import interval_bar, reading, sparkline
from cxm.kit.numbers import formats
from cxm.kit.statistics import Change, Direction, Estimate, Light, Tier, census, nps, share

DE, EN = formats("de"), formats("en")
EVIL = "\"><script>alert('1')</script>"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def tree(drawing: str) -> ElementTree.Element:
    assert "style=" not in drawing
    return ElementTree.fromstring(drawing)  # noqa: S314  # our own drawing


def test_a_sparkline_goes_through_its_values_and_ends_in_a_dot() -> None:
    drawing = tree(sparkline([1, 3, 2], "NPS of three months", width=108, height=28))
    assert drawing.get("aria-label") == "NPS of three months"
    assert drawing.get("role") == "img"
    line = drawing.find("polyline")
    assert line is not None
    assert line.get("points") == "4.0,24.0 54.0,4.0 104.0,14.0"
    assert [path.get("d") for path in drawing.findall("path")] == ["M104.0 14.0h0.01"]


def test_gaps_part_a_sparkline_and_lonely_values_are_dots() -> None:
    drawing = tree(sparkline([1, None, 2, 3, nan], "x", target=5))
    assert len(drawing.findall("polyline")) == 1
    assert len(drawing.findall("path")) == 3  # target, lonely first value, last value


@pytest.mark.parametrize("values", [[], [None], [nan, inf], [4], [4, 4, 4]], ids=str)
def test_a_sparkline_of_little_is_still_a_drawing(values: list[float | None]) -> None:
    assert "nan" not in sparkline(values, "x", target=1)
    tree(sparkline(values, "x", target=1))


def test_an_interval_bar_shows_value_interval_and_target_inside_its_scale() -> None:
    drawing = tree(interval_bar(nps(50, 20, 100), -100, 100, "+30", target=50, verdict=Light.OPEN, width=108))
    assert drawing.get("class") == "interval interval-watch"
    paths = {path.get("class"): path.get("d") for path in drawing.findall("path")}
    assert paths["bar-interval"] == "M61.0 8.0H76.1"
    assert paths["bar-target"] == "M79.0 1V15"
    assert paths["bar-dot"] == "M69.0 8.0h0.01"
    beyond = interval_bar(Estimate(5, -inf, inf, 9, "t"), 0, 1, "x", target=7)
    assert "inf" not in beyond.replace("interval", "")
    assert len(tree(interval_bar(None, 0, 1, "x")).findall("path")) == 1
    with pytest.raises(ValueError, match=r"^low must"):
        interval_bar(None, 1, 1, "x")


def test_labels_are_escaped() -> None:
    for drawing in (
        sparkline([1, 2], EVIL),
        interval_bar(None, 0, 1, EVIL),
    ):
        assert "<script" not in drawing
        tree(drawing)


def test_a_reading_says_value_interval_size_verdict_and_change() -> None:
    read = reading(
        nps(50, 20, 100),
        f=DE,
        show=DE.points,
        target=10,
        change=Change.UP,
        change_text="+6",
        scale=(-100, 100),
    )
    assert (read.value, read.interval, read.size) == ("+30", "+14 bis +44", "n\u00a0=\u00a0100")
    assert (read.light, read.state, read.word) == (Light.GREEN, "good", "On target")
    assert (read.change, read.direction, read.judgement) == ("+6", "up", "better")
    assert read.detail == "n\u00a0=\u00a0100, interval +14 bis +44 (95%), target +10"
    assert 'aria-label="+30, n' in read.bar
    page = render_to_string("components/interval.html", {"reading": read, "url": "/rows"})
    for part in ('href="/rows"', "+30", "+14 bis +44", "n\u00a0=\u00a0100", "On target", "+6", "<svg"):
        assert part in page


def test_a_fall_is_better_where_less_is_better() -> None:
    def judged(direction: Direction, change: Change) -> str:
        return reading(share(50, 100), f=EN, show=EN.percent, direction=direction, change=change).judgement

    assert judged(Direction.LOWER, Change.DOWN) == "better"
    assert judged(Direction.LOWER, Change.UP) == "worse"
    assert judged(Direction.HIGHER, Change.DOWN) == "worse"
    assert judged(Direction.AMBIVALENT, Change.UP) == "same"
    assert judged(Direction.HIGHER, Change.NOT_SIGNIFICANT) == "same"


def test_few_answers_say_less() -> None:
    hidden = reading(share(3, 4), f=EN, show=EN.percent, target=0.5)
    assert (hidden.value, hidden.tier, hidden.word) == ("–", Tier.HIDDEN, "too few answers (n\u00a0=\u00a04)")
    assert "75" not in render_to_string("components/interval.html", {"reading": hidden})
    tendency = reading(share(8, 10), f=EN, show=EN.percent, target=0.5)
    assert (tendency.value, tendency.note, tendency.state) == ("80%", "tendency", "")
    nothing = reading(None, f=EN, show=EN.percent)
    assert nothing.word == "not measured"


def test_a_census_has_a_verdict_but_no_interval() -> None:
    read = reading(census(120, 120), f=EN, show=EN.count, target=100, direction=Direction.LOWER)
    assert (read.value, read.interval, read.state) == ("120", "", "bad")
    page = render_to_string("components/interval.html", {"reading": read, "compact": False})
    assert "n\u00a0=\u00a0120" in page


def test_a_census_of_a_small_number_says_so_and_is_not_judged() -> None:
    read = reading(census(12, 12), f=EN, show=EN.count, target=10, direction=Direction.LOWER)
    assert (read.value, read.state, read.note) == ("12", "", "small number, much chance")


def test_what_is_provisional_is_neither_judged_nor_compared() -> None:
    words: dict[str, Any] = {
        "f": EN,
        "show": EN.count,
        "target": 100,
        "change": Change.UP,
        "change_text": "+60",
    }
    settled, running = (
        reading(census(160, 160), **words),
        reading(census(160, 160), is_provisional=True, **words),
    )
    assert (settled.state, settled.change) == ("good", "+60")
    assert (running.light, running.state, running.word) == (Light.PROVISIONAL, "open", "Not decidable yet")
    assert (running.change, running.direction) == ("", "same")
    page = render_to_string("components/interval.html", {"reading": running, "compact": False})
    for part in ("Not decidable yet", "provisional", "n\u00a0=\u00a0160"):
        assert part in page
    assert "provisional" in running.detail


def test_too_few_says_how_few() -> None:
    read = reading(None, f=EN, show=EN.percent, n=3)
    assert read.note == "too few answers (n\u00a0=\u00a03)"


def test_an_insignificant_change_has_no_arrow() -> None:
    read = reading(nps(50, 20, 100), f=EN, show=EN.points, change_text="+6")
    assert (read.change, read.direction) == ("", "same")


def test_where_there_is_no_figure_a_word_stands_in_its_place() -> None:
    shown = render_to_string("components/interval.html", {"reading": reading(None, f=EN, show=EN.percent)})
    assert "not measured" in shown
    assert "–" not in shown
