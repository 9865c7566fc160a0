"""Spans of days for which figures are read: calendar periods and any others."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.kit.numbers import formats
from touchpoints.kpis.choices import Grain

MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
DAYS = {Grain.DAY: 1, Grain.WEEK: 7}
HISTORY = {Grain.DAY: 60, Grain.WEEK: 12, Grain.MONTH: 12, Grain.QUARTER: 8, Grain.YEAR: 4}
"""How many earlier periods say what is usual."""
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """From `start` to before `end`. `grain` names a calendar period; None is any other span."""

    start: date
    end: date
    grain: Grain | None = None

    @classmethod
    def containing(cls, grain: Grain, day: date | None = None) -> Self:
        """The calendar period in which the day (today by default) lies; weeks start on Monday."""
        day = day or timezone.localdate()
        if grain in DAYS:
            start = day if grain is Grain.DAY else day - timedelta(days=day.weekday())
            return cls(start, start + timedelta(days=DAYS[grain]), grain)
        months = MONTHS[grain]
        start = date(day.year, (day.month - 1) // months * months + 1, 1)
        return cls(start, plus_months(start, months), grain)

    @classmethod
    def last_closed(cls, grain: Grain, at: date | None = None) -> Self:
        """The newest calendar period that is over on that day (today by default)."""
        return cls.containing(grain, at).previous()

    @classmethod
    def between(cls, first: date, last: date) -> Self:
        """Both days included; a span that is a calendar month, quarter or year is that. ValueError if it is empty."""
        if last < first:
            raise ValueError(_("The last day lies before the first."))
        end = last + timedelta(days=1)
        for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR):
            named = cls.containing(grain, first)
            if (named.start, named.end) == (first, end):
                return named
        return cls(first, end)

    @classmethod
    def parse(cls, code: str) -> Self:
        """From its code: 2026, 2026-Q3, 2026-07, 2026-07-01..2026-07-17. Raises ValueError."""
        head, dots, tail = code.strip().partition("..")
        if dots:
            return cls.between(checked(date.fromisoformat(head)), checked(date.fromisoformat(tail)))
        year, dash, part = head.partition("-")
        day = checked(date(int(year), 1, 1))
        if not dash:
            return cls.containing(Grain.YEAR, day)
        if part[:1].upper() == "Q":
            return cls.containing(Grain.QUARTER, date(day.year, int(part[1:]) * 3, 1))
        return cls.containing(Grain.MONTH, date(day.year, int(part), 1))

    @property
    def code(self) -> str:
        """How it is written in addresses; `parse` reads it."""
        if self.grain is Grain.YEAR:
            return f"{self.start.year}"
        if self.grain is Grain.QUARTER:
            return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        if self.grain is Grain.MONTH:
            return f"{self.start:%Y-%m}"
        return f"{self.start}..{self.last}"

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def months(self) -> int:
        """How many whole months it is; 0 if it cuts one."""
        if self.start.day != 1 or self.end.day != 1:
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def previous(self, steps: int = 1) -> Self:
        """The period before it, of the same kind or (if it has no name) of as many months or days."""
        if months := self.months:
            start = plus_months(self.start, -months * steps)
            return type(self)(start, plus_months(start, months), self.grain)
        back = timedelta(days=self.days * steps)
        return type(self)(self.start - back, self.end - back, self.grain)

    def history(self, count: int | None = None) -> list[Self]:
        """The periods before it, oldest first; by default as many as say what is usual."""
        wanted = count if count is not None else HISTORY.get(self.grain, 1) if self.grain else 1
        return [self.previous(steps) for steps in range(wanted, 0, -1)]

    def is_closed(self, at: date | None = None, settles_after: int = 0) -> bool:
        """Whether it is over on that day (today by default), and late events no longer change it."""
        return self.end + timedelta(days=settles_after) <= (at or timezone.localdate())

    def label(self, language: str | None = None) -> str:
        """Its name for readers: "Q3 2026", "Juli 2026", "01.07.2026 – 17.07.2026"."""
        f = formats(language)
        if self.grain is Grain.YEAR:
            return str(self.start.year)
        if self.grain is Grain.QUARTER:
            return f.quarter(self.start)
        if self.grain is Grain.MONTH:
            return f.month(self.start, long=True)
        return f.date(self.start) if self.days == 1 else f"{f.date(self.start)} – {f.date(self.last)}"

    def __str__(self) -> str:
        return self.label()


def own_period(asked: Period, grain: Grain | None, settles_after: int = 0, at: date | None = None) -> Period:
    """Where a KPI with a period of its own is read when another one is asked for: the newest that ends with or in it.

    Of a span that still runs it is the newest one inside that is settled, else the running one. Without an own
    grain any period will do.
    """
    if grain is None or asked.grain is grain:
        return asked
    last = Period.containing(grain, asked.last)
    if last.end > asked.end:
        last = last.previous()
    today = at or timezone.localdate()
    settled = Period.last_closed(grain, today - timedelta(days=settles_after))
    if settled < last and settled.start >= asked.start:
        return settled
    running = Period.containing(grain, today)
    return running if asked.start <= running.start and running < last else last


def asked_period(text: str) -> Period | None:
    """The period of a page's address; None if there is none or it makes no sense."""
    try:
        return Period.parse(text)
    except ValueError:
        return None


def running_quarter(at: date | None = None) -> Period:
    """The quarter that is not over yet."""
    return Period.containing(Grain.QUARTER, at)


def usual_period(*, has_past: bool, at: date | None = None) -> Period:
    """The newest quarter that is over, so that whole quarters are compared; the running one while nothing is older."""
    running = running_quarter(at)
    return running.previous() if has_past else running


def plus_months(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative), or the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def checked(day: date) -> date:
    """The day, if figures can lie there. Raises ValueError."""
    if not FIRST <= day <= LAST:
        raise ValueError(_("The year must lie between 1900 and 2200."))
    return day
