"""Figures in the reader's language."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from cxm.kit.charts.chart import size
from cxm.kit.numbers import MISSING, NBSP, Formats, formats
from cxm.kit.numbers.formats import MINUS
from touchpoints.kpis.choices import ON_A_SCALE, Grain, Reason, Shape, Unit
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement
from touchpoints.kpis.periods import Period
from touchpoints.kpis.pools import Pool, seen_from

type Show = Callable[[float | None], str]


def shower(kpi: KpiDefinition, f: Formats) -> Show:
    """How a value of this KPI is written."""
    shows: dict[str, Show] = {
        Unit.PERCENT: lambda value: f.percent(None if value is None else value / 100, 1),
        Unit.POINTS: lambda value: f.points(value, 0),
        Unit.HOURS: lambda value: f.duration(value, "hours"),
        Unit.DAYS: lambda value: f.duration(value, "days"),
        Unit.MONEY: lambda value: f.money(value, places=0 if value is not None and abs(value) >= 1000 else 2),
        Unit.PER_1000: lambda value: f.decimal(value, 1),
        Unit.STARS: lambda value: f.decimal(value, 2),
    }
    if kpi.unit == Unit.COUNT and kpi.shape in (Shape.MEAN, Shape.QUOTIENT):
        return lambda value: f.decimal(value, 2)  # a mean of whole numbers is none
    return shows.get(kpi.unit, f.count)


def show_change(kpi: KpiDefinition, gap: float, f: Formats) -> str:
    """A difference with its sign: of percentages in points, so that nobody reads it as a ratio."""
    if kpi.unit == Unit.PERCENT:
        return f.points(gap, 1) + NBSP + _("pts")
    if kpi.unit == Unit.POINTS:
        return f.points(gap, 0)
    text = shower(kpi, f)(abs(gap))
    return text if text == MISSING or not gap else (MINUS if gap < 0 else "+") + text


def seen_text(kpi: KpiDefinition, pool: Pool, f: Formats) -> str:
    """From which change on so many answers are likely to show it; empty for what is counted over everybody."""
    least = seen_from(kpi, pool)
    if least is None:
        return ""
    text = _("With {n} in each of two periods only changes from about ±{least} on are likely to be seen.")
    return text.format(n=size(pool.n, f), least=show_change(kpi, least, f).lstrip("+"))


def alarm_sentence(alarm: Alarm) -> str:
    """What is wrong, in the active language, with the numbers as they were when the alarm was raised."""
    f = formats()
    show = shower(alarm.kpi, f)
    number = {key: show(alarm.data.get(key)) for key in ("value", "before", "target", "low", "high")}
    period = Period.containing(Grain(alarm.grain), alarm.start).label()
    if alarm.reason == Reason.STALE:
        return _("no new data since {day}").format(day=f.date(alarm.start))
    if alarm.reason == Reason.MISSED:
        text = _("{value} in {period}: the target {target} is missed {times} times in a row")
    elif alarm.data.get("low") is not None:
        text = _("{value} in {period}: outside the limits of chance, {low} to {high}")
    else:
        text = _("{value} in {period} after {before}: more than chance explains")
    return text.format(period=period, times=alarm.data.get("times", 2), **number)


def counted_as(row: Measurement, f: Formats) -> str:
    """What a measurement adds to its figure, in words."""
    kpi, n = row.kpi, f.count(row.n)
    if kpi.shape == Shape.NPS:
        promoters, detractors = (row.squares + row.total) / 2, (row.squares - row.total) / 2
        text = _("promoters: {promoters}, detractors: {detractors}, answers: {n}")
        return text.format(n=n, promoters=f.count(promoters), detractors=f.count(detractors))
    if kpi.shape in (Shape.SHARE, *ON_A_SCALE):
        return _("{hits} of {n}").format(hits=f.count(row.total), n=n)
    if kpi.shape in (Shape.RATE, Shape.QUOTIENT):
        return _("{total} on {n}").format(total=f.number(row.total), n=n)
    if kpi.shape in (Shape.DISTINCT, Shape.REPEAT):
        return _("{n} visits of one customer").format(n=n)
    return _("sum {total} of {n}").format(total=f.number(row.total), n=n)


def parts_of(kpi: KpiDefinition, pool: Pool, f: Formats) -> list[tuple[str, str]]:
    """The sums of which a ratio is made, each with its name: what stands above the line and what below it."""
    if kpi.shape == Shape.NPS:
        promoters, detractors = (pool.squares + pool.total) / 2, (pool.squares - pool.total) / 2
        parts: list[tuple[str, int | Decimal]] = [
            (_("Promoters"), promoters), (_("Passives"), pool.n - promoters - detractors),
            (_("Detractors"), detractors), (str(kpi.words("denominator")) or _("Answers"), pool.n),
        ]  # fmt: skip
        return [(name, f.count(value)) for name, value in parts]
    if kpi.shape in (Shape.COUNT, Shape.SUM, Shape.DISTINCT, Shape.PERCENTILE):
        return []
    is_repeat = kpi.shape == Shape.REPEAT
    above = Decimal(pool.again) if is_repeat else pool.total
    below = pool.subjects if is_repeat else pool.n
    is_money = kpi.unit == Unit.MONEY and kpi.shape in (Shape.QUOTIENT, Shape.MEAN)
    return [
        (
            str(kpi.words("numerator")) or _("Numerator"),
            f.money(above, places=0 if abs(above) >= 1000 else 2) if is_money else f.number(above),
        ),
        (str(kpi.words("denominator")) or _("Number"), f.count(below)),
    ]
