"""Many touchpoints at once, as lists bring them in: the same rules, entries and notices, in few queries.

The number of queries does not grow with the touchpoints within a portion of 500.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.actions import record_many
from touchpoints.inventory.actions.bulk_parts import Wishes, write_parts
from touchpoints.inventory.actions.responsibility import lock, telling
from touchpoints.inventory.choices import (
    STANDARD_CHANGED,
    STANDARD_DRAFTED,
    TOUCHPOINT_CHANGED,
    TOUCHPOINT_RECORDED,
)
from touchpoints.inventory.models import Standard, Touchpoint

LINKS = ("further_phases", "hands_over_to", "systems", "contents")
PORTION = 500


@dataclass
class Incoming:
    """What is to be written of one touchpoint: columns, links (ids), texts of its standard, people by part (ids).

    Of links and people the whole wanted set is named; a name that is missing is left alone.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    links: dict[str, set[int]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    people: Wishes = field(default_factory=dict)


@transaction.atomic
def record_touchpoints(*, incoming: Sequence[Incoming], actor: User) -> list[Touchpoint]:
    """New touchpoints, in this order; rules and defaults as in `record_touchpoint`. Raises ValidationError."""
    pairs = [(_new(item), item) for item in incoming]
    rows = [row for row, _item in pairs]
    for coded in (True, False):  # a code that somebody gave is there before the next free one is looked for
        Touchpoint.objects.bulk_create(
            [row for row, item in pairs if bool(item.fields.get("code")) is coded], batch_size=PORTION
        )
    with telling(rows, actor=actor, new=True):
        record_many(TOUCHPOINT_RECORDED, actor=actor, targets=[(row, {"code": row.code}) for row in rows])
        write_links({row.pk: item.links for row, item in pairs if item.links})
        write_texts([(row, item.texts) for row, item in pairs if item.texts], actor)
        write_parts([(row, item.people) for row, item in pairs if item.people], actor)
    return rows


def _new(item: Incoming) -> Touchpoint:
    row = Touchpoint(**item.fields)
    if row.channel:
        row.kind = row.kind or row.channel.kind
        row.ownership = row.ownership or row.channel.ownership
    if row.is_moment_of_truth and "review_every" not in item.fields:
        row.review_every = Touchpoint.REVIEW_DAYS_OF_TRUTH
    check(row, set(item.fields))
    return row


def check(row: Touchpoint, names: Iterable[str]) -> None:
    """The rules of the model that need no query, for these columns. Raises ValidationError by field."""
    touched = {*names, "tags"}
    relations = {f.name for f in Touchpoint._meta.get_fields() if f.is_relation}
    row.clean_fields(exclude={f.name for f in Touchpoint._meta.fields} - touched | relations)
    row.clean()


@transaction.atomic
def change_touchpoints(*, incoming: Sequence[tuple[int, Incoming]], actor: User) -> list[Touchpoint]:
    """Write what is wanted to touchpoints by their id; what others change meanwhile waits. Locks them.

    Raises ValidationError. The caller has compared: what he names is different, and counts as changed.
    """
    wanted = dict(incoming)
    rows = lock(Touchpoint.objects.filter(pk__in=wanted).only("pk"))
    with telling(rows, actor=actor):
        write_changes(rows, wanted, actor)
    return rows


def write_changes(rows: Sequence[Touchpoint], wanted: dict[int, Incoming], actor: User) -> None:
    """What `change_touchpoints` writes to rows that are locked; within the caller's `telling`."""
    before = links_of([row.pk for row in rows], LINKS)
    columns: set[str] = set()
    for row in rows:
        item = wanted[row.pk]
        for name, value in item.fields.items():
            setattr(row, name, value)
        check(row, item.fields)
        row.revision, row.changed_at = row.revision + 1, timezone.now()
        columns |= set(item.fields)
    Touchpoint.objects.bulk_update(
        rows, [*sorted(columns), "tags", "revision", "changed_at"], batch_size=PORTION
    )
    write_links({row.pk: wanted[row.pk].links for row in rows if wanted[row.pk].links})
    targets = [(row, _data(row, wanted[row.pk], before)) for row in rows]
    record_many(TOUCHPOINT_CHANGED, actor=actor, targets=targets)
    write_texts([(row, wanted[row.pk].texts) for row in rows if wanted[row.pk].texts], actor)
    write_parts([(row, wanted[row.pk].people) for row in rows if wanted[row.pk].people], actor)


def _data(row: Touchpoint, item: Incoming, before: dict[int, dict[str, set[int]]]) -> dict[str, Any]:
    links = {name: [sorted(before[row.pk][name]), sorted(ids)] for name, ids in item.links.items()}
    return {"fields": sorted({*item.fields, *item.links}), "revision": row.revision, "links": links}


def links_of(ids: Sequence[int], names: Iterable[str]) -> dict[int, dict[str, set[int]]]:
    """Ids of what these touchpoints are linked to, by field. One query a field."""
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for name in names:
        through, own, other = through_of(name)
        for touchpoint, linked in through.objects.filter(**{f"{own}__in": ids}).values_list(own, other):
            found[touchpoint][name].add(linked)
    return found


def through_of(name: str) -> tuple[Any, str, str]:
    """The table behind a link, its column for the touchpoint and the one for the other end."""
    link: models.ManyToManyField[Any, Any] = Touchpoint._meta.get_field(name)  # type: ignore[assignment]
    return link.remote_field.through, f"{link.m2m_field_name()}_id", f"{link.m2m_reverse_field_name()}_id"


def write_links(wanted: dict[int, dict[str, set[int]]]) -> None:
    """Make the links exactly these. Three queries a field that is named."""
    present = links_of(list(wanted), LINKS) if wanted else {}
    for name in LINKS:
        through, own, other = through_of(name)
        gone: list[models.Q] = []
        new = []
        for touchpoint, links in wanted.items():
            if name not in links:
                continue
            old = present[touchpoint][name] if touchpoint in present else set()
            if old - links[name]:
                gone.append(models.Q(**{own: touchpoint, f"{other}__in": old - links[name]}))
            new += [through(**{own: touchpoint, other: pk}) for pk in sorted(links[name] - old)]
        if gone:
            condition = gone[0]
            for further in gone[1:]:
                condition |= further
            through.objects.filter(condition).delete()
        through.objects.bulk_create(new, batch_size=2000)


def write_texts(wanted: Sequence[tuple[Touchpoint, dict[str, str]]], actor: User) -> None:
    """Write texts of standards into the open draft, else into a new one that starts from the valid version.

    Nothing is published by this: a standard becomes valid only when somebody says so.
    """
    if not wanted:
        return
    newest = Standard.objects.filter(touchpoint__in=[row.pk for row, _texts in wanted])
    latest = {
        standard.touchpoint_id: standard
        for standard in newest.order_by("touchpoint_id", "-version").distinct("touchpoint_id")
    }
    drafts, opened = [], []
    for row, texts in wanted:
        standard = latest.get(row.pk)
        if standard is None or standard.published_at is not None:
            given = {name: getattr(standard, name) for name in Standard.TEXTS} if standard else {}
            version = standard.version + 1 if standard else 1
            opened.append((row, Standard(touchpoint=row, version=version, **given | texts)))
        else:
            for name, text in texts.items():
                setattr(standard, name, text)
            standard.revision += 1
            drafts.append((row, standard, sorted(texts)))
    Standard.objects.bulk_create([standard for _row, standard in opened], batch_size=PORTION)
    Standard.objects.bulk_update(
        [standard for _row, standard, _names in drafts], [*Standard.TEXTS, "revision"], batch_size=PORTION
    )
    record_many(
        STANDARD_DRAFTED, actor=actor, targets=[(row, {"version": made.version}) for row, made in opened]
    )
    record_many(
        STANDARD_CHANGED,
        actor=actor,
        targets=[
            (row, {"fields": names, "revision": draft.revision, "version": draft.version})
            for row, draft, names in drafts
        ],
    )
