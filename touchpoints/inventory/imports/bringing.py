"""Brings checked rows in: makes what they offer to make, turns values into columns and links, keeps what undo needs."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cxm.accounts.models import User
from cxm.kit.importers import Draft, Offered, Progress, blame
from cxm.kit.sheets.header import plain
from cxm.organisation.actions import create_person
from touchpoints.inventory.actions.bulk import (
    Incoming,
    change_touchpoints,
    links_of,
    record_touchpoints,
    write_links,
)
from touchpoints.inventory.actions.channels import create_channel
from touchpoints.inventory.actions.contents import create_content
from touchpoints.inventory.actions.systems import create_system
from touchpoints.inventory.actions.undoing import parts_of
from touchpoints.inventory.choices import Part
from touchpoints.inventory.imports.people import Newcomer
from touchpoints.inventory.imports.places import FEELINGS, pk_of
from touchpoints.inventory.models import Channel, Phase, Standard, Touchpoint
from touchpoints.inventory.models.landscape import ContentKind, SystemKind

STEPS = ("importance_customer", "importance_company", "evidence")
FEELS = ("feeling", "target_feeling")
LINKED = ("systems", "contents")
AT_ONCE = 500  # rows that are written together; then the bar moves
PARTS = {part.value: part for part in Part}


class Makers:
    """Makes each person, channel, system and piece of content that rows ask for once; by its value afterwards."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.made: dict[tuple[str, str], Any] = {}
        self.new: dict[str, list[int]] = {}

    def make(self, code: str, offered: Offered) -> Any:
        """The value that the offered text becomes in a field: a code, or the id of a row. Raises ValidationError."""
        kind = "person" if code in PARTS else code
        newcomer = Newcomer.of(offered.text)
        key = (kind, newcomer.key if kind == "person" else plain(offered.text))
        if key not in self.made:
            with transaction.atomic():
                thing, value = self._make(kind, offered.text, newcomer)
            self.made[key] = value
            self.new.setdefault(thing._meta.label_lower, []).append(thing.pk)
        return self.made[key]

    def _make(self, kind: str, text: str, newcomer: Newcomer) -> tuple[Any, Any]:
        name = " ".join(text.split())[:120]
        if kind == "person":
            person = create_person(actor=self.user, name=newcomer.name, email=newcomer.email)
            return person, f"person:{person.pk}"
        if kind == "channel":
            channel = create_channel(actor=self.user, name_de=name)
            return channel, channel.code
        if kind == "systems":
            system = create_system(actor=self.user, name=name, kind=SystemKind.OTHER)
            return system, f"system:{system.pk}"
        content = create_content(
            actor=self.user, title=name, kind=ContentKind.TEXT, language=self.user.language
        )
        return content, f"content:{content.pk}"


class Bringing:
    """One portion of rows on its way into the inventory."""

    def __init__(self, user: User, progress: Progress) -> None:
        self.user, self.makers, self.progress = user, Makers(user), progress
        self.phases = {phase.code: phase for phase in Phase.objects.default()}
        self.columns: dict[str, Callable[[Any], Any]] = {
            "phase": lambda code: self.phases[code],
            "channel": lambda code: self.channels[code],
            **dict.fromkeys(STEPS, int),
            **dict.fromkeys(FEELS, lambda name: FEELINGS[name].value),
        }
        self.channels: dict[str, Channel] = {}

    def bring(self, drafts: Sequence[Draft]) -> None:
        """Record and change; rows for which something cannot be made stay out.

        What was made for the rows goes with the first of them, for undo.
        """
        good = [draft for draft in drafts if self.settle_offers(draft)]
        self.channels = {channel.code: channel for channel in Channel.objects.all()}
        new = [draft for draft in good if draft.target is None]
        changed = [draft for draft in good if draft.target is not None]
        made: list[Touchpoint] = []
        for part in batched(new, AT_ONCE, strict=False):
            made += record_touchpoints(incoming=[self.incoming(d, d.values) for d in part], actor=self.user)
            self.progress(len(made), len(good))
        rows = {f"row:{draft.number}": row.pk for draft, row in zip(new, made, strict=True)}
        rows |= {f"row:{draft.number}": draft.target.pk for draft in changed if draft.target}
        codes = dict(Touchpoint.objects.filter(code__in=_named(good)).values_list("code", "pk")) | rows
        write_links(
            {
                row.pk: {"hands_over_to": {codes[code] for code in draft.values["hands_over_to"]}}
                for draft, row in zip(new, made, strict=True)
                if draft.values.get("hands_over_to")
            }
        )
        for start in range(0, len(changed), AT_ONCE):
            self.change(changed[start : start + AT_ONCE], codes)
            self.progress(min(len(new) + start + AT_ONCE, len(good)), len(good))
        for draft, row in zip(new, made, strict=True):
            draft.made(row)
        self.remember_new(new)
        for draft in good:
            draft.applied = True
        if self.makers.new and good:
            good[0].memo["made"] = self.makers.new

    def settle_offers(self, draft: Draft) -> bool:
        """Replace what was offered by what it has become; False, with the reason at the cell, if that fails."""
        for code, value in list(draft.values.items()):
            try:
                if isinstance(value, Offered):
                    draft.values[code] = self.makers.make(code, value)
                elif isinstance(value, list) and any(isinstance(item, Offered) for item in value):
                    items = {self.makers.make(code, i) if isinstance(i, Offered) else i for i in value}
                    draft.values[code] = sorted(items)
            except ValidationError as error:
                blame(draft, ValidationError(error.messages))
                return False
        return True

    def incoming(self, draft: Draft, values: dict[str, Any], codes: dict[str, int] | None = None) -> Incoming:
        """Values as columns, links, texts and people. Of a new row what is empty is left to the defaults."""
        item = Incoming()
        for code, value in values.items():
            if value is None and draft.target is None:
                continue
            if code in PARTS:
                named = value if isinstance(value, list) else [value] if value else []
                item.people[PARTS[code]] = {pk_of(person) for person in named}
            elif code in LINKED:
                item.links[code] = {pk_of(thing) for thing in value or ()}
            elif code == "further_phases":
                item.links[code] = {self.phases[phase].pk for phase in value or ()}
            elif code == "hands_over_to":
                if codes is not None:
                    item.links[code] = {codes[other] for other in value or ()}
            elif code in Standard.TEXTS:
                item.texts[code] = value or ""
            else:
                item.fields[code] = self.column(code, value)
        return item

    def column(self, code: str, value: Any) -> Any:
        """A value as its column holds it."""
        if value is not None:
            return self.columns[code](value) if code in self.columns else value
        field: Any = Touchpoint._meta.get_field(code)
        return None if field.null else [] if code in ("tags", "languages") else ""

    def change(self, drafts: Sequence[Draft], codes: dict[str, int]) -> None:
        """Write what differs, after a look at what was there."""
        targets = {draft.target.pk: draft for draft in drafts if draft.target}
        items = {pk: self.incoming(draft, draft.changed, codes) for pk, draft in targets.items()}
        before = Touchpoint.objects.in_bulk(list(items))
        links = links_of(list(items), {name for item in items.values() for name in item.links})
        parts, texts = parts_of(list(items)), drafts_of(list(items))
        change_touchpoints(incoming=list(items.items()), actor=self.user)
        after, texts_after = parts_of(list(items)), drafts_of(list(items))
        revisions = dict(Touchpoint.objects.filter(pk__in=list(items)).values_list("pk", "revision"))
        for pk, item in items.items():
            columns = [*item.fields, *(["tags"] if item.fields else [])]
            targets[pk].memo |= {
                "revision": revisions[pk],
                "fields": {name: as_json(before[pk], name) for name in columns},
                "links": {name: sorted(links[pk][name]) for name in item.links},
                "parts": [parts.get(pk, []), after.get(pk, [])] if item.people else None,
                "texts": [texts.get(pk), texts_after.get(pk)] if item.texts else None,
            }

    def remember_new(self, drafts: Sequence[Draft]) -> None:
        """What undo must find unchanged."""
        ids = [draft.target.pk for draft in drafts if draft.target]
        parts, texts = parts_of(ids), drafts_of(ids)
        for draft in drafts:
            if draft.target:
                pk = draft.target.pk
                draft.memo |= {
                    "revision": 1,
                    "parts": [[], parts.get(pk, [])],
                    "texts": [None, texts.get(pk)],
                }


def _named(drafts: Sequence[Draft]) -> set[str]:
    """Codes of all touchpoints that rows refer to."""
    return {code for draft in drafts for code in draft.values.get("hands_over_to") or ()}


def drafts_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The open drafts of standards: their id and texts, by touchpoint."""
    rows = Standard.objects.draft().filter(touchpoint__in=ids)
    return {
        row.touchpoint_id: {"pk": row.pk, "texts": {name: getattr(row, name) for name in Standard.TEXTS}}
        for row in rows
    }


def as_json(row: Touchpoint, name: str) -> Any:
    """A column as JSON keeps it."""
    field: Any = Touchpoint._meta.get_field(name)
    value = getattr(row, field.attname)
    return value.isoformat() if isinstance(value, date) else value
