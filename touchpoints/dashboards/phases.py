"""A phase as values: its figures by aspect, its touchpoints, what disappoints and delights, what is missing."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from touchpoints.dashboards.board import Cell, make_cell
from touchpoints.dashboards.landscape import list_of, phases_with_counts
from touchpoints.inventory.choices import Verdict
from touchpoints.inventory.models import ContentItem, Phase, Touchpoint
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.figures import figures
from touchpoints.kpis.models import KpiDefinition, Segment
from touchpoints.kpis.periods import Period, usual_period
from touchpoints.kpis.reads import EVERYWHERE, Where, has_past

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


def phases_with_segments(user: User) -> list[Phase]:
    """The default phases with their counts, and on each `segments`: id and name of those that may be chosen."""
    segments = (
        Segment.objects.visible_to(user).order_by("name", "id").values(pair=JSONObject(id="pk", name="name"))
    )
    return phases_with_counts(segments=ArraySubquery(segments))


def build_phase(
    user: User, phase: Phase, asked: Period | None = None, segment: int | None = None
) -> PhaseView:
    """Read everything of one phase, set-based: six queries."""
    f = formats(user.language)
    shown = KpiDefinition.objects.visible_to(user).shown().in_order()
    kpis = list(shown.filter(phase=phase).annotate(has_past=has_past()))
    period = asked or usual_period(has_past=any(kpi.has_past for kpi in kpis))  # type: ignore[attr-defined]  # annotated
    where = Where(segment=Segment(pk=segment)) if segment else EVERYWHERE
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
        list_url=list_of(phase),
    )
