"""What the demo's people have written: standards by channel, and more for the touchpoints that decide."""

from typing import NamedTuple


class House(NamedTuple):
    """How this company wants a channel to feel: ideal experience, process, do, don't, service level."""

    goal: str
    expects: str
    ideal: str
    process: str
    dos: str
    donts: str
    level: str


HOUSES = {
    "phone": House(
        "Schnell mit einem Menschen sprechen, der weiterhilft",
        "Kurze Wartezeit, ein Name, eine klare Antwort",
        "Nach spätestens drei Klingelzeichen meldet sich jemand mit Namen, kennt die Bestellung und löst das Anliegen im selben Gespräch.",
        "1. Anruf annehmen, Namen nennen\n2. Kundenkonto öffnen, Bestellung bestätigen\n3. Anliegen wiederholen, lösen oder Rückruf mit Uhrzeit zusagen\n4. Ergebnis im Kundenkonto festhalten",
        "Beim Namen nennen, Zusagen mit Datum geben, zum Schluss fragen, ob alles geklärt ist",
        "Weiterverbinden ohne Übergabe, auf andere Abteilungen verweisen",
        "80 % der Anrufe in 30 Sekunden angenommen",
    ),
    "chat": House(
        "Eine Frage nebenbei klären, ohne anzurufen",
        "Antwort in weniger als einer Minute, auch am Abend",
        "Die erste Antwort kommt in 40 Sekunden, sie beantwortet genau die gestellte Frage und nennt auf Wunsch das passende Möbel dazu.",
        "1. Begrüßen\n2. Frage zurückspiegeln\n3. Antworten, Produktseite verlinken\n4. Verlauf ins Kundenkonto übernehmen",
        "Kurze Sätze, ein Gedanke je Nachricht",
        "Textbausteine ohne Bezug, zwei Kunden verwechseln",
        "Erste Antwort in 40 Sekunden, 9 bis 21 Uhr",
    ),
    "email": House(
        "Eine verbindliche Auskunft schriftlich haben",
        "Antwort am selben Tag, verständlich und vollständig",
        "Die Nachricht sagt im ersten Satz, worum es geht und was als Nächstes geschieht. Rückfragen sind nicht nötig.",
        "1. Anlass prüfen\n2. Vorlage wählen und anpassen\n3. Vier-Augen-Prüfung bei Beträgen über 500 €\n4. Senden, Wiedervorlage setzen",
        "Betreff mit Bestellnummer, ein Ansprechpartner mit Durchwahl",
        "Fachwörter aus dem Lager, mehr als ein Anliegen je Nachricht",
        "Antwort innerhalb von 4 Arbeitsstunden",
    ),
    "shop": House(
        "Ohne Umwege finden und kaufen, was passt",
        "Klare Angaben zu Maß, Material, Preis und Lieferzeit",
        "Alles, was für die Entscheidung nötig ist, steht auf einer Seite; Preis und Liefertermin ändern sich bis zum Kauf nicht mehr.",
        "1. Daten aus dem Warenwirtschaftssystem prüfen\n2. Änderung in der Testumgebung abnehmen\n3. Freigabe durch Online-Shop\n4. Nach sieben Tagen Abbruchquote ansehen",
        "Liefertermin als Datum zeigen, Maße in Zentimetern",
        "Versteckte Kosten, Pflichtfelder ohne Grund",
        "Seite in 2 Sekunden geladen, 99,8 % verfügbar",
    ),
    "branch": House(
        "Anfassen, vergleichen und ehrlich beraten werden",
        "Zeit, Fachwissen und kein Drängen",
        "Nach zwei Minuten spricht uns jemand freundlich an, hört zu, zeigt höchstens drei passende Möbel und schickt das Angebot noch am selben Tag.",
        "1. Ansprechen und Bedarf klären\n2. Drei Vorschläge zeigen\n3. Skizze und Angebot erstellen\n4. Nach zwei Tagen nachfragen",
        "Sitzprobe anbieten, Muster mitgeben",
        "Mit dem Angebot von heute drängen",
        "Ansprache in 2 Minuten, Angebot am selben Tag",
    ),
    "field_sales": House(
        "Verlässlich planen können",
        "Termine werden gehalten, Zusagen sind schriftlich",
        "Der Besuch ist vorbereitet, das Protokoll kommt am nächsten Morgen, jede offene Frage hat einen Namen und ein Datum.",
        "1. Unterlagen prüfen\n2. Termin vor Ort\n3. Protokoll in 24 Stunden\n4. Angebot in fünf Arbeitstagen",
        "Muster mitbringen, Grundriss vorher ansehen",
        "Preise aus dem Kopf nennen",
        "Protokoll in 24 Stunden, Angebot in 5 Arbeitstagen",
    ),
    "website": House(
        "Sich ein Bild machen",
        "Ehrliche Angaben, schöne Bilder, schnelle Seiten",
        "Wer die Seite verlässt, weiß, was uns unterscheidet und welcher Schritt der nächste ist.",
        "1. Redaktionsplan\n2. Text und Bild\n3. Freigabe durch Marke und Inhalte\n4. Jährliche Prüfung auf Gültigkeit",
        "Du-freie, klare Sprache; Bilder aus echten Wohnungen",
        "Superlative ohne Beleg",
        "Seite in 2 Sekunden geladen",
    ),
    "product": House(
        "Das Möbel steht heil und richtig an seinem Platz",
        "Pünktlich, sauber, freundlich",
        "Das Team kommt im zugesagten Zweistundenfenster, schützt Böden und Wände, baut auf, prüft gemeinsam und nimmt die Verpackung mit.",
        "1. Anruf 60 Minuten vorher\n2. Schutzmatten legen\n3. Aufbauen und ausrichten\n4. Gemeinsame Abnahme mit Foto\n5. Verpackung mitnehmen",
        "Schuhüberzieher tragen, Abnahme gemeinsam machen",
        "Ware vor der Tür abstellen, Mängel kleinreden",
        "95 % im zugesagten Zweistundenfenster",
    ),
    "parcel": House(
        "Heile Ware, leicht ausgepackt",
        "Wenig Müll, klare Hinweise",
        "Das Paket lässt sich ohne Messer öffnen, obenauf liegt eine Karte mit dem nächsten Schritt.",
        "1. Packliste prüfen\n2. Kanten schützen\n3. Karte beilegen\n4. Foto vor dem Verschließen",
        "Papier statt Folie",
        "Ein Karton für zwei Bestellungen",
        "Weniger als 0,8 % Transportschäden",
    ),
    "invoice": House(
        "Verstehen, wofür man bezahlt",
        "Richtig, rechtzeitig, lesbar",
        "Die Rechnung stimmt mit der Bestellbestätigung überein und erklärt jeden Posten in einem Satz.",
        "1. Lieferung gebucht\n2. Rechnung erzeugen\n3. Stichprobe je Woche\n4. Versand am Liefertag",
        "Ansprechpartner mit Durchwahl nennen",
        "Sammelrechnung ohne Zuordnung",
        "Versand am Tag der Lieferung",
    ),
}

SOCIAL = House(
    "Anregung für die eigene Wohnung",
    "Echte Wohnungen statt Hochglanz",
    "Ein Beitrag zeigt ein Möbel im Alltag, nennt Holz und Maß und beantwortet Fragen noch am selben Tag.",
    "1. Motiv wählen\n2. Rechte klären\n3. Veröffentlichen\n4. Kommentare am selben Tag beantworten",
    "Fragen öffentlich beantworten",
    "Kritik löschen",
    "Antwort am selben Tag",
)
HOUSES |= dict.fromkeys(("social", "ad", "app", "event", "letter", "review_site"), SOCIAL)

IMPROVED: dict[str, tuple[int, str]] = {
    "Beratung im Chat": (150, "Abendschicht bis 21 Uhr eingeführt (Leonie Wagner): erste Antwort in 40 Sekunden statt in vier Minuten."),
    "Chat nach dem Kauf": (140, "Bestellung im Chat sichtbar gemacht (Leonie Wagner, Lin Chen): Rückfragen nach der Nummer entfallen."),
    "Anlieferung mit Spedition": (60, "Neues Zeitfenster mit der Spedition vereinbart (Mia Meyer)."),
}  # fmt: skip
"""By touchpoint: how many days ago it was improved, and what was done by whom."""

CAPTURED: dict[str, tuple[str, bool]] = {
    "chat": ("Name, E-Mail, Verlauf des Gesprächs", True),
    "shop": ("Adresse, Bestellung, Zahlungsart", False),
    "email": ("E-Mail, Öffnungen und Klicks", True),
    "phone": ("Rufnummer, Anliegen, Ergebnis", False),
}
"""By channel: which customer data is captured, and whether customers have to consent."""

REASONS = {
    "Konfigurator für Tische": ("Wer hier scheitert, kauft nicht.", "Jeder Vierte bricht beim Schritt Holzart ab, weil Preise erst am Ende erscheinen."),
    "Produktseite": ("Hier entscheidet sich, ob das Möbel in die engere Wahl kommt.", ""),
    "Produktvergleich": ("", "Maße und Material stehen in unterschiedlichen Einheiten."),
    "Beratung in der Filiale Hamburg": ("Der erste persönliche Eindruck von der Marke.", ""),
    "Erstgespräch im Objektgeschäft": ("Vertrauen entsteht im ersten Termin oder gar nicht.", ""),
    "Antwort auf eine Produktfrage": ("", "Antworten dauern zwei Tage und verweisen auf die Produktseite."),
    "Lieferzeitanzeige": ("Der zugesagte Termin ist das Versprechen, an dem alles Weitere gemessen wird.", "Nach dem Wechsel der Spedition stimmten die Termine monatelang nicht."),
    "Bestellung abschließen": ("Vier von fünf Abbrüchen geschehen hier.", ""),
    "Kundenkonto anlegen": ("", "Das Passwort verlangt Sonderzeichen, ohne es zu sagen."),
    "Versandankündigung": ("Kunden nehmen sich für diesen Tag frei.", "Die Nachricht kam im Frühjahr oft erst nach der Lieferung."),
    "Liefertermin vereinbaren": ("Die Spedition ist für Kunden ein Teil von uns.", "Zusagen der Disposition wurden von der Spedition nicht gehalten."),
    "Anlieferung mit Spedition": ("Der Moment, auf den Kunden Wochen gewartet haben.", "Zweistundenfenster wurden nur in zwei von drei Fällen gehalten."),
    "Aufbau und Montage": ("Jetzt steht das Möbel zum ersten Mal in der Wohnung.", ""),
    "Hotline nach dem Kauf": ("Wer anruft, hat meist schon gewartet.", "Fragen nach dem Liefertermin binden die halbe Mannschaft."),
    "Antwort vom Kundenservice": ("", "Rückfragen, weil die Antwort nur einen Teil klärt."),
    "Sendungsverfolgung": ("Unsicherheit über den Termin ist der häufigste Grund für Anrufe.", "Die Spedition meldet den Status nur einmal am Tag."),
    "Beschwerde am Telefon": ("Eine gut gelöste Beschwerde bindet stärker als eine Lieferung ohne Fehler.", ""),
    "Antwort auf eine Beschwerde": ("Hier zeigt sich, ob wir unser Versprechen ernst meinen.", ""),
}  # fmt: skip

SYSTEMS = (
    ("Hainbuch Shop", "shop", "Eigenentwicklung"),
    ("Warenwirtschaft", "erp", "Nordsoft"),
    ("Kundendatei", "crm", "Relata"),
    ("Telefonanlage", "cti", "Tonlinie"),
    ("Redaktionssystem", "cms", "Blattwerk"),
    ("Bilddatenbank", "mam", "Blattwerk"),
    ("Newsletter-System", "marketing", "Postwurf"),
    ("Ticketsystem", "service", "Anliegen"),
    ("Speditionsportal", "other", "Frachtfuchs"),
    ("Webanalyse", "analytics", "Zählwerk"),
)

FLOWS = (
    ("Hainbuch Shop", "Warenwirtschaft", "Bestellungen", "API", "works"),
    ("Warenwirtschaft", "Hainbuch Shop", "Bestand und Liefertermin", "stündlich", "works"),
    ("Warenwirtschaft", "Speditionsportal", "Lieferaufträge", "Datei je Nacht", "works"),
    ("Speditionsportal", "Warenwirtschaft", "Lieferstatus", "API", "works"),
    ("Speditionsportal", "Hainbuch Shop", "Sendungsverfolgung", "einmal am Tag", "manual"),
    ("Hainbuch Shop", "Kundendatei", "Kundenkonten", "API", "works"),
    ("Telefonanlage", "Kundendatei", "Anrufer erkennen", "", "missing"),
    ("Ticketsystem", "Kundendatei", "Verlauf der Anliegen", "Export je Woche", "manual"),
    ("Newsletter-System", "Kundendatei", "Abmeldungen", "API", "broken"),
    ("Kundendatei", "Newsletter-System", "Zielgruppen", "API", "planned"),
)

CONTENTS = (
    ("Pflegeanleitung Massivholz", "text", "Clara Fröhlich", 210),
    ("Video: Tisch aufbauen", "video", "Clara Fröhlich", 400),
    ("Vorlage Angebot", "template", "Ute Möller", 35),
    ("Vorlage Antwort auf eine Beschwerde", "template", "Gregor Grau", 120),
    ("Leitfaden Rückruf", "script", "Dirk Hoffmann", -18),
    ("Katalog 2026", "print", "Clara Fröhlich", 39),
    ("Text Liefertermin", "mail", "Michaela Busch", -4),
    ("Text Bitte um Bewertung", "mail", "", 90),
    ("Bilder Werkstatt", "image", "Clara Fröhlich", 600),
    ("Formular Rücksendung", "form", "Ahmet Kaya", 260),
    ("Garantiebedingungen", "text", "", -60),
    ("Newsletter-Vorlage", "mail", "Annika Böhm", 180),
)
