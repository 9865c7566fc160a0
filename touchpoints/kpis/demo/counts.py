"""What systems deliver as sums: per day, week or month, some by touchpoint, channel or segment."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from touchpoints.kpis.catalogue.lifetime import lifetime_value
from touchpoints.kpis.coding import Given
from touchpoints.kpis.demo.book import BUSINESS, PRIVATE, Book
from touchpoints.kpis.demo.story import Chance, Level, Story
from touchpoints.kpis.facts import Fact

ERP, SHOP, WEB, CRM = "Warenwirtschaft", "Hainbuch Shop", "Webanalyse", "Kundendatei"
TICKETS, LEDGER, MAIL, STUDY, MEDIA = (
    "Ticketsystem",
    "Punktekonto",
    "Newsletter-System",
    "Markenstudie",
    "Medienbeobachtung",
)
DAY, WEEK, MONTH, QUARTER = 1, 7, 30, 91
AVERAGE_MONTH = 365 / 12


class Counted(NamedTuple):
    """A part of a whole (or events per exposure): every so many days, so many per month, at that level."""

    code: str
    every: int
    per_month: float
    level: Level
    source: str
    touchpoint: str = ""
    channel: str = ""
    segment: str = ""


class Earned(NamedTuple):
    """Orders of a channel: how many per month, what one is worth on average, and by how much that varies."""

    channel: str
    segment: str
    per_month: float
    worth: float
    spread: float


REFERRALS = Level(0.0245, ends_at=0.0165)
ON_TIME = Level(0.938, 0.772, 0.947)

COUNTED = (
    Counted("AW1", QUARTER, 170, Level(0.42), STUDY, segment=PRIVATE),
    Counted("AW1", QUARTER, 40, Level(0.31), STUDY, segment=BUSINESS),
    Counted("AW3", DAY, 70_000, Level(0.61), WEB, channel="shop"),
    Counted("AW3", DAY, 18_000, Level(0.66), WEB, channel="website"),
    Counted("CO1", WEEK, 38_000, Level(0.243), MAIL, touchpoint="Newsletter"),
    Counted("CO1", WEEK, 6_900, Level(0.391), MAIL, touchpoint="Erinnerung an den Warenkorb"),
    Counted("CO2", DAY, 88_000, Level(0.0212), WEB, channel="shop"),
    Counted("DE1", WEEK, 210, Level(0.36), CRM, channel="branch", segment=PRIVATE),
    Counted("DE1", WEEK, 70, Level(0.47), CRM, channel="field_sales", segment=BUSINESS),
    Counted("DE2", MONTH, 110, Level(0.44), CRM, touchpoint="Angebot in der Filiale", segment=PRIVATE),
    Counted("DE2", MONTH, 60, Level(0.33), CRM, touchpoint="Angebot per E-Mail", segment=PRIVATE),
    Counted("DE2", MONTH, 35, Level(0.52), CRM, touchpoint="Angebot im Objektgeschäft", segment=BUSINESS),
    Counted("DE3", DAY, 21_000, Level(0.684), SHOP, touchpoint="Warenkorb"),
    Counted("CL1", DAY, 290_000, Level(0.0299), SHOP, channel="shop", segment=PRIVATE),
    Counted("CL3", DAY, 3_240, ON_TIME, ERP, touchpoint="Anlieferung mit Spedition", segment=PRIVATE),
    Counted("CL3", DAY, 560, Level(0.956, 0.82, 0.96), ERP, touchpoint="Anlieferung mit Spedition", segment=BUSINESS),
    Counted("CL4", WEEK, 22_000, Level(0.083), ERP, channel="parcel", segment=PRIVATE),
    Counted("CL4", WEEK, 4_600, Level(0.021), ERP, channel="product", segment=PRIVATE),
    Counted("RE4", MONTH, 11_400, Level(0.462), LEDGER, touchpoint="Kundenkarte in der App"),
    Counted("RE5", MONTH, 240_000, Level(0.413), LEDGER, touchpoint="Kundenkarte in der App"),
    Counted("RE6", MONTH, 11_400, Level(0.187), LEDGER, touchpoint="Kundenkarte in der App"),
    Counted("AS2", DAY, 1_150, Level(0.69), TICKETS, touchpoint="Hotline nach dem Kauf"),
    Counted("AS2", DAY, 760, Level(0.77), TICKETS, touchpoint="Chat nach dem Kauf"),
    Counted("AS2", DAY, 640, Level(0.63), TICKETS, touchpoint="Antwort vom Kundenservice"),
    Counted("AS5S", DAY, 1_150, Level(0.84), TICKETS, touchpoint="Hotline nach dem Kauf"),
    Counted("AS5S", DAY, 640, Level(0.79), TICKETS, touchpoint="Antwort vom Kundenservice"),
    Counted("AS3", DAY, 8_700, Level(0.0198, 0.0345, 0.0203), TICKETS, channel="shop", segment=PRIVATE),
    Counted("AS3", DAY, 3_660, Level(0.0262, 0.0560, 0.0265), TICKETS, channel="branch", segment=PRIVATE),
    Counted("AS3", WEEK, 140, Level(0.031, 0.075, 0.030), TICKETS, channel="field_sales", segment=BUSINESS),
    Counted("HB2", DAY, 3_800, Level(0.118, 0.268, 0.104), TICKETS, touchpoint="Hotline nach dem Kauf"),
    Counted("AS4", MONTH, 4.6, Level(0.3), STUDY),
    Counted("AS7Q", MONTH, 265, Level(0.31), TICKETS),
    Counted("AS8", WEEK, 2_300, Level(0.178), SHOP, touchpoint="Passendes Zubehör"),
    Counted("AD2", MONTH, 12_000, REFERRALS, CRM, touchpoint="Empfehlungslink"),
    Counted("AD3", MONTH, 62, Level(0.27, ends_at=0.19), CRM, touchpoint="Empfehlungslink"),
    Counted("AD4", MONTH, 1_900, Level(0.062, ends_at=0.038), CRM),
    Counted("AD5S", MONTH, 12_500, Level(0.0274), SHOP, touchpoint="Bewertung im Portal"),
)  # fmt: skip

ORDERS = (
    Earned("shop", PRIVATE, 8_700, 118, 60),
    Earned("branch", PRIVATE, 3_660, 312, 180),
    Earned("field_sales", BUSINESS, 140, 2_940, 2_100),
)

STAYED = ((PRIVATE, 41_000, 0.9635), (BUSINESS, 620, 0.978))
"""Customers at the first start of a month, and how many of them are still there at its end."""
GROWTH = 0.04  # of the customers, in the time told

# What is measured in few figures: cost and leads by channel, goodwill in euros and cases, lifetime values.
LEADS = (("ad", 38.0, 260), ("social", 29.0, 310), ("event", 61.0, 45))
GOODWILL, GOODWILL_CASES = 61.0, 82
LIFETIME, LIFETIME_SPREAD, LIFETIME_CUSTOMERS = lifetime_value(154.5, 0.8, 0.1), 300.0, 2_400
VISITORS, REVISIT, AGREED, REVISIT_AGREED = 88_000, 0.262, 0.58, 0.314
VOICE, MENTIONS, VOICE_ENDED = 0.17, 2_600, 5  # months ago


def counted(book: Book, story: Story) -> Iterator[Fact]:
    """Parts of wholes, and events per exposure."""
    for line in COUNTED:
        kpi, chance = book.kpi(line.code), Chance(book.rng)
        where = place(book, line)
        for day, weight in times(story, line.every):
            mean = line.per_month / AVERAGE_MONTH * weight
            n = chance.whole(mean * book.rng.uniform(0.94, 1.06))
            hits = chance.hits(n, line.level.on(story, day))
            if n:
                given = Given(numerator=Decimal(hits), denominator=Decimal(n))
                yield Fact(kpi=kpi, day=day, given=given, source=line.source, **where)


def revisited(book: Book, story: Story, changed: date) -> Iterator[Fact]:
    """Visitors who came again within 30 days; since that day only those are counted who agreed to it."""
    kpi, chance = book.kpi("CO3"), Chance(book.rng)
    for day in story.days:
        n = chance.whole(VISITORS / AVERAGE_MONTH * story.season(day) * (1 if day < changed else AGREED))
        hits = Decimal(chance.hits(n, REVISIT if day < changed else REVISIT_AGREED))
        given = Given(numerator=hits, denominator=Decimal(n))
        yield Fact(kpi=kpi, day=day, given=given, source=WEB, channel=book.channels["shop"])


def stayed(book: Book, story: Story) -> Iterator[Fact]:
    """Retention and churn of each month, of the same customers: who did not stay is lost."""
    kept, lost, chance = book.kpi("RE1"), book.kpi("RE2"), Chance(book.rng)
    for segment, customers, level in STAYED:
        for end, _weight in times(story, MONTH):
            start = chance.whole(customers * (1 + GROWTH * story.progress(end)))
            still = chance.hits(start, level)
            common = partial(Fact, day=end, segment=book.segments[segment], source=CRM)
            yield common(kpi=kept, given=Given(numerator=Decimal(still), denominator=Decimal(start)))
            yield common(kpi=lost, given=Given(numerator=Decimal(start - still), denominator=Decimal(start)))


def place(book: Book, line: Counted) -> dict[str, Any]:
    """Where a line is measured, as Fact wants it."""
    touchpoint = book.touchpoint(line.touchpoint) if line.touchpoint else None
    segment = line.segment and book.segments[line.segment]
    return {
        "touchpoint": touchpoint,
        "channel": book.channels[line.channel] if line.channel else None,
        "segment": segment or (book.segment_at(touchpoint) if touchpoint else None),
    }


def times(story: Story, every: int) -> Iterator[tuple[date, float]]:
    """The days on which a sum arrives, with how many average days it tells of. Months are told of on their last day."""
    if every == DAY:
        yield from ((day, story.season(day)) for day in story.days)
    elif every == WEEK:
        ends = [day for day in story.days if day.weekday() == 6]
        yield from ((end, sum(story.season(end - timedelta(days=back)) for back in range(7))) for end in ends)
    else:
        starts = story.months if every == MONTH else [start for start in story.months if start.month % 3 == 2]
        for start in starts:
            end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            yield end, AVERAGE_MONTH * (1 if every == MONTH else 3)


def ordered(book: Book, story: Story) -> Iterator[Fact]:
    """Orders and revenue of each day and channel, growing by a few per cent."""
    orders, revenue = book.kpi("ORD"), book.kpi("REV")
    for line in ORDERS:
        channel, segment = book.channels[line.channel], book.segments[line.segment]
        chance = Chance(book.rng)
        for day in story.days:
            growth = 0.98 + 0.04 * story.progress(day)
            number = chance.whole(line.per_month / AVERAGE_MONTH * story.season(day) * growth)
            if number == 0:
                continue
            worth = number * line.worth + book.rng.gauss(0, line.spread * number**0.5)
            amount = Decimal(f"{max(worth, number * 20.0):.2f}")
            common = partial(Fact, day=day, channel=channel, segment=segment, source=ERP)
            yield common(kpi=orders, given=Given(value=Decimal(number)))
            yield common(kpi=revenue, given=Given(numerator=amount, denominator=Decimal(number)))


def rare(book: Book, story: Story) -> Iterator[Fact]:
    """What comes in once a month or quarter: costs of leads, goodwill, share of voice, lifetime values."""
    rng, months = book.rng, story.months
    for start in months:
        end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        for channel, cost, leads in LEADS:
            number = round(leads * rng.uniform(0.92, 1.08))
            spent = Decimal(f"{number * cost * rng.uniform(0.95, 1.05):.2f}")
            yield Fact(
                kpi=book.kpi("AW4"), day=end, channel=book.channels[channel], source=CRM,
                given=Given(numerator=spent, denominator=Decimal(number)),
            )  # fmt: skip
        cases = round(GOODWILL_CASES * rng.uniform(0.9, 1.1))
        paid = Decimal(f"{cases * GOODWILL * rng.uniform(0.94, 1.06):.2f}")
        yield Fact(
            kpi=book.kpi("AS7C"), day=end, source=ERP, given=Given(numerator=paid, denominator=Decimal(cases))
        )
        if start <= months[-VOICE_ENDED]:
            heard = Decimal(Chance(rng).hits(MENTIONS, VOICE))
            yield Fact(
                kpi=book.kpi("AW2"),
                day=end,
                source=MEDIA,
                given=Given(numerator=heard, denominator=Decimal(MENTIONS)),
            )
        if start.month % 3 == 0:
            yield lifetime(book, end)


def lifetime(book: Book, day: date) -> Fact:
    """What customers are worth, as the ERP sums it up: total and squares of so many."""
    mean = LIFETIME + book.rng.gauss(0, LIFETIME_SPREAD / LIFETIME_CUSTOMERS**0.5 * 0.6)
    given = Given(
        numerator=Decimal(round(mean * LIFETIME_CUSTOMERS)),
        denominator=Decimal(LIFETIME_CUSTOMERS),
        squares=Decimal(round((mean**2 + LIFETIME_SPREAD**2) * LIFETIME_CUSTOMERS)),
    )
    return Fact(kpi=book.kpi("AS9"), day=day, given=given, source=ERP)
