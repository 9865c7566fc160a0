"""Writes of content."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cxm.accounts.models import User
from cxm.audit.actions import record, record_many
from cxm.organisation.models import Person
from touchpoints.inventory.actions.links import link
from touchpoints.inventory.choices_landscape import (
    CONTENT_ARCHIVED,
    CONTENT_CHANGED,
    CONTENT_CREATED,
    CONTENT_RESTORED,
)
from touchpoints.inventory.models import ContentItem, Phase, Touchpoint


@transaction.atomic
def create_content(
    *,
    actor: User,
    title: str,
    kind: str,
    language: str,
    url: str = "",
    description: str = "",
    owner: Person | None = None,
    expires_on: date | None = None,
    phases: Sequence[Phase] = (),
) -> ContentItem:
    """Record a piece of content."""
    content = ContentItem.objects.create(
        title=title,
        kind=kind,
        language=language,
        url=url,
        description=description,
        owner=owner,
        expires_on=expires_on,
    )
    content.phases.set(phases)
    record(CONTENT_CREATED, actor=actor, target=content)
    return content


@transaction.atomic
def change_content(
    *,
    actor: User,
    content: ContentItem,
    title: str,
    kind: str,
    language: str,
    url: str,
    description: str,
    owner: Person | None,
    expires_on: date | None,
    phases: Sequence[Phase],
) -> ContentItem:
    """Change what is known of a piece of content."""
    content.title, content.kind, content.language, content.url = title, kind, language, url
    content.description, content.owner, content.expires_on = description, owner, expires_on
    content.save(update_fields=["title", "kind", "language", "url", "description", "owner", "expires_on"])
    content.phases.set(phases)
    record(CONTENT_CHANGED, actor=actor, target=content)
    return content


@transaction.atomic
def set_content_owner(*, actor: User, contents: Iterable[ContentItem], owner: Person | None) -> int:
    """Give many pieces of content to one person, or to nobody; says how many changed."""
    return _change_many(actor, contents, "owner_id", owner.pk if owner else None)


@transaction.atomic
def set_content_expiry(*, actor: User, contents: Iterable[ContentItem], expires_on: date | None) -> int:
    """Say until when many pieces of content are valid; says how many changed."""
    return _change_many(actor, contents, "expires_on", expires_on)


def _change_many(actor: User, contents: Iterable[ContentItem], field: str, value: Any) -> int:
    ids = [content.pk for content in contents]
    changed = [
        content
        for content in ContentItem.objects.select_for_update().filter(pk__in=ids)
        if getattr(content, field) != value
    ]
    ContentItem.objects.filter(pk__in=[content.pk for content in changed]).update(**{field: value})
    record_many(CONTENT_CHANGED, actor=actor, targets=[(content, {"field": field}) for content in changed])
    return len(changed)


@transaction.atomic
def archive_contents(*, actor: User, contents: Iterable[ContentItem]) -> int:
    """Take pieces of content out of use; says how many."""
    ids = [content.pk for content in contents]
    current = list(ContentItem.objects.current().select_for_update().filter(pk__in=ids))
    ContentItem.objects.filter(pk__in=[content.pk for content in current]).update(is_archived=True)
    record_many(CONTENT_ARCHIVED, actor=actor, targets=[(content, {}) for content in current])
    return len(current)


@transaction.atomic
def restore_content(*, actor: User, content: ContentItem) -> None:
    """Bring a piece of content back into use."""
    if ContentItem.objects.filter(pk=content.pk, is_archived=True).update(is_archived=False):
        record(CONTENT_RESTORED, actor=actor, target=content)


@transaction.atomic
def place_content(*, actor: User, content: ContentItem, touchpoint: Touchpoint, used: bool) -> None:
    """Say that a touchpoint uses a piece of content, or that it does not. Locks the touchpoint."""
    if link(touchpoint, "contents", content, wanted=used, actor=actor):
        data: dict[str, Any] = {"touchpoint": touchpoint.name, "used": used}
        record(CONTENT_CHANGED, actor=actor, target=content, data=data)
