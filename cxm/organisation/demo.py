"""Hainbuch Möbel: a furniture maker and retailer with 60 people."""

from datetime import date, timedelta

from cxm.kit.demo import World
from cxm.organisation import demo_brand
from cxm.organisation.models import Absence, Company, Person, Unit

COMPANY = "Hainbuch Möbel GmbH"

UNITS = (
    ("Geschäftsführung", ""),
    ("CX-Management", "Geschäftsführung"),
    ("Marketing", "Geschäftsführung"),
    ("Online-Marketing", "Marketing"),
    ("Marke und Inhalte", "Marketing"),
    ("Vertrieb", "Geschäftsführung"),
    ("Online-Shop", "Vertrieb"),
    ("Filialen", "Vertrieb"),
    ("Filiale Hamburg", "Filialen"),
    ("Filiale Bremen", "Filialen"),
    ("Filiale Leipzig", "Filialen"),
    ("Objektgeschäft", "Vertrieb"),
    ("Kundenservice", "Geschäftsführung"),
    ("Hotline", "Kundenservice"),
    ("Chat und E-Mail", "Kundenservice"),
    ("Beschwerden", "Kundenservice"),
    ("Logistik", "Geschäftsführung"),
    ("Lager", "Logistik"),
    ("Auslieferung und Montage", "Logistik"),
    ("Finanzen", "Geschäftsführung"),
    ("IT", "Geschäftsführung"),
    ("Personal", "Geschäftsführung"),
)

# Unit: the lead first. A key in brackets is the account of the cast.
PEOPLE = {
    "Geschäftsführung": ("[sofia] Sofia Sander, Geschäftsführerin", "Henrik Hainbuch, Geschäftsführer"),
    "CX-Management": ("[mia] Mia Meyer, CX-Managerin", "Jule Jansen, CX-Analystin"),
    "Marketing": ("Bettina Brandt, Leiterin Marketing",),
    "Online-Marketing": ("Tarek Yılmaz, Teamleiter Online-Marketing", "Annika Böhm, Suchmaschinen", "Felix Groß, Anzeigen"),
    "Marke und Inhalte": ("Clara Fröhlich, Teamleiterin Inhalte", "Moritz Ahlers, Redakteur", "Ida Sørensen, Fotografin"),
    "Vertrieb": ("Ralf Petersen, Leiter Vertrieb",),
    "Online-Shop": (
        "[otto] Otto Özdemir, Leiter Online-Shop", "Nele Kühn, Sortiment", "Sven Wójcik, Checkout und Zahlung",
        "Paula Nguyen, Produktberatung online",
    ),
    "Filialen": ("Ute Möller, Leiterin Filialen",),
    "Filiale Hamburg": ("Jens Thomsen, Filialleiter", "Sabine Schäfer, Einrichtungsberaterin", "Yusuf Demir, Einrichtungsberater", "Greta Lorenz, Kasse"),
    "Filiale Bremen": ("Heike Behrens, Filialleiterin", "Lars Köster, Einrichtungsberater", "Mandy Voß, Kasse"),
    "Filiale Leipzig": ("Thomas Krüger, Filialleiter", "Anja Jäger, Einrichtungsberaterin", "Robert Weiß, Einrichtungsberater"),
    "Objektgeschäft": ("Dr. Vera Lüders, Leiterin Objektgeschäft", "Philipp Hartmann, Außendienst Nord", "Kathrin Ebert, Außendienst Ost"),
    "Kundenservice": ("Martina Schröder, Leiterin Kundenservice",),
    "Hotline": ("Dirk Hoffmann, Teamleiter Hotline", "[emil] Emil Ernst, Hotline", "Svetlana Popowa, Hotline", "Marco Rossi, Hotline", "Tanja Peters, Hotline"),
    "Chat und E-Mail": ("Leonie Wagner, Teamleiterin Chat", "Kevin Schulze, Chat", "Merve Aydın, E-Mail"),
    "Beschwerden": ("[gregor] Gregor Grau, Leiter Beschwerden", "[karla] Karla Kraus, Beschwerden", "Nils Bergmann, Beschwerden"),
    "Logistik": ("Oliver Stein, Leiter Logistik",),
    "Lager": ("Zoran Petrović, Lagerleiter", "Michaela Busch, Versand", "Ahmet Kaya, Retouren"),
    "Auslieferung und Montage": ("Frank Lindemann, Disposition", "Uwe Sommer, Montage", "Jan Kowalski, Montage", "Peter Vogt, Montage", "Rico Blum, Auslieferung"),
    "Finanzen": ("Christine Albrecht, Leiterin Finanzen", "Stefan Maurer, Rechnungswesen", "Doris Engel, Mahnwesen"),
    "IT": ("[ada] Ada Adler, Leiterin IT", "[dario] Dario Dorn, Kundendaten", "Björn Hansen, Shop-Entwicklung", "Lin Chen, Schnittstellen"),
    "Personal": ("[lara] Lara Lindt, Kundenbindung", "Susanne Keller, Weiterbildung"),
}  # fmt: skip

GONE = "Robert Weiß"  # left last month, and nobody has taken over his touchpoints yet
AWAY = ("Leonie Wagner", "Kevin Schulze")  # on leave now, and who stands in
DOMAIN = "hainbuch.example"
LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ı": "i", "ć": "c", "ó": "o", "\u0307": ""}
PLAIN = {ord(letter): plain for letter, plain in LETTERS.items()}


def load(world: World) -> None:
    """Make units and people; `world.things["people"]` and `["units"]` hold them by name."""
    Company.objects.create(name=COMPANY, is_demo=True)
    units: dict[str, Unit] = {}
    for name, parent in UNITS:
        units[name] = Unit.objects.create(name=name, parent=units.get(parent))
    people = {person.name: person for person in make_people(world, units)}
    set_leads(units, people)
    Absence.objects.create(
        person=people[AWAY[0]],
        deputy=people[AWAY[1]],
        during=(world.ago(12), world.today + timedelta(days=40)),
        note="Elternzeit",
    )
    world.things |= {"people": people, "units": units}
    demo_brand.load(world)


def make_people(world: World, units: dict[str, Unit]) -> list[Person]:
    """Everybody, in one insert."""
    users = world.things["users"]
    people = []
    for unit, entries in PEOPLE.items():
        for entry in entries:
            key, named = entry[1:].split("] ") if entry.startswith("[") else ("", entry)
            name, position = named.split(", ", 1)
            people.append(
                Person(
                    user=users.get(key),
                    name=name,
                    email=users[key].email if key else f"{mail_name(name)}@{DOMAIN}",
                    position=position,
                    unit=units[unit],
                    is_sponsor=key == "sofia",
                    joined_on=date(
                        world.rng.randint(1998, world.today.year - 2), world.rng.randint(1, 12), 1
                    ),
                    left_on=world.ago(20) if name == GONE else None,
                )
            )
    return Person.objects.bulk_create(people)


def set_leads(units: dict[str, Unit], people: dict[str, Person]) -> None:
    """The first of a unit leads it, and is led by the first of the unit above."""
    heads = {unit: people[entries[0].split("] ")[-1].split(", ")[0]] for unit, entries in PEOPLE.items()}
    for person in people.values():
        unit = units[str(person.unit)]
        head = heads[unit.name]
        person.lead = head if person != head else heads.get(str(unit.parent))
    Person.objects.bulk_update(people.values(), ["lead"])


def mail_name(name: str) -> str:
    """first.last, as mail addresses are written."""
    plain = name.lower().removeprefix("dr. ").translate(PLAIN)
    return plain.replace(" ", ".")
