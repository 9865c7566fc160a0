"""The page of a KPI as values: its figure, the trend, the split, the answers, what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.kit.charts import (
    Bin,
    Chart,
    Note,
    Point,
    Reading,
    Series,
    Stage,
    TargetStep,
    Tone,
    control,
    distribution,
    funnel,
    trend,
)
from cxm.kit.numbers import Formats, formats
from cxm.kit.statistics import TIMES
from touchpoints.kpis.choices import BY_SUBJECT, WHOLE_ONLY, Aim, Grain, Shape
from touchpoints.kpis.choosing import Choice
from touchpoints.kpis.figures import Figure, figure, series
from touchpoints.kpis.freshness import with_newest
from touchpoints.kpis.models import Alarm, KpiDefinition, KpiNote, KpiVersion, Target
from touchpoints.kpis.periods import Period
from touchpoints.kpis.pools import control_of, estimate_of, is_census
from touchpoints.kpis.reads import answers, has_past
from touchpoints.kpis.splits import SplitView, split_of
from touchpoints.kpis.words import alarm_sentence, parts_of, seen_text, shower

LENGTHS = {Grain.DAY: 60, Grain.WEEK: 26, Grain.MONTH: 24, Grain.QUARTER: 12, Grain.YEAR: 5}
USUAL = 12  # the first periods of the chart say what is usual
ALARMS = 10  # the newest; the list has them all


@dataclass(frozen=True)
class KpiPage:
    """Everything on the page."""

    kpi: KpiDefinition
    choice: Choice
    figure: Figure
    reading: Reading
    parts: Sequence[tuple[str, str]]
    p90: str
    seen: str
    trend: Chart
    limits: Chart | None
    split: SplitView | None
    spread: Chart | None
    targets: Sequence[tuple[Target, str]]
    notes: Sequence[KpiNote]
    versions: Sequence[KpiVersion]
    alarms: Sequence[tuple[Alarm, str]]
    funnel: Chart | None
    newest: date | None

    @property
    def has_data(self) -> bool:
        """Whether anything was ever measured."""
        return self.newest is not None

    @property
    def is_whole(self) -> bool:
        """Whether it is known for all customers together only."""
        return self.kpi.shape in BY_SUBJECT

    @property
    def version(self) -> KpiVersion | None:
        """The newest version that has begun and has a formula of its own; None: the first formula holds."""
        begun = [v for v in self.versions if v.formula and v.valid_from <= self.choice.period.last]
        return begun[-1] if begun else None


def for_page(kpis: QuerySet[KpiDefinition], user: User) -> QuerySet[KpiDefinition]:
    """Adds what `build_page` shows beside the figure, in the same query: `newest`, `has_past`, and as plain values
    `versions_kept`, `notes_kept` and `alarms_kept`."""
    notes = KpiNote.objects.filter(Q(kpi=OuterRef("pk")) | Q(kpi=None))
    alarms = Alarm.objects.visible_to(user).filter(kpi=OuterRef("pk"))
    return with_newest(kpis).annotate(
        has_past=has_past(),
        versions_kept=values_of(
            KpiVersion.objects.filter(kpi=OuterRef("pk")).order_by("valid_from"),
            "id", "version", "valid_from", "note", "formula",
        ),
        notes_kept=values_of(notes.order_by("-day", "-id"), "id", "day", "text"),
        alarms_kept=values_of(
            alarms.order_by("-start", "-id")[:ALARMS],
            "id", "reason", "grain", "start", "data", "state", "closed_note",
        ),
    )  # fmt: skip


def values_of(rows: QuerySet[Any], *names: str) -> ArraySubquery:
    """The rows as a list of plain values, for `annotate()`."""
    return ArraySubquery(rows.values(_row=JSONObject(**{name: name for name in names})))


def made[M: (KpiVersion, KpiNote, Alarm)](
    model: type[M], kept: Sequence[dict[str, Any]], day: str, **same: Any
) -> list[M]:
    """The rows again; what else they have is not known."""
    return [model(**row | {day: date.fromisoformat(row[day])} | same) for row in kept]


def build_page(user: User, kpi: KpiDefinition, choice: Choice) -> KpiPage:
    """Read the page of a KPI with `for_page()`, set-based: at most six queries, whatever the measurements."""
    f = formats(user.language)
    targets = list(kpi.targets.all())
    kept: Any = kpi
    versions = made(KpiVersion, kept.versions_kept, "valid_from", kpi=kpi)
    here = figure(kpi, choice.period, where=choice.where, targets=targets, versions=versions)
    notes = made(KpiNote, kept.notes_kept, "day")
    alarms = made(Alarm, kept.alarms_kept, "start", kpi=kpi)
    running = Period.containing(choice.grain)
    periods = [*running.history(LENGTHS[choice.grain] - 1), running]
    line = series(kpi, periods, where=choice.where).get(None, [])
    scale = (float(kpi.scale_low or 0), float(kpi.scale_high or 100)) if kpi.unit == "percent" else None
    return KpiPage(
        kpi=kpi,
        choice=choice,
        figure=here,
        reading=here.reading(f, scale),
        parts=parts_of(kpi, here.pool, f) if here.estimate else [],
        p90=shower(kpi, f)(here.p90.value) if here.p90 else "",
        seen=seen_text(kpi, here.pool, f),
        trend=trend_chart(kpi, choice, line, targets, versions, notes, f),
        limits=limits_chart(kpi, choice, line, versions, f),
        split=split_of(kpi, choice, targets, versions, f),
        spread=spread_chart(kpi, choice, here, f),
        targets=[(target, target_text(kpi, target, f)) for target in targets],
        notes=notes,
        versions=versions,
        alarms=[(alarm, alarm_sentence(alarm)) for alarm in alarms],
        funnel=funnel_chart(kpi, here, f),
        newest=kept.newest,
    )


def trend_chart(
    kpi: KpiDefinition, choice: Choice, line: Sequence[Any], targets: Sequence[Target],
    versions: Sequence[KpiVersion], notes: Sequence[KpiNote], f: Formats,
) -> Chart:  # fmt: skip
    """The line over time with interval, targets, breaks where the formula changed, and notes."""
    points = [
        Point(
            period.start, estimate_of(kpi, pool), choice.url(period=period.code),
            not period.is_closed(settles_after=kpi.settles_after),
        )
        for period, pool in line
    ]  # fmt: skip
    start, end = (line[0][0].start, line[-1][0].end) if line else (choice.period.start, choice.period.end)
    marks = [Note(n.day, n.text) for n in notes if start <= n.day < end]
    marks += [Note(v.valid_from, v.note, is_break=True) for v in versions if start <= v.valid_from < end]
    return trend(
        kpi.name,
        [Series(kpi.name, points)],
        f=f,
        show=shower(kpi, f),
        grain=choice.grain,
        targets=[] if choice.where else target_steps(kpi, choice.grain, targets),
        notes=marks,
    )


def target_text(kpi: KpiDefinition, target: Target, f: Formats) -> str:
    """A target with its tolerance as the figure itself is written."""
    show = shower(kpi, f)
    text = show(float(target.value))
    return f"{text} ± {show(float(target.tolerance))}" if target.tolerance else text


def target_steps(kpi: KpiDefinition, grain: Grain, targets: Sequence[Target]) -> list[TargetStep]:
    """The targets as stairs. Of counts and sums they are per month: other grains have none."""
    if kpi.shape in WHOLE_ONLY and grain != Grain.MONTH:
        return []
    steps: list[TargetStep] = []
    for target in sorted(targets, key=lambda t: t.during.lower):
        steps.append(TargetStep(target.during.lower, float(target.value)))
        if target.during.upper:
            steps.append(TargetStep(target.during.upper, None))
    return steps


def limits_chart(
    kpi: KpiDefinition, choice: Choice, line: Sequence[Any], versions: Sequence[KpiVersion], f: Formats
) -> Chart | None:
    """What chance explains, for figures counted over everybody: they have no sampling interval.

    Only settled periods, and only those that are counted as the newest is.
    """
    since = max((v.valid_from for v in versions if line and v.valid_from < line[-1][0].end), default=None)
    closed = [
        (period, pool)
        for period, pool in line
        if period.is_closed(settles_after=kpi.settles_after)
        and (since is None or period.start >= since)
        and estimate_of(kpi, pool)
    ]
    if not is_census(kpi) or len(closed) < 2:
        return None
    found = control_of(kpi, [pool for _period, pool in closed], USUAL)
    if found is None:
        return None
    days = [period.start for period, _pool in closed][-len(found.points) :]
    show = f.percent if kpi.shape in (Shape.SHARE, Shape.TOP_BOX, Shape.REPEAT) else lambda v: f.number(v, 4)
    return control(_("What chance explains"), found, days, f=f, show=show, grain=choice.grain)


def spread_chart(kpi: KpiDefinition, choice: Choice, here: Figure, f: Formats) -> Chart | None:
    """How the answers spread: each step of a scale (one query), or times in ranges, which the figure has already."""
    if kpi.shape not in (Shape.NPS, Shape.TOP_BOX, Shape.PERCENTILE):
        return None
    if kpi.shape == Shape.PERCENTILE:
        bins = time_bins(kpi, dict(here.pool.buckets), f)
    else:
        counts = answers(kpi, choice.period, where=choice.where)
        low, high = kpi.scale or (0, 10)
        bins = [Bin(str(step), counts.get(step, 0), tone_of(kpi, step)) for step in range(low, high + 1)]
    if sum(bin_.count for bin_ in bins) < kpi.min_n:
        return None
    names = (
        {Tone.GOOD: _("Promoters"), Tone.BAD: _("Detractors"), Tone.NONE: _("Passives")}
        if kpi.shape == Shape.NPS
        else None
    )
    return distribution(_("How the answers spread"), bins, f=f, names=names)


def funnel_chart(kpi: KpiDefinition, here: Figure, f: Formats) -> Chart | None:
    """From the whole to its part, where a counted share is a step on the customer's way."""
    if kpi.shape != Shape.SHARE or not is_census(kpi) or here.estimate is None or kpi.aim != Aim.HIGHER:
        return None
    stages = [
        Stage(str(kpi.words("denominator")) or _("Denominator"), here.pool.n),
        Stage(str(kpi.words("numerator")) or _("Numerator"), int(here.pool.total)),
    ]
    return funnel(_("From the whole to its part"), stages, f=f)


def tone_of(kpi: KpiDefinition, step: int) -> Tone:
    """Which answers count for, against, or neither."""
    if kpi.shape == Shape.NPS:
        return Tone.GOOD if step >= 9 else Tone.BAD if step <= 6 else Tone.NONE
    high = kpi.scale[1] if kpi.scale else step
    return Tone.GOOD if step > high - kpi.box else Tone.NONE


def time_bins(kpi: KpiDefinition, counts: dict[int, int], f: Formats) -> list[Bin]:
    """Log-scaled buckets put together to at most a dozen columns."""
    known = sorted(bucket for bucket in counts if bucket >= 0)
    if not known:
        return []
    show, width = shower(kpi, f), max(1, -(-(known[-1] - known[0] + 1) // 12))
    bins = []
    for start in range(known[0], known[-1] + 1, width):
        count = sum(counts.get(bucket, 0) for bucket in range(start, start + width))
        label = f"{show(TIMES.low(start))} – {show(TIMES.high(start + width - 1))}"
        bins.append(Bin(label, count))
    return bins
