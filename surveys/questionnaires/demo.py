"""Customers after the assembly of their furniture: a wave by letter that has closed, and one by a link that is open."""

from datetime import datetime, time
from random import Random
from typing import Any

import pgtrigger
from django.utils import timezone

from cxm.accounts.models import User
from cxm.kit.demo import SEED, World
from cxm.notices.models import OutgoingMail
from surveys.questionnaires.actions.answering import answer, begin_by_link, decline, finish, save_answers
from surveys.questionnaires.actions.inviting import make_link
from surveys.questionnaires.actions.versions import create_questionnaire, publish_version
from surveys.questionnaires.actions.waves import close_wave, open_wave, plan_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.customers import Customer
from surveys.questionnaires.models import Questionnaire, Wave, new_token

TOUCHPOINT = "Aufbau und Montage"
INVITED, ANSWERED, DECLINED, BY_LINK = 260, 120, 9, 38
OPENED, CLOSED = 66, 45  # days ago
LINKED, WRITTEN = 16, 73  # days ago
SMALLEST = 8  # answers shown together: as many as a distribution needs, so that blocks for the KPIs hide none
FIRST = ("Anna", "Bernd", "Ceyda", "Dirk", "Elif", "Frauke", "Georg", "Hanne", "Ines", "Jonas", "Karin", "Lars", "Mehmet",
         "Nele", "Olga", "Paul", "Rosa", "Sven", "Tanja", "Uwe")  # fmt: skip
LAST = ("Albers", "Brandt", "Celik", "Dorn", "Ehlers", "Fuchs", "Gerdes", "Hinz", "Ivanov", "Janssen", "Krüger", "Lorenz",
        "Marx")  # fmt: skip
NPS = ((10, 26), (9, 20), (8, 22), (7, 14), (6, 7), (5, 5), (3, 3), (1, 2), (0, 1))
CSAT = {10: (5, 5, 5, 4), 9: (5, 5, 4, 4), 8: (5, 4, 4, 4), 7: (4, 4, 3), 6: (4, 3, 3), 5: (3, 3, 2)}
"""Percent who recommend how much, and how satisfied they are then; whoever recommends less is less satisfied."""
COMMENTS = (
    "Zwei freundliche Monteure, alles stand nach einer Stunde.",
    "Der Schrank steht gerade, die Verpackung wurde mitgenommen. Danke!",
    "Sehr sauber gearbeitet, sogar der Boden wurde abgedeckt.",
    "Ein Brett fehlte und kam erst zwei Wochen später.",
    "Angekündigt war der Vormittag, gekommen sind sie um 16 Uhr.",
    "Die Tür schleift. Auf meinen Anruf hat noch niemand reagiert.",
    "Kurzer Anruf vor der Ankunft, so muss das sein.",
    "Der Tisch ist wunderschön, und der Aufbau ging schnell.",
    "Man hat uns gleich gezeigt, wie das Holz gepflegt wird.",
    "Kratzer an der Seite, wird hoffentlich noch ausgebessert.",
    "Die Monteure hatten den Grundriss nicht dabei.",
    "Alles bestens, gerne wieder.",
    "Friendly team, and they spoke English with us.",
    "The table is perfect, the waiting time was not.",
    "Preis für den Aufbau fand ich zu hoch.",
    "Unsere Kinder durften beim Schrauben helfen.",
    "Bitte vorher sagen, wie viel Platz gebraucht wird.",
    "Schon der dritte Kauf, und es wird immer besser.",
    "Die Lampe im Regal ging nicht, am nächsten Tag war jemand da.",
    "Nach dem Aufbau hat jemand angerufen und gefragt, ob alles passt. Toll!",
    "Der Termin wurde zweimal verschoben, ohne dass man uns gefragt hätte.",
    "Endlich ein Möbelhaus, das zu seinem Wort steht.",
    "Die Rückwand war verkehrt herum, wurde aber sofort geändert.",
    "Wir hätten gern vorher gewusst, wer kommt.",
)
BY_CARD = (
    "Die Karte mit dem Code ist eine gute Idee.",
    "Pünktlich auf die Minute.",
    "Ein Scharnier quietscht, bitte noch einmal nachsehen.",
    "Die alte Kommode wurde gleich mitgenommen, sehr praktisch.",
    "Man merkt, dass die beiden ihr Handwerk können.",
    "Warum muss ich die Seriennummer selbst abschreiben?",
    "Die Schrauben für die Wand fehlten.",
    "Alles erklärt, nichts verkauft. So mag ich das.",
    "Der Monteur musste allein tragen, das sah gefährlich aus.",
    "Great work, thank you.",
    "Das Bett steht, und wir haben die erste Nacht herrlich geschlafen.",
    "Schöner als im Katalog.",
    "Die Treppe hat einen Kratzer abbekommen, es wurde gleich gemeldet.",
)
TEXTS = {
    "title.de": "Wie war der Aufbau bei Ihnen?", "title.en": "How was the assembly at your home?",
    "intro.de": "Drei kurze Fragen, damit wir besser werden.", "intro.en": "Three short questions that help us improve.",
    "thanks.de": "Vielen Dank! Wir lesen jede Antwort.", "thanks.en": "Thank you! We read every answer.",
}  # fmt: skip
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"code": "recommend", "kind": "nps", "required": True, "texts": {
        "text.de": "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
        "text.en": "How likely are you to recommend us?",
        "low.de": "sehr unwahrscheinlich", "low.en": "very unlikely",
        "high.de": "sehr wahrscheinlich", "high.en": "very likely"}},
    {"code": "satisfied", "kind": "csat", "texts": {
        "text.de": "Wie zufrieden sind Sie mit Aufbau und Montage?",
        "text.en": "How satisfied are you with the assembly?",
        "low.de": "sehr unzufrieden", "low.en": "very dissatisfied",
        "high.de": "sehr zufrieden", "high.en": "very satisfied"}},
    {"code": "comment", "kind": "long", "texts": {
        "text.de": "Was sollten wir wissen?", "text.en": "What should we know?"}},
)  # fmt: skip


def load(world: World) -> None:
    """Ask by letter, close, ask again by a link."""
    chance = Random(SEED + 5)
    mia = world.things["users"]["mia"]
    version = create_questionnaire(
        code="aufbau", name="Zufriedenheit mit dem Aufbau", use=Use.CUSTOMER, identity=Identity.CONFIDENTIAL,
        languages=["de", "en"], min_cell=SMALLEST, content={"texts": TEXTS, "questions": list(QUESTIONS)}, actor=mia,
    )  # fmt: skip
    version = publish_version(version=version, actor=mia, at=moment(world, WRITTEN, time(9)))
    by_letter(world, version.questionnaire, chance, mia)
    by_link(world, version.questionnaire, chance, mia)


def planned(world: World, questionnaire: Questionnaire, name: str, mia: User) -> Wave:
    """A wave at the touchpoint."""
    touchpoint = world.things["touchpoints"][TOUCHPOINT]
    return plan_wave(questionnaire=questionnaire, name=name, touchpoint=touchpoint, actor=mia)


def by_letter(world: World, questionnaire: Questionnaire, chance: Random, mia: User) -> None:
    """Customers of some weeks were asked; a good part has answered, some declined; the letters have left long ago."""
    wave = planned(world, questionnaire, f"Aufbau {world.ago(OPENED):%m/%Y}, per E-Mail", mia)
    mails = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    invited = open_wave(wave=wave, customers=[customer(place) for place in range(INVITED)], actor=mia)
    OutgoingMail.objects.filter(pk__gt=mails).delete()
    wave = since(wave, world, OPENED)
    chance.shuffle(invited)
    comments = chance.sample(COMMENTS, len(COMMENTS))
    for place, one in enumerate(invited[:ANSWERED]):
        one.invitation.wave = wave
        days = OPENED - (OPENED - CLOSED) * place // ANSWERED
        answer(
            invitation=one.invitation, token=one.token, answers=said(chance, comments), language=one.invitation.language,
            day=world.ago(days),
        )  # fmt: skip
    for one in invited[ANSWERED:][:DECLINED]:
        decline(invitation=one.invitation)
    close_wave(wave=wave, actor=mia, at=moment(world, CLOSED, time(18)))


def by_link(world: World, questionnaire: Questionnaire, chance: Random, mia: User) -> None:
    """The fitters leave a card with a QR code; answers go on coming in."""
    wave = planned(world, questionnaire, f"Aufbau ab {world.ago(LINKED):%m/%Y}, Karte mit QR-Code", mia)
    open_wave(wave=wave, actor=mia)
    wave = since(wave, world, LINKED)
    make_link(wave=wave, actor=mia)
    comments = chance.sample(BY_CARD, len(BY_CARD))
    for place in range(BY_LINK):
        draft = begin_by_link(wave=wave, token=new_token(), language="de")
        draft = save_answers(draft=draft, answers=said(chance, comments), page=1, language="de")
        finish(draft=draft, day=world.ago(LINKED - (LINKED - 1) * place // BY_LINK))


def since(wave: Wave, world: World, days: int) -> Wave:
    """The same, opened so many days ago."""
    with pgtrigger.ignore("questionnaires.Wave:frozen_when_open"):
        Wave.objects.filter(pk=wave.pk).update(opened_at=moment(world, days, time(8)))
    found = Wave.objects.select_related("version", "questionnaire", "touchpoint__phase")
    return found.get(pk=wave.pk)


def customer(place: int) -> Customer:
    """One of those who had their furniture put up; each tenth reads English."""
    first, last = FIRST[place % len(FIRST)], LAST[place % len(LAST)]
    return Customer(f"kunde{place + 1:03}@example.org", f"{first} {last}", "en" if place % 10 == 9 else "de")


def said(chance: Random, comments: list[str]) -> dict[str, Any]:
    """What one customer says; some leave a comment, each a different one."""
    steps, shares = zip(*NPS, strict=True)
    recommend = chance.choices(steps, shares)[0]
    answers: dict[str, Any] = {
        "recommend": recommend,
        "satisfied": chance.choice(CSAT.get(recommend, (2, 2, 1))),
    }
    if comments and chance.random() < 0.5:
        answers["comment"] = comments.pop()
    return answers


def moment(world: World, days: int, at: time) -> datetime:
    """A time on a day so many days ago."""
    return timezone.make_aware(datetime.combine(world.ago(days), at))
