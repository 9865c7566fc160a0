"""The sponsor's page as values: seven phases by experience, behaviour and money, gaps, risks, what is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.memory import Memory
from cxm.kit.charts import Reading, sparkline
from cxm.kit.numbers import Formats, formats
from touchpoints.dashboards.curve import Step, curve
from touchpoints.dashboards.landscape import (
    Whole,
    feelings_of,
    list_of,
    list_of_all,
    number_of,
    phases_with_counts,
    worst,
)
from touchpoints.dashboards.models import Decision
from touchpoints.inventory.choices import Verdict
from touchpoints.inventory.models import Phase, Touchpoint
from touchpoints.kpis.choices import BY_SUBJECT, Aspect, Unit
from touchpoints.kpis.figures import Figure, figures, is_stale
from touchpoints.kpis.freshness import with_newest
from touchpoints.kpis.models import Alarm, KpiDefinition
from touchpoints.kpis.periods import Period, usual_period
from touchpoints.kpis.reads import has_past

RISKS = 5
QUESTIONS = 4  # that the inventory asks, so that the page stays one screen
HEADLINES = 4  # in one row with the shares of the programme
SCALES = {Unit.PERCENT: (0.0, 100.0), Unit.POINTS: (-100.0, 100.0), Unit.STARS: (1.0, 5.0)}


@dataclass(frozen=True)
class Cell:
    """One figure of the board."""

    kpi: KpiDefinition
    figure: Figure
    reading: Reading

    @cached_property
    def spark(self) -> SafeString:
        """A sparkline of the earlier periods and this one, where there are two to join."""
        trend, target = self.figure.trend, self.figure.target
        if sum(value is not None for value in trend) < 2:
            return SafeString("")
        label = _("%(name)s over the last periods") % {"name": self.kpi.name}
        return sparkline(trend, label, target=target.value if target else None)

    @cached_property
    def url(self) -> str:
        """The KPI's page at this period."""
        return self.figure.url

    @property
    def is_whole_only(self) -> bool:
        """Whether a part is asked for of what is known for all customers together only."""
        return bool(self.figure.where) and self.kpi.shape in BY_SUBJECT


@dataclass(frozen=True)
class Column:
    """A phase: its step of the feeling curve, one cell per aspect (or None), and its touchpoints."""

    phase: Phase
    url: str
    list_url: str
    feelings_url: str
    step: Step
    cells: tuple[tuple[Aspect, Cell | None], ...]


@dataclass(frozen=True)
class Tile:
    """A share of the whole programme that the inventory itself knows."""

    label: str
    value: str
    detail: str
    url: str
    icon: str
    silent: str = ""


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    period: Period
    columns: tuple[Column, ...]
    headlines: tuple[Cell, ...]
    tiles: tuple[Tile, ...]
    risks: tuple[Touchpoint, ...]
    decisions: tuple[Decision, ...]
    gaps: tuple[tuple[str, str], ...]
    alarms: int
    newest: date | None
    stale: int

    @property
    def is_empty(self) -> bool:
        """Neither touchpoints nor figures nor a question yet."""
        has_touchpoints = any(column.phase.live for column in self.columns)  # type: ignore[attr-defined]
        return not (has_touchpoints or self.newest or self.decisions)


boards: Memory[Board] = Memory(most=8)


def board_of(user: User, asked: Period | None = None) -> Board:
    """The page as it stands: put together once for each reader, language, day and period until something happens."""
    key = user.pk, get_language(), timezone.localdate(), asked
    return boards.get(key, lambda: build_board(user, asked))


def build_board(user: User, asked: Period | None = None) -> Board:
    """Read everything, set-based: nine queries whatever the number of touchpoints and measurements."""
    f = formats(user.language)
    kpis = list(with_state(KpiDefinition.objects.visible_to(user).shown().in_order(), user))
    period = asked or usual_period(has_past=any(kpi.has_past for kpi in kpis))  # type: ignore[attr-defined]  # annotated
    wanted = headline_kpis(kpis)
    found = figures(list(wanted.values()), period)
    cells = {kpi.pk: make_cell(found[kpi.pk, None], f) for kpi in wanted.values()}
    newest = {kpi.pk: kpi.newest for kpi in kpis if kpi.newest}  # type: ignore[attr-defined]  # annotated
    phases = phases_with_counts()
    steps = curve(phases)
    return Board(
        period=period,
        columns=tuple(
            Column(
                phase=phase,
                url=f"{phase.get_absolute_url()}?period={period.code}",
                list_url=list_of(phase),
                feelings_url=feelings_of(phase),
                step=step,
                cells=tuple((aspect, cell_of(wanted, cells, phase, aspect)) for aspect in Aspect),
            )
            for phase, step in zip(phases, steps, strict=True)
        ),
        headlines=tuple(cells[kpi.pk] for kpi in kpis if kpi.is_headline)[:HEADLINES],
        tiles=programme(phases, f),
        risks=tuple(worst(RISKS, phases)),
        decisions=tuple(Decision.objects.visible_to(user).open().select_related("asked_by", "phase")[:8]),
        gaps=tuple(questions(phases, f)),
        alarms=max((kpi.open_alarms for kpi in kpis), default=0),  # type: ignore[attr-defined]
        newest=max(newest.values(), default=None),
        stale=sum(is_stale(kpi, newest.get(kpi.pk)) for kpi in kpis),
    )


def with_state(kpis: QuerySet[KpiDefinition], user: User) -> QuerySet[KpiDefinition]:
    """Adds `newest` (day of the last measurement), and what is the same for all: `has_past` and `open_alarms`."""
    alarms = number_of(Alarm.objects.visible_to(user).open())
    return with_newest(kpis).annotate(has_past=has_past(), open_alarms=alarms)


def headline_kpis(kpis: Iterable[KpiDefinition]) -> dict[tuple[int | None, str], KpiDefinition]:
    """The first KPI of each phase and aspect in the manager's order, and the headlines of the whole."""
    chosen: dict[tuple[int | None, str], KpiDefinition] = {}
    for kpi in kpis:
        chosen.setdefault((kpi.phase_id, kpi.aspect), kpi)
        if kpi.is_headline:
            chosen[None, kpi.code] = kpi
    return chosen


def cell_of(
    wanted: dict[tuple[int | None, str], KpiDefinition], cells: dict[int, Cell], phase: Phase, aspect: Aspect
) -> Cell | None:
    """The cell of a phase and aspect, if a KPI stands there."""
    kpi = wanted.get((phase.pk, aspect))
    return cells[kpi.pk] if kpi else None


def make_cell(figure: Figure, f: Formats) -> Cell:
    """A figure with its words."""
    return Cell(figure.kpi, figure, figure.reading(f, SCALES.get(Unit(figure.kpi.unit))))


def programme(phases: list[Phase], f: Formats) -> tuple[Tile, ...]:
    """How well the inventory is kept: shares with their counts."""
    whole = Whole.of(phases)
    none = _("no touchpoints yet") if not whole.live else ""
    of = _("%(part)s of %(all)s touchpoints")
    return (
        Tile(
            _("Touchpoints with owner"), f.percent(whole.owned),
            of % {"part": f.count(whole.live - whole.orphans), "all": f.count(whole.live)},
            reverse("inventory:orphans"), "user-check", none,
        ),
        Tile(
            _("Reviewed on time"), f.percent(whole.reviewed),
            of % {"part": f.count(whole.live - whole.overdue), "all": f.count(whole.live)},
            list_of_all(gap="review_due"), "clock", none,
        ),
        Tile(
            _("Touchpoints that are measured"), f.percent(whole.share(whole.measured)),
            of % {"part": f.count(whole.measured), "all": f.count(whole.live)},
            list_of_all(measured="true"), "chart-line", none,
        ),
        Tile(
            _("Moments of truth that delight"), f.percent(whole.delighting / whole.moments if whole.moments else 0.0),
            _("%(part)s of %(all)s moments of truth")
            % {"part": f.count(whole.delighting), "all": f.count(whole.moments)},
            list_of_all(mark="moment", verdict=Verdict.DELIGHTS.value), "diamond",
            none or ("" if whole.moments else _("no moments of truth yet")),
        ),
    )  # fmt: skip


def questions(phases: Iterable[Any], f: Formats) -> Iterable[tuple[str, str]]:
    """What the inventory itself asks of the sponsor: phases of which half or more has no owner. Text and link.

    More than `QUESTIONS` would be no question but the state of the house: the rest is one line.
    """
    bare = [phase for phase in phases if phase.live and phase.orphans * 2 >= phase.live]  # as annotated
    bare.sort(key=lambda phase: -phase.orphans / phase.live)
    named = bare if len(bare) <= QUESTIONS else bare[: QUESTIONS - 1]
    for phase in named:
        words = {"phase": phase.name, "orphans": f.count(phase.orphans), "live": f.count(phase.live)}
        text = _("%(phase)s: nobody answers for %(orphans)s of %(live)s touchpoints. Who takes them?") % words
        yield text, f"{list_of(phase)}&gap=no_owner"
    if rest := len(bare) - len(named):
        text = _("In %(n)s more phases half of the touchpoints or more are without owner.") % {"n": rest}
        yield text, reverse("inventory:orphans")
