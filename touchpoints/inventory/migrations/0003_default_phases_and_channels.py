"""The phases and channels with which everybody starts: seven phases, five planning phases that cover them, channels.

Going back removes only what nothing refers to.
"""

from typing import Any, NamedTuple

from django.db import migrations
from django.db.models.deletion import ProtectedError


class NewPhase(NamedTuple):
    """A phase with both names, what the customer asks there, and the default phases that it covers."""

    code: str
    name_de: str
    name_en: str
    asks_de: str
    asks_en: str
    covers: tuple[str, ...] = ()


JOURNEY = (
    NewPhase(
        "awareness", "Awareness", "Awareness",
        "Was fehlt mir eigentlich, und wer könnte mir helfen?", "What do I really need, and who could help me?",
    ),
    NewPhase(
        "consideration", "Consideration", "Consideration",
        "Welche Lösungen kommen für mich infrage?", "Which solutions could work for me?",
    ),
    NewPhase(
        "decision", "Decision", "Decision",
        "Was spricht für dieses Angebot und was dagegen?", "What speaks for this offer, and what against it?",
    ),
    NewPhase(
        "closing", "Closing", "Closing",
        "Komme ich einfach und sicher an das, was ich kaufen möchte?", "Can I buy what I want simply and safely?",
    ),
    NewPhase(
        "retention", "Retention", "Retention",
        "Sind sie auch dann für mich da, wenn ich gerade nichts kaufe?", "Are they there for me when I am not buying?",
    ),
    NewPhase(
        "after_sales", "After Sales", "After sales",
        "Was habe ich noch davon, dass ich hier Kunde bin?", "What else is in it for me as a customer?",
    ),
    NewPhase(
        "advocacy", "Advocacy", "Advocacy",
        "Würde ich sie den Menschen empfehlen, die mir wichtig sind?", "Would I recommend them to people I care about?",
    ),
)  # fmt: skip

PLANNING = (
    NewPhase(
        "p1_know", "Kennenlernen", "Getting to know",
        "Warum sollte mich das interessieren?", "Why should this matter to me?", ("awareness",),
    ),
    NewPhase(
        "p2_research", "Recherche und Interesse", "Research and interest",
        "Wo finde ich heraus, was am besten zu mir passt?", "Where do I find out what suits me best?", ("consideration",),
    ),
    NewPhase(
        "p3_purchase", "Kauf", "Purchase",
        "Kann ich mich jetzt guten Gewissens entscheiden und bestellen?", "Can I decide and order with a good feeling now?",
        ("decision", "closing"),
    ),
    NewPhase(
        "p4_service", "Lieferung, Nutzung und Service", "Delivery, use and service",
        "Hält es, was versprochen war, und hilft mir jemand?", "Does it keep its promise, and does somebody help me?",
        ("closing", "after_sales"),
    ),
    NewPhase(
        "p5_loyalty", "Bindung und Empfehlung", "Loyalty and recommendation",
        "Komme ich wieder und erzähle davon?", "Shall I come back and tell others?",
        ("retention", "after_sales", "advocacy"),
    ),
)  # fmt: skip

MODELS = (
    ("journey", "Customer Journey", "Customer journey", True, JOURNEY),
    ("planning", "Planung in fünf Phasen", "Planning in five phases", False, PLANNING),
)

CHANNELS = (
    ("website", "Website", "Website", "digital", "owned"),
    ("shop", "Online-Shop", "Online shop", "digital", "owned"),
    ("app", "App", "App", "digital", "owned"),
    ("email", "E-Mail", "E-mail", "digital", "owned"),
    ("phone", "Telefon", "Telephone", "personal", "owned"),
    ("chat", "Chat", "Chat", "digital", "owned"),
    ("social", "Social Media", "Social media", "digital", "earned"),
    ("branch", "Filiale", "Branch", "personal", "owned"),
    ("field_sales", "Außendienst", "Field sales", "personal", "owned"),
    ("letter", "Brief", "Letter", "print", "owned"),
    ("invoice", "Rechnung", "Invoice", "print", "owned"),
    ("parcel", "Paket", "Parcel", "product", "owned"),
    ("event", "Veranstaltung", "Event", "personal", "owned"),
    ("review_site", "Bewertungsportal", "Review site", "digital", "earned"),
    ("ad", "Anzeige", "Advertisement", "digital", "paid"),
    ("product", "Produkt", "Product", "product", "owned"),
)


def add_defaults(apps: Any, schema_editor: Any) -> None:
    """Adds what is missing by its code; what is there stays as it is."""
    for code, name_de, name_en, is_default, phases in MODELS:
        model, _new = apps.get_model("inventory", "PhaseModel").objects.get_or_create(
            code=code, defaults={"name_de": name_de, "name_en": name_en, "is_default": is_default}
        )
        for position, phase in enumerate(phases, 1):
            add_phase(apps.get_model("inventory", "Phase"), model, position, phase)
    for position, (code, name_de, name_en, kind, ownership) in enumerate(CHANNELS, 1):
        apps.get_model("inventory", "Channel").objects.get_or_create(
            code=code,
            defaults={
                "name_de": name_de, "name_en": name_en, "kind": kind, "ownership": ownership, "position": position * 10,
            },
        )  # fmt: skip


def add_phase(phases: Any, model: Any, position: int, new: NewPhase) -> None:
    """One phase with what it covers, unless the model has it already."""
    texts = {"customer_question": new.asks_de, "customer_question_en": new.asks_en}
    phase, is_new = phases.objects.get_or_create(
        model=model,
        code=new.code,
        defaults={"name_de": new.name_de, "name_en": new.name_en, "position": position} | texts,
    )
    if is_new:
        phase.covers.set(phases.objects.filter(model__is_default=True, code__in=new.covers))


def remove_unused(apps: Any, schema_editor: Any) -> None:
    """Removes the defaults again where nothing refers to them."""
    for code, *_rest, phases in reversed(MODELS):
        for phase in phases:
            delete_if_free(
                apps.get_model("inventory", "Phase").objects.filter(model__code=code, code=phase.code)
            )
        delete_if_free(apps.get_model("inventory", "PhaseModel").objects.filter(code=code, phases=None))
    for code, *_rest in CHANNELS:
        delete_if_free(apps.get_model("inventory", "Channel").objects.filter(code=code))


def delete_if_free(rows: Any) -> None:
    """Deletes the rows unless something protects them."""
    try:
        rows.delete()
    except ProtectedError:
        return


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_constraints")]

    operations = [migrations.RunPython(add_defaults, remove_unused)]
