"""Which touchpoint a row of a list is about: by its code, else by name and channel."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cxm.imports.models import ImportRow
from cxm.kit.importers import Draft
from cxm.kit.sheets.header import plain
from touchpoints.inventory.models import Touchpoint


class Known(NamedTuple):
    """What is needed of a touchpoint to recognise it."""

    pk: int
    code: str
    name: str
    channel: str | None
    is_current: bool


class Ambiguous(NamedTuple):
    """Several touchpoints that a row may be about."""

    found: Sequence[Known]


class Inventory:
    """All touchpoints by code and by name as it is compared. One query, however many rows ask."""

    def __init__(self) -> None:
        self.by_code: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        rows = Touchpoint.objects.order_by("pk").values_list(
            "pk", "code", "name", "channel__code", "is_archived", "duplicate_of"
        )
        for pk, code, name, channel, is_archived, duplicate_of in rows.iterator(chunk_size=5000):
            known = Known(pk, code, name, channel, not is_archived and duplicate_of is None)
            self.by_code[code.casefold()] = known
            if known.is_current:
                self.by_name[plain(name)].append(known)

    def with_code(self, code: str) -> Known | None:
        """The touchpoint with this code, archived or not."""
        return self.by_code.get(code.casefold())

    def with_name(self, name: str, channel: str | None) -> Known | Ambiguous | None:
        """The current touchpoint of this name in this channel.

        Without channel the only one of the name; one that has no channel yet is also meant by a row with one.
        """
        named = self.by_name.get(plain(name), [])
        if channel is None:
            return named[0] if len(named) == 1 else Ambiguous(named) if named else None
        same = [known for known in named if known.channel == channel] or [
            known for known in named if known.channel is None
        ]
        return same[0] if len(same) == 1 else Ambiguous(same) if same else None

    def elsewhere(self, name: str) -> list[Known]:
        """Current touchpoints of this name in any channel."""
        return self.by_name.get(plain(name), [])


class References:
    """Finds the touchpoints that a list refers to, in the inventory and among its own rows."""

    def __init__(self, inventory: Inventory, run_id: int, drafts: Iterable[Draft]) -> None:
        """`drafts` may be a part of the list only, after a correction; the other rows are read where they are kept."""
        self.inventory = inventory
        self.rows: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
        listed = {draft.number: (draft.values.get("code"), draft.values.get("name")) for draft in drafts}
        kept = ImportRow.objects.filter(run=run_id, included=True)
        cells = {
            number: (code, name)
            for number, code, name in kept.values_list("number", "cells__code", "cells__name")
        }
        for number, (code, name) in (cells | listed).items():
            for word in {plain(str(word)) for word in (code, name) if word}:
                self.rows[word].append((number, str(code).strip() if code else None))

    def code_of(self, word: str) -> str | None:
        """The code of the touchpoint that a word means, or "row:7" for a row without one; None if none or several."""
        if known := self.inventory.with_code(word):
            return known.code
        named, rows = self.inventory.elsewhere(word), self.rows.get(plain(word), [])
        if len(named) == 1:
            return named[0].code
        if len(rows) == 1 and not named:
            number, code = rows[0]
            return code or f"row:{number}"
        return None
