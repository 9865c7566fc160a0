"""The demo's inventory: ninety touchpoints, some well kept, some forgotten, and a phase that nobody owns."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from cxm.kit.demo import World
from cxm.organisation.models import Person
from touchpoints.inventory.actions.care import refresh_care
from touchpoints.inventory.choices import Evidence, Part, Verdict
from touchpoints.inventory.demo.details import HANDS_OVER, details, trained
from touchpoints.inventory.demo.table import TABLE
from touchpoints.inventory.demo.texts import CAPTURED, CONTENTS, FLOWS, HOUSES, IMPROVED, REASONS, SYSTEMS
from touchpoints.inventory.models import (
    Channel,
    Comment,
    ContentItem,
    Interface,
    Phase,
    Responsibility,
    Standard,
    System,
    Touchpoint,
)

VERDICTS = {"+": Verdict.DELIGHTS, "o": Verdict.OKAY, "-": Verdict.DISAPPOINTS, "": ""}
PERSONAL = {"phone", "chat", "branch", "field_sales", "event"}
SERVED_BY = {
    "shop": ("Hainbuch Shop", "Warenwirtschaft"),
    "phone": ("Telefonanlage", "Kundendatei"),
    "chat": ("Ticketsystem",),
    "email": ("Newsletter-System", "Ticketsystem"),
    "website": ("Redaktionssystem", "Webanalyse"),
    "product": ("Speditionsportal", "Warenwirtschaft"),
    "parcel": ("Warenwirtschaft",),
    "invoice": ("Warenwirtschaft",),
    "app": ("Hainbuch Shop",),
}
FURTHER = {
    "Hilfe und häufige Fragen": ("closing", "retention"),
    "Sendungsverfolgung": ("closing",),
    "Mein Konto": ("after_sales",),
}


class Line(NamedTuple):
    """One row of the table."""

    phase: str
    channel: str
    name: str
    owner: str
    contacts: int
    importance: int
    feeling: int
    verdict: str
    marks: str


def load(world: World) -> None:
    """Make systems, content, touchpoints, responsibilities and standards; `world.things["touchpoints"]` by name."""
    lines = [read(line) for line in TABLE.strip().splitlines()]
    systems = make_systems(world)
    touchpoints = make_touchpoints(world, lines)
    make_places(lines, touchpoints, systems)
    make_responsibilities(world, lines, touchpoints)
    make_standards(world, lines, touchpoints)
    make_contents(world, touchpoints)
    make_comments(world, touchpoints)
    refresh_care(touchpoint.pk for touchpoint in touchpoints.values())
    world.things["touchpoints"] = touchpoints


def read(line: str) -> Line:
    """A row of the table by its fixed columns."""
    phase, channel = line[:15].strip(), line[15:28].strip()
    name, owner = line[28:69].strip(), line[69:88].strip()
    numbers = line[88:].split()
    verdict = numbers[3] if len(numbers) > 3 else ""
    marks = numbers[4] if len(numbers) > 4 else ""
    return Line(
        phase, channel, name, owner, int(numbers[0]), int(numbers[1]), int(numbers[2]), verdict, marks
    )


def make_systems(world: World) -> dict[str, System]:
    """The systems and what flows between them."""
    owner = world.things["people"]["Lin Chen"]
    systems = {
        name: System.objects.create(
            name=name, kind=kind, vendor=vendor, owner=owner if kind != "other" else None
        )
        for name, kind, vendor in SYSTEMS
    }
    for source, target, carries, technique, state in FLOWS:
        Interface.objects.create(
            source=systems[source], target=systems[target], carries=carries, technique=technique, state=state
        )
    return systems


def make_touchpoints(world: World, lines: list[Line]) -> dict[str, Touchpoint]:
    """The touchpoints themselves, in one insert."""
    phases = {phase.code: phase for phase in Phase.objects.default()}
    channels = {channel.code: channel for channel in Channel.objects.all()}
    made = Touchpoint.objects.bulk_create(
        Touchpoint(
            phase=phases[line.phase],
            channel=channels[line.channel],
            **describe(world, line, channels[line.channel]),
        )
        for line in lines
    )
    return {line.name: touchpoint for line, touchpoint in zip(lines, made, strict=True)}


def describe(world: World, line: Line, channel: Channel) -> dict[str, Any]:
    """The fields of a touchpoint; those without a standard are known less well."""
    house, rng = HOUSES[line.channel], world.rng
    known = bool(set(line.marks) & set("SDB"))
    moment, pain = REASONS.get(line.name, ("", ""))
    improved, by_what = IMPROVED.get(line.name, (None, ""))
    captured, consent = CAPTURED.get(line.channel, ("", None)) if known else ("", None)
    fields: dict[str, Any] = {
        "name": line.name,
        "kind": "personal" if line.channel in PERSONAL else channel.kind,
        "ownership": channel.ownership,
        "market": "Deutschland",
        "languages": ["de"],
        "contacts_per_month": line.contacts,
        "importance_customer": line.importance,
        "importance_company": min(5, max(1, line.importance + rng.choice((-1, 0, 0, 1)))),
        "feeling": line.feeling,
        "target_feeling": min(2, line.feeling + 1),
        "verdict": VERDICTS[line.verdict],
        "is_moment_of_truth": "M" in line.marks and bool(moment),
        "moment_reason": moment if "M" in line.marks else "",
        "is_pain_point": "P" in line.marks and bool(pain),
        "pain_reason": pain if "P" in line.marks else "",
        "is_best_practice": "B" in line.marks,
        "practice_reason": "Wird in anderen Bereichen zum Vorbild genommen." if "B" in line.marks else "",
        "description": f"Ich {FIRST_PERSON[line.phase]} und begegne Hainbuch hier: {line.name}."
        if known
        else "",
        "customer_goal": house.goal if known else "",
        "expectation": house.expects if known or rng.random() < 0.4 else "",
        "data_captured": captured,
        "consent_needed": consent,
        "evidence": rng.choice(list(Evidence)) if known else Evidence.ASSUMPTION,
        "evidence_on": world.ago(rng.randint(20, 300)) if known else None,
        "trained_on": world.ago(rng.randint(15, 60)) if "B" in line.marks else None,
        "improved_on": None if improved is None else world.ago(improved),
        "improved_note": by_what,
        "review_every": 90 if "M" in line.marks else 180,
        "last_reviewed_on": world.ago(rng.randint(200, 420) if "R" in line.marks else rng.randint(5, 85)),
        "recorded_on": world.ago(rng.randint(500, 700)),
        "tags": ["Lieferung"] if pain and "erm" in pain else [],
    }
    if "S" in line.marks and fields["trained_on"] is None:
        fields["trained_on"] = trained(world, line.name)
    return fields | details(
        name=line.name,
        phase=line.phase,
        channel=line.channel,
        is_known=known,
        evidence=fields["evidence"],
    )


FIRST_PERSON = {
    "awareness": "sehe mich nach neuen Möbeln um",
    "consideration": "vergleiche, was zu mir passt",
    "decision": "stehe kurz vor der Entscheidung",
    "closing": "habe mich entschieden und warte auf mein Möbel",
    "retention": "bin schon Kunde",
    "after_sales": "brauche nach dem Kauf noch etwas",
    "advocacy": "erzähle anderen davon",
}


def make_places(lines: list[Line], touchpoints: dict[str, Touchpoint], systems: dict[str, System]) -> None:
    """Which systems serve a touchpoint, its further phases, and where customers go on from it."""
    phases = {phase.code: phase for phase in Phase.objects.default()}
    for line in lines:
        touchpoints[line.name].systems.set(systems[name] for name in SERVED_BY.get(line.channel, ()))
    for name, codes in FURTHER.items():
        touchpoints[name].further_phases.set(phases[code] for code in codes)
    leads_on = Touchpoint.hands_over_to.through
    leads_on.objects.bulk_create(
        leads_on(from_touchpoint=touchpoints[name], to_touchpoint=touchpoints[follower])
        for name, followers in HANDS_OVER.items()
        for follower in followers
    )


def make_responsibilities(world: World, lines: list[Line], touchpoints: dict[str, Touchpoint]) -> None:
    """One accountable person each, but for those that nobody owns; some with helpers."""
    people: dict[str, Person] = world.things["people"]
    parts = []
    for line in lines:
        if line.owner == "-":
            continue
        owner, start = people[line.owner], world.ago(world.rng.randint(100, 480))
        parts.append(part(touchpoints[line.name], owner, Part.ACCOUNTABLE, start, owner.left_on))
        helpers = [
            p for p in people.values() if p.unit_id == owner.unit_id and p != owner and p.left_on is None
        ]
        if helpers and "S" in line.marks:
            parts.append(part(touchpoints[line.name], world.rng.choice(helpers), Part.RESPONSIBLE, start))
        if "M" in line.marks:
            parts.append(part(touchpoints[line.name], people["Mia Meyer"], Part.CONSULTED, start))
    handed_over = touchpoints["Sendungsverfolgung"]
    parts.append(part(handed_over, people["Oliver Stein"], Part.ACCOUNTABLE, world.ago(700), world.ago(481)))
    Responsibility.objects.bulk_create(parts)


def part(
    touchpoint: Touchpoint, person: Person, kind: Part, start: date, end: date | None = None
) -> Responsibility:
    """One responsibility, not saved."""
    return Responsibility(touchpoint=touchpoint, person=person, part=kind, during=(start, end))


def make_standards(world: World, lines: list[Line], touchpoints: dict[str, Touchpoint]) -> None:
    """Published and drafted standards; moments of truth are in their second version."""
    mia = world.things["users"]["mia"]
    made = []
    for line in lines:
        house = HOUSES[line.channel]
        texts = {
            "ideal_experience": house.ideal,
            "process": house.process,
            "dos": house.dos,
            "donts": house.donts,
            "service_level": house.level,
            "brand_promise": "Möbel fürs Leben, ehrlich gemacht.",
        }
        touchpoint = touchpoints[line.name]
        if "M" in line.marks:
            made.append(Standard(touchpoint=touchpoint, version=1, published_at=noon(world.ago(400)), published_by=mia,
                                 **{**texts, "service_level": ""}))  # fmt: skip
        if "S" in line.marks:
            published = noon(world.ago(world.rng.randint(70, 200)))
            version = 2 if "M" in line.marks else 1
            note = "Servicezeit ergänzt" if version == 2 else ""
            made.append(Standard(touchpoint=touchpoint, version=version, published_at=published, published_by=mia,
                                 change_note=note, **texts))  # fmt: skip
        elif "D" in line.marks:
            made.append(Standard(touchpoint=touchpoint, version=1, ideal_experience=house.ideal))
    Standard.objects.bulk_create(made)


def noon(day: date) -> datetime:
    """Twelve o'clock on that day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def make_contents(world: World, touchpoints: dict[str, Touchpoint]) -> None:
    """Content, some of it run out, some without an owner."""
    people, phases = world.things["people"], list(Phase.objects.default())
    for number, (title, kind, owner, days) in enumerate(CONTENTS):
        item = ContentItem.objects.create(
            title=title, kind=kind, owner=people.get(owner), expires_on=world.today + timedelta(days=days)
        )
        item.phases.set([phases[number % 6]])
        item.touchpoints.set(world.rng.sample(list(touchpoints.values()), 2))


def make_comments(world: World, touchpoints: dict[str, Touchpoint]) -> None:
    """A short talk about the delivery trouble."""
    users = world.things["users"]
    said = (
        ("Anlieferung mit Spedition", "mia", "Seit dem Wechsel der Spedition fallen die Werte. Wer spricht mit Frachtfuchs?"),
        ("Anlieferung mit Spedition", "otto", "Die Termine im Shop kommen aus der Warenwirtschaft und sind einen Tag zu früh."),
        ("Anlieferung mit Spedition", "mia", "Neues Zeitfenster gilt ab sofort, bitte vier Wochen beobachten."),
        ("Konfigurator für Tische", "karla", "Drei Beschwerden in dieser Woche, weil der Preis erst am Ende kommt."),
    )  # fmt: skip
    Comment.objects.bulk_create(
        Comment(touchpoint=touchpoints[name], author=users[who], text=text) for name, who, text in said
    )
