"""Funnel: centred bars from stage to stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    TEXT,
    Chart,
    Figure,
    Table,
    Tone,
    axis,
    layout,
    linked,
    narrow,
    place_axis,
    plain,
    wrapped,
)
from cxm.kit.numbers import MISSING, Formats


@dataclass(frozen=True, slots=True)
class Stage:
    """One level of a funnel."""

    label: str
    count: int
    url: str = ""


def funnel(title: str, stages: Sequence[Stage], *, f: Formats, summary: str = "") -> Chart:
    """Centred bars from first to last stage with the count and its share of the stage before."""
    labels = [stage.label for stage in stages]
    widest = max((stage.count for stage in stages), default=0) or 1
    places = place_axis(labels, 20, side="left")
    places["range"].reverse()
    places["tickfont"] = {"color": TEXT}
    height = 46 * max(1, len(stages)) + 20
    figure = {
        "data": [_bars(stages, widest, f)],
        "layout": layout(
            f,
            height,
            # Room at the right for the words beside a narrow bar.
            xaxis=axis(range=[-0.52 * widest, 0.66 * widest], visible=False),
            yaxis=places,
            showlegend=False,
            bargap=0.14,
            meta=narrow(yaxis_ticktext=[wrapped(label, 12) for label in labels]),
        ),
    }
    rows = tuple(
        (linked(stage.label, stage.url), f.count(stage.count), *_shares(stages, index, f))
        for index, stage in enumerate(stages)
    )
    table = Table((_("Stage"), _("Count"), _("Of the stage before"), _("Of the first stage")), rows)
    return Chart(title, summary or _summary(title, stages, f), figure, table, height)


def _bars(stages: Sequence[Stage], widest: int, f: Formats) -> Figure:
    words = [_words(stages, index, f) for index in range(len(stages))]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [stage.count for stage in stages],
        "y": list(range(len(stages))),
        "base": [-stage.count / 2 for stage in stages],
        "marker": {"color": Tone.FIRST.colour},
        "text": [plain(text) for text in words],
        "textposition": ["inside" if stage.count >= 0.5 * widest else "outside" for stage in stages],
        "insidetextanchor": "middle",
        "insidetextfont": {"color": "var(--chart-on-1)"},
        "outsidetextfont": {"color": TEXT},
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "hovertext": [
            f"{plain(stage.label)}<br>{plain(text)}" for stage, text in zip(stages, words, strict=True)
        ],
        "hoverinfo": "text",
        "customdata": [stage.url for stage in stages],
    }


def _words(stages: Sequence[Stage], index: int, f: Formats) -> str:
    count = f.count(stages[index].count)
    return f"{count} ({_shares(stages, index, f)[0]})" if index else count


def _shares(stages: Sequence[Stage], index: int, f: Formats) -> tuple[str, str]:
    """Of the stage before, of the first stage."""
    count, first = stages[index].count, stages[0].count
    before = stages[index - 1].count if index else 0
    return (
        f.percent(count / before) if before else MISSING,
        f.percent(count / first) if first else MISSING,
    )


def _summary(title: str, stages: Sequence[Stage], f: Formats) -> str:
    if not stages:
        return _("{title}: no values yet.").format(title=title)
    return _("{title}: from {first} in the first stage to {last} in the last ({share}).").format(
        title=title,
        first=f.count(stages[0].count),
        last=f.count(stages[-1].count),
        share=_shares(stages, len(stages) - 1, f)[1],
    )
