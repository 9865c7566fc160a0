"""The whole from above, for other systems."""

from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Query, Schema

from cxm.kit.api import ApiRequest, Router
from touchpoints.dashboards.board import Cell, Column, board_of
from touchpoints.dashboards.permissions import VIEW
from touchpoints.kpis.api import FigureOut, refusal, shown
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.periods import asked_period

router = Router(tags=["Dashboards"])


class BoardQuery(Schema):
    """Which period."""

    period: str = Field(
        "", max_length=30, pattern=r"^[^\x00]*$", examples=["2026-Q3"],
        description="2026, 2026-Q3, 2026-07 or 2026-07-01..2026-07-17; empty: the last quarter that is over.",
    )  # fmt: skip


class BoardFigureOut(FigureOut):
    """A figure of the sponsor's page. `status` says whether its source is broken or it is only drafted."""

    kpi: str
    name: str
    aspect: Aspect
    status: str


class PhaseBoardOut(Schema):
    """A phase: its live touchpoints and gaps, how customers feel (-2 to 2, null if unknown), one figure per aspect."""

    code: str
    name: str
    touchpoints: int
    without_owner: int
    review_overdue: int
    moments_of_truth: int
    disappointing: int
    felt: float | None
    wanted: float | None
    figures: list[BoardFigureOut]


class BoardOut(Schema):
    """The sponsor's page."""

    period: str
    headlines: list[BoardFigureOut]
    phases: list[PhaseBoardOut]
    open_alarms: int
    without_new_data: int


@router.get("/phases", response=BoardOut, permission=VIEW)
def get_phases(request: ApiRequest, at: Query[BoardQuery]) -> Any:
    """The figures per phase as the sponsor's page shows them."""
    asked = asked_period(at.period)
    if at.period and asked is None:
        raise refusal({"period": _("This is no period.")})
    board = board_of(request.user, asked)
    return {
        "period": board.period.code,
        "headlines": [figure_out(cell) for cell in board.headlines],
        "phases": [phase_out(column) for column in board.columns],
        "open_alarms": board.alarms,
        "without_new_data": board.stale,
    }


def figure_out(cell: Cell) -> dict[str, Any]:
    """A cell of the board as it is answered."""
    kpi = cell.kpi
    said = {"kpi": kpi.code, "name": kpi.name, "aspect": kpi.aspect, "status": kpi.status}
    return shown(cell.figure, {}) | said


def phase_out(column: Column) -> dict[str, Any]:
    """A column of the board as it is answered."""
    phase: Any = column.phase
    return {
        "code": phase.code, "name": phase.name, "touchpoints": phase.live, "without_owner": phase.orphans,
        "review_overdue": phase.overdue, "moments_of_truth": phase.moments, "disappointing": phase.disappointing,
        "felt": column.step.felt, "wanted": column.step.wanted,
        "figures": [figure_out(cell) for _aspect, cell in column.cells if cell],
    }  # fmt: skip
