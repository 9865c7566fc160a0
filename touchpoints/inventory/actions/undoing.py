"""Takes back what an import brought, unless somebody has worked on it since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record_many
from cxm.organisation.actions import delete_person
from cxm.organisation.models import Person
from touchpoints.inventory.actions.bulk import Incoming, change_touchpoints
from touchpoints.inventory.actions.care import refresh_care
from touchpoints.inventory.actions.responsibility import lock
from touchpoints.inventory.choices_landscape import TOUCHPOINT_TAKEN_BACK
from touchpoints.inventory.days import Days
from touchpoints.inventory.models import Channel, Phase, Responsibility, Standard, Touchpoint

type Refusals = list[tuple[str, str | Promise]]
type PartRow = list[Any]
"""Person, part, first day, day after the last or None, note."""


@dataclass(frozen=True)
class Brought:
    """What an import did to one touchpoint, as it was kept in JSON (see `imports.bringing`)."""

    pk: int
    label: str
    is_new: bool
    memo: dict[str, Any]


class RefusedError(Exception):
    """Touchpoints were worked on since: (name, reason) for each."""

    def __init__(self, reasons: Refusals) -> None:
        super().__init__(f"{len(reasons)} touchpoints")
        self.reasons = reasons


@transaction.atomic
def take_back(*, brought: Sequence[Brought], actor: User) -> None:
    """Delete what was new and give the others back what they had. Raises RefusedError, then nothing is done.

    Locks the touchpoints.
    """
    rows = {row.pk: row for row in lock(Touchpoint.objects.filter(pk__in=[item.pk for item in brought]))}
    ids = list(rows)
    parts, texts = parts_of(ids), open_drafts(ids)
    talked = talked_about(ids)
    reasons: Refusals = []
    for item in brought:
        if reason := why_not(item, rows.get(item.pk), parts, texts, talked):
            reasons.append((item.label, reason))
    if reasons:
        raise RefusedError(reasons)
    changed = [item for item in brought if not item.is_new]
    give_back([(rows[item.pk], item.memo) for item in changed], texts, actor)
    delete_new([rows[item.pk] for item in brought if item.is_new], actor)
    for item in brought:
        remove_unused(item.memo.get("made", {}), actor)


def why_not(
    item: Brought,
    row: Touchpoint | None,
    parts: dict[int, list[PartRow]],
    texts: dict[int, Standard],
    talked: set[int],
) -> str | Promise:
    """Why this one cannot be taken back; empty if it can."""
    if row is None:
        return _("It does not exist any more.")
    if row.duplicate_of_id or row.is_archived:
        return _("It was archived or merged since.")
    if row.revision != item.memo["revision"]:
        return _("It was changed since.")
    if (kept := item.memo.get("parts")) and parts.get(row.pk, []) != kept[1]:
        return _("Responsibilities were changed since.")
    if (kept := item.memo.get("texts")) and _texts(texts.get(row.pk)) != (kept[1] or {}).get("texts"):
        return _("Its standard was changed or published since.")
    if item.is_new and row.pk in talked:
        return _("It was commented on, reviewed or given files since.")
    return ""


def _texts(standard: Standard | None) -> dict[str, str] | None:
    return {name: getattr(standard, name) for name in Standard.TEXTS} if standard else None


def talked_about(ids: Iterable[int]) -> set[int]:
    """Touchpoints with comments, files, reviews or published standards."""
    found: set[int] = set()
    for manager in ("comments", "attachments", "reviews"):
        found |= set(
            Touchpoint.objects.filter(pk__in=ids, **{f"{manager}__isnull": False}).values_list(
                "pk", flat=True
            )
        )
    published = Standard.objects.published().filter(touchpoint__in=ids).order_by()
    return found | set(published.values_list("touchpoint_id", flat=True))


def parts_of(ids: Iterable[int]) -> dict[int, list[PartRow]]:
    """All responsibilities of these touchpoints as JSON keeps them. One query."""
    found: dict[int, list[PartRow]] = defaultdict(list)
    rows = Responsibility.objects.filter(touchpoint__in=list(ids)).order_by("part", "during", "person_id")
    for row in rows:
        days = Days.of(row.during)
        end = days.end.isoformat() if days.end else None
        found[row.touchpoint_id].append([row.person_id, row.part, days.start.isoformat(), end, row.note])
    return found


def open_drafts(ids: Iterable[int]) -> dict[int, Standard]:
    """The open drafts of standards by touchpoint."""
    return {row.touchpoint_id: row for row in Standard.objects.draft().filter(touchpoint__in=list(ids))}


def give_back(
    changed: Sequence[tuple[Touchpoint, dict[str, Any]]], texts: dict[int, Standard], actor: User
) -> None:
    """Write what was there before: columns and links as a change of its own, then people and drafts."""
    if not changed:
        return
    phases, channels = Phase.objects.in_bulk(), Channel.objects.in_bulk()
    incoming = []
    for row, memo in changed:
        fields = {name: _value(name, value, phases, channels) for name, value in memo["fields"].items()}
        links = {name: set(ids) for name, ids in memo["links"].items()}
        incoming.append((row.pk, Incoming(fields=fields, links=links)))
    change_touchpoints(incoming=incoming, actor=actor)
    restore_parts([(row, memo["parts"][0]) for row, memo in changed if memo.get("parts")])
    for row, memo in changed:
        if memo.get("texts"):
            restore_draft(texts.get(row.pk), memo["texts"][0])
    refresh_care(row.pk for row, _memo in changed)


def _value(name: str, value: Any, phases: dict[int, Phase], channels: dict[int, Channel]) -> Any:
    """A column from JSON."""
    if name == "phase":
        return phases.get(value)
    if name == "channel":
        return channels.get(value)
    if isinstance(value, str) and name.endswith("_on"):
        return date.fromisoformat(value)
    return value


def restore_parts(wanted: Sequence[tuple[Touchpoint, list[PartRow]]]) -> None:
    """Exactly these responsibilities again."""
    Responsibility.objects.filter(touchpoint__in=[row.pk for row, _parts in wanted]).delete()
    Responsibility.objects.bulk_create(
        Responsibility(
            touchpoint=row,
            person_id=person,
            part=part,
            during=Days(date.fromisoformat(start), date.fromisoformat(end) if end else None).range,
            note=note,
        )
        for row, parts in wanted
        for person, part, start, end, note in parts
    )


def restore_draft(draft: Standard | None, before: dict[str, Any] | None) -> None:
    """The draft as it was, or none."""
    if draft is None:
        return
    if before is None:
        draft.delete()
        return
    for name, text in before["texts"].items():
        setattr(draft, name, text)
    draft.revision += 1
    draft.save(update_fields=[*Standard.TEXTS, "revision"])


def delete_new(rows: Sequence[Touchpoint], actor: User) -> None:
    """Delete what the import made. Raises RefusedError where figures or other things hang on it."""
    if not rows:
        return
    record_many(TOUCHPOINT_TAKEN_BACK, actor=actor, targets=[(row, {"code": row.code}) for row in rows])
    try:
        with transaction.atomic():
            Touchpoint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    except ProtectedError as error:
        hanging = _("Something hangs on it by now, for example measurements.")
        holders = {getattr(thing, "touchpoint_id", None) for thing in error.protected_objects}
        raise RefusedError(
            [(str(row), hanging) for row in rows if row.pk in holders] or [(str(rows[0]), hanging)]
        ) from error


def remove_unused(made: dict[str, list[int]], actor: User) -> None:
    """Remove people, channels, systems and content that came with the import, where nothing refers to them."""
    for label, ids in made.items():
        model = apps.get_model(label)
        for thing in model._default_manager.filter(pk__in=ids):
            if getattr(thing, "touchpoints", None) is not None and thing.touchpoints.exists():
                continue
            try:
                with transaction.atomic():
                    if isinstance(thing, Person):
                        delete_person(actor=actor, person=thing)
                    else:
                        thing.delete()
            except ProtectedError:
                continue
