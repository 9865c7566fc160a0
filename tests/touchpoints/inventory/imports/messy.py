"""A German Excel list of 300 touchpoints as somebody has kept it for years, with every mess that such lists have.

Title lines and a heading in two rows, merged cells, blank lines, headings printed again, a sum below; phases in
German, English, numbered and misspelt; several owners in a cell, people nobody knows, parts in brackets; dates,
numbers, yes and no written in every way; doubles. Two cells are beyond guessing (`Messy.faults`). Deterministic.
"""

import io
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from typing import Any, NamedTuple

import xlsxwriter

HEADS = (
    "Lfd.", "Touchpoint", "Phase", "Kanal", "Verantwortlich", "Wichtigkeit", "Kontakte / Monat", "MoT?",
    "Pain Point?", "Status", "Letzte Prüfung", "Turnus", "Schlagworte", "Emotion", "Systeme", "Erwartung", "Bemerkung",
)  # fmt: skip
GROUPS = (("Was", 0, 1), ("Wo", 2, 3), ("Wer", 4, 4), ("Gewicht", 5, 8), ("Pflege", 9, 12), ("Kunde", 13, 16))
HEAD_ROW = 6  # of the workbook, from 1
TOTAL = 300

PEOPLE = (
    ("Anna Müller", "anna.mueller@example.org"),
    ("Bernd Schmidt", "bernd.schmidt@example.org"),
    ("Berna Kaya", "berna.kaya@example.org"),
    ("Cem Öztürk", "cem.oeztuerk@example.org"),
    ("Dr. Vera Lüders", "vera.lueders@example.org"),
    ("Jörg Weiß", "joerg.weiss@example.org"),
)
"""People whom the company knows."""

OWNERS = (
    "Müller", "Anna Müller", "Müller, Anna", "A. Müller", "Mueller, Anna", "anna.mueller@example.org", "Frau Müller",
    "Müller / Schmidt", "Anna Müller; Bernd Schmidt", "Schmidt und Kaya", "Anna Müller (Vertretung: B. Kaya)",
    "Kaya, Berna", "B. Kaya", "Öztürk", "Oeztuerk, Cem", "Cem Öztürk (Info: Lüders)", "Lüders (A), Weiß (R)",
    "Dr. Lüders", "Weiss", "Jörg Weiß & Cem Öztürk", "Schmidt, Stv. Kaya", "N.N.", "offen", "-", "",
)  # fmt: skip
NEWCOMERS = ("Meier, Hans", "Petra Neu")
"""People whom only the list knows."""

PHASES = {
    "awareness": ("Awareness", "1 - Awareness", "Aufmerksamkeit", "Phase 1", "Awarness"),
    "consideration": ("Consideration", "2 - Consideration", "Recherche", "CONSIDERATION", "Consideraton"),
    "decision": ("Decision", "Entscheidung", "3. Decision", "Decision, Closing", "Desicion"),
    "closing": ("Closing", "Kaufabschluss", "Kauf", "4 Closing", "Abschluss"),
    "retention": ("Retention", "Kundenbindung", "Bindung", "5 - Retention", "Retention"),
    "after_sales": ("After-Sales", "After Sales", "Nach dem Kauf", "Service", "After Salse"),
    "advocacy": ("Advocacy", "Empfehlung", "Weiterempfehlung", "7 - Advocacy", "Advocasy"),
}
CHANNELS = {
    "website": ("Website", "Webseite", "Homepage"),
    "shop": ("Shop", "Online-Shop", "Webshop"),
    "email": ("E-Mail", "Mail", "Newsletter"),
    "phone": ("Telefon", "Hotline", "Telefonn"),
    "branch": ("Filiale", "Laden", "POS"),
    "social": ("Social Media", "Instagram", "Soziale Medien"),
    "letter": ("Brief", "Mailing", "Post"),
    "parcel": ("Paket", "Lieferung", "Versand"),
    "infoterminal": ("Infoterminal", "Infoterminal", "Infoterminal"),
}
NOUNS = {
    "website": ("Startseite", "Ratgeber", "Produktseite", "Suche", "FAQ-Seite", "Kontaktformular", "Filialfinder"),
    "shop": ("Warenkorb", "Bezahlseite", "Merkliste", "Konfigurator", "Kundenkonto", "Lieferzeit", "Retourenportal"),
    "email": ("Begrüßungsmail", "Bestellbestätigung", "Versandmail", "Erinnerung", "Geburtstagsgruß", "Umfrage"),
    "phone": ("Bestellhotline", "Rückruf", "Beratungsgespräch", "Beschwerdeanruf", "Terminabsprache"),
    "branch": ("Begrüßung", "Beratung", "Kasse", "Umtausch", "Schaufenster", "Probesitzen"),
    "social": ("Beitrag", "Story", "Kommentarantwort", "Direktnachricht", "Gewinnspiel"),
    "letter": ("Katalog", "Einladung", "Garantiekarte", "Mahnung", "Dankesbrief"),
    "parcel": ("Verpackung", "Beilegekarte", "Zustellung", "Abstellort", "Retourenschein"),
    "infoterminal": ("Wegweiser", "Preisauskunft", "Bestandsauskunft"),
}  # fmt: skip
LINES = (
    "Tische",
    "Stühle",
    "Betten",
    "Küchen",
    "Garten",
    "Büro",
    "Objekt",
    "Kinder",
    "Bad",
    "Licht",
    "Teppiche",
    "Polster",
)

IMPORTANCE = ("hoch", "mittel", "niedrig", "sehr hoch", "4", 5, "3/5", "80 %", "A", "", "gering")
CONTACTS = (
    "1.200",
    "ca. 500",
    350,
    "12k",
    "2,5 Tsd.",
    "rund 900",
    "400-600",
    "300 / Monat",
    "",
    75.0,
    "> 100",
)
MARKS = ("x", "", "ja", "nein", "✓", "", "X", "", "1", "")
STATES = ("aktiv", "geplant", "live", "", "in Betrieb", "läuft aus", "eingestellt", "in Planung")
DATES = (
    "1.3.24",
    "März 2024",
    45352,
    "2024-03-01",
    "01.03.2024",
    "",
    "Q1 2024",
    "03/2024",
    date(2024, 3, 1),
    "",
)
RHYTHMS = ("halbjährlich", 180, "6 Monate", "", "vierteljährlich", "jährlich", "90 Tage")
TAGS = ("vip, neu", "#b2b #filiale", "A; B", "", "Prio1", "2024, Relaunch")
FEELINGS = ("++", "+", "0", "-", "--", "gut", "", "schlecht", 1)
SYSTEMS = ("Shopware", "SAP; Shopware", "SAP", "", "CRM / Shopware")
KNOWN_SYSTEMS = ("Shopware", "CRM")
NEW_SYSTEM = "SAP"

DOUBLES = 3

ANNA, BERND, BERNA, CEM, VERA, JOERG = (name for name, _email in PEOPLE)
OWNERS_MEANT: tuple[str | None, ...] = (
    ANNA, ANNA, ANNA, ANNA, ANNA, ANNA, ANNA, ANNA, ANNA, BERND, ANNA, BERNA, BERNA, CEM, CEM, CEM, VERA, VERA, JOERG,
    JOERG, BERND, None, None, None, None,
)  # fmt: skip
"""Who is accountable, by the cells in `OWNERS`; read by a human, not by the program."""
NEWCOMERS_MEANT = ("Hans Meier", "Petra Neu")
CONTACTS_MEANT = (1200, 500, 350, 12_000, 2500, 900, 500, 300, None, 75, 100)
STATES_MEANT = ("active", "planned", "active", "active", "active", "phasing_out", "shut_down", "planned")
MARCH = date(2024, 3, 1)
DATES_MEANT = (MARCH, MARCH, MARCH, MARCH, MARCH, None, date(2024, 1, 1), MARCH, MARCH, None)


class Meant(NamedTuple):
    """What a human reads in a row; the fields are those of a touchpoint and of its accountable person."""

    name: str
    phase: str | None
    channel: str
    owner: str | None
    contacts: int | None
    status: str
    reviewed_on: date | None

    @property
    def is_orphan(self) -> bool:
        """Customers meet it, and nobody is named who answers for it."""
        return self.owner is None and self.status in ("active", "phasing_out")


class Fault(NamedTuple):
    """A cell that cannot be guessed: its row in the workbook, its field, what it says, and what it should say."""

    row: int
    field: str
    text: str
    right: str


class Messy(NamedTuple):
    """The list, its faults, and the rows of the workbook that repeat an earlier touchpoint."""

    content: bytes
    faults: tuple[Fault, ...]
    doubles: tuple[int, ...]
    meant: tuple[Meant, ...]


DECISIONS: dict[str, dict[str, dict[str, Any]]] = {
    "phase": {
        text: {"value": code}
        for text, code in (
            ("Awarness", "awareness"), ("Consideraton", "consideration"), ("Desicion", "decision"),
            ("After Salse", "after_sales"), ("Advocasy", "advocacy"),
        )
    },
    "channel": {"Telefonn": {"value": "phone"}, "Infoterminal": {"offer": "create"}},
    "systems": {NEW_SYSTEM: {"offer": "create"}},
    "accountable": {name: {"offer": "person"} for name in NEWCOMERS},
}  # fmt: skip
"""What a person says who is asked about the unknown words."""


def names() -> Iterator[tuple[str, str]]:
    """Three hundred names with their channel."""
    made = 0
    for line in cycle(LINES):
        for channel, nouns in NOUNS.items():
            for noun in nouns:
                yield f"{noun} {line}", channel
                made += 1
                if made == TOTAL:
                    return


def messy_list() -> Messy:
    """The workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Touchpoints 2026")
        book.add_worksheet("Notizen").write(0, 0, "bitte nicht löschen")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.merge_range(0, 0, 0, len(HEADS) - 1, "Touchpoint-Liste Holzwerk Nord", bold)
        sheet.write(1, 0, "Stand: 31. März 2026, Version 7 (Meier)")
        sheet.write(2, 0, "Bitte nur in dieser Datei pflegen!")
        for title, first, last in GROUPS:
            if first == last:
                sheet.write(HEAD_ROW - 2, first, title, bold)
            else:
                sheet.merge_range(HEAD_ROW - 2, first, HEAD_ROW - 2, last, title, bold)
        for column, head in enumerate(HEADS):
            sheet.write(HEAD_ROW - 1, column, head, bold)
        writer = _Writer(sheet, wrap, day)
        writer.write_all()
        sheet.write(writer.at + 1, 0, "Summe")
        sheet.write(writer.at + 1, 6, 123456)
        sheet.write(writer.at + 3, 0, "Quelle: Workshop Vertrieb und Service")
    return Messy(buffer.getvalue(), tuple(writer.faults), tuple(writer.doubles), tuple(writer.meant))


def meant(number: int, name: str, phase: str, channel: str) -> Meant:
    """What the row of this number means, by the turns of the wheels and the corrections of the two faults."""

    def turn[T](values: tuple[T, ...]) -> T:
        return values[number % len(values)]

    return Meant(
        name=" ".join(name.split()),
        phase=next((code for code, spellings in PHASES.items() if phase in spellings), None),
        channel=channel,
        owner=NEWCOMERS_MEANT[number % 2] if number % 75 == 20 else turn(OWNERS_MEANT),
        contacts=800 if number == 33 else turn(CONTACTS_MEANT),
        status=turn(STATES_MEANT),
        reviewed_on=date(2026, 2, 15) if number == 66 else turn(DATES_MEANT),
    )


class _Writer:
    """Writes the rows one below the other; `at` counts from 0."""

    def __init__(self, sheet: Any, wrap: Any, day: Any) -> None:
        self.sheet, self.wrap, self.day = sheet, wrap, day
        self.at = HEAD_ROW
        self.faults: list[Fault] = []
        self.doubles: list[int] = []
        self.meant: list[Meant] = []
        self.wheels = {
            name: cycle(values)
            for name, values in (
                ("owner", OWNERS), ("importance", IMPORTANCE), ("contacts", CONTACTS), ("moment", MARKS),
                ("pain", ("", "x", "", "Wartezeit zu lang", "", "nein", "")), ("status", STATES), ("date", DATES),
                ("rhythm", RHYTHMS), ("tags", TAGS), ("feeling", FEELINGS), ("systems", SYSTEMS),
            )
        }  # fmt: skip

    def write_all(self) -> None:
        """Three hundred touchpoints, the phase merged over some rows, and three doubles at the end."""
        rows = list(names())
        for number, (name, channel) in enumerate(rows):
            if number in (100, 200):
                self.blank_and_heading()
            self.row(number, self.dressed(name, number), self.phase(number), channel)
        self.merge_phases(HEAD_ROW + 10, 3)
        for number in range(DOUBLES):
            name, channel = rows[number * 7]
            self.doubles.append(self.at + 1)
            self.row(TOTAL + number, name.upper(), self.phase(number * 7), channel)

    def dressed(self, name: str, number: int) -> str:
        """A name with the blanks and breaks that creep in."""
        return f"  {name} " if number % 9 == 4 else name.replace(" ", "\n", 1) if number % 50 == 7 else name

    def phase(self, number: int) -> str:
        """A phase in one of its spellings; a few have none."""
        if number % 37 == 5:
            return ""
        spellings = PHASES[list(PHASES)[number * len(PHASES) // (TOTAL + DOUBLES)]]
        return spellings[number % len(spellings)]

    def blank_and_heading(self) -> None:
        """What a printout needs and a list does not."""
        self.at += 2
        for column, head in enumerate(HEADS):
            self.sheet.write(self.at, column, head)
        self.at += 1

    def row(self, number: int, name: str, phase: str, channel: str) -> None:
        """One touchpoint."""
        draw = {key: next(wheel) for key, wheel in self.wheels.items()}
        owner = NEWCOMERS[number % 2] if number % 75 == 20 else draw["owner"]
        contacts, day = draw["contacts"], draw["date"]
        if number == 33:
            contacts = self.fault("contacts_per_month", "viele", "800")
        if number == 66:
            day = self.fault("last_reviewed_on", "bald wieder", "15.02.2026")
        if number < TOTAL:
            self.meant.append(meant(number, name, phase, channel))
        spelling = CHANNELS[channel][number % 3]
        cells = (
            number + 1, name, phase, spelling, owner, draw["importance"], contacts, draw["moment"], draw["pain"],
            draw["status"], day, draw["rhythm"], draw["tags"], draw["feeling"], draw["systems"],
            "schnell und freundlich" if number % 4 else "", "siehe Workshop" if number % 11 == 0 else "",
        )  # fmt: skip
        for column, cell in enumerate(cells):
            self.cell(column, cell)
        self.at += 1

    def fault(self, field: str, text: str, right: str) -> str:
        """A cell beyond guessing."""
        self.faults.append(Fault(self.at + 1, field, text, right))
        return text

    def cell(self, column: int, cell: Any) -> None:
        """A cell by the type of its value; an empty one is not written at all."""
        if isinstance(cell, date):
            self.sheet.write_datetime(self.at, column, cell, self.day)
        elif cell != "":
            self.sheet.write(self.at, column, cell, self.wrap)

    def merge_phases(self, first: int, count: int) -> None:
        """One phase over several rows, as it looks tidy."""
        self.sheet.merge_range(first, 2, first + count - 1, 2, "Awareness", self.wrap)
