"""Columns: the distribution of answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import (
    Chart,
    Figure,
    Table,
    Tone,
    hatching,
    in_legend,
    layout,
    place_axis,
    plain,
    value_axis,
)
from cxm.kit.numbers import MISSING, Formats


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a distribution."""

    label: str
    count: int
    tone: Tone = Tone.FIRST


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
                **in_legend((names or {}).get(tone, title)),
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
