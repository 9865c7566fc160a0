"""The fixed words of the figures, and what a declared KPI is made of."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
MEASURED = Verb("kpis.measurement.entered", _("{actor} entered {count} measurements of {label}"))
IMPORTED = Verb("kpis.measurements.imported", _("{actor} imported {count} measurements"))
IMPORT_UNDONE = Verb("kpis.measurements.undone", _("{actor} took back {count} imported measurements"))
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
