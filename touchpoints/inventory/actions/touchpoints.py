"""Recording, changing, archiving and reviewing touchpoints."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import record, record_many
from cxm.organisation.models import Person
from touchpoints.inventory.actions.conflicts import reconcile, value_of
from touchpoints.inventory.actions.responsibility import Outcome, assign, lock, telling
from touchpoints.inventory.choices import (
    TOUCHPOINT_ARCHIVED,
    TOUCHPOINT_CHANGED,
    TOUCHPOINT_RECORDED,
    TOUCHPOINT_RESTORED,
    TOUCHPOINT_REVIEWED,
    Part,
)
from touchpoints.inventory.models import Review, Touchpoint


@transaction.atomic
def record_touchpoint(
    *, fields: dict[str, Any], owner: Person | None = None, actor: User | None
) -> Touchpoint:
    """A new touchpoint; `fields` by model field name, links as lists. Raises ValidationError by field.

    Kind and ownership follow the channel, and a moment of truth is reviewed every 90 days, unless given.
    """
    plain, links = split(fields)
    touchpoint = Touchpoint(**plain)
    if touchpoint.channel:
        touchpoint.kind = touchpoint.kind or touchpoint.channel.kind
        touchpoint.ownership = touchpoint.ownership or touchpoint.channel.ownership
    if touchpoint.is_moment_of_truth and "review_every" not in plain:
        touchpoint.review_every = Touchpoint.REVIEW_DAYS_OF_TRUTH
    touchpoint.full_clean(exclude=None if plain.get("code") else {"code"})
    touchpoint.save(force_insert=True)
    for name, rows in links.items():
        getattr(touchpoint, name).set(rows)
    record(TOUCHPOINT_RECORDED, actor=actor, target=touchpoint, data={"code": touchpoint.code})
    if owner:
        assign(
            touchpoint=touchpoint,
            person=owner,
            part=Part.ACCOUNTABLE,
            since=timezone.localdate(),
            actor=actor,
        )
    else:
        with telling([touchpoint], actor=actor, new=True):
            pass  # from its first day on nobody answers for it
    return touchpoint


@transaction.atomic
def change_touchpoint(
    *,
    touchpoint: Touchpoint,
    fields: dict[str, Any],
    expected_revision: int | None = None,
    actor: User | None,
) -> Outcome:
    """Write what differs. Raises ValidationError by field, and Conflict (see `conflicts`) if two changed the same.

    Locks the touchpoint. `expected_revision` is the one that the editor saw; None overwrites.
    """
    row = lock([touchpoint])[0]
    changes = reconcile(row, fields, expected_revision)
    outcome = Outcome([row])
    if not changes:
        return outcome
    plain, links = split(changes)
    before = {name: value_of(row, name) for name in links}
    _apply(row, plain, fields)
    row.revision += 1
    row.changed_at = timezone.now()
    with telling([row], actor=actor) as outcome:
        row.save(update_fields=[*plain, "review_every", "revision", "changed_at"])
        for name, rows in links.items():
            getattr(row, name).set(rows)
        data = {
            "fields": sorted(changes),
            "revision": row.revision,
            "links": {name: [[r.pk for r in before[name]], [r.pk for r in links[name]]] for name in links},
        }
        record(TOUCHPOINT_CHANGED, actor=actor, target=row, data=data)
    outcome.touchpoints = [row]
    return outcome


@transaction.atomic
def change_many(
    *,
    touchpoints: Iterable[Touchpoint],
    fields: dict[str, Any] | None = None,
    add_tags: Iterable[str] = (),
    actor: User | None,
) -> Outcome:
    """Write the same plain values to many touchpoints (checked by the caller's form), and add tags. Locks them."""
    locked, changed, names = lock(touchpoints), [], sorted(fields or {})
    with telling(locked, actor=actor) as outcome:
        for row in locked:
            before = [getattr(row, name) for name in names], row.tags
            for name in names:
                setattr(row, name, (fields or {})[name])
            row.tags = sorted({*row.tags, *add_tags}, key=lambda tag: str(tag).casefold())
            if before != ([getattr(row, name) for name in names], row.tags):
                row.revision, row.changed_at = row.revision + 1, timezone.now()
                changed.append(row)
        Touchpoint.objects.bulk_update(changed, [*names, "tags", "revision", "changed_at"], batch_size=500)
        record_many(
            TOUCHPOINT_CHANGED,
            actor=actor,
            targets=[(r, {"fields": [*names, "tags"], "revision": r.revision, "links": {}}) for r in changed],
        )
    outcome.touchpoints = changed
    return outcome


@transaction.atomic
def archive_touchpoints(*, touchpoints: Iterable[Touchpoint], actor: User | None) -> list[Touchpoint]:
    """Put touchpoints away; their history, figures and people stay with them. Locks them."""
    rows = [row for row in lock(touchpoints) if not row.is_archived]
    Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).update(is_archived=True)
    record_many(TOUCHPOINT_ARCHIVED, actor=actor, targets=[(row, {}) for row in rows])
    return rows


@transaction.atomic
def restore_touchpoints(*, touchpoints: Iterable[Touchpoint], actor: User | None) -> Outcome:
    """Take touchpoints out of the archive; those without anybody accountable are told. Locks them."""
    rows = [row for row in lock(touchpoints) if row.is_archived]
    with telling(rows, actor=actor) as outcome:
        Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).update(is_archived=False)
        record_many(TOUCHPOINT_RESTORED, actor=actor, targets=[(row, {}) for row in rows])
    outcome.touchpoints = rows
    return outcome


@transaction.atomic
def mark_reviewed(
    *, touchpoints: Iterable[Touchpoint], on: date, note: str = "", actor: User
) -> list[Touchpoint]:
    """Somebody has looked after these touchpoints on that day; the next review counts from it. Locks them."""
    rows = lock(touchpoints)
    Review.objects.bulk_create(
        [Review(touchpoint=row, on=on, by=actor, note=note) for row in rows], batch_size=1000
    )
    later = [row for row in rows if row.last_reviewed_on is None or row.last_reviewed_on < on]
    Touchpoint.objects.filter(pk__in=[row.pk for row in later]).update(last_reviewed_on=on)
    record_many(
        TOUCHPOINT_REVIEWED, actor=actor, targets=[(row, {"on": str(on), "note": note}) for row in rows]
    )
    return rows


def split(fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Values of columns, and linked rows."""
    links = {
        name: list(value) for name, value in fields.items() if Touchpoint._meta.get_field(name).many_to_many
    }
    return {name: value for name, value in fields.items() if name not in links}, links


def _apply(row: Touchpoint, plain: dict[str, Any], fields: dict[str, Any]) -> None:
    """Set the values and check them; a new moment of truth is looked after every 90 days at least."""
    new_moment = plain.get("is_moment_of_truth") and not row.is_moment_of_truth
    for name, value in plain.items():
        setattr(row, name, value)
    if new_moment and "review_every" not in fields:
        row.review_every = min(row.review_every, Touchpoint.REVIEW_DAYS_OF_TRUTH)
    touched = {*plain, "tags", *Touchpoint.EXPLAINED, *Touchpoint.EXPLAINED.values()}
    row.full_clean(exclude={field.name for field in Touchpoint._meta.get_fields()} - touched)
