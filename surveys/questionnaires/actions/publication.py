"""Publishing what was read: which questions still mean the same is decided here, for good."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from surveys.questionnaires.actions.editing import free_code
from surveys.questionnaires.actions.versions import locked_draft, publish_version
from surveys.questionnaires.choices import Meaning
from surveys.questionnaires.comparison import Change, changes
from surveys.questionnaires.models import Concept, Question, Questionnaire, Version
from surveys.questionnaires.sheet import read


def in_question(version: Version) -> list[Change]:
    """The questions of the draft that are asked in other words than in the valid version, or on another scale."""
    valid = version.questionnaire.versions.published().first()
    if valid is None:
        return []
    found = changes(read(valid), read(version))
    return [change for change in found if change.is_reworded or change.is_rescaled]


@transaction.atomic
def publish_draft(
    *,
    version: Version,
    meanings: Mapping[str, str],
    change_note: str,
    expected_revision: int,
    actor: User | None,
) -> Version:
    """Make the draft valid. A reworded question keeps its meaning or gets a new one, where its trend begins anew; one
    on another scale always gets a new one.

    Raises ValidationError: by code of a question where nobody said what it means, else with the obstacles. Locks
    questionnaire and draft.
    """
    Questionnaire.objects.select_for_update(no_key=True).get(pk=version.questionnaire_id)
    draft = locked_draft(version)
    if draft.revision != expected_revision:
        raise ValidationError(
            _("Somebody has changed the draft meanwhile. Please read it again."), code="changed"
        )
    open_questions = {}
    for change in in_question(draft):
        meaning = Meaning.NEW if change.is_rescaled else meanings.get(change.item.code)
        if meaning == Meaning.NEW:
            _mean_anew(draft, change.item.code)
        elif meaning != Meaning.SAME:
            open_questions[change.item.code] = _("Please say whether it still means the same.")
    if open_questions:
        raise ValidationError(open_questions)
    draft.change_note = change_note
    draft.full_clean()
    draft.save(update_fields=["change_note"])
    return publish_version(version=draft, actor=actor)


def _mean_anew(draft: Version, code: str) -> None:
    """Give a question of the draft a meaning of its own; conditions follow it."""
    question = draft.questions.get(concept__code=code)
    new = Concept.objects.create(questionnaire_id=draft.questionnaire_id, code=free_code(draft, code))
    question.concept = new
    question.save(update_fields=["concept"])
    waiting = []
    for other in draft.questions.exclude(show_if=[]):
        if any(raw["of"] == code for raw in other.show_if):
            other.show_if = [{**raw, "of": new.code} if raw["of"] == code else raw for raw in other.show_if]
            waiting.append(other)
    Question.objects.bulk_update(waiting, ["show_if"])
