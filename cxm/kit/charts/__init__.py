"""Charts: figures for plotly.js as plain dicts with a sentence and a table beside them, and tiny server-made SVGs.

Template: `{% include "components/chart.html" with chart=chart %}`, and once per page in block scripts
`{% include "components/chart_assets.html" %}`. The SVGs need neither.
"""

from cxm.kit.charts.bars import Bin, distribution
from cxm.kit.charts.chart import Chart, Mark, Table, Tone
from cxm.kit.charts.control import control
from cxm.kit.charts.funnel import Stage, funnel
from cxm.kit.charts.notes import Note
from cxm.kit.charts.ranking import Bar, ranking
from cxm.kit.charts.reading import Reading, reading
from cxm.kit.charts.svg import LIGHT_WORDS, interval_bar, sparkline
from cxm.kit.charts.trend import Point, Series, TargetStep, trend

__all__ = [
    "LIGHT_WORDS",
    "Bar",
    "Bin",
    "Chart",
    "Mark",
    "Note",
    "Point",
    "Reading",
    "Series",
    "Stage",
    "Table",
    "TargetStep",
    "Tone",
    "control",
    "distribution",
    "funnel",
    "interval_bar",
    "ranking",
    "reading",
    "sparkline",
    "trend",
]
