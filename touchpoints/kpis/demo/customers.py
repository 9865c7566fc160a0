"""Purchases of card holders, one by one: from them different customers and returning ones are counted."""

from collections import deque
from collections.abc import Iterator

from touchpoints.kpis.coding import Given
from touchpoints.kpis.demo.book import PRIVATE, Book
from touchpoints.kpis.demo.story import WEEK, Chance, Story
from touchpoints.kpis.facts import Fact

PER_MONTH = 230
CUSTOMERS = 3_600
SOON_AGAIN, RECENT = 0.16, 180  # the share of purchases by one of so many who bought last
SOURCE = "Kundenkarte"


def bought(book: Book, story: Story) -> Iterator[Fact]:
    """Each purchase twice: it counts for the different customers and for those who came again."""
    chance, dice, rng = Chance(book.rng), Chance(book.rng), book.rng
    kpis = book.kpi("CUS"), book.kpi("RE3")
    card, segment = book.touchpoint("Kundenkarte in der App"), book.segments[PRIVATE]
    recent: deque[str] = deque(["K10001"], maxlen=RECENT)
    number = 0
    for day in story.days:
        for _purchase in range(dice.whole(PER_MONTH * 12 / 365 * WEEK[day.weekday()])):
            number += 1
            again = chance() < SOON_AGAIN
            customer = rng.choice(recent) if again else f"K{10_000 + rng.randint(1, CUSTOMERS)}"
            recent.append(customer)
            for kpi in kpis:
                yield Fact(
                    kpi=kpi,
                    day=day,
                    given=Given(subject=customer),
                    source=SOURCE,
                    external_id=f"B{number}",
                    touchpoint=card,
                    segment=segment,
                )
