"""The demo's figures: two years of measurements with a story in them.

The carrier was changed and deliveries came late, it was found and healed; the chat got better and better; nobody owns
Advocacy, and referrals decline. Everything else has its seasons and its noise.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain, groupby

from cxm.kit.demo import World
from touchpoints.kpis.actions import measure, raise_alarms
from touchpoints.kpis.demo.answers import asked, timed
from touchpoints.kpis.demo.book import Book
from touchpoints.kpis.demo.counts import counted, ordered, rare, revisited, stayed
from touchpoints.kpis.demo.customers import bought
from touchpoints.kpis.demo.story import Story
from touchpoints.kpis.demo.wishes import new_version, notes, own_kpis, targets
from touchpoints.kpis.facts import Fact


def load(world: World) -> None:
    """Set up the KPIs, write what each source has delivered, look at it as each night does.

    `world.things["story"]` has the days that matter.
    """
    story = Story.of(world)
    own_kpis(world)
    targets(world, story)
    notes(world, story)
    changed = new_version(world, story)
    by_source = sorted(facts(Book.open(world), story, changed), key=lambda fact: fact.source)
    for _source, delivered in groupby(by_source, key=lambda fact: fact.source):
        measure(facts=list(delivered), actor=None)
    raise_alarms(at=world.today)
    world.things["story"] = story


def facts(book: Book, story: Story, changed: date) -> Iterator[Fact]:
    """Everything that was measured."""
    return chain(
        asked(book, story),
        timed(book, story),
        counted(book, story),
        revisited(book, story, changed),
        stayed(book, story),
        ordered(book, story),
        bought(book, story),
        rare(book, story),
    )
