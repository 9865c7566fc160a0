"""Columns: stacked months and the distribution of answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    SURFACE,
    Chart,
    Figure,
    Show,
    Table,
    Tone,
    every,
    hatching,
    layout,
    narrow,
    place_axis,
    plain,
    thinned,
    value_axis,
    wrapped,
)
from cxm.kit.numbers import MISSING, Formats


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of stacked bars: a value for each bar, None where nothing was counted."""

    name: str
    values: Sequence[float | None]
    tone: Tone


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a distribution."""

    label: str
    count: int
    tone: Tone = Tone.FIRST


def stacked(
    title: str,
    labels: Sequence[str],
    parts: Sequence[Part],
    *,
    f: Formats,
    show: Show | None = None,
    summary: str = "",
    height: int = 320,
) -> Chart:
    """Stacked columns, one per label (a month), layers from bottom to top."""
    shown = show or f.count
    traces: list[Figure] = [
        {
            "type": "bar",
            "x": list(range(len(labels))),
            "y": list(part.values),
            "name": plain(part.name),
            "marker": {
                "color": part.tone.colour,
                "line": {"color": SURFACE, "width": 1},
                "pattern": hatching([part.tone]),
            },
            "hovertext": [
                f"{plain(label)}<br>{plain(part.name)}: {plain(shown(value))}"
                for label, value in zip(labels, part.values, strict=True)
            ],
            "hoverinfo": "text",
        }
        for part in parts
    ]
    totals = [
        sum(value or 0 for value in column) for column in zip(*(part.values for part in parts), strict=True)
    ]
    figure = {
        "data": traces,
        "layout": layout(
            f,
            height,
            barmode="stack",
            xaxis=thinned(place_axis(labels, 6), 8),
            yaxis=value_axis(totals, shown, zero=True),
            showlegend=True,
            meta=narrow(xaxis_ticktext=every([wrapped(label, 6) for label in labels], 5)),
        ),
    }
    rows = tuple(
        (label, *(shown(part.values[index]) for part in parts)) for index, label in enumerate(labels)
    )
    table = Table((_("Period"), *(part.name for part in parts)), rows)
    counted = _("{title}: {count} columns from {first} to {last}, each of {parts}.").format(
        title=title,
        count=len(labels),
        first=labels[0] if labels else MISSING,
        last=labels[-1] if labels else MISSING,
        parts=", ".join(part.name for part in parts),
    )
    return Chart(title, summary or counted, figure, table, height)


def distribution(
    title: str,
    bins: Sequence[Bin],
    *,
    f: Formats,
    names: dict[Tone, str] | None = None,
    summary: str = "",
    height: int = 280,
) -> Chart:
    """How answers spread: a column per score with its count; `names` explains the tones (promoters, detractors)."""
    n = sum(bin_.count for bin_ in bins)
    shares = [bin_.count / n if n else 0.0 for bin_ in bins]
    traces: list[Figure] = []
    for tone in dict.fromkeys(bin_.tone for bin_ in bins):
        members = [index for index, bin_ in enumerate(bins) if bin_.tone is tone]
        traces.append(
            {
                "type": "bar",
                "x": members,
                "y": [bins[index].count for index in members],
                "name": plain((names or {}).get(tone, title)),
                "marker": {"color": tone.colour, "pattern": hatching([tone])},
                "text": [plain(f.count(bins[index].count)) for index in members],
                "textposition": "outside",
                "textangle": 0,
                "cliponaxis": False,
                "hovertext": [
                    f"{plain(bins[index].label)}<br>{plain(f.count(bins[index].count))} "
                    f"({plain(f.percent(shares[index], 1))})"
                    for index in members
                ],
                "hoverinfo": "text",
            }
        )
    figure = {
        "data": traces,
        "layout": layout(
            f,
            height,
            xaxis=place_axis([bin_.label for bin_ in bins], 8),
            yaxis=value_axis([bin_.count for bin_ in bins], f.count, zero=True, most=4),
            showlegend=bool(names),
            bargap=0.12,
        ),
    }
    rows = tuple(
        (b.label, f.count(b.count), f.percent(share, 1)) for b, share in zip(bins, shares, strict=True)
    )
    table = Table((_("Answer"), _("Count"), _("Share")), rows)
    most = max(bins, key=lambda bin_: bin_.count, default=None)
    counted = _("{title}: {n} answers, most often {answer}.").format(
        title=title, n=f.count(n), answer=most.label if most and n else MISSING
    )
    return Chart(title, summary or counted, figure, table, height)
