"""The demo's decisions: what Mia asks of Sofia, what Sofia decided, and what waits in the inboxes."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.kit.demo import World
from cxm.kit.numbers import formats
from cxm.notices.actions import notify
from touchpoints.dashboards.actions import ask_for_decision, decide, plan_report
from touchpoints.dashboards.choices import Answer, Rhythm
from touchpoints.dashboards.listeners import tell_deciders
from touchpoints.dashboards.models import Decision, Report
from touchpoints.inventory.actions.expiry import remind_contents
from touchpoints.inventory.actions.reminders import remind_gaps, remind_reviews
from touchpoints.inventory.choices import COMMENT_NOTICE, GAP_NOTICE
from touchpoints.inventory.models import Phase


class Question(NamedTuple):
    """What is asked: days ago, and days until an answer is needed."""

    phase: str
    asked: int
    due: int | None
    question: str
    reason: str


OPEN = (
    Question(
        "closing", 9, 20, "Budget für die Schnittstelle zum Speditionsportal: 18.000 €",
        "Der Lieferstatus kommt nur einmal am Tag in den Shop. Mit der Schnittstelle sehen Kunden ihr Zeitfenster sofort; "
        "die Hotline rechnet mit 150 Anrufen weniger im Monat. Angebot von Frachtfuchs liegt vor.",
    ),
    Question(
        "advocacy", 16, 35, "Lara Lindt übernimmt die Phase „Advocacy“ mit allen sieben Touchpoints",
        "Seit zwei Jahren ist dort niemand verantwortlich, und die Empfehlungsquote sinkt von Quartal zu Quartal. "
        "Lara hat Zeit dafür, wenn die Kundenkarte an das Online-Marketing geht.",
    ),
    Question(
        "decision", 4, None, "Liefertermine im Shop um drei Tage vorsichtiger zusagen",
        "Wir halten wieder, was wir zusagen, aber ohne Reserve. Lieber später zugesagt und pünktlich da als umgekehrt. "
        "Otto befürchtet etwas mehr Abbrüche im Warenkorb; wir würden es vier Wochen lang messen.",
    ),
)  # fmt: skip

BACK = Question(
    "closing", 0, None, "Zurück zur alten Spedition?",
    "Die Lieferungen kommen seit dem Wechsel oft zu spät, und die Beschwerden steigen.",
)  # fmt: skip
WINDOWS = Question(
    "closing", 0, None, "Zeitfenster künftig aus dem Speditionsportal zusagen statt aus der Warenwirtschaft",
    "Die Termine der Warenwirtschaft waren einen Tag zu früh. Die IT braucht dafür zwei Wochen.",
)  # fmt: skip


def load(world: World) -> None:
    """Ask, decide, subscribe, and tell people what is due."""
    sofia, story = world.things["users"]["sofia"], world.things["story"]
    for question in (OPEN[1], OPEN[0], OPEN[2]):
        tell_deciders(ask(world, question, world.ago(question.asked)))
    answer(world, BACK, story.trouble + timedelta(days=70), Answer.NO,
           "Der Vertrag läuft zwei Jahre. Wir heilen die Ursache.")  # fmt: skip
    answer(world, WINDOWS, story.found + timedelta(days=2), Answer.YES,
           "Ja, sofort. Bitte nach vier Wochen berichten, ob es wirkt.")  # fmt: skip
    plan_report(actor=sofia, rhythm=Rhythm.MONTHLY)
    Report.objects.filter(user=sofia).update(
        sent_for=world.first_of_month(0)
    )  # not another one on the first day
    fill_inboxes(world)


def ask(world: World, question: Question, day: date) -> Decision:
    """Mia asks."""
    due = world.today + timedelta(days=question.due) if question.due is not None else None
    decision = ask_for_decision(
        actor=world.things["users"]["mia"], question=question.question, reason=question.reason, due_on=due,
        phase=Phase.objects.default().get(code=question.phase),
    )  # fmt: skip
    Decision.objects.filter(pk=decision.pk).update(asked_at=morning(day))
    return decision


def answer(world: World, question: Question, day: date, given: Answer, note: str) -> None:
    """Sofia has answered some days later."""
    decision = decide(
        actor=world.things["users"]["sofia"], decision=ask(world, question, day), answer=given, note=note
    )
    Decision.objects.filter(pk=decision.pk).update(decided_at=morning(day + timedelta(days=4)))


def fill_inboxes(world: World) -> None:
    """What the night would have told, and two things that somebody did before there were inboxes."""
    remind_reviews(at=world.today)
    remind_gaps(at=world.today)
    remind_contents(at=world.today)
    users, touchpoints = world.things["users"], world.things["touchpoints"]
    orphan, talked = touchpoints["Beratung in der Filiale Leipzig"], touchpoints["Konfigurator für Tische"]
    since = formats(users["mia"].language).date(world.things["people"]["Robert Weiß"].left_on)
    text = format_lazy(_("Nobody is accountable from {since}: {names}"), since=since, names=orphan.name)
    notify(
        user=users["mia"],
        kind=GAP_NOTICE,
        text=text,
        key=f"demo:gap:{orphan.pk}",
        url=orphan.get_absolute_url(),
    )
    text = format_lazy(_("{author} commented on {name}"), author=users["karla"].name, name=talked.name)
    notify(
        user=users["otto"], kind=COMMENT_NOTICE, text=text, key=f"demo:comment:{talked.pk}",
        url=talked.get_absolute_url(),
    )  # fmt: skip


def morning(day: date) -> datetime:
    """Ten o'clock on that day."""
    return timezone.make_aware(datetime.combine(day, time(10)))
