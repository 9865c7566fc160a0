"""Two closed waves and an open one: leaders think better of the house than employees do, and one theme improves."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pgtrigger
from django.utils import timezone

from cxm.kit.demo import SEED, World
from cxm.notices.models import Notice, OutgoingMail
from cxm.organisation.models import Person
from surveys.assessment.actions import end_task, give_task, take_over
from surveys.assessment.choices import TaskState
from surveys.assessment.instruments import C_FACTORS, HOUSE
from surveys.assessment.results import comments_of, results_of
from surveys.questionnaires.actions.answering import begin, finish, save_answers
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave, open_wave, plan_wave
from surveys.questionnaires.choices import Group, Kind, Turnout
from surveys.questionnaires.logic import UNKNOWN
from surveys.questionnaires.models import Concept, Invitation, Questionnaire, Wave
from surveys.questionnaires.sheet import Item, sheet_of

LEVELS = {
    "bond": 1.7, "service": 2.2, "appreciation": 1.5, "participation": 1.2, "personal": 2.7, "digital": 2.4,
    "delight": 2.0, "learning": 1.1, "verification": 0.9, "deepening": 1.3, "innovation": 1.6, "crm": 3.1,
    "figures": 2.0, "leadership": 2.6, "employees": 2.0, "processes": 1.4, "technology": 1.2, "content": 2.1,
    "data": 1.0,
}  # fmt: skip
"""What employees think on average, in steps."""
ROSY = {"leadership": 1.1, "employees": 1.0, "processes": 0.9, "service": 0.7, "figures": 0.6}
"""How much better leaders see it; everything else 0.3."""
BETTER = {"learning": 0.9, "verification": 0.7}
"""What was worked on between the waves."""
BEGUN = 228
"""Days ago, when the instruments were taken over."""
SILENT, CLUELESS = 0.12, 0.06
"""Shares of those who do not answer, and of single answers “don't know”."""
BUSY = ("emil", "otto")
"""Have not found the time yet, so that the demo shows how it is filled in."""
WISHES = (
    "Liefertermine nur zusagen, wenn das Lager sie bestätigt hat.",
    "Kunden sollten ihre Geschichte nicht dreimal erzählen müssen.",
    "Eine Person, die sich bei Reklamationen bis zum Ende kümmert.",
    "Mehr Zeit für Beratung am Samstag.",
    "Nach dem Aufbau einmal anrufen und fragen, ob alles passt.",
    "Im Chat sehen, was in der Filiale besprochen wurde.",
    "Weniger Werbung, dafür Pflegetipps zum gekauften Holz.",
    "Ersatzteile ohne Rückfrage schicken.",
    "Rechnungen, die man beim ersten Lesen versteht.",
    "Die Suche im Shop: Wer „Esstisch 2 m“ schreibt, findet nichts.",
    "Stammkunden beim Namen kennen.",
    "Ein gemeinsames Bild davon, was gute Beratung heißt.",
    "Bewertungen lesen und darauf antworten.",
)


def load(world: World) -> None:
    """Ask twice, read what was said, give two tasks, ask once more."""
    chance = Random(SEED + 3)
    mia = world.things["users"]["mia"]
    begun = moment(world, BEGUN, time(9))
    house = take_over(code=HOUSE, actor=mia, at=begun)
    weights = {"service": 2}
    first = asked(world, house, "Frühjahr", chance, days=200, weights=weights, better={})
    second = asked(world, house, "Herbst", chance, days=24, weights=weights, better=BETTER)
    for wave in (first, second):
        list(comments_of(wave, results_of(wave).table))
    tasks(world, second)
    short = take_over(code=C_FACTORS, actor=mia, at=begun)
    wave, invited = opened(world, short, "C-Faktoren, Probelauf", weights={})
    closes_at = moment(world, -12, time(18))
    Wave.objects.filter(pk=wave.pk).update(closes_at=closes_at)
    answer(world, wave, invited[::3], chance, {})


def asked(
    world: World,
    questionnaire: Questionnaire,
    name: str,
    chance: Random,
    *,
    days: int,
    weights: Mapping[str, float],
    better: Mapping[str, float],
) -> Wave:
    """A wave that was open for three weeks and closed so many days ago."""
    notices = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    wave, invited = opened(world, questionnaire, f"{name} {world.ago(days).year}", weights=weights)
    Notice.objects.filter(pk__gt=notices).delete()  # long read
    answer(world, wave, invited, chance, better)
    wave = close_wave(wave=wave, actor=world.things["users"]["mia"])
    closed_at = moment(world, days, time(18))
    with pgtrigger.ignore("questionnaires.Wave:frozen_when_open"):
        Wave.objects.filter(pk=wave.pk).update(
            opened_at=closed_at - timedelta(days=21), closes_at=closed_at, closed_at=closed_at
        )
    return Wave.objects.select_related("version", "questionnaire").get(pk=wave.pk)


def opened(
    world: World, questionnaire: Questionnaire, name: str, *, weights: Mapping[str, float]
) -> tuple[Wave, list[Invited]]:
    """A wave for everybody who is here; the letters have left."""
    mia = world.things["users"]["mia"]
    people: list[Person] = [one for one in world.things["people"].values() if one.left_on is None]
    leading = {one.lead_id for one in people}
    wave = plan_wave(questionnaire=questionnaire, name=name, weights=weights, actor=mia)
    mails = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    invited = open_wave(
        wave=wave, people=people, leaders=[one for one in people if one.pk in leading], actor=mia
    )
    OutgoingMail.objects.filter(pk__gt=mails).delete()
    Invitation.objects.filter(wave=wave).update(status=Turnout.SENT)
    return Wave.objects.select_related("version", "questionnaire").get(pk=wave.pk), invited


def answer(
    world: World, wave: Wave, invited: Iterable[Invited], chance: Random, better: Mapping[str, float]
) -> None:
    """Most of them fill it in."""
    busy = {world.things["users"][key].pk for key in BUSY}
    items = sheet_of(wave.version).items
    wishes = list(WISHES)
    chance.shuffle(wishes)
    for one in invited:
        person = one.invitation.person
        if chance.random() < SILENT or (person and person.user_id in busy):
            continue
        lift = chance.gauss(0, 0.3)  # some see everything brighter
        answers: dict[str, Any] = {
            item.code: step(item, one.invitation.group, lift, chance, better)
            for item in items
            if item.kind == Kind.MATURITY
        }
        if wishes and chance.random() < 0.4 and any(item.kind == Kind.LONG for item in items):
            answers["wish"] = wishes.pop()
        draft = begin(invitation=one.invitation, token=one.token, language="de")
        finish(draft=save_answers(draft=draft, answers=answers, page=1, language="de"))


def step(item: Item, group: str, lift: float, chance: Random, better: Mapping[str, float]) -> int | str:
    """What one person says."""
    if chance.random() < CLUELESS:
        return UNKNOWN
    level = LEVELS.get(item.code, 1.8) + better.get(item.code, 0.0) + lift
    if group == Group.LEADERS:
        level += ROSY.get(item.code, 0.3)
    return min(max(round(chance.gauss(level, 0.7)), 0), 4)


def tasks(world: World, wave: Wave) -> None:
    """One that is done, one that waits for Otto."""
    users, people = world.things["users"], world.things["people"]
    concepts = {
        concept.code: concept for concept in Concept.objects.filter(questionnaire=wave.questionnaire_id)
    }
    given = give_task(
        wave=wave, concept=concepts["data"], title="Kundendaten aus Shop und Filiale zusammenführen",
        note="Bitte mit der IT klären, welche Felder doppelt gepflegt werden.",
        person=people["Otto Özdemir"], due_on=world.today + timedelta(days=30), actor=users["mia"],
    )  # fmt: skip
    given = give_task(
        wave=wave, concept=concepts["verification"], title="Annahmen zu den Wunschkunden belegen",
        person=people["Jule Jansen"], due_on=world.today + timedelta(days=5), actor=users["mia"],
    )  # fmt: skip
    end_task(
        task=given, state=TaskState.DONE, outcome="Drei von fünf belegt, zwei verworfen.", actor=users["mia"]
    )


def moment(world: World, days: int, at: time) -> datetime:
    """A time on a day so many days ago; negative: to come."""
    return timezone.make_aware(datetime.combine(world.ago(days), at))
