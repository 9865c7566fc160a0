"""What happened at Hainbuch Möbel in two years, as levels that figures follow from day to day."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from cxm.kit.demo import World
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.periods import Period, plus_months

MONTHS_TOLD = 24  # and the quarter that is running
RAMP = 12  # days until a change is fully felt
NPS_LAG = 60  # days until the trouble is heard in recommendations
FELT_LONGER = 15  # days after the cure until recommendations recover
SEASON = (0.94, 0.93, 1.0, 1.02, 0.98, 0.95, 0.92, 0.95, 1.03, 1.06, 1.14, 1.08)
"""Business by month, January first; a year sums up to twelve."""
WEEK = (1.1, 1.05, 1.05, 1.05, 1.1, 1.0, 0.65)
"""Business by day of the week, Monday first."""


@dataclass(frozen=True)
class Story:
    """The days that matter. They hang on quarters, so that the story reads the same whenever it is told."""

    first: date
    last: date
    trouble: date  # the new carrier begins
    found: date
    healed: date

    @classmethod
    def of(cls, world: World) -> "Story":
        """Told from `world.today`: nine months of it are the trouble and its cure."""
        quarter = Period.containing(Grain.QUARTER, world.today).start
        return cls(
            first=plus_months(quarter, -MONTHS_TOLD),
            last=world.ago(1),
            trouble=plus_months(quarter, -9) + timedelta(days=20),
            found=plus_months(quarter, -4) + timedelta(days=4),
            healed=plus_months(quarter, -3) - timedelta(days=8),
        )

    @property
    def days(self) -> list[date]:
        """Each day that is told of."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def months(self) -> list[date]:
        """The first of each month that is over."""
        over = (self.last + timedelta(days=1)).replace(day=1)
        count = (over.year - self.first.year) * 12 + over.month - self.first.month
        return [plus_months(self.first, number) for number in range(count)]

    def progress(self, day: date) -> float:
        """How far the two years are gone on that day: 0 to 1."""
        return (day - self.first).days / max(1, (self.last - self.first).days)

    def felt(self, day: date, *, late: bool = False) -> float:
        """How much of the trouble is felt on that day: 0 to 1."""
        begins = self.trouble + timedelta(days=NPS_LAG if late else 0)
        ends = self.healed + timedelta(days=FELT_LONGER if late else 0)
        rise = min(1.0, max(0.0, (day - begins).days / RAMP))
        fall = min(1.0, max(0.0, (day - ends).days / RAMP))
        return rise - fall

    def season(self, day: date) -> float:
        """How much business there is, against an average day."""
        return SEASON[day.month - 1] * WEEK[day.weekday()]


class Level(NamedTuple):
    """Where a figure stands: as it was, in trouble, after the cure; or how it drifts over the two years."""

    usual: float
    trouble: float | None = None
    cured: float | None = None
    ends_at: float | None = None
    late: bool = False

    def on(self, story: Story, day: date) -> float:
        """The level of that day."""
        if self.ends_at is not None:
            return self.usual + (self.ends_at - self.usual) * story.progress(day)
        base = self.usual if self.cured is None or day < story.healed else self.cured
        if self.trouble is None:
            return base
        return base + (self.trouble - base) * story.felt(day, late=self.late)


class Chance:
    """Honest dice, and counts with the noise that real ones have: the binomial's, and a little more from day to day."""

    MORE = (
        0.02  # of the share (or of the rest, if that is smaller): the coming and going that dice do not know
    )

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def __call__(self) -> float:
        """A number from 0 to 1."""
        return self.rng.random()

    def whole(self, mean: float) -> int:
        """A whole number around the mean: 2.3 gives 2 in seven cases of ten, else 3."""
        return int(mean + self())

    def hits(self, n: int, share: float) -> int:
        """How many of n."""
        varied = share + self.rng.gauss(0.0, self.MORE) * share * (1.0 - share)
        return self.rng.binomialvariate(n, min(1.0, max(0.0, varied)))
