"""Questionnaires and their versions: begun as drafts, written, published for good, retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from surveys.questionnaires.choices import (
    QUESTIONNAIRE_CREATED,
    VERSION_DISCARDED,
    VERSION_DRAFTED,
    VERSION_PUBLISHED,
    VERSION_RETIRED,
    Identity,
    Status,
    Use,
)
from surveys.questionnaires.content import load
from surveys.questionnaires.models import SMALLEST_CELL, Questionnaire, Version
from surveys.questionnaires.publishing import obstacles
from surveys.questionnaires.sheet import read


@transaction.atomic
def create_questionnaire(
    *,
    code: str,
    name: str,
    use: Use,
    languages: list[str],
    identity: Identity = Identity.CONFIDENTIAL,
    min_cell: int = SMALLEST_CELL,
    pass_mark: int | None = None,
    content: Mapping[str, Any] | None = None,
    actor: User | None,
) -> Version:
    """A questionnaire with the draft of its first version, empty or with `content` (see `content.load`)."""
    questionnaire = Questionnaire(code=code, name=name.strip(), use=use, min_cell=min_cell)
    questionnaire.full_clean()
    questionnaire.save()
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, identity=identity, languages=languages, pass_mark=pass_mark
    )
    if content is not None:
        load(version, content)
    record(QUESTIONNAIRE_CREATED, actor=actor, target=questionnaire)
    return version


@transaction.atomic
def draft_version(*, questionnaire: Questionnaire, actor: User | None) -> Version:
    """The draft of a questionnaire: the open one, else a new one that says the same as the newest version.

    Locks the questionnaire, so that two people who begin at once write the same draft.
    """
    locked = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    if found := locked.versions.draft().first():
        return found
    newest = locked.versions.final().first()
    draft = Version.objects.create(
        questionnaire=locked,
        number=newest.number + 1 if newest else 1,
        identity=newest.identity if newest else Identity.CONFIDENTIAL,
        languages=newest.languages if newest else ["de"],
        pass_mark=newest.pass_mark if newest else None,
    )
    if newest:
        load(draft, read(newest).as_content())
    record(VERSION_DRAFTED, actor=actor, target=locked, data={"version": draft.number})
    return draft


@transaction.atomic
def publish_version(
    *,
    version: Version,
    actor: User | None,
    expected_revision: int | None = None,
    at: datetime | None = None,
) -> Version:
    """Make the draft valid for good; the version that was valid is retired. Locks questionnaire and draft. `at`: if not
    now.

    Raises ValidationError with all obstacles. `expected_revision` is the one that was read before publishing.
    """
    # No key is changed: an editor who holds the draft and adds a meaning must not wait for this lock.
    Questionnaire.objects.select_for_update(no_key=True).get(pk=version.questionnaire_id)
    draft = locked_draft(version)
    if expected_revision is not None and draft.revision != expected_revision:
        raise ValidationError(
            _("Somebody has changed the draft meanwhile. Please read it again."), code="changed"
        )
    sheet = read(draft)
    if found := obstacles(sheet):
        raise ValidationError([obstacle.text for obstacle in found])
    valid = draft.questionnaire.versions.published().first()
    if valid and valid.digest == sheet.digest:
        raise ValidationError(_("Nothing has changed since version %(version)s.") % {"version": valid.number})
    if valid:
        retire_version(version=valid, actor=actor)
    draft.status, draft.digest = Status.PUBLISHED, sheet.digest
    draft.published_at, draft.published_by = at or timezone.now(), actor
    draft.save(update_fields=["status", "digest", "published_at", "published_by"])
    record(
        VERSION_PUBLISHED, actor=actor, target=draft.questionnaire,
        data={"version": draft.number, "digest": draft.digest},
    )  # fmt: skip
    return draft


@transaction.atomic
def retire_version(*, version: Version, actor: User | None) -> None:
    """No wave is opened with it any more; open waves go on."""
    if Version.objects.filter(pk=version.pk, status=Status.PUBLISHED).update(status=Status.RETIRED):
        record(VERSION_RETIRED, actor=actor, target=version.questionnaire, data={"version": version.number})


@transaction.atomic
def discard_draft(*, version: Version, actor: User | None) -> None:
    """Throw the draft away; the field history keeps its texts. Locks the draft."""
    draft = locked_draft(version)
    questionnaire, number = draft.questionnaire, draft.number
    draft.delete()
    record(VERSION_DISCARDED, actor=actor, target=questionnaire, data={"version": number})


def locked_draft(version: Version) -> Version:
    """The draft as it is now, locked; a ValidationError if it is none any more."""
    drafts = Version.objects.draft().select_related("questionnaire").select_for_update(of=("self",))
    draft = drafts.filter(pk=version.pk).first()
    if draft is None:
        raise ValidationError(_("This draft was published or discarded meanwhile."), code="changed")
    return draft
