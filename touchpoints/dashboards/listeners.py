"""Whom we tell of decisions: the sponsor what is asked of him, and who asked what came of it."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User, permissions_of
from cxm.audit.actions import listens_to
from cxm.audit.models import Entry
from cxm.kit.access import Role
from cxm.notices.actions import notify, notify_all
from touchpoints.dashboards.choices import (
    ANSWER_NOTICE,
    DECISION_ASKED,
    DECISION_NOTICE,
    DECISION_TAKEN,
    Answer,
)
from touchpoints.dashboards.models import Decision
from touchpoints.dashboards.permissions import DECIDE


@listens_to(DECISION_ASKED)
def tell_what_is_asked(entry: Entry) -> None:
    """Who may decide hears of the question, unless it was answered or taken back meanwhile."""
    decision = Decision.objects.open().filter(pk=entry.target_id or 0).first()
    if decision is not None:
        tell_deciders(decision)


def tell_deciders(decision: Decision) -> None:
    """A line in the inbox of everybody who may decide; once, however often it is called."""
    text = format_lazy(_("You are asked to decide: {question}"), question=decision.question)
    url = reverse("dashboards:decision_answer", args=[decision.pk])
    deciding = [role for role in Role if DECIDE.code in permissions_of([role])]
    users = User.objects.active().with_role(*deciding)
    notify_all(users=users, kind=DECISION_NOTICE, text=text, key=f"decision:{decision.pk}", url=url)


@listens_to(DECISION_TAKEN)
def tell_what_was_decided(entry: Entry) -> None:
    """Who asked hears the answer, unless he gave it himself."""
    decision = Decision.objects.select_related("asked_by").filter(pk=entry.target_id or 0).first()
    if decision is not None and decision.asked_by_id != entry.actor_id:
        answer = Answer(decision.answer).label
        text = format_lazy(_("Decided: {question} – {answer}"), question=decision.question, answer=answer)
        key, url = f"decided:{decision.pk}", reverse("dashboards:decisions")
        notify(user=decision.asked_by, kind=ANSWER_NOTICE, text=text, key=key, url=url)
