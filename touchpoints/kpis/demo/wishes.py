"""What the CX manager of the demo has set up: own KPIs, owners, the order on the pages, targets, notes, a new version."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.utils import timezone

from cxm.kit.demo import World
from touchpoints.inventory.models import Phase
from touchpoints.kpis.actions import add_note, define_kpi, set_target, start_version
from touchpoints.kpis.choices import Aim, Aspect, Shape, Unit
from touchpoints.kpis.demo.story import Story
from touchpoints.kpis.models import KpiDefinition, KpiNote
from touchpoints.kpis.periods import plus_months

OWN: tuple[dict[str, Any], ...] = (
    {
        "code": "HB1", "name_de": "Wiederkaufabsicht", "name_en": "Intention to buy again", "phase": "retention",
        "aspect": Aspect.EXPERIENCE, "shape": Shape.TOP_BOX, "unit": Unit.PERCENT, "scale_low": 1, "scale_high": 5,
        "box": 2, "position": 195,
        "formula": "Antworten 4 und 5 / alle Antworten × 100 auf „Würden Sie Ihr nächstes Möbel wieder bei uns kaufen?“",
        "numerator": "Antworten 4 und 5", "denominator": "Alle Antworten", "source": "Umfrage in der App",
    },
    {
        "code": "HB2", "name_de": "Anrufe zum Liefertermin", "name_en": "Calls about the delivery date",
        "phase": "after_sales", "aspect": Aspect.BEHAVIOUR, "shape": Shape.RATE, "unit": Unit.PER_1000, "factor": 1000,
        "aim": Aim.LOWER, "is_census": True, "position": 305,
        "formula": "Anrufe mit der Frage nach dem Liefertermin / Lieferungen mit Spedition × 1.000",
        "numerator": "Anrufe zum Liefertermin", "denominator": "Lieferungen mit Spedition",
        "source": "Ticketsystem, Warenwirtschaft",
        "hint": "Wer seinen Termin kennt, ruft nicht an.",
    },
)  # fmt: skip

AHEAD = (("AW3", "AW2"), ("CL3", "CL2"), ("RE5", "CUS"))
"""The first of each pair stands before the second on the pages, so it becomes the headline of its phase."""

OWNERS = {
    "AW1": "Bettina Brandt", "AW2": "Bettina Brandt", "AW3": "Tarek Yılmaz", "AW4": "Felix Groß",
    "CO1": "Annika Böhm", "CO2": "Tarek Yılmaz", "CO3": "Tarek Yılmaz", "CO4": "Jule Jansen",
    "DE1": "Ralf Petersen", "DE2": "Ralf Petersen", "DE3": "Sven Wójcik", "DE4": "Ralf Petersen",
    "CL1": "Otto Özdemir", "CL2": "Otto Özdemir", "CL3": "Oliver Stein", "CL4": "Oliver Stein",
    "ORD": "Ralf Petersen", "REV": "Christine Albrecht",
    "RE1": "Lara Lindt", "RE2": "Lara Lindt", "RE3": "Lara Lindt", "RE4": "Lara Lindt", "RE5": "Lara Lindt",
    "RE6": "Lara Lindt", "CUS": "Lara Lindt", "HB1": "Lara Lindt",
    "AS1": "Martina Schröder", "AS2": "Martina Schröder", "AS5R": "Leonie Wagner", "AS5L": "Martina Schröder",
    "AS5S": "Martina Schröder", "AS3": "Gregor Grau", "AS4": "Gregor Grau", "AS6": "Gregor Grau",
    "AS7Q": "Gregor Grau", "AS7C": "Christine Albrecht", "AS8": "Nele Kühn", "AS9": "Christine Albrecht",
    "HB2": "Dirk Hoffmann", "AD1": "Mia Meyer", "AD5": "Jule Jansen",
}  # fmt: skip


class Wish(NamedTuple):
    """A target: until the turn of the year, and since then (the same, if it was not changed)."""

    code: str
    value: float
    tolerance: float
    before: float | None = None
    note: str = ""


WISHES = (
    Wish("AW1", 42, 1),
    Wish("AW3", 60, 5),
    Wish("AW4", 38, 2),
    Wish("CO1", 28, 1),
    Wish("CO2", 2, 0.1),
    Wish("CO4", 70, 2),
    Wish("DE1", 38, 2),
    Wish("DE2", 40, 2),
    Wish("DE3", 65, 2),
    Wish("DE4", 10, 1),
    Wish("CL1", 2.9, 0.1),
    Wish("CL2", 76, 2),
    Wish("CL3", 94, 1, before=92, note="Zusage an die Kunden für das neue Jahr"),
    Wish("CL4", 8, 0.5),
    Wish("ORD", 12_000, 500),
    Wish("REV", 2_500_000, 100_000),
    Wish("RE1", 96, 0.3),  # of a month, as its own period is
    Wish("RE2", 4, 0.3),
    Wish("RE5", 42, 2),
    Wish("AS1", 76, 2, before=74, note="Ziel der Geschäftsführung"),
    Wish("AS2", 70, 2),
    Wish("AS3", 22, 4, note="Weniger als 18 hieße, dass Kunden nichts mehr sagen"),
    Wish("AS5R", 6.5, 0.5),
    Wish("AS6", 60, 5),
    Wish("AD1", 30, 2, before=28, note="Beschlossen in der Klausur"),
    Wish("AD2", 2.5, 0.1),
    Wish("AD4", 6, 0.5),
    Wish("AD5", 3.9, 0.1),
    Wish("HB1", 80, 3),
    Wish("HB2", 120, 10),
)


def own_kpis(world: World) -> None:
    """Two KPIs that the catalogue does not have, who keeps which, and the order on the pages."""
    phases = {phase.code: phase for phase in Phase.objects.default()}
    for fields in OWN:
        define_kpi(actor=world.things["users"]["mia"], **fields | {"phase": phases[fields["phase"]]})
    kpis = KpiDefinition.objects.in_bulk(field_name="code")
    for first, second in AHEAD:
        kpis[first].position = kpis[second].position - 5
    people = world.things["people"]
    for code, name in OWNERS.items():
        kpis[code].owner = people[name]
    KpiDefinition.objects.bulk_update(kpis.values(), ["position", "owner"])


def targets(world: World, story: Story) -> None:
    """Targets since the first day, some of them raised at the turn of the year."""
    mia, kpis = world.things["users"]["mia"], KpiDefinition.objects.in_bulk(field_name="code")
    for wish in WISHES:
        want = partial(set_target, kpi=kpis[wish.code], tolerance=Decimal(str(wish.tolerance)), actor=mia)
        if wish.before is None:
            want(value=Decimal(str(wish.value)), since=story.first, note=wish.note)
        else:
            want(value=Decimal(str(wish.before)), since=story.first)
            want(value=Decimal(str(wish.value)), since=date(world.today.year, 1, 1), note=wish.note)


def notes(world: World, story: Story) -> None:
    """What happened, on the time line of all KPIs or of the one that it concerns."""
    mia, kpis = world.things["users"]["mia"], KpiDefinition.objects.in_bulk(field_name="code")
    told = (
        (None, story.trouble, "Wechsel der Spedition: Frachtfuchs liefert für alle Filialen und den Shop."),
        (
            "CL3",
            story.found,
            "Ursache gefunden: Die Termine aus der Warenwirtschaft waren einen Tag zu früh.",
        ),
        (None, story.healed, "Zeitfenster-Zusage aus dem Speditionsportal, auch in der Sendungsverfolgung."),
        ("CO4", plus_months(story.first, 8), "Chat: Beratung auch am Abend, Antworten mit Bild und Maß."),
        ("AW2", plus_months(story.months[-1], -4), "Medienbeobachtung gekündigt, neuer Anbieter noch offen."),
        ("CUS", story.first, "Gezählt werden Käufe mit Kundenkarte."),
        ("RE3", story.first, "Gezählt werden Käufe mit Kundenkarte."),
    )
    for code, day, text in told:
        note = add_note(kpi=kpis[code] if code else None, day=day, text=text, actor=mia)
        KpiNote.objects.filter(pk=note.pk).update(written_at=morning(day))


def new_version(world: World, story: Story) -> date:
    """The return visit rate is counted in another way since ten months into the story; returns that day."""
    since = plus_months(story.first, 10)
    start_version(
        actor=world.things["users"]["mia"], kpi=KpiDefinition.objects.get(code="CO3"), valid_from=since,
        note="Seit der neuen Einwilligung zählen nur Besucher, die der Messung zugestimmt haben.",
    )  # fmt: skip
    return since


def morning(day: date) -> datetime:
    """Nine o'clock on that day."""
    return timezone.make_aware(datetime.combine(day, time(9)))
