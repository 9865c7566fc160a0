"""The columns that a list of touchpoints may have, in the order of the export."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cxm.kit.importers import Field, Offer
from touchpoints.inventory.choices import Part
from touchpoints.inventory.imports import places, words
from touchpoints.inventory.imports.people import cut_people

MARKS = {part.value: part.label for part in Part}
NEW_PERSON = Offer("person", _("Record as a new person"))
CREATE = Offer("create", _("Create"))

FIELDS = (
    # What it is
    Field(
        "code", _("Code"), parse=words.line, max_length=20, unique=True,
        aliases=("TP-Code", "Touchpoint-Code", "ID", "Touchpoint-ID", "TP-Nr", "Kennung", "Key"),
        help=_("A known code changes that touchpoint, whatever its name."),
    ),
    Field(
        "name", _("Name"), required=True, parse=words.line, max_length=200,
        aliases=("Touchpoint", "Kontaktpunkt", "Bezeichnung", "Touchpoint-Name", "Titel", "Title", "Berührungspunkt",
                 "Kundenkontaktpunkt", "Customer Touchpoint", "Touch Point"),
    ),
    Field(
        "description", _("What happens here, seen by the customer"), parse=words.passage,
        aliases=("Beschreibung", "Kurzbeschreibung", "Description", "Was passiert", "Was hier geschieht", "Erläuterung",
                 "Was hier geschieht, aus Sicht des Kunden"),
    ),
    Field("status", _("Status"), options=places.STATUSES, aliases=("Zustand", "State", "Betriebsstatus")),
    Field("tags", _("Tags"), parse=words.tags, aliases=("Schlagworte", "Schlagwörter", "Stichworte", "Keywords")),
    # Where it stands
    Field(
        "phase", _("Phase"), options=places.phase_options, many=True,
        aliases=("Journey-Phase", "Customer-Journey-Phase", "Phase(n)", "Phasen", "CJ-Phase", "Journey Stage", "Stage",
                 "Kaufphase"),
        help=_("Of several the first one counts; the others are kept as further phases."),
    ),
    Field(
        "further_phases", _("Further phases"), options=places.phase_options, many=True,
        aliases=("Weitere Phasen", "Nebenphasen", "Auch in Phase", "Other phases"),
    ),
    Field(
        "channel", _("Channel"), options=places.channel_options, offers=(CREATE,),
        aliases=("Kanal", "Kontaktkanal", "Medium", "Kommunikationskanal", "Vertriebskanal"),
    ),
    Field("kind", _("Kind"), options=places.KINDS, aliases=("Art", "Typ", "Kontaktart", "Type", "Persönlich/digital")),
    Field(
        "is_direct", _("Direct contact"), parse=words.direct,
        aliases=("Direkter Kontakt", "Direkt", "Direkt/indirekt", "Direct"),
    ),
    Field(
        "ownership", _("Owned, paid or earned"), options=places.OWNERSHIPS,
        aliases=("Owned/Paid/Earned", "Paid/Owned/Earned", "POE", "Eigen, bezahlt oder verdient", "Ownership"),
    ),
    Field("market", _("Market"), parse=words.line, max_length=60, aliases=("Markt", "Land", "Region", "Country")),
    Field("languages", _("Languages"), parse=words.languages, aliases=("Sprachen", "Sprache", "Language")),
    Field(
        "opening_hours", _("Opening hours"), parse=words.line, max_length=120,
        aliases=("Öffnungszeiten", "Servicezeiten", "Erreichbarkeit", "Service hours"),
    ),
    # Who
    Field(
        "accountable", _("Accountable"), options=places.people_options, many=True, cut=cut_people, marks=MARKS,
        offers=(NEW_PERSON,),
        aliases=("Verantwortlich", "Verantwortliche", "Verantwortlicher", "Verantwortliche(r)", "Verantwortung",
                 "Owner", "Touchpoint-Owner", "Zuständig", "Zuständigkeit", "Ansprechpartner", "Owner(s)",
                 "Accountable (A)", "Responsible person", "Rechenschaftspflichtig"),
        help=_("Of several people the first one is accountable unless another is marked; the others are responsible."),
    ),
    *(
        Field(
            part.value, part.label, options=places.people_options, many=True, cut=cut_people, marks=MARKS,
            offers=(NEW_PERSON,), aliases=aliases,
        )
        for part, aliases in (
            (Part.RESPONSIBLE, ("Mitwirkend", "Mitwirkende", "Durchführung", "Durchführend", "Responsible (R)",
                                "Weitere Verantwortliche", "Ausführend", "Umsetzung")),
            (Part.DEPUTY, ("Stellvertretung", "Vertretung", "Stellvertreter", "Vertreter", "Stv.", "Backup")),
            (Part.CONSULTED, ("Beratend", "Zu Rate gezogen", "Consulted (C)", "Fachberatung")),
            (Part.INFORMED, ("Informiert", "Zu informieren", "Informed (I)", "Zur Kenntnis")),
        )
    ),
    # How much it matters
    Field(
        "contacts_per_month", _("Contacts per month"), parse=words.contacts,
        aliases=("Kontakte pro Monat", "Kontakte/Monat", "Kontaktvolumen", "Volumen", "Kontakte", "Anzahl Kontakte",
                 "Volume", "Frequenz"),
    ),
    Field(
        "importance_customer", _("Importance to customers"), options=places.IMPORTANCES, cut=words.importance_words,
        aliases=("Wichtigkeit für Kunden", "Bedeutung für Kunden", "Wichtigkeit", "Bedeutung", "Relevanz", "Priorität",
                 "Importance", "Kundenrelevanz"),
    ),
    Field(
        "importance_company", _("Importance to us"), options=places.IMPORTANCES, cut=words.importance_words,
        aliases=("Wichtigkeit für uns", "Bedeutung für uns", "Wichtigkeit Unternehmen", "Business value"),
    ),
    Field(
        "is_moment_of_truth", _("Moment of truth"), parse=words.mark,
        aliases=("MoT", "MoT?", "Moment of Truth?", "Moment der Wahrheit", "Schlüsselmoment"),
    ),
    Field(
        "moment_reason", _("Why it is a moment of truth"), parse=words.passage,
        aliases=("Warum Moment of Truth", "Begründung MoT", "Grund MoT", "Warum es ein Moment of Truth ist"),
    ),
    Field(
        "is_pain_point", _("Pain point"), parse=words.mark,
        aliases=("Painpoint", "Pain Point?", "Schmerzpunkt", "Problem", "Kritisch?"),
    ),
    Field(
        "pain_reason", _("Why it is a pain point"), parse=words.passage,
        aliases=("Warum Pain Point", "Problembeschreibung", "Was stört", "Warum es ein Pain Point ist"),
    ),
    Field(
        "is_best_practice", pgettext_lazy("touchpoint", "Best practice"), parse=words.mark,
        aliases=("Best Practice?", "Vorbild", "Vorbildlich"),
    ),
    Field(
        "practice_reason", _("Why it is best practice"), parse=words.passage,
        aliases=("Warum Best Practice", "Warum es Best Practice ist", "Was läuft gut"),
    ),
    # The customer's side
    Field(
        "customer_goal", _("What customers want to achieve here"), parse=words.passage,
        aliases=("Kundenziel", "Ziel des Kunden", "Customer goal", "Was Kunden hier erreichen wollen"),
    ),
    Field(
        "expectation", _("What customers expect"), parse=words.passage,
        aliases=("Erwartung", "Kundenerwartung", "Erwartungen", "Expectation", "Was Kunden erwarten"),
    ),
    Field(
        "customer_questions", _("What customers ask"), parse=words.passage,
        aliases=("Kundenfragen", "Fragen", "Typische Fragen", "Questions", "Was Kunden fragen"),
    ),
    Field(
        "feeling", _("Feeling today"), options=places.FEELING_OPTIONS, cut=words.feeling_words,
        aliases=("Emotion", "Gefühl", "Stimmung", "Gefühl heute", "Ist-Emotion", "Feeling"),
    ),
    Field(
        "target_feeling", _("Feeling we want"), options=places.FEELING_OPTIONS, cut=words.feeling_words,
        aliases=("Soll-Emotion", "Zielgefühl", "Gewünschtes Gefühl", "Target feeling"),
    ),
    Field("verdict", _("Verdict"), options=places.VERDICTS, aliases=("Urteil", "Bewertung", "Kundenurteil", "Rating")),
    Field(
        "audience", _("Personas and segments concerned"), parse=words.line, max_length=200,
        aliases=("Personas", "Zielgruppe", "Zielgruppen", "Segment", "Segmente", "Betroffene Personas und Segmente"),
    ),
    # What should happen (the standard)
    Field(
        "ideal_experience", _("Ideal experience"), parse=words.passage,
        aliases=("Ideales Erlebnis", "Ideales Kundenerlebnis", "Soll-Erlebnis", "Idealzustand", "Ideal"),
    ),
    Field("process", _("Process"), parse=words.passage, aliases=("Prozess", "Prozessbeschreibung", "Ablauf", "SOP")),
    Field("dos", _("Do"), parse=words.passage, aliases=("Do's", "Tun", "Das tun wir")),
    Field("donts", _("Don't"), parse=words.passage, aliases=("Don'ts", "Lassen", "Das lassen wir", "Nicht tun")),
    Field(
        "brand_promise", _("Brand promise kept here"), parse=words.passage,
        aliases=("Markenversprechen", "Brand promise", "Hier eingelöstes Markenversprechen"),
    ),
    Field(
        "service_level", _("Service level"), parse=words.line, max_length=200,
        aliases=("Servicelevel", "SLA", "Reaktionszeit"),
    ),
    Field(
        "delight", _("What surprises positively"), parse=words.passage,
        aliases=("Begeisterung", "Wow-Moment", "Was positiv überrascht", "Wow"),
    ),
    # How it works
    Field(
        "process_url", _("Process documentation"), parse=words.address,
        aliases=("Prozessdokumentation", "Link", "Prozess-Link", "URL", "Dokumentation"),
    ),
    Field(
        "hands_over_to", _("Hands over to"), parse=words.references,
        aliases=("Übergabe an", "Übergibt an", "Nächster Touchpoint", "Next touchpoint"),
    ),
    Field(
        "systems", _("Systems"), options=places.system_options, many=True, offers=(CREATE,),
        aliases=("Systeme", "System", "IT-System", "IT-Systeme", "Tool", "Tools", "Anwendung", "Software"),
    ),
    Field(
        "contents", _("Content"), options=places.content_options, many=True, offers=(CREATE,),
        aliases=("Inhalte", "Inhalt", "Contents", "Materialien", "Vorlagen"),
    ),
    Field(
        "data_shown", _("Customer data shown here"), parse=words.passage,
        aliases=("Gezeigte Kundendaten", "Angezeigte Daten", "Hier gezeigte Kundendaten"),
    ),
    Field(
        "data_captured", _("Customer data captured here"), parse=words.passage,
        aliases=("Erfasste Kundendaten", "Erfasste Daten", "Daten", "Hier erfasste Kundendaten"),
    ),
    Field(
        "consent_needed", _("Consent needed for the data captured"), parse=words.yes_or_no,
        aliases=("Einwilligung nötig", "Einwilligung erforderlich", "Einwilligung", "DSGVO-Einwilligung",
                 "Consent needed", "Consent", "Einwilligung für die erfassten Daten nötig"),
    ),
    Field("risks", _("Risks"), parse=words.passage, aliases=("Risiken", "Risiko", "Risk")),
    # How we know
    Field(
        "evidence", _("Evidence"), options=places.EVIDENCES, aliases=("Beleg", "Evidenz", "Belegstufe", "Datenlage"),
    ),
    Field(
        "evidence_on", _("Last evidence on"), parse=words.when,
        aliases=("Letzter Beleg am", "Belegt am", "Erhoben am", "Stand der Daten"),
    ),
    Field(
        "evidence_note", _("What the evidence is"), parse=words.passage,
        aliases=("Worin der Beleg besteht", "Quelle", "Belegtext", "Source"),
    ),
    # Care
    Field(
        "review_every", _("Review every … days"), parse=words.rhythm,
        aliases=("Prüfrhythmus", "Überprüfung alle … Tage", "Review-Rhythmus", "Turnus", "Prüfintervall"),
    ),
    Field(
        "last_reviewed_on", _("Last reviewed on"), parse=words.when,
        aliases=("Zuletzt geprüft am", "Letzte Prüfung", "Zuletzt überprüft", "Letzter Review", "Geprüft am"),
    ),
    Field(
        "trained_on", _("Staff trained on"), parse=words.when,
        aliases=("Mitarbeitende geschult am", "Geschult am", "Letzte Schulung", "Schulung am"),
    ),
    Field(
        "improved_on", _("Improved on"), parse=words.when,
        aliases=("Verbessert am", "Letzte Verbesserung am", "Verbesserung am"),
    ),
    Field(
        "improved_note", _("What was improved, and by whom"), parse=words.passage,
        aliases=("Was verbessert wurde und von wem", "Was verbessert wurde", "Verbesserung", "Letzte Verbesserung"),
    ),
)  # fmt: skip

TEXTS = tuple(field.code for field in FIELDS if field.parse in (words.passage, words.line))
"""Fields that hold text."""
