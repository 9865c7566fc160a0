"""Questionnaires themselves: named, put away and taken back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from surveys.questionnaires.actions.merging import Marks, Raw, merged
from surveys.questionnaires.choices import (
    QUESTIONNAIRE_ARCHIVED,
    QUESTIONNAIRE_CHANGED,
    QUESTIONNAIRE_RESTORED,
    Use,
)
from surveys.questionnaires.models import Questionnaire, Wave
from touchpoints.inventory.actions.conflicts import last_editor


def facts_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """What is known of it beside its versions."""
    return {
        "name": questionnaire.name,
        "use": str(questionnaire.use),
        "min_cell": questionnaire.min_cell,
    }


@transaction.atomic
def change_questionnaire(
    *, questionnaire: Questionnaire, facts: Raw, seen: Marks | None = None, actor: User | None
) -> Questionnaire:
    """Name, use and smallest group shown; the code stays. Waves that are open keep their smallest group.

    Locks it; raises Conflict. The use is fixed once something was published: waves and rules hang on it.
    """
    row = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    found = merged(facts, facts_of(row), seen, by=last_editor(row))
    found.pop("texts")
    if found == facts_of(row):
        return row
    if found["use"] != row.use and row.versions.final().exists():
        raise ValidationError(
            {"use": _("What it is used for is fixed since its first version was published.")}
        )
    row.name, row.use, row.min_cell = found["name"].strip(), Use(found["use"]), found["min_cell"]
    row.full_clean()
    row.save(update_fields=["name", "use", "min_cell"])
    record(QUESTIONNAIRE_CHANGED, actor=actor, target=row)
    return row


@transaction.atomic
def archive_questionnaire(*, questionnaire: Questionnaire, actor: User | None) -> None:
    """Put it away. Refused while people are being asked. Locks it."""
    row = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    if Wave.objects.filter(questionnaire=row, opened_at__isnull=False, closed_at=None).exists():
        raise ValidationError(_("A wave of it is open. Close that first."))
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at"])
        record(QUESTIONNAIRE_ARCHIVED, actor=actor, target=row)


@transaction.atomic
def restore_questionnaire(*, questionnaire: Questionnaire, actor: User | None) -> None:
    """Take it back into use. Locks it."""
    row = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    if row.archived_at is not None:
        row.archived_at = None
        row.save(update_fields=["archived_at"])
        record(QUESTIONNAIRE_RESTORED, actor=actor, target=row)
