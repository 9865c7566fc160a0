"""Every write of the dashboards."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from touchpoints.dashboards.choices import (
    DECISION_ASKED,
    DECISION_TAKEN,
    DECISION_WITHDRAWN,
    REPORT_CHANGED,
    REPORT_ENDED,
    Answer,
    Rhythm,
)
from touchpoints.dashboards.models import Decision, Report


@transaction.atomic
def ask_for_decision(*, actor: User, **fields: Any) -> Decision:
    """Put a question on the sponsor's page."""
    decision = Decision(asked_by=actor, **fields)
    decision.full_clean(exclude=["asked_by", "decided_by", "decided_at"])
    decision.save()
    record(DECISION_ASKED, actor=actor, target=decision)
    return decision


@transaction.atomic
def decide(*, actor: User, decision: Decision, answer: Answer, note: str = "") -> Decision:
    """Answer a question. Locks it; a second answer is refused, so that two tabs do not overwrite one another."""
    locked = Decision.objects.select_for_update().get(pk=decision.pk)
    if locked.answer != Answer.OPEN:
        raise ValidationError(
            _("This was answered already: %(answer)s."), params={"answer": locked.get_answer_display()}
        )
    locked.answer, locked.note, locked.decided_by, locked.decided_at = answer, note, actor, timezone.now()
    locked.full_clean(exclude=["asked_by", "decided_by"])
    locked.save()
    record(
        DECISION_TAKEN, actor=actor, target=locked, data={"answer": locked.get_answer_display(), "note": note}
    )
    return locked


@transaction.atomic
def withdraw_decision(*, actor: User, decision: Decision) -> None:
    """Take an open question back; an answered one stays on record."""
    if Decision.objects.filter(pk=decision.pk, answer=Answer.OPEN).delete()[0]:
        record(DECISION_WITHDRAWN, actor=actor, label=decision.question)


@transaction.atomic
def plan_report(*, actor: User, rhythm: Rhythm | None) -> None:
    """Send the page to this person in this rhythm; None ends it."""
    if rhythm is None:
        if Report.objects.filter(user=actor).delete()[0]:
            record(REPORT_ENDED, actor=actor, target=actor)
        return
    Report.objects.update_or_create(user=actor, defaults={"rhythm": rhythm})
    record(REPORT_CHANGED, actor=actor, target=actor, data={"rhythm": str(rhythm.label)})


def due_day(rhythm: Rhythm, today: date) -> date:
    """The latest day, up to today, on which a report of this rhythm was due."""
    if rhythm == Rhythm.WEEKLY:
        return date.fromordinal(today.toordinal() - today.weekday())
    if rhythm == Rhythm.QUARTERLY:
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return today.replace(day=1)
