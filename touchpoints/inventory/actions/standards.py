"""What should happen at a touchpoint: drafts that are written together, versions that never change."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from touchpoints.inventory.actions.care import refresh_care
from touchpoints.inventory.actions.conflicts import reconcile
from touchpoints.inventory.actions.responsibility import lock
from touchpoints.inventory.choices import (
    STANDARD_CHANGED,
    STANDARD_DISCARDED,
    STANDARD_DRAFTED,
    STANDARD_PUBLISHED,
)
from touchpoints.inventory.models import Standard, Touchpoint

REQUIRED = ("ideal_experience", "process")  # without these two nothing is published


@transaction.atomic
def draft_standard(
    *, touchpoint: Touchpoint, actor: User | None, texts: dict[str, str] | None = None
) -> Standard:
    """The draft of a touchpoint: the open one, else a new one with the texts of the version that is valid.

    Locks the touchpoint, so that two people who start at once write the same draft.
    """
    locked = lock([touchpoint])[0]
    if draft := locked.standards.draft().first():
        return draft
    newest = locked.standards.published().first()
    given = {name: getattr(newest, name) for name in Standard.TEXTS} if newest else {}
    draft = Standard.objects.create(
        touchpoint=locked, version=newest.version + 1 if newest else 1, **given | (texts or {})
    )
    record(STANDARD_DRAFTED, actor=actor, target=locked, data={"version": draft.version})
    return draft


@transaction.atomic
def change_draft(
    *, standard: Standard, fields: dict[str, Any], expected_revision: int | None = None, actor: User | None
) -> Standard:
    """Write what differs; raises Conflict if two changed the same text. Locks the draft."""
    draft = _locked(standard)
    changes = reconcile(draft, fields, expected_revision)
    if changes:
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.clean_fields(exclude={"touchpoint", "published_by"})
        draft.revision += 1
        draft.save(update_fields=[*changes, "revision"])
        data = {"fields": sorted(changes), "revision": draft.revision, "version": draft.version}
        record(STANDARD_CHANGED, actor=actor, target=draft.touchpoint, data=data)
    return draft


@transaction.atomic
def publish_standard(*, standard: Standard, actor: User, expected_revision: int | None = None) -> Standard:
    """Make the draft valid for good; raises ValidationError by field if it is not ready. Locks the draft.

    `expected_revision` is the one that was read before publishing: nobody publishes words he has not seen.
    """
    draft = _locked(standard)
    if expected_revision is not None and draft.revision != expected_revision:
        raise ValidationError(
            _("Somebody has changed the draft meanwhile. Please read it again."), code="changed"
        )
    if missing := missing_texts(draft):
        raise ValidationError({name: _("Without this nothing can be published.") for name in missing})
    valid = draft.touchpoint.standards.published().first()
    if valid and valid.digest == draft.digest:
        raise ValidationError(
            _("Nothing has changed since version %(version)s.") % {"version": valid.version}
        )
    draft.published_at, draft.published_by = timezone.now(), actor
    draft.save(update_fields=["published_at", "published_by"])
    record(
        STANDARD_PUBLISHED,
        actor=actor,
        target=draft.touchpoint,
        data={
            "version": draft.version,
            "standard_id": draft.pk,
            "digest": draft.digest,
            "material": draft.is_material,
        },
    )
    refresh_care([draft.touchpoint_id])
    return draft


@transaction.atomic
def discard_draft(*, standard: Standard, actor: User | None) -> None:
    """Throw the draft away; the field history keeps its texts. Locks the draft."""
    draft = _locked(standard)
    draft.delete()
    record(STANDARD_DISCARDED, actor=actor, target=draft.touchpoint, data={"version": draft.version})


def missing_texts(draft: Standard) -> list[str]:
    """What a draft lacks for being published."""
    return [name for name in REQUIRED if not getattr(draft, name).strip()]


def _locked(standard: Standard) -> Standard:
    """The draft as it is now; a ValidationError if it is none any more."""
    drafts = Standard.objects.draft().select_related("touchpoint").select_for_update(of=("self",))
    draft = drafts.filter(pk=standard.pk).first()
    if draft is None:
        raise ValidationError(_("This draft was published or discarded meanwhile."), code="changed")
    return draft
