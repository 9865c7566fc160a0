"""The fixed words of the figures, and what a declared KPI is made of."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cxm.audit.choices import Verb
from cxm.kit.registry import Registry
from cxm.notices.choices import NoticeKind

type Words = str | Promise

AGGREGATE = -32_768
"""Bucket of a measurement that was delivered as a sum: which answers stand behind it is not known. Off every scale."""
BY_HAND = "hand"
"""Source of measurements that somebody typed in."""
MIN_N = 5
"""With fewer observations no figure is shown; see `cxm.kit.statistics.verdicts.SHOWN_FROM`."""


class Aspect(TextChoices):
    """What a figure is about; the sponsor's page shows one of each per phase."""

    EXPERIENCE = "experience", _("Experience")
    BEHAVIOUR = "behaviour", _("Behaviour")
    MONEY = "money", _("Money")


class Shape(TextChoices):
    """How measurements become a figure. Every shape but DISTINCT and REPEAT adds up by n, total and squares."""

    SHARE = "share", _("Ratio (part of a whole)")
    RATE = "rate", _("Rate (events per exposure)")
    MEAN = "mean", _("Mean")
    NPS = "nps", _("Net Promoter Score")
    TOP_BOX = "top_box", _("Top box (share of the best answers)")
    PERCENTILE = "percentile", _("Percentile (median, P90)")
    COUNT = "count", _("Count")
    SUM = "sum", _("Sum")
    QUOTIENT = "quotient", _("Quotient (sum per unit)")
    DISTINCT = "distinct", _("Different customers")
    REPEAT = "repeat", _("Customers who came again")


BY_SUBJECT = (Shape.DISTINCT, Shape.REPEAT)
"""Counted over different customers: such figures of months do not add up to that of a year."""
ADDITIVE = (Shape.COUNT, Shape.SUM)
"""Grow with the length of the period: their target is per month."""
WHOLE_ONLY = (*ADDITIVE, Shape.DISTINCT)
"""Grow with the part of the company that is looked at: their target is that of the whole."""
NEVER_SAMPLED = (*ADDITIVE, Shape.QUOTIENT, *BY_SUBJECT)
"""Counted over everybody by nature, so without a sampling error."""
ON_A_SCALE = (Shape.NPS, Shape.TOP_BOX)
"""Answers on a scale of whole steps, with a histogram of the answers."""


class Unit(TextChoices):
    """In what a figure is shown."""

    PERCENT = "percent", _("per cent")
    POINTS = "points", _("points")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    MONEY = "money", _("euros")
    PER_1000 = "per_1000", _("per 1,000")
    COUNT = "count", _("number")
    STARS = "stars", _("stars")


AMOUNTS = (Unit.MONEY, Unit.HOURS, Unit.DAYS, Unit.COUNT)
FITTING: dict[Shape, tuple[Unit, ...]] = {
    Shape.SHARE: (Unit.PERCENT,),
    Shape.RATE: (Unit.PERCENT, Unit.PER_1000),
    Shape.MEAN: (*AMOUNTS, Unit.STARS, Unit.POINTS, Unit.PERCENT),
    Shape.NPS: (Unit.POINTS,),
    Shape.TOP_BOX: (Unit.PERCENT,),
    Shape.PERCENTILE: AMOUNTS,
    Shape.COUNT: (Unit.COUNT,),
    Shape.SUM: AMOUNTS,
    Shape.QUOTIENT: (*AMOUNTS, Unit.PERCENT, Unit.PER_1000),
    Shape.DISTINCT: (Unit.COUNT,),
    Shape.REPEAT: (Unit.PERCENT,),
}
"""In which units a shape can be shown: a share in points would print 73 % as +1."""
FACTORS = {Unit.PERCENT: 100, Unit.PER_1000: 1000}
"""What "per how many" a unit means, of the shapes that have one."""
FACTORED = (Shape.RATE, Shape.QUOTIENT)
"""Shapes that are shown per so many; the others know no "per how many"."""


def fitting_factor(shape: str, unit: str) -> int | None:
    """The only "per how many" that fits; None if any will do."""
    if shape not in FACTORED:
        return 1
    return FACTORS.get(Unit(unit)) if unit in Unit.values else None


class Aim(TextChoices):
    """Which way is better; the values are those of `cxm.kit.statistics.Direction`."""

    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")
    AMBIVALENT = "ambivalent", _("a corridor is best")


class Status(TextChoices):
    """Where a KPI stands in its own life."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In use")
    BROKEN = "broken", _("Source is broken")
    RETIRED = "retired", _("Retired")


class Grain(TextChoices):
    """The calendar periods of which figures are kept and shown."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


OWN_GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
"""Of which length a KPI's own period can be: the periods of which different customers are known, too."""


class Split(TextChoices):
    """By what a figure can be taken apart."""

    PHASE = "phase", _("Phase")
    CHANNEL = "channel", _("Channel")
    TOUCHPOINT = "touchpoint", _("Touchpoint")
    SEGMENT = "segment", _("Segment")


class Reason(TextChoices):
    """Why an alarm was raised."""

    JUMP = "jump", _("Unusual jump")
    MISSED = "missed", _("Target missed twice")
    STALE = "stale", _("No new data")


class AlarmState(TextChoices):
    """What became of an alarm."""

    OPEN = "open", _("Open")
    SEEN = "seen", _("Being looked at")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """A declared figure: what it means and how it is counted. Rooms declare theirs in their `kpis.py`.

    `phase` is a code of the default phase model. `scale` are the lowest and highest answer; `box` says how many of
    the best answers count (TOP_BOX); `q` is the quantile (PERCENTILE); `factor` the "per how many" (RATE, QUOTIENT).
    `census`: counted over everybody, so chance limits instead of sampling intervals. `settles_after`: days after
    which late events no longer change a period; until then it is provisional. `stale_after`: days without new data.
    `grain`: its own period, if it means something over that length only: a retention rate of months is none of a
    quarter, and three stocks of the same customers do not add up. Then it is shown and judged in no other; the
    manager may choose another length, but not none.
    `headline`: stands at the top of the sponsor's page until the manager chooses others.
    """

    code: str
    name: Words
    phase: str
    aspect: Aspect
    shape: Shape
    unit: Unit
    formula: Words
    numerator: Words = ""
    denominator: Words = ""
    source: Words = ""
    hint: Words = ""
    aim: Aim = Aim.HIGHER
    census: bool = False
    scale: tuple[int, int] | None = None
    box: int = 0
    q: float = 0.5
    factor: int = 1
    min_n: int = MIN_N
    settles_after: int = 0
    stale_after: int = 62
    grain: Grain | None = None
    shown: bool = True
    headline: bool = False


KPIS: Registry[Kpi] = Registry("KPI")


def declare(*kpis: Kpi) -> None:
    """Make figures known; they reach the database with the next `sync_catalogue()`."""
    for kpi in kpis:
        KPIS.register(kpi)


KPI_CREATED = Verb("kpis.kpi.created", _("{actor} defined the KPI {label}"))
KPI_CHANGED = Verb("kpis.kpi.changed", _("{actor} changed the KPI {label}"))
KPIS_CHOSEN = Verb("kpis.kpis.chosen", _("{actor} chose which KPIs are shown"))
HEADLINES_CHOSEN = Verb("kpis.headlines.chosen", _("{actor} chose the headlines of the sponsor page"))
KPI_VERSION = Verb("kpis.kpi.version", _("{actor} gave {label} a new formula from {day}: {note}"))
VERSION_CHANGED = Verb(
    "kpis.version.changed", _("{actor} corrected version {version} of {label}, from {day}: {note}")
)
VERSION_REMOVED = Verb(
    "kpis.version.removed", _("{actor} removed version {version} of {label}, from {day}: {note}")
)
MEASURED = Verb(
    "kpis.measurement.entered",
    ngettext_lazy(
        "{actor} entered {count} measurement of {label}", "{actor} entered {count} measurements of {label}"
    ),
    counts="count",
)
IMPORTED = Verb(
    "kpis.measurements.imported",
    ngettext_lazy("{actor} imported {count} measurement", "{actor} imported {count} measurements"),
    counts="count",
)
IMPORT_UNDONE = Verb(
    "kpis.measurements.undone",
    ngettext_lazy(
        "{actor} took back {count} imported measurement", "{actor} took back {count} imported measurements"
    ),
    counts="count",
)
SUBJECT_READ = Verb(
    "kpis.measurement.read",
    _("{actor} saw the customer number of a measurement of {label}"),
    about_people=True,
)
REMOVED = Verb("kpis.measurement.removed", _("{actor} removed a measurement of {label}: {note}"))
REBUILT = Verb("kpis.rollups.rebuilt", _("{actor} computed the sums of all measurements anew"))
TARGET_SET = Verb("kpis.target.set", _("{actor} set a target for {label}: {value}"))
TARGET_CHANGED = Verb(
    "kpis.target.changed", _("{actor} corrected a target of {label}: {before} became {value}, from {since}")
)
TARGET_REMOVED = Verb("kpis.target.removed", _("{actor} removed the target {value} of {label}, from {since}"))
TARGET_ENDED = Verb("kpis.target.ended", _("{actor} ended a target of {label}"))
NOTE_ADDED = Verb("kpis.note.added", _("{actor} added a note to the time line of {label}"))
NOTE_REMOVED = Verb("kpis.note.removed", _("{actor} removed a note from the time line of {label}"))
ALARM_RAISED = Verb("kpis.alarm.raised", _("An alarm was raised for {label}"))
ALARM_CLOSED = Verb("kpis.alarm.closed", _("{actor} closed an alarm of {label}: {note}"))
ALARM_SEEN = Verb("kpis.alarm.seen", _("{actor} looks into an alarm of {label}"))

ALARM_NOTICE = NoticeKind(code="kpis.alarm", label=_("A KPI jumps, misses its target twice, or gets no data"))
