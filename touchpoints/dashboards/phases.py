"""A phase as values: its figures by aspect, its touchpoints, what disappoints and delights, what is missing."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from touchpoints.dashboards.board import Cell, make_cell
from touchpoints.inventory.choices import Verdict
from touchpoints.inventory.models import ContentItem, Phase, Touchpoint
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.figures import figures
from touchpoints.kpis.models import KpiDefinition, Segment
from touchpoints.kpis.periods import Period
from touchpoints.kpis.reads import EVERYWHERE, Where

SHOWN = 12  # touchpoints named on the page; the list has them all


@dataclass(frozen=True)
class PhaseView:
    """Everything on the page of a phase."""

    phase: Phase
    period: Period
    aspects: tuple[tuple[Aspect, tuple[Cell, ...]], ...]
    touchpoints: tuple[Touchpoint, ...]
    delights: tuple[Touchpoint, ...]
    disappoints: tuple[Touchpoint, ...]
    contents: tuple[ContentItem, ...]
    list_url: str

    @property
    def has_figures(self) -> bool:
        """Whether any KPI of this phase is shown."""
        return any(cells for _aspect, cells in self.aspects)


def build_phase(user: User, phase: Phase, period: Period, segment: Segment | None = None) -> PhaseView:
    """Read everything of one phase, set-based."""
    f = formats(user.language)
    kpis = list(KpiDefinition.objects.visible_to(user).shown().in_order().filter(phase=phase))
    where = Where(segment=segment) if segment else EVERYWHERE
    found = figures(kpis, period, where=where)
    cells = [make_cell(found[kpi.pk, None], f) for kpi in kpis]
    live = Touchpoint.objects.visible_to(user).live().filter(phase=phase)
    touchpoints = list(
        live.with_owner()
        .select_related("channel")
        .order_by(F("contacts_per_month").desc(nulls_last=True), "name_sort", "id")[:200]
    )
    return PhaseView(
        phase=phase,
        period=period,
        aspects=tuple((aspect, tuple(c for c in cells if c.kpi.aspect == aspect)) for aspect in Aspect),
        touchpoints=tuple(touchpoints[:SHOWN]),
        delights=tuple(t for t in touchpoints if t.verdict == Verdict.DELIGHTS)[:6],
        disappoints=tuple(t for t in touchpoints if t.verdict == Verdict.DISAPPOINTS)[:6],
        contents=tuple(
            ContentItem.objects.visible_to(user).expired().filter(phases=phase).select_related("owner")[:6]
        ),
        list_url=f"{reverse('inventory:list')}?phase={phase.pk}",
    )
