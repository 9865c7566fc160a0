"""What is measured (definitions), what was measured (measurements), its sums (cells), what is wanted (targets)."""

from touchpoints.kpis.models.cells import (
    Cell,
    DayCell,
    DistinctCell,
    MonthCell,
    PhaseCell,
    SubjectCell,
    TouchpointCell,
)
from touchpoints.kpis.models.definition import KpiDefinition, KpiVersion, Segment
from touchpoints.kpis.models.measurement import Measurement
from touchpoints.kpis.models.target import Alarm, KpiNote, Target

__all__ = [
    "Alarm",
    "Cell",
    "DayCell",
    "DistinctCell",
    "KpiDefinition",
    "KpiNote",
    "KpiVersion",
    "Measurement",
    "MonthCell",
    "PhaseCell",
    "Segment",
    "SubjectCell",
    "Target",
    "TouchpointCell",
]
