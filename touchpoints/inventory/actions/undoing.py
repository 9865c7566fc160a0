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

from cxm.accounts.models import Invitation, User
from cxm.audit.actions import record, record_many
from cxm.kit.references import references
from cxm.organisation.actions import delete_person
from cxm.organisation.models import Person
from touchpoints.inventory.actions.bulk import Incoming, write_changes
from touchpoints.inventory.actions.bulk_parts import PartEvent, record_parts
from touchpoints.inventory.actions.responsibility import lock, telling
from touchpoints.inventory.choices import STANDARD_CHANGED, STANDARD_DISCARDED, Part
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
def take_back(*, brought: Sequence[Brought], actor: User) -> Refusals:
    """Delete what was new and give the others back what they had. Raises RefusedError, then nothing is done.

    Says which people, channels, systems and content that came along stay, and why. Locks the touchpoints.
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
    return [kept for item in brought for kept in remove_unused(item.memo.get("made", {}), actor)]


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
    rows, wanted = [row for row, _memo in changed], {}
    for row, memo in changed:
        fields = {name: _value(name, value, phases, channels) for name, value in memo["fields"].items()}
        links = {name: set(ids) for name, ids in memo["links"].items()}
        wanted[row.pk] = Incoming(fields=fields, links=links)
    with telling(rows, actor=actor):
        write_changes(rows, wanted, actor)
        restore_parts([(row, *memo["parts"]) for row, memo in changed if memo.get("parts")], actor)
        for row, memo in changed:
            if memo.get("texts"):
                restore_draft(row, texts.get(row.pk), memo["texts"][0], actor)


def _value(name: str, value: Any, phases: dict[int, Phase], channels: dict[int, Channel]) -> Any:
    """A column from JSON."""
    if name == "phase":
        return phases.get(value)
    if name == "channel":
        return channels.get(value)
    if isinstance(value, str) and name.endswith("_on"):
        return date.fromisoformat(value)
    return value


def restore_parts(wanted: Sequence[tuple[Touchpoint, list[PartRow], list[PartRow]]], actor: User) -> None:
    """Exactly the first responsibilities again instead of the second ones; within the caller's `telling`."""
    Responsibility.objects.filter(touchpoint__in=[row.pk for row, _before, _after in wanted]).delete()
    Responsibility.objects.bulk_create(
        Responsibility(touchpoint=row, person_id=person, part=part, during=days.range, note=note)
        for row, before, _after in wanted
        for person, part, days, note in map(_read, before)
    )
    ids = {part[0] for _row, before, after in wanted for part in (*before, *after)}
    people = Person.objects.in_bulk(ids)
    given, ended = list[PartEvent](), list[PartEvent]()
    for row, before, after in wanted:
        then, now = _held(before), _held(after)
        for person, part in {**then, **now}:
            old, new = then.get((person, part), []), now.get((person, part), [])
            back = [days for span in old for days in span.minus(new)]
            gone = [days for span in new for days in span.minus(old)]
            given += [(row, people[person], part, days.start, days.end) for days in back]
            ended += [(row, people[person], part, days.start, None) for days in gone]
    record_parts(given, ended, actor)


def _read(row: PartRow) -> tuple[int, Part, Days, str]:
    """A responsibility from JSON."""
    person, part, start, end, note = row
    return person, Part(part), Days(date.fromisoformat(start), date.fromisoformat(end) if end else None), note


def _held(rows: Iterable[PartRow]) -> dict[tuple[int, Part], list[Days]]:
    """The days by person and part."""
    found: dict[tuple[int, Part], list[Days]] = defaultdict(list)
    for person, part, days, _note in map(_read, rows):
        found[person, part].append(days)
    return found


def restore_draft(
    touchpoint: Touchpoint, draft: Standard | None, before: dict[str, Any] | None, actor: User
) -> None:
    """The draft as it was, or none."""
    if draft is None:
        return
    if before is None:
        draft.delete()
        record(STANDARD_DISCARDED, actor=actor, target=touchpoint, data={"version": draft.version})
        return
    for name, text in before["texts"].items():
        setattr(draft, name, text)
    draft.revision += 1
    draft.save(update_fields=[*Standard.TEXTS, "revision"])
    data = {"fields": sorted(before["texts"]), "revision": draft.revision, "version": draft.version}
    record(STANDARD_CHANGED, actor=actor, target=touchpoint, data=data)


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


def remove_unused(made: dict[str, list[int]], actor: User) -> Refusals:
    """Remove people, channels, systems and content that came with the import and that nobody has touched since.

    Says which ones stay, and why. Locks them.
    """
    kept: Refusals = []
    for label, ids in made.items():
        rows: Any = apps.get_model(label)._default_manager
        for thing in rows.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)):
            if reason := why_kept(thing):
                kept.append((str(thing), reason))
            elif isinstance(thing, Person):
                delete_person(actor=actor, person=thing)
            else:
                thing.delete()
    return kept


def why_kept(thing: Any) -> str | Promise:
    """Why something that an import made stays; empty if nothing refers to it and nobody has changed it."""
    if isinstance(thing, Person) and _is_invited(thing):
        return _("Has an account or an invitation by now.")
    if any(references(type(thing), [thing.pk])):
        return _("Is used elsewhere by now.")
    if thing.events.filter(pgh_label="update").exists():
        return _("Was changed since.")
    return ""


def _is_invited(person: Person) -> bool:
    if person.user_id is not None:
        return True
    return bool(person.email) and Invitation.objects.open().filter(email__iexact=person.email).exists()
