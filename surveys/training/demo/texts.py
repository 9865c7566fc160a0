"""What the courses of Hainbuch Möbel teach."""

from typing import Any, NamedTuple

from surveys.training.quizzes import Written


class Text(NamedTuple):
    """A course: lessons as title, text and touchpoint (empty: plain text), questions, and answers that pass or fail."""

    name: str
    summary: str
    months: int | None
    month: int | None
    lessons: tuple[tuple[str, str, str], ...]
    questions: tuple[Written, ...]
    right: dict[str, Any]
    wrong: dict[str, Any]


BRAND = Text(
    name="Wofür wir stehen",
    summary="Sie kennen Vision, Markenkern und Versprechen von Hainbuch und wissen, was daraus im Gespräch folgt.",
    months=None,
    month=3,
    lessons=(
        (
            "Warum es diese Schulung gibt",
            "Kundinnen und Kunden merken sich nicht unsere Broschüren, sondern **die eine Minute**, in der sie jemanden "
            "von uns gebraucht haben.\n\n## Drei Dinge nehmen Sie mit\n\n- was wir versprechen\n- woran man merkt, dass "
            "wir es halten\n- was Sie tun, wenn etwas nicht geht",
            "",
        ),
        (
            "Handwerklich, ehrlich, nah",
            "**Handwerklich** heißt: Wir wissen, wie das Möbel gebaut ist, und erklären es gern.\n\n**Ehrlich** heißt: Wir "
            "sagen offen, wenn etwas nicht geht, und zwar *bevor* jemand wartet.\n\n**Nah** heißt: Wir melden uns selbst. "
            "Niemand muss uns hinterhertelefonieren.\n\n> „Das geht bis Freitag nicht. Montag geht sicher. Soll ich den "
            "Montag festhalten?“",
            "",
        ),
        (
            "Unsere vier Versprechen",
            "1. Wir liefern an dem Tag, den wir zugesagt haben.\n2. Wer uns schreibt, hat am selben Tag eine Antwort.\n"
            "3. Was wir nicht wissen, finden wir heraus und melden uns.\n4. Geht etwas schief, machen wir es einmal "
            "richtig, ohne Nachfragen.\n\nWenn Sie ein Versprechen nicht halten können, sagen Sie es **sofort** und "
            "nennen Sie einen neuen Termin.",
            "",
        ),
    ),
    questions=(
        Written(
            "Ein Kunde fragt nach einem Termin, den wir nicht sicher halten können. Was sagen Sie?",
            "* Ich sage, dass es nicht sicher ist, und nenne den nächsten sicheren Termin. | Richtig: ehrlich, bevor "
            "jemand wartet.\nIch sage zu, das wird schon klappen. | Ein gebrochenes Versprechen wiegt schwerer als ein "
            "späterer Termin.\nIch verweise auf die Spedition. | Für die Kundin sind wir es, die liefern.",
        ),
        Written(
            "Was gehört zu unseren Versprechen?",
            "* Am zugesagten Tag liefern\n* Am selben Tag antworten\nImmer der niedrigste Preis | Das versprechen wir "
            "nicht.",
        ),
        Written(
            "Sie wissen die Antwort nicht. Was tun Sie?",
            "* Ich finde sie heraus und melde mich. | Richtig, das ist Versprechen 3.\nIch gebe die Nummer der "
            "Fachabteilung weiter. | Dann läuft der Kunde uns hinterher.",
        ),
    ),
    right={"q1": "a1", "q2": ["a1", "a2"], "q3": "a1"},
    wrong={"q1": "a2", "q2": ["a3"], "q3": "a1"},
)

DELIVERY = Text(
    name="Lieferversprechen halten",
    summary="Sie vereinbaren Termine, die halten, und wissen, was bei der Anlieferung an der Tür zählt.",
    months=12,
    month=None,
    lessons=(
        (
            "Der Termin ist das Versprechen",
            "Zwei von drei Beschwerden nach dem Kauf beginnen mit einem Termin, der nicht gehalten wurde. Deshalb gilt:\n\n"
            "- Nennen Sie nur Termine, die im Speditionsportal **bestätigt** sind.\n- Rufen Sie an, sobald sich etwas "
            "verschiebt, nicht erst am Liefertag.\n- Bieten Sie immer zwei neue Termine an.",
            "",
        ),
        (
            "Standard: Liefertermin vereinbaren",
            "Lesen Sie den Standard, wie er heute gilt.",
            "Liefertermin vereinbaren",
        ),
        ("Standard: Anlieferung", "So soll es an der Tür zugehen.", "Anlieferung mit Spedition"),
    ),
    questions=(
        Written(
            "Wann sagen Sie einen Liefertermin zu?",
            "* Wenn er im Speditionsportal bestätigt ist | Richtig.\nWenn er wahrscheinlich klappt | Daraus werden die "
            "meisten Beschwerden.",
        ),
        Written(
            "Die Lieferung verschiebt sich. Was gehört dazu?",
            "* Sofort anrufen\n* Zwei neue Termine anbieten\nAbwarten, ob es jemand merkt | Das merkt immer jemand.",
        ),
    ),
    right={"q1": "a1", "q2": ["a1", "a2"]},
    wrong={"q1": "a2", "q2": ["a3"]},
)

PHONE = Text(
    name="Am Telefon: der Hainbuch-Standard",
    summary="Sie führen ein Gespräch so, dass die Kundin danach weiß, was wann geschieht.",
    months=12,
    month=None,
    lessons=(
        (
            "Die ersten zwanzig Sekunden",
            "Melden Sie sich mit Vor- und Nachnamen, hören Sie zu Ende und **wiederholen Sie das Anliegen in einem Satz**. "
            "Erst dann fragen Sie nach der Auftragsnummer.\n\n> „Ihre Tischplatte hat einen Kratzer, und Sie hätten sie "
            "gern bis zum Geburtstag am Samstag. Habe ich das richtig verstanden?“",
            "",
        ),
        ("Standard: Hotline nach dem Kauf", "Dieser Standard gilt heute.", "Hotline nach dem Kauf"),
        (
            "Das Gespräch beenden",
            "Niemand legt auf, ohne zu wissen:\n\n1. was wir jetzt tun,\n2. bis wann,\n3. wer sich meldet.\n\nSchreiben Sie "
            "diese drei Punkte in den Vorgang, **bevor** Sie das nächste Gespräch annehmen.",
            "",
        ),
    ),
    questions=(
        Written(
            "Womit beginnt das Gespräch?",
            "* Mit Namen melden, zuhören, das Anliegen wiederholen | Richtig.\nMit der Frage nach der Auftragsnummer | "
            "Erst das Anliegen, dann die Nummer.",
        ),
        Written(
            "Was weiß die Kundin am Ende?",
            "* Was wir tun\n* Bis wann\n* Wer sich meldet\nWer schuld war | Das hilft niemandem weiter.",
        ),
    ),
    right={"q1": "a1", "q2": ["a1", "a2", "a3"]},
    wrong={"q1": "a2", "q2": ["a4"]},
)

COURSES = (BRAND, DELIVERY, PHONE)
