"""Single answers of customers, and single times: what surveys and tickets bring."""

from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from statistics import NormalDist
from typing import NamedTuple

from touchpoints.kpis.coding import Given
from touchpoints.kpis.demo.book import Book
from touchpoints.kpis.demo.story import Chance, Level, Story
from touchpoints.kpis.facts import Fact

SURVEY, TICKETS, CRM, PORTAL = "Umfrage", "Ticketsystem", "Kundendatei", "Bewertungsportal"
STEPS = [Decimal(number) for number in range(11)]

type Shares = tuple[tuple[int, float], ...]


class Asked(NamedTuple):
    """One question at one touchpoint: answers per month, and the share of the best ones (promoters, for NPS)."""

    code: str
    touchpoint: str
    per_month: float
    level: Level
    source: str = SURVEY


class Timed(NamedTuple):
    """Times of cases at one touchpoint: cases per month, median, and how widely they spread (sigma of the logarithm)."""

    code: str
    touchpoint: str
    per_month: float
    median: float
    spread: float
    source: str = TICKETS


DELIVERY = Level(0.79, 0.50, 0.82)
RECOMMENDS = Level(0.47, 0.34, 0.48, late=True)
CHAT = Level(0.54, ends_at=0.86)

ASKED = (
    Asked("CO4", "Produktseite", 34, Level(0.71)),
    Asked("CO4", "Konfigurator für Tische", 34, Level(0.55)),
    Asked("CO4", "Produktvergleich", 20, Level(0.52)),
    Asked("CO4", "Beratung im Chat", 80, CHAT),
    Asked("CO4", "Beratung am Telefon", 32, Level(0.70)),
    Asked("CO4", "Antwort auf eine Produktfrage", 25, Level(0.48)),
    Asked("CO4", "Beratung in der Filiale Hamburg", 26, Level(0.88)),
    Asked("CO4", "Beratung in der Filiale Bremen", 19, Level(0.84)),
    Asked("CO4", "Beratung in der Filiale Leipzig", 15, Level(0.80)),
    Asked("CO4", "Erstgespräch im Objektgeschäft", 4, Level(0.85)),
    Asked("CL2", "Bestellung abschließen", 85, Level(0.82)),
    Asked("CL2", "Kundenkonto anlegen", 30, Level(0.58)),
    Asked("CL2", "Kauf an der Kasse", 34, Level(0.88)),
    Asked("CL2", "Kaufvertrag in der Filiale", 25, Level(0.76)),
    Asked("CL2", "Auftrag im Objektgeschäft", 10, Level(0.82)),
    Asked("CL2", "Frage kurz vor dem Kauf", 45, Level(0.68, ends_at=0.86)),
    Asked("AS1", "Anlieferung mit Spedition", 75, DELIVERY),
    Asked("AS1", "Sendungsverfolgung", 58, Level(0.74, 0.45, 0.77)),
    Asked("AS1", "Liefertermin vereinbaren", 45, Level(0.76, 0.47, 0.80)),
    Asked("AS1", "Aufbau und Montage", 40, Level(0.91)),
    Asked("AS1", "Hotline nach dem Kauf", 48, Level(0.68)),
    Asked("AS1", "Chat nach dem Kauf", 60, Level(0.66, ends_at=0.87)),
    Asked("AS1", "Antwort vom Kundenservice", 36, Level(0.62)),
    Asked("AS1", "Rücksendung anmelden", 25, Level(0.80)),
    Asked("AS1", "Reklamation in der Filiale", 14, Level(0.74)),
    Asked("AS1", "Nachbesserung beim Kunden", 8, Level(0.77)),
    Asked("AS1", "Abnahme im Objektgeschäft", 0.6, Level(0.85)),  # mostly fewer than five in a quarter
    Asked("AS6", "Beschwerde am Telefon", 7, Level(0.61)),
    Asked("AS6", "Antwort auf eine Beschwerde", 5, Level(0.55)),
    Asked("AD1", "Pflegetipps nach vier Wochen", 135, RECOMMENDS),
    Asked("AD1", "Bitte um eine Bewertung", 95, RECOMMENDS),
    Asked("AD1", "Mein Konto", 60, RECOMMENDS),
    Asked("AD1", "Anruf nach der Lieferung", 36, Level(0.52, 0.38, 0.54, late=True)),
    Asked("AD1", "Stammkundenabend", 12, Level(0.66)),
    Asked("AD1", "Abnahme im Objektgeschäft", 9, Level(0.50, 0.36, 0.51, late=True)),
    Asked("AD5", "Bewertung im Portal", 45, Level(0.64), PORTAL),
    Asked("HB1", "Kundenkarte in der App", 60, Level(0.79)),
)

TIMED = (
    Timed("AS5R", "Antwort vom Kundenservice", 90, 5.2, 0.9),
    Timed("AS5R", "Antwort auf eine Beschwerde", 22, 3.4, 0.7),
    Timed("AS5R", "Antwort auf eine Produktfrage", 40, 21.0, 0.8),
    Timed("AS5L", "Antwort vom Kundenservice", 90, 22.0, 1.0),
    Timed("AS5L", "Antwort auf eine Beschwerde", 22, 52.0, 0.9),
    Timed("AS5L", "Hotline nach dem Kauf", 40, 9.0, 1.2),
    Timed("DE4", "Beratung in der Filiale Hamburg", 35, 6.5, 0.9, CRM),
    Timed("DE4", "Konfigurator für Tische", 50, 11.0, 0.8, CRM),
    Timed("DE4", "Angebot im Objektgeschäft", 10, 38.0, 0.6, CRM),
)

BELOW: dict[
    int, Shares
] = {  # the answers that are not among the best, the better first, and how they share the rest
    5: ((3, 0.50), (2, 0.28), (1, 0.22)),
    7: ((4, 0.44), (3, 0.27), (2, 0.17), (1, 0.12)),
}
BEST: dict[int, Shares] = {5: ((5, 0.56), (4, 0.44)), 7: ((7, 0.42), (6, 0.35), (5, 0.23))}
PROMOTERS, PASSIVES = ((10, 0.58), (9, 0.42)), ((8, 0.6), (7, 0.4))
DETRACTORS = ((6, 0.34), (5, 0.27), (4, 0.14), (3, 0.11), (2, 0.06), (1, 0.03), (0, 0.05))


@lru_cache(maxsize=4096)
def answers_of(highest: int, best: float) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The answers of a scale with the running sum of their shares; of NPS a promoter more is a detractor less."""
    groups: tuple[tuple[float, Shares], ...]
    if highest == 10:
        detractors = 0.16 + (0.5 - best) * 0.75
        groups = ((best, PROMOTERS), (1 - best - detractors, PASSIVES), (detractors, DETRACTORS))
    else:
        groups = ((best, BEST[highest]), (1 - best, BELOW[highest]))
    parts = [(answer, share * part) for share, group in groups for answer, part in group]
    return tuple(answer for answer, _part in parts), tuple(accumulate(part for _answer, part in parts))


def asked(book: Book, story: Story) -> Iterator[Fact]:
    """Every answer, one by one, with its number in the survey."""
    for place, question in enumerate(ASKED, 1):
        kpi, touchpoint = book.kpi(question.code), book.touchpoint(question.touchpoint)
        chance, dice = Chance(book.rng), Chance(book.rng)
        highest = kpi.scale[1] if kpi.scale else 5
        segment = book.segment_at(touchpoint)
        number = 0
        for day in story.days:
            level = round(question.level.on(story, day), 3)
            answers, sums = answers_of(highest, level)
            for _time in range(dice.whole(question.per_month * 12 / 365 * story.season(day))):
                number += 1
                answer = answers[min(bisect_right(sums, chance()), len(answers) - 1)]
                yield Fact(
                    kpi=kpi, day=day, given=Given(value=STEPS[answer]), touchpoint=touchpoint, segment=segment,
                    source=question.source, external_id=f"{question.code}-{place}-{number}",
                )  # fmt: skip


def timed(book: Book, story: Story) -> Iterator[Fact]:
    """Every time, one by one, with the number of its case."""
    for place, line in enumerate(TIMED, 1):
        kpi, touchpoint = book.kpi(line.code), book.touchpoint(line.touchpoint)
        chance, dice = Chance(book.rng), Chance(book.rng)
        shape = NormalDist(0.0, line.spread)
        number = 0
        for day in story.days:
            for _time in range(dice.whole(line.per_month * 12 / 365 * story.season(day))):
                number += 1
                value = line.median * 2.718281828 ** shape.inv_cdf(min(0.999, max(0.001, chance())))
                yield Fact(
                    kpi=kpi, day=day, given=Given(value=Decimal(f"{value:.1f}")), touchpoint=touchpoint,
                    segment=book.segment_at(touchpoint), source=line.source,
                    external_id=f"{line.code}-{place}-{number}",
                )  # fmt: skip
