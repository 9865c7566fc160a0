"""What the demo's people know of a touchpoint besides its name: questions, data, risks, hours, where it leads, training.

Chance comes from the touchpoint's name, so that what is written here moves nothing else in the demo.
"""

from datetime import date
from random import Random
from typing import Any, NamedTuple

from cxm.kit.demo import SEED, World
from touchpoints.inventory.choices import Evidence


class Known(NamedTuple):
    """What is asked, shown, captured and feared in a channel, and when somebody is there."""

    asked: str
    shown: str
    captured: str
    risks: str
    hours: str


ALWAYS = "rund um die Uhr"
CHANNELS = {
    "phone": Known(
        "Wann kommt mein Möbel?\nMit wem spreche ich?\nMuss ich alles noch einmal erzählen?",
        "Name, Bestellungen und offene Anliegen aus der Kundendatei",
        "Anliegen, Rückrufnummer und Ergebnis des Gesprächs",
        "Wartezeit an Montagen; Anrufer werden nicht erkannt, solange Telefonanlage und Kundendatei nicht verbunden sind.",
        "Mo–Fr 8–19 Uhr, Sa 9–14 Uhr",
    ),
    "chat": Known(
        "Spreche ich mit einem Menschen?\nIst der Artikel noch da?",
        "Name und letzte Bestellung, sobald der Kunde angemeldet ist",
        "Verlauf des Gesprächs im Ticketsystem",
        "Zwei Gespräche zugleich führen zu Verwechslungen.",
        "täglich 9–21 Uhr",
    ),
    "email": Known(
        "Ist meine Nachricht angekommen?\nWer kümmert sich darum?",
        "Anrede, Bestellnummer und Liefertermin",
        "Öffnung und Klick, soweit eingewilligt; Antworten im Ticketsystem",
        "Abmeldungen kommen verspätet in der Kundendatei an.",
        ALWAYS,
    ),
    "shop": Known(
        "Passt das Möbel in mein Zimmer?\nWas kostet die Lieferung?\nWann ist es da?",
        "Kundenkonto, Merkliste, Bestand und Liefertermin",
        "Suchbegriffe, Warenkorb, Adresse und Zahlungsart",
        "Termine aus der Warenwirtschaft sind bis zu einen Tag alt.",
        ALWAYS,
    ),
    "branch": Known(
        "Darf ich probesitzen?\nKann ich das Muster mitnehmen?\nGilt der Preis auch im Shop?",
        "Angebote und Bestellungen, die in der Filiale angelegt wurden",
        "Kontaktdaten und Skizze zum Angebot",
        "Samstags fehlt Personal; Angebote aus Filiale und Shop stehen nicht in einer Akte.",
        "Mo–Sa 10–19 Uhr",
    ),
    "field_sales": Known(
        "Hält der Termin?\nWer haftet bis zur Abnahme?",
        "Projektakte mit Angeboten, Grundrissen und Ansprechpartnern",
        "Protokoll, Maße und Freigaben",
        "Wissen über das Objekt liegt bei einzelnen Personen.",
        "nach Vereinbarung",
    ),
    "website": Known(
        "Woher kommt das Holz?\nWas unterscheidet euch von anderen?",
        "keine",
        "Seitenaufrufe und Suchbegriffe, soweit eingewilligt",
        "Aussagen zur Herkunft müssen belegt bleiben.",
        ALWAYS,
    ),
    "product": Known(
        "Wer trägt das Möbel hoch?\nWas, wenn etwas beschädigt ist?",
        "Adresse, Zeitfenster und Stockwerk auf dem Lieferschein",
        "Unterschrift und Fotos der Abnahme",
        "Der Fahrer der Spedition gilt als unser Mitarbeiter; Schäden werden zu spät gemeldet.",
        "Mo–Fr 7–18 Uhr",
    ),
    "parcel": Known(
        "Ist alles dabei?\nWohin mit der Verpackung?",
        "Name und Anschrift auf dem Etikett",
        "Zustellstatus",
        "Bruch bei Glasteilen; fehlende Beschläge fallen erst beim Aufbau auf.",
        "Zustellung Mo–Sa",
    ),
    "invoice": Known(
        "Was habe ich schon bezahlt?\nWie lange habe ich Zeit?",
        "Bestellung, Anzahlung und Restbetrag",
        "Zahlungseingang",
        "Gutschriften brauchen drei Prüfungen und dauern deshalb.",
        "Rückfragen Mo–Fr 9–16 Uhr",
    ),
    "app": Known(
        "Warum soll ich die App laden?\nSieht meine Filiale dasselbe?",
        "Kundenkarte, Bestellungen, gespeicherte Räume",
        "Raummaße und Fotos, soweit freigegeben",
        "Fotos aus Wohnungen sind besonders zu schützen.",
        ALWAYS,
    ),
    "social": Known(
        "Gibt es das auch in Eiche?\nAntwortet hier jemand?",
        "öffentliches Profil",
        "Kommentare und Nachrichten",
        "Kritik bleibt öffentlich stehen, wenn niemand antwortet.",
        "betreut Mo–Fr 9–17 Uhr",
    ),
    "event": Known(
        "Muss ich mich anmelden?\nKann ich dort auch kaufen?",
        "Anmeldeliste",
        "Kontaktdaten mit Einwilligung",
        "Zusagen am Stand werden nicht immer festgehalten.",
        "laut Einladung",
    ),
}

AUDIENCE = {
    "awareness": "Paare vor dem Umzug, Familien mit Eigenheim",
    "consideration": "Familien mit Eigenheim, Planer von Objekten",
    "decision": "Entschlossene mit Angebot in der Hand",
    "closing": "Käufer mit Lieferung durch die Spedition",
    "retention": "Stammkunden mit Kundenkarte",
    "after_sales": "Kunden mit offenem Anliegen",
    "advocacy": "Begeisterte, Mitglieder des Kundenbeirats",
}

EVIDENCE_NOTES: dict[int, str] = {
    Evidence.ASSUMPTION: "",
    Evidence.STAFF: "Runde mit dem Team: Was hören wir jede Woche?",
    Evidence.SINGLE: "Anrufe und Nachrichten eines Monats gelesen.",
    Evidence.QUALITATIVE: "Zwölf Gespräche mit Kunden, je eine Stunde.",
    Evidence.QUANTITATIVE: "Befragung nach dem Kontakt, laufend seit letztem Jahr.",
}

HANDS_OVER = {
    "Suchanzeige": ("Kategorieseite", "Startseite"),
    "Startseite": ("Kategorieseite",),
    "Kategorieseite": ("Produktseite",),
    "Produktseite": ("Warenkorb", "Stoffmuster bestellen", "Beratung im Chat"),
    "Konfigurator für Tische": ("Warenkorb", "Beratung am Telefon"),
    "Beratung in der Filiale Hamburg": ("Angebot in der Filiale",),
    "Beratung in der Filiale Bremen": ("Angebot in der Filiale",),
    "Beratung in der Filiale Leipzig": ("Angebot in der Filiale",),
    "Erstgespräch im Objektgeschäft": ("Bemusterung vor Ort", "Angebot im Objektgeschäft"),
    "Angebot in der Filiale": ("Kaufvertrag in der Filiale",),
    "Angebot im Objektgeschäft": ("Auftrag im Objektgeschäft",),
    "Warenkorb": ("Bestellung abschließen",),
    "Bestellung abschließen": ("Zahlung", "Bestellbestätigung"),
    "Bestellbestätigung": ("Versandankündigung", "Sendungsverfolgung"),
    "Versandankündigung": ("Liefertermin vereinbaren", "Sendungsverfolgung"),
    "Liefertermin vereinbaren": ("Anlieferung mit Spedition",),
    "Anlieferung mit Spedition": ("Aufbau und Montage",),
    "Aufbau und Montage": ("Anruf nach der Lieferung", "Rechnung"),
    "Hotline nach dem Kauf": ("Beschwerde am Telefon", "Nachbesserung beim Kunden"),
    "Chat nach dem Kauf": ("Hotline nach dem Kauf",),
    "Beschwerde am Telefon": ("Antwort auf eine Beschwerde",),
    "Rücksendung anmelden": ("Rücksendung verpacken", "Gutschrift"),
    "Reklamation in der Filiale": ("Nachbesserung beim Kunden",),
}
"""Where customers go on from a touchpoint."""


def details(*, name: str, phase: str, channel: str, is_known: bool, evidence: int) -> dict[str, Any]:
    """More fields of a touchpoint: all of a well-known one, some of two in five others."""
    rng = Random(f"{SEED}-{name}")
    known = CHANNELS.get(channel)
    if known is None or not (is_known or rng.random() < 0.4):
        return {}
    found: dict[str, Any] = {
        "customer_questions": known.asked,
        "audience": AUDIENCE[phase],
        "opening_hours": known.hours,
        "evidence_note": EVIDENCE_NOTES[evidence],
    }
    if is_known:
        found |= {
            "data_shown": known.shown,
            "data_captured": known.captured,
            "risks": known.risks,
            "process_url": f"https://wiki.hainbuch.example/prozesse/{channel.replace('_', '-')}",
        }
    return found


def trained(world: World, name: str) -> date | None:
    """When staff were trained: at four of five with a standard, some of them before its newest version."""
    rng = Random(f"{SEED}-training-{name}")
    return world.ago(rng.randint(10, 320)) if rng.random() < 0.8 else None
