"""What Hainbuch Möbel stands for, in two versions, and who has confirmed them."""

from copy import copy
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from cxm.kit.demo import World
from cxm.organisation.models import BrandConfirmation, BrandPromise, BrandVersion, Person

VISION = (
    "Wir wollen das Möbelhaus sein, das man Freunden empfiehlt, weil alles so kommt, wie es versprochen war.",
    "We want to be the furniture maker people recommend to friends, because everything comes as promised.",
)
CORE_BEFORE = (
    "Handwerklich, ehrlich, nah. Wir bauen Möbel, die bleiben.",
    "Well made, honest, close. We build furniture that stays.",
)
CORE = (
    "Handwerklich, ehrlich, nah. Wir bauen Möbel, die bleiben, und sagen offen, wenn etwas nicht geht.",
    "Well made, honest, close. We build furniture that stays, and say openly when something cannot be done.",
)
PROMISES = (
    ("P1", "Wir liefern an dem Tag, den wir zugesagt haben.", "We deliver on the day we named."),
    ("P2", "Wer uns schreibt, hat am selben Tag eine Antwort.", "Who writes to us is answered the same day."),
    ("P3", "Was wir nicht wissen, finden wir heraus und melden uns.", "What we do not know we find out."),
)  # fmt: skip
NEW_PROMISE = (
    "P4",
    "Geht etwas schief, machen wir es einmal richtig, ohne Nachfragen.",
    "If something goes wrong we put it right once, without being asked again.",
)
NOTE = (
    "Ein viertes Versprechen: Fehler bringen wir in Ordnung.",
    "A fourth promise: we put mistakes right.",
)
CONFIRMED = 0.7  # of those who are here, the current version
BUSY = ("emil", "otto")  # have not found the time yet, so that the demo shows the button


def load(world: World) -> None:
    """Two versions, the older one a year ago; confirmations by a chance of their own, so that others stay the same."""
    chance = copy(world.rng)
    people = [
        person for person in world.things["people"].values() if person.left_on is None and person.joined_on
    ]
    busy = {world.things["users"][key].pk for key in BUSY}
    first = publish(world, number=1, days=410, core=CORE_BEFORE, promises=PROMISES, note=("", ""))
    second = publish(world, number=2, days=40, core=CORE, promises=(*PROMISES, NEW_PROMISE), note=NOTE)
    confirm(world, chance, first, [person for person in people if chance.random() < 0.9], days=410)
    free = [person for person in people if person.user_id not in busy]
    confirm(world, chance, second, chance.sample(free, round(CONFIRMED * len(people))), days=40)


def publish(
    world: World,
    *,
    number: int,
    days: int,
    core: tuple[str, str],
    promises: tuple[tuple[str, str, str], ...],
    note: tuple[str, str],
) -> BrandVersion:
    """One version with its promises, published so many days ago by the sponsor."""
    version = BrandVersion.objects.create(
        version=number,
        vision_de=VISION[0],
        vision_en=VISION[1],
        core_de=core[0],
        core_en=core[1],
        change_note_de=note[0],
        change_note_en=note[1],
    )
    BrandPromise.objects.bulk_create(
        BrandPromise(version=version, code=code, position=place, text_de=german, text_en=english)
        for place, (code, german, english) in enumerate(promises, 1)
    )
    version.published_at = moment(world, days, time(9))
    version.published_by = world.things["users"]["sofia"]
    version.save()
    return version


def confirm(world: World, chance: Random, version: BrandVersion, people: list[Person], *, days: int) -> None:
    """These people have confirmed within five weeks."""
    BrandConfirmation.objects.bulk_create(
        BrandConfirmation(
            version=version,
            person=person,
            confirmed_at=moment(world, days, time(10)) + timedelta(minutes=chance.randrange(35 * 24 * 60)),
        )
        for person in people
    )


def moment(world: World, days: int, at: time) -> datetime:
    """A time on a day before today."""
    return timezone.make_aware(datetime.combine(world.ago(days), at))
