"""Figures that plotly accepts, with the same numbers in the sentence and in the table beside them."""

import json
import re
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from cxm.kit.charts import (
    Bar,
    Bin,
    Chart,
    Note,
    Point,
    Series,
    Stage,
    TargetStep,
    Tone,
    control,
    distribution,
    funnel,
    ranking,
    trend,
)
from cxm.kit.charts.chart import DASHES, HATCHES, MARKERS, SERIES_TONES, value_axis, wrapped
from cxm.kit.charts.periods import time_axis
from cxm.kit.numbers import formats
from cxm.kit.statistics import Estimate, Light, census, mean_of, nps, p_chart, share

DE, EN = formats("de"), formats("en")
EVIL = "</script><script>alert(1)</script><a href='javascript:alert(1)'>\"&"
MONTHS = [date(2026, month, 1) for month in range(1, 9)]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def points() -> list[Point]:
    found: list[Estimate | None] = [nps(40 + month, 20, 100) for month in range(8)]
    found[2] = None
    return [Point(at, estimate) for at, estimate in zip(MONTHS, found, strict=True)]


def nps_trend(**more: Any) -> Chart:
    return trend("NPS", [Series("NPS", more.pop("points", points()))], f=DE, show=DE.points, **more)


def all_charts(name: str = "Name") -> dict[str, Chart]:
    answers = share(80, 100)
    shows = EN.percent
    return {
        "trend": trend(
            name,
            [Series(name, points())],
            f=EN,
            show=EN.points,
            targets=[TargetStep(date(2025, 1, 1), 20), TargetStep(date(2026, 4, 1), 30)],
            notes=[Note(date(2026, 3, 5), name), Note(date(2026, 6, 1), name, is_break=True)],
        ),
        "lines": trend(
            name, [Series(f"{name} {i}", points()) for i in range(6)], f=EN, show=EN.points, grain="week"
        ),
        "single": trend(name, [Series(name, [Point(MONTHS[0], mean_of([3.0] * 6))])], f=EN, show=EN.decimal),
        "empty trend": trend(name, [Series(name, [])], f=EN, show=EN.points),
        "ranking": ranking(
            name,
            [Bar(name, answers, Light.GREEN, "/a"), Bar(name, None), Bar("B", share(5, 40), Light.RED)],
            f=EN,
            show=shows,
            target=0.5,
        ),
        "empty ranking": ranking(name, [], f=EN, show=shows),
        "distribution": distribution(
            name,
            [Bin(str(i), i, Tone.BAD if i < 7 else Tone.GOOD) for i in range(11)],
            f=EN,
            names={Tone.BAD: name},
        ),
        "empty distribution": distribution(name, [Bin("0", 0)], f=EN),
        "funnel": funnel(name, [Stage(name, 200, "/a"), Stage("B", 100), Stage("C", 0)], f=EN),
        "empty funnel": funnel(name, [], f=EN),
        "control": control(name, p_chart([5, 6, 40], [100, 100, 100], 2), MONTHS[:3], f=EN, show=shows),
    }


KINDS = list(all_charts())


@pytest.mark.parametrize("kind", KINDS)
def test_plotly_accepts_the_figure(kind: str) -> None:
    chart = all_charts()[kind]
    go.Figure(chart.figure)
    assert json.loads(json.dumps(chart.figure, allow_nan=False)) == chart.figure
    assert chart.summary.startswith("Name")
    assert all(len(row) == len(chart.table.header) for row in chart.table.rows)


@pytest.mark.parametrize("kind", KINDS)
def test_names_cannot_become_markup(kind: str) -> None:
    chart = all_charts(EVIL)[kind]
    texts = json.dumps(chart.figure)
    assert "<script" not in texts
    assert "<a " not in texts
    page = render_to_string("components/chart.html", {"chart": chart})
    assert page.count("<script") == 1
    assert "javascript:alert(1)'>" not in page
    assert " style=" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_carries_drawing_sentence_and_table(kind: str) -> None:
    chart = all_charts()[kind]
    page = render_to_string("components/chart.html", {"chart": chart})
    island = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert island is not None
    assert json.loads(island[1]) == chart.figure
    assert 'role="img"' in page
    assert f'height="{chart.height}"' in page
    assert page.count('scope="row"') == len(chart.table.rows)


def colours_of(value: object) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith("var(") else set()
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return {colour for part in inner for colour in colours_of(part)}


def styles() -> str:
    return (Path(settings.BASE_DIR) / "static/cxm/figures.css").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_every_colour_is_a_variable_of_the_theme(kind: str) -> None:
    chart = all_charts()[kind]
    assert not re.search(r"#[0-9a-f]{3,6}|rgb\((?!0,0,0)", json.dumps(chart.figure))
    for colour in colours_of(chart.figure):
        assert f"{colour[4:-1]}:" in styles()


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes(name: str) -> tuple[str, str]:
    found = re.search(rf"--chart-{name}: light-dark\((#\w+), (#\w+)\)", styles())
    assert found is not None
    return found[1], found[2]


def test_series_colours_stand_out_in_both_themes_and_text_reads_on_the_first() -> None:
    for tone in SERIES_TONES:
        light, dark = themes(tone.value)
        assert contrast(light, "#ffffff") >= 4.5
        assert contrast(dark, "#1a222c") >= 4.5
    for ground, ink in zip(themes("1"), themes("on-1"), strict=True):
        assert contrast(ground, ink) >= 4.5


def test_no_two_series_share_dash_or_marker_and_no_two_tones_a_hatching() -> None:
    assert len(set(DASHES)) == len(set(MARKERS)) == len(set(SERIES_TONES)) == 6
    assert len({HATCHES[tone] for tone in (Tone.GOOD, Tone.WATCH, Tone.BAD, Tone.NONE)}) == 4
    lines = [trace for trace in all_charts()["lines"].figure["data"] if trace["mode"] == "lines+markers"]
    assert len({(line["line"]["dash"], line["marker"]["symbol"][0]) for line in lines}) == 6


def test_a_trend_shows_value_interval_and_n_in_picture_table_and_sentence() -> None:
    chart = nps_trend(targets=[TargetStep(date(2026, 3, 1), 25)])
    line = chart.figure["data"][-1]
    assert line["y"][:2] == [20.0, 21.0]
    assert line["hovertext"][0] == "NPS, Jan. 2026<br>+20 (+5 bis +34)<br>n\u00a0=\u00a0100"
    assert chart.table.header == ("Period", "Value", "Lower bound", "Upper bound", "n", "Target")
    assert chart.table.rows[0] == ("Jan. 2026", "+20", "+5", "+34", "100", "–")
    assert chart.table.rows[2] == ("März 2026", "–", "–", "–", "–", "+25")
    assert chart.summary == (
        "NPS. NPS: Jan. 2026 to Aug. 2026, latest +27, lowest +20 (Jan. 2026), highest +27 (Aug. 2026)."
    )
    with translation.override("de"):
        assert nps_trend().figure["layout"]["separators"] == ",."


def test_gaps_and_breaks_interrupt_line_and_band() -> None:
    chart = nps_trend(notes=[Note(date(2026, 6, 1), "New questionnaire", is_break=True)])
    band, line = chart.figure["data"]
    assert line["x"] == [
        "2026-01-01",
        "2026-02-01",
        None,
        "2026-04-01",
        "2026-05-01",
        None,
        "2026-06-01",
        "2026-07-01",
        "2026-08-01",
    ]
    assert band["x"].count(None) == 2
    assert [(mark.number, mark.when, mark.text) for mark in chart.marks] == [
        ("1", "01.06.2026", "Break: New questionnaire")
    ]


def test_a_point_between_two_gaps_shows_its_interval_as_a_bar() -> None:
    alone = [Point(MONTHS[0], None), Point(MONTHS[1], nps(50, 20, 100)), Point(MONTHS[2], None)]
    whisker, line = nps_trend(points=alone).figure["data"]
    assert whisker["error_y"]["array"] == [pytest.approx(14.2, abs=0.05)]
    assert line["y"] == whisker["y"] == [30.0]


def test_figures_of_too_few_answers_are_not_drawn_and_unbounded_ones_have_no_band() -> None:
    few = [Point(MONTHS[0], nps(2, 1, 4)), Point(MONTHS[1], nps(3, 1, 5)), Point(MONTHS[2], census(3, 1))]
    chart = nps_trend(points=few)
    assert [y for y in chart.figure["data"][-1]["y"] if y is not None] == [40.0, 3]
    assert chart.table.rows[0][1:] == ("–", "–", "–", "–")
    wide = nps_trend(points=[Point(at, Estimate(1, -inf, inf, 9, "t")) for at in MONTHS[:2]])
    assert len(wide.figure["data"]) == 1
    hidden = ranking("R", [Bar("A", share(2, 4))], f=EN, show=EN.percent)
    assert hidden.table.rows == (("A", "–", "–", "–", "–"),)


def test_the_target_is_a_step_line_inside_the_shown_time() -> None:
    steps = [
        TargetStep(date(2020, 1, 1), 20),
        TargetStep(date(2026, 4, 1), 30),
        TargetStep(date(2026, 6, 1), None),
    ]
    target = nps_trend(targets=steps).figure["data"][1]
    assert target["x"] == ["2025-12-17", "2026-04-01", "2026-04-01", "2026-06-01", "2026-06-01", "2026-08-16"]
    assert target["y"] == [20, 20, 30, 30, None, None]
    past = nps_trend(targets=[TargetStep(date(2030, 1, 1), 5)])
    assert [trace["name"] for trace in past.figure["data"]] == ["Interval (95%)", "NPS"]


def test_close_notes_share_a_plate() -> None:
    notes = [Note(date(2026, 3, 1), "a"), Note(date(2026, 3, 9), "b"), Note(date(2026, 7, 1), "c")]
    plates = nps_trend(notes=notes).figure["layout"]["annotations"]
    assert [plate["text"] for plate in plates] == ["1, 2", "3"]


def test_points_lead_to_their_rows() -> None:
    chart = nps_trend(points=[Point(MONTHS[0], nps(5, 2, 10), url='/rows?a=1&b="2"', is_provisional=True)])
    assert chart.figure["data"][-1]["customdata"] == ['/rows?a=1&b="2"']
    assert chart.table.rows[0][1] == '<a href="/rows?a=1&amp;b=&quot;2&quot;">+30 (provisional)</a>'
    assert chart.figure["data"][-1]["marker"]["symbol"] == ["circle-open"]


def test_a_ranking_keeps_rows_of_equal_names_apart_and_marks_lights_by_shape() -> None:
    chart = all_charts("Same name")["ranking"]
    rows = chart.figure["data"][0]
    assert rows["y"] == [0, 1, 2]
    assert rows["x"] == [0.8, None, 0.125]
    assert rows["marker"]["color"] == ["var(--chart-good)", "var(--chart-1)", "var(--chart-bad)"]
    right = chart.figure["layout"]["yaxis2"]["ticktext"]
    assert right == ["● 80%<br>n\u00a0=\u00a0100", "–", "▲ 13%<br>n\u00a0=\u00a040"]
    assert chart.figure["layout"]["shapes"][0]["x0"] == 0.5


def test_a_funnel_is_centred_and_names_the_share_of_the_stage_before() -> None:
    chart = funnel("F", [Stage("A", 200), Stage("B", 50), Stage("C", 0), Stage("D", 3)], f=EN)
    bars = chart.figure["data"][0]
    assert bars["base"] == [-100, -25, 0, -1.5]
    assert bars["text"] == ["200", "50 (25%)", "0 (0%)", "3 (–)"]
    assert bars["textposition"] == ["inside", "outside", "outside", "outside"]
    assert chart.table.rows[1] == ("B", "50", "25%", "25%")
    assert chart.summary == "F: from 200 in the first stage to 3 in the last (2%)."


def test_points_outside_the_limits_have_another_shape_and_a_word() -> None:
    chart = all_charts()["control"]
    assert chart.figure["data"][-1]["marker"]["symbol"] == ["circle", "circle", "diamond"]
    assert [row[-1] for row in chart.table.rows] == ["–", "–", "above the limits"]
    assert "1 outside the limits" in chart.summary


def test_distribution_counts_and_shares() -> None:
    chart = distribution("D", [Bin("0-6", 20, Tone.BAD), Bin("9-10", 60, Tone.GOOD)], f=EN)
    assert chart.table.rows == (("0-6", "20", "25.0%"), ("9-10", "60", "75.0%"))
    assert chart.summary == "D: 80 answers, most often 9-10."
    assert [trace["text"] for trace in chart.figure["data"]] == [["20"], ["60"]]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([3.0, 47.0], ["0", "10", "20", "30", "40", "50"]),
        ([0.0], ["0", "1"]),
        ([-12.0, 8.0], ["−15", "−10", "−5", "0", "5", "10"]),
        ([None, inf], ["0", "1"]),
        ([7.0], ["6", "7", "8"]),
    ],
    ids=str,
)
def test_ticks_are_round_and_never_read_the_same(values: list[float | None], ticks: list[str]) -> None:
    shown = value_axis(values, EN.count)["ticktext"]
    assert len(set(shown)) == len(shown)
    assert shown == ticks


def test_months_are_labelled_at_most_nine_times() -> None:
    years = [date(2020 + i // 12, i % 12 + 1, 1) for i in range(40)]
    assert time_axis(years[:9], "month")["dtick"] == "M1"
    assert time_axis(years[:24], "month")["dtick"] == "M3"
    assert time_axis(years, "month")["dtick"] == "M6"
    quarters = time_axis(years[::3], "quarter")
    assert (quarters["dtick"], quarters["tickformat"]) == ("M6", "Q%q\n%Y")
    assert time_axis(years[::12], "year")["tickformat"] == "%Y"
    assert time_axis(years[:1], "day")["nticks"] == 7


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Aufmerksamkeit", 20, "Aufmerksamkeit"),
        ("Kundenservice nach dem Kauf", 15, "Kundenservice<br>nach dem Kauf"),
        ("Kaufentscheidung", 12, "Kaufent-<br>scheidung"),
        ("Vertragsabschluss", 16, "Vertragsab-<br>schluss"),
        ("Kundenbetreuung", 11, "Kundenbe-<br>treuung"),
        ("E-Mail-Newsletter", 12, "E-Mail-<br>Newsletter"),
        ("xxxxxxxxxxxxxxx", 10, "xxxxxxxxx-<br>xxxxxx"),
        ("A & <b>", 12, "A &amp; &lt;b&gt;"),
        ("", 10, ""),
    ],
)
def test_long_names_are_wrapped_and_nothing_is_cut(text: str, width: int, lines: str) -> None:
    assert wrapped(text, width) == lines


def test_what_is_counted_over_everybody_has_no_band_and_no_word_of_one() -> None:
    chart = nps_trend(points=[Point(at, census(n, 10)) for n, at in enumerate(MONTHS[:3], 5)])
    assert [trace["name"] for trace in chart.figure["data"]] == ["NPS"]


def test_a_long_name_stands_in_the_legend_in_lines_and_in_the_table_in_full() -> None:
    name = "Anteil der Reklamationen, die innerhalb von zwei Werktagen abschließend beantwortet wurden"
    points = [Point(at, nps(20, 5, 40)) for at in MONTHS[:3]]
    chart = trend("T", [Series(name, points), Series("NPS", points)], f=DE, show=DE.decimal)
    long, short = (trace for trace in chart.figure["data"] if trace.get("mode") == "lines+markers")
    assert long["name"].split("<br>") == [
        "Anteil der Reklamationen, die innerhalb von zwei",
        "Werktagen abschließend beantwortet wurden",
    ]
    assert long["meta"]["narrow"].replace("<br>", " ") == name
    assert max(map(len, long["meta"]["narrow"].split("<br>"))) <= 32
    assert (short["name"], "meta" in short) == ("NPS", False)
    assert name in {row[1] for row in chart.table.rows}


def test_a_whole_question_ends_in_dots_in_the_legend() -> None:
    [trace] = distribution("T", [Bin("1", 2)], f=DE, names={Tone.FIRST: "Wie " * 100}).figure["data"]
    assert trace["name"].replace("<br>", " ").endswith("Wie Wie…")
    assert len(trace["name"].replace("<br>", " ")) <= 120
