"""Several records of one touchpoint become one; and apart again, if that was wrong."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.audit.models import Entry
from touchpoints.inventory.actions.responsibility import Outcome, lock, telling
from touchpoints.inventory.actions.spans import Changes, copy_of
from touchpoints.inventory.actions.standards import draft_standard
from touchpoints.inventory.choices import TOUCHPOINT_MERGED, TOUCHPOINT_SPLIT, Part
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Responsibility, Standard, Touchpoint

MOST = 5  # records in one merge: more cannot be compared side by side
CHOOSABLE = tuple(
    field.name
    for field in Touchpoint._meta.fields
    if field.editable and not field.generated and field.name not in ("id", "code", "last_reviewed_on", "tags")
)
"""Fields of which one record's value is kept."""
TOGETHER = {reason: flag for flag, reason in Touchpoint.EXPLAINED.items()}
"""Fields that follow the choice of another one, without which they say nothing."""
LINKS = ("further_phases", "systems", "contents", "hands_over_to")
MOVED = ("comments", "attachments", "reviews")
NEWEST = ("last_reviewed_on", "measured_on")
"""Days of which the latest of all records counts as long as they are one."""


@transaction.atomic
def merge_touchpoints(
    *,
    keep: Touchpoint,
    duplicates: Iterable[Touchpoint],
    take: dict[str, int] | None = None,
    actor: User | None,
) -> Outcome:
    """Let `keep` take over what its duplicates have; they stay on record with `duplicate_of`. Locks all.

    `take` names, by field, the id of the record whose value counts. Else the kept record's own does, and where it is
    empty the first duplicate's that is not. Links and tags are united; people, comments, files and reviews come
    along. The accountable of `keep` win; days that nobody covered are filled. Measurements stay with the
    record at which they were taken; who reads those of the kept one reads them, too.
    """
    rows = {row.pk: row for row in lock([keep, *duplicates])}
    kept = rows.pop(keep.pk)
    _refuse_merged([kept, *rows.values()])
    with telling([kept, *rows.values()], actor=actor) as outcome:
        taken = _take_fields(kept, rows, take or {})
        own_days = _take_days(kept, rows)
        for duplicate in rows.values():
            data = {
                "merged": duplicate.name,
                "merged_id": duplicate.pk,
                "fields": taken[duplicate.pk],
                "own_days": own_days,
                "tags": _take_tags(kept, duplicate),
                "links": _take_links(kept, duplicate, {*rows, kept.pk}),
                "people": _take_people(kept, duplicate),
                "moved": {name: _move(duplicate, kept, name) for name in MOVED},
                "duplicates": _repoint(duplicate, kept),
            }
            _take_standard(kept, duplicate, actor)
            record(TOUCHPOINT_MERGED, actor=actor, target=kept, data=data)
            duplicate.duplicate_of, duplicate.revision = kept, duplicate.revision + 1
            duplicate.save(update_fields=["duplicate_of", "revision"])
        kept.revision, kept.changed_at = kept.revision + 1, timezone.now()
        kept.full_clean(exclude={"code"})
        kept.save(update_fields=[*CHOOSABLE, *NEWEST, "tags", "revision", "changed_at"])
    outcome.touchpoints = [kept]
    return outcome


@transaction.atomic
def split_touchpoint(*, duplicate: Touchpoint, actor: User | None) -> Outcome:
    """Take a duplicate out of the record that absorbed it, with what it brought, as far as nobody changed it since.

    Locks both. Standards and what was written after the merge stay with the kept record.
    """
    absorbed_by = Touchpoint.objects.filter(duplicates=duplicate)
    rows = {row.pk: row for row in lock([duplicate, *absorbed_by])}
    apart = rows.pop(duplicate.pk)
    kept = rows.get(apart.duplicate_of_id or 0)
    if kept is None:
        raise ValidationError(_("This touchpoint is not merged into another one."))
    merges = Entry.objects.about(kept).filter(verb=TOUCHPOINT_MERGED.code, data__merged_id=apart.pk)
    brought: dict[str, Any] = getattr(merges.first(), "data", {})
    with telling([kept, apart], actor=actor) as outcome:
        _give_back(kept, apart, brought)
        apart.duplicate_of, apart.revision = None, apart.revision + 1
        apart.save(update_fields=["duplicate_of", "revision"])
        data = {"merged": apart.name, "merged_id": apart.pk}
        record(TOUCHPOINT_SPLIT, actor=actor, target=kept, data=data)
    outcome.touchpoints = [apart, kept]
    return outcome


def _refuse_merged(rows: list[Touchpoint]) -> None:
    if not 2 <= len(rows) <= MOST:
        raise ValidationError(_("Two to five touchpoints can be merged at once."))
    if any(row.duplicate_of_id or row.is_archived for row in rows):
        raise ValidationError(_("Archived or merged touchpoints cannot be merged."))


def _take_fields(
    kept: Touchpoint, others: dict[int, Touchpoint], take: dict[str, int]
) -> dict[int, dict[str, list[Any]]]:
    """Set the chosen values; says by duplicate which fields it gave, with the values before and after as JSON."""
    taken: dict[int, dict[str, list[Any]]] = defaultdict(dict)
    for name in CHOOSABLE:
        lonely = name in TOGETHER and not getattr(kept, TOGETHER[name])  # a reason alone says nothing
        filled = [row for row in others.values() if not lonely and not _empty(row, name)]
        chosen = take.get(name, take.get(TOGETHER.get(name, ""))) or (
            filled[0].pk if _empty(kept, name) and filled else kept.pk
        )
        if chosen in others:
            before = _json(kept, name)
            setattr(kept, name, getattr(others[chosen], name))
            if before != _json(kept, name):
                taken[chosen][name] = [before, _json(kept, name)]
    return taken


def _take_days(kept: Touchpoint, others: dict[int, Touchpoint]) -> dict[str, str | None]:
    """Let the latest days count; says which ones are the kept record's own, earlier merges left out."""
    own = _own_days(kept)
    for name in NEWEST:
        setattr(kept, name, _latest(name, [kept, *others.values()]))
    return own


def _own_days(kept: Touchpoint) -> dict[str, str | None]:
    """The days of a record as JSON, without those that it has from its present duplicates."""
    merges = Entry.objects.about(kept).filter(verb=TOUCHPOINT_MERGED.code)
    last: dict[str, str | None] = getattr(merges.first(), "data", {}).get("own_days", {})
    duplicates = list(kept.duplicates.all())
    return {
        name: last[name]
        if name in last and any(getattr(row, name) == getattr(kept, name) for row in duplicates)
        else _json(kept, name)
        for name in NEWEST
    }


def _latest(name: str, rows: Iterable[Touchpoint], *more: date | None) -> date | None:
    return max(filter(None, [*(getattr(row, name) for row in rows), *more]), default=None)


def _take_tags(kept: Touchpoint, duplicate: Touchpoint) -> list[str]:
    new = [tag for tag in duplicate.tags if tag not in kept.tags]
    kept.tags = [*kept.tags, *new]
    return [str(tag) for tag in new]


def _take_links(kept: Touchpoint, duplicate: Touchpoint, family: set[int]) -> dict[str, list[int]]:
    """Unite linked rows, leaving out links within the family; says which ids are new, by field."""
    added = {}
    for name in (*LINKS, "taken_over_from"):
        there = set(getattr(kept, name).values_list("pk", flat=True))
        not_these = there | (family if name in ("hands_over_to", "taken_over_from") else set())
        if name == "further_phases":
            not_these |= {kept.phase_id or 0}
        new = [pk for pk in getattr(duplicate, name).values_list("pk", flat=True) if pk not in not_these]
        getattr(kept, name).add(*new)
        added[name] = new
    return added


def _take_people(kept: Touchpoint, duplicate: Touchpoint) -> list[list[Any]]:
    """Copy responsibilities for the days that are free; the duplicate keeps its own, in case it comes back.

    Says what is new: id, first day, end.
    """
    own = list(kept.responsibilities.all())
    changes = Changes()
    for row in duplicate.responsibilities.select_related("person"):
        alone = row.part == Part.ACCOUNTABLE
        in_the_way = [
            Days.of(o.during) for o in own if o.part == row.part and (alone or o.person_id == row.person_id)
        ]
        for days in Days.of(row.during).minus(in_the_way):
            copy = copy_of(row, days=days)
            copy.touchpoint = kept
            changes.new.append(copy)
    changes.write()
    return [_span_of(row) for row in changes.new]


def _span_of(row: Responsibility) -> list[Any]:
    return [row.pk, str(row.during.lower), str(row.during.upper or "")]


def _take_standard(kept: Touchpoint, duplicate: Touchpoint, actor: User | None) -> None:
    """Where the kept one has no standard at all, the duplicate's newest texts become its draft."""
    newest = duplicate.standards.order_by("-version").first()
    if newest and not kept.standards.exists():
        texts = {name: getattr(newest, name) for name in Standard.TEXTS}
        draft_standard(touchpoint=kept, texts=texts, actor=actor)


def _move(source: Touchpoint, target: Touchpoint, name: str) -> list[int]:
    rows: models.QuerySet[Any] = getattr(source, name).order_by()
    ids = list(rows.values_list("pk", flat=True))
    rows.update(touchpoint=target)
    return ids


def _repoint(duplicate: Touchpoint, kept: Touchpoint) -> list[int]:
    """Earlier duplicates of a duplicate become duplicates of the kept one."""
    ids = list(duplicate.duplicates.values_list("pk", flat=True))
    Touchpoint.objects.filter(pk__in=ids).update(duplicate_of=kept)
    return ids


def _give_back(kept: Touchpoint, apart: Touchpoint, brought: dict[str, Any]) -> None:
    """Undo what a merge brought, where it is still as the merge left it."""
    own = _own_days(kept)
    for name in NEWEST:
        if getattr(kept, name) and getattr(kept, name) == getattr(apart, name):
            rest = kept.duplicates.exclude(pk=apart.pk)
            day = own[name]
            setattr(kept, name, _latest(name, rest, date.fromisoformat(day) if day else None))
    for name, (before, after) in brought.get("fields", {}).items():
        if _json(kept, name) == after:
            field = Touchpoint._meta.get_field(name)
            setattr(kept, field.attname, None if before is None else field.to_python(before))  # type: ignore[union-attr]
    kept.tags = [tag for tag in kept.tags if tag not in brought.get("tags", [])]
    kept.revision, kept.changed_at = kept.revision + 1, timezone.now()
    kept.full_clean(exclude={"code"})
    kept.save(update_fields=[*CHOOSABLE, *NEWEST, "tags", "revision", "changed_at"])
    for name, ids in brought.get("links", {}).items():
        getattr(kept, name).remove(*ids)
    for name, ids in brought.get("moved", {}).items():
        getattr(kept, name).order_by().filter(pk__in=ids).update(touchpoint=apart)
    Touchpoint.objects.filter(pk__in=brought.get("duplicates", []), duplicate_of=kept).update(
        duplicate_of=apart
    )
    _take_people_away(kept, brought.get("people", []))


def _take_people_away(kept: Touchpoint, brought: list[list[Any]]) -> None:
    """Remove the copied responsibilities whose days are still those of the merge."""
    copies = kept.responsibilities.filter(pk__in=[pk for pk, _start, _end in brought])
    Responsibility.objects.filter(pk__in=[row.pk for row in copies if _span_of(row) in brought]).delete()


def _empty(row: Touchpoint, name: str) -> bool:
    return getattr(row, name) in (None, "", [])


def _json(row: Touchpoint, name: str) -> Any:
    """A value that JSON can keep and the field reads back."""
    field: Any = Touchpoint._meta.get_field(name)
    value = getattr(row, field.attname)
    return value if value is None or isinstance(value, bool | int | str) else field.value_to_string(row)
