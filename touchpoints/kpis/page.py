"""The page of a KPI as values: its figure, the trend, the split, the answers, what stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.kit.charts import (
    Bar,
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
    ranking,
    trend,
)
from cxm.kit.numbers import Formats, formats
from cxm.kit.statistics import TIMES
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis.choices import BY_SUBJECT, WHOLE_ONLY, Aim, Grain, Shape, Split
from touchpoints.kpis.figures import Figure, figure, figures, series
from touchpoints.kpis.models import Alarm, DayCell, KpiDefinition, KpiNote, KpiVersion, Segment, Target
from touchpoints.kpis.periods import Period, own_period, running_quarter, usual_period
from touchpoints.kpis.pools import control_of, estimate_of, is_census
from touchpoints.kpis.reads import Where, answers
from touchpoints.kpis.words import alarm_sentence, seen_text, shower

LENGTHS = {Grain.DAY: 60, Grain.WEEK: 26, Grain.MONTH: 24, Grain.QUARTER: 12, Grain.YEAR: 5}
USUAL = 12  # the first periods of the chart say what is usual
PLACES = 15  # bars in a split; the list has the rest
MODELS: dict[Split, Any] = {
    Split.PHASE: Phase, Split.CHANNEL: Channel, Split.TOUCHPOINT: Touchpoint, Split.SEGMENT: Segment,
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What the reader has chosen in the address: period, grain of the trend, how to split, where."""

    period: Period
    grain: Grain
    split: Split | None
    where: Where
    query: dict[str, str]

    @classmethod
    def read(cls, query: QueryDict, user: User, kpi: KpiDefinition) -> "Choice":
        """From the query string; what makes no sense is as if it were not there. `kpi` is one of `with_newest`.

        A KPI with a period of its own is shown in no other.
        """
        asked = {key: str(value) for key, value in query.dict().items()}
        grain = Grain(asked["grain"]) if asked.get("grain") in Grain.values else Grain.MONTH
        period = period_of(asked.get("period", ""), has_past=bool(getattr(kpi, "has_past", True)))
        period = own_period(period, kpi.own_grain, kpi.settles_after)
        split = Split(asked["split"]) if asked.get("split") in Split.values else None
        places = {s.value: place_of(s, asked.get(s.value, ""), user) for s in Split}
        return cls(period, kpi.own_grain or grain, split, Where(**places), asked)

    def url(self, **changes: str | None) -> str:
        """This page with some of it changed (None removes)."""
        kept = {key: value for key, value in (self.query | changes).items() if value}
        return f"?{urlencode(kept)}"


def place_of(split: Split, text: str, user: User) -> Any:
    """The phase, channel, touchpoint or segment of this id, if there is one that the user may see."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    rows = MODELS[split].objects
    return (rows.visible_to(user) if hasattr(rows, "visible_to") else rows).filter(pk=int(text)).first()


def period_of(text: str, *, has_past: bool) -> Period:
    """The period of an address; the usual one, if there is none or it makes no sense."""
    try:
        return Period.parse(text)
    except ValueError:
        return usual_period(has_past=has_past)


@dataclass(frozen=True)
class KpiPage:
    """Everything on the page."""

    kpi: KpiDefinition
    choice: Choice
    figure: Figure
    reading: Reading
    p90: str
    seen: str
    trend: Chart
    limits: Chart | None
    split: Chart | None
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


def with_newest(kpis: QuerySet[KpiDefinition]) -> QuerySet[KpiDefinition]:
    """Adds `newest`, the day of the newest measurement (None without any), for `build_page`, and `has_past`: whether
    anything was measured before the running quarter."""
    cells = DayCell.objects.filter(kpi=OuterRef("pk"))
    past = Exists(cells.filter(day__lt=running_quarter().start))
    return kpis.annotate(newest=Subquery(cells.order_by("-day").values("day")[:1]), has_past=past)


def build_page(user: User, kpi: KpiDefinition, choice: Choice) -> KpiPage:
    """Read the page, set-based: the number of queries does not grow with the measurements."""
    f = formats(user.language)
    here = figure(kpi, choice.period, where=choice.where)
    targets = list(kpi.targets.select_related("set_by"))
    versions = list(kpi.versions.all())
    notes = list(KpiNote.objects.filter(kpi=kpi) | KpiNote.objects.filter(kpi=None))
    periods = [
        *Period.containing(choice.grain).history(LENGTHS[choice.grain] - 1),
        Period.containing(choice.grain),
    ]
    line = series(kpi, periods, where=choice.where).get(None, [])
    show = shower(kpi, f)
    return KpiPage(
        kpi=kpi,
        choice=choice,
        figure=here,
        reading=here.reading(
            f, (float(kpi.scale_low or 0), float(kpi.scale_high or 100)) if kpi.unit == "percent" else None
        ),
        p90=show(here.p90.value) if here.p90 else "",
        seen=seen_text(kpi, here.pool, f),
        trend=trend_chart(kpi, choice, line, targets, versions, notes, f),
        limits=limits_chart(kpi, choice, line, versions, f),
        split=split_chart(kpi, choice, f),
        spread=spread_chart(kpi, choice, f),
        targets=[(target, target_text(kpi, target, f)) for target in targets],
        notes=notes,
        versions=versions,
        alarms=[
            (alarm, alarm_sentence(alarm))
            for alarm in Alarm.objects.visible_to(user)
            .filter(kpi=kpi)
            .select_related("kpi", "closed_by")[:10]
        ],
        funnel=funnel_chart(kpi, here, f),
        newest=getattr(kpi, "newest", None),
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


def split_chart(kpi: KpiDefinition, choice: Choice, f: Formats) -> Chart | None:
    """The figure by channel, touchpoint, phase or segment, best first. None if no split is chosen."""
    if choice.split is None or kpi.shape in BY_SUBJECT:
        return None
    found = figures([kpi], choice.period, by=choice.split, where=choice.where, history=1)
    names = {
        place.pk: str(place)
        for place in MODELS[choice.split].objects.filter(pk__in=[p for _k, p in found if p])
    }
    bars = [
        Bar(
            names.get(place or 0, _("not assigned")),
            one.estimate,
            None,
            choice.url(**{choice.split.value: str(place), "split": None}) if place else "",
        )
        for (_kpi, place), one in found.items()
        if one.estimate is not None
    ]
    worst = kpi.aim == "lower"
    bars.sort(key=lambda bar: bar.estimate.value if bar.estimate else 0.0, reverse=not worst)
    aim = next(
        (one.target.value for one in found.values() if one.target), None
    )  # none where only the whole has one
    title = _("%(kpi)s by %(split)s") % {"kpi": kpi.name, "split": choice.split.label}
    chart = ranking(title, bars[:PLACES], f=f, show=shower(kpi, f), target=aim)
    return replace(chart, title=title) if bars else None


def spread_chart(kpi: KpiDefinition, choice: Choice, f: Formats) -> Chart | None:
    """How the answers spread: each step of a scale, or times in ranges. None below the fewest shown."""
    if kpi.shape not in (Shape.NPS, Shape.TOP_BOX, Shape.PERCENTILE):
        return None
    counts = answers(kpi, choice.period, where=choice.where)
    if kpi.shape == Shape.PERCENTILE:
        bins = time_bins(kpi, counts, f)
    else:
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
