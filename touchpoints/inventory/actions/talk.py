"""Comments and files at a touchpoint."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.files import ATTACHMENTS, check_upload
from touchpoints.inventory.choices import (
    COMMENT_EDITED,
    COMMENT_REMOVED,
    COMMENTED,
    FILE_ATTACHED,
    FILE_REMOVED,
)
from touchpoints.inventory.mentions import mentioned
from touchpoints.inventory.models import Attachment, Comment, Touchpoint

FILE_MAX = 20 * 1024**2  # bytes
COMMENT_MAX = 5000  # characters
FILES_MOST = 50  # at one touchpoint


@transaction.atomic
def comment(*, touchpoint: Touchpoint, text: str, actor: User) -> tuple[Comment, list[str]]:
    """Say something about a touchpoint. Whoever is named with @ is told; words after an @ that fit nobody come back."""
    people, unknown = mentioned(text)
    said = Comment.objects.create(touchpoint=touchpoint, author=actor, text=_checked(text))
    said.mentions.set(people)
    record(COMMENTED, actor=actor, target=touchpoint, data=_data(said, people))
    return said, unknown


@transaction.atomic
def edit_comment(*, comment: Comment, text: str, actor: User) -> tuple[Comment, list[str]]:
    """Change one's own comment; only who is named newly is told. Locks the comment."""
    said = _locked(comment)
    people, unknown = mentioned(text)
    before = set(said.mentions.values_list("pk", flat=True))
    said.text, said.edited_at = _checked(text), timezone.now()
    said.save(update_fields=["text", "edited_at"])
    said.mentions.set(people)
    new = [person for person in people if person.pk not in before]
    record(COMMENT_EDITED, actor=actor, target=said.touchpoint, data=_data(said, new))
    return said, unknown


@transaction.atomic
def remove_comment(*, comment: Comment, actor: User) -> None:
    """Take a comment back: it is no longer shown, that there was one is. Locks the comment."""
    said = _locked(comment)
    said.removed_at = timezone.now()
    said.save(update_fields=["removed_at"])
    record(COMMENT_REMOVED, actor=actor, target=said.touchpoint, data={"comment_id": said.pk})


@transaction.atomic
def attach(*, touchpoint: Touchpoint, file: "UploadedFile[Any]", actor: User) -> Attachment:
    """Keep a file of at most 20 MB, whose kind is told from its content. Raises ValidationError."""
    if touchpoint.attachments.count() >= FILES_MOST:
        raise ValidationError(_("There are 50 files already; remove one first."), code="many")
    checked = check_upload(file, allow=ATTACHMENTS, max_bytes=FILE_MAX)
    kept = Attachment(
        touchpoint=touchpoint,
        name=checked.name,
        content_type=checked.kind.media_type,
        size=checked.size,
        uploaded_by=actor,
    )
    kept.file.save(checked.storage_name, file, save=False)
    kept.save(force_insert=True)
    record(FILE_ATTACHED, actor=actor, target=touchpoint, data={"file": kept.name, "sha256": checked.sha256})
    return kept


@transaction.atomic
def detach(*, attachment: Attachment, actor: User) -> None:
    """Remove a file; from the disk only after commit."""
    storage, name = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    record(FILE_REMOVED, actor=actor, target=attachment.touchpoint, data={"file": attachment.name})
    transaction.on_commit(lambda: storage.delete(name))


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    if len(text) > COMMENT_MAX:
        raise ValidationError({"text": _("At most %(limit)s characters.") % {"limit": COMMENT_MAX}})
    return text


def _locked(comment: Comment) -> Comment:
    shown = Comment.objects.shown().select_related("touchpoint").select_for_update(of=("self",))
    said = shown.filter(pk=comment.pk).first()
    if said is None:
        raise ValidationError(_("This comment was taken back meanwhile."), code="changed")
    return said


def _data(said: Comment, people: list[User]) -> dict[str, Any]:
    return {"comment_id": said.pk, "mentions": [person.pk for person in people]}
