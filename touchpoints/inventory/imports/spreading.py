"""Cells that say more than one thing, spread to the fields they belong to: several phases, several people, reasons."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from cxm.kit.importers import Draft, Marked, Offered
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Touchpoint

OTHER_PARTS = tuple(part.value for part in Part if part != Part.ACCOUNTABLE)
SETS = ("further_phases", "hands_over_to", "systems", "contents", *OTHER_PARTS)
KEPT = ("code", "name", "status", "is_direct")
"""What an empty cell never deletes."""
EMPTY: dict[str, Any] = dict.fromkeys(Touchpoint.FLAGS, False) | {
    "review_every": Touchpoint.REVIEW_DAYS,
    "evidence": "0",
}
"""What is left of other fields without a value of "none"."""

type Extras = dict[str, set[Any]]
"""Values found in another column, by the field where they belong."""


def spread(draft: Draft, reason: str) -> Extras:
    """Leave in each field what is its own; returns the rest. Where a mark has no reason it gets `reason`."""
    extras: Extras = {}
    _spread_phases(draft, extras)
    _spread_people(draft, extras)
    _spread_reasons(draft, reason)
    for code in SETS:
        if code in draft.values:
            draft.values[code] = in_order(draft.values[code] or ())
    return extras


def _spread_phases(draft: Draft, extras: Extras) -> None:
    phases = draft.values.get("phase")
    if isinstance(phases, list):
        first, *others = phases or [None]
        draft.values["phase"] = first
        if others:
            extras["further_phases"] = set(others)
            draft.hint(_("The first phase counts; the others are kept as further phases."), "phase")


def _spread_people(draft: Draft, extras: Extras) -> None:
    """Who is marked as something else goes there; of several owners one is accountable, the others responsible."""
    owner: Any = None
    for code in (Part.ACCOUNTABLE.value, *OTHER_PARTS):
        named: list[Marked] = draft.values.get(code) or []
        own: list[Any] = []
        for value, mark in named:
            if (mark or code) == code:
                own.append(value)
            else:
                extras.setdefault(mark, set()).add(value)
        if code != Part.ACCOUNTABLE:
            if code in draft.values:
                draft.values[code] = own
            continue
        marked = [value for value, mark in named if mark == code]
        owner = next(iter(marked or own), None)
        if others := {value for value in own if value != owner}:
            extras.setdefault(Part.RESPONSIBLE.value, set()).update(others)
        if code in draft.values:
            draft.values[code] = owner
    if (accountable := extras.pop(Part.ACCOUNTABLE.value, set())) and owner is None:
        draft.values[Part.ACCOUNTABLE.value] = in_order(accountable)[0]  # type: ignore[index]  # not empty


def _spread_reasons(draft: Draft, reason: str) -> None:
    """A mark that is a text says why; a mark or an improvement without words gets some that say where it is from."""
    for flag, field in Touchpoint.EXPLAINED.items():
        value = draft.values.get(flag)
        if isinstance(value, str):
            draft.values[flag] = True
            draft.values[field] = draft.values.get(field) or value
        elif value and not draft.values.get(field):
            draft.memo[field] = reason


def unite(draft: Draft, extras: Extras, record: dict[str, Any] | None) -> None:
    """Add what other columns brought: to what the cell says, else to what is there already."""
    for code, values in extras.items():
        listed = draft.values.get(code) or (record or {}).get(code) or ()
        draft.values[code] = in_order({*listed, *values})


def give_reasons(draft: Draft, record: dict[str, Any] | None) -> None:
    """Write the reason of last resort where neither list nor inventory has one."""
    for flag, field in Touchpoint.EXPLAINED.items():
        reason = draft.memo.pop(field, None)
        if reason and not (record or {}).get(field):
            draft.values[field] = reason
            draft.hint(_("The list says no reason; “{reason}” is written.").format(reason=reason), flag)


def settle_blanks(draft: Draft) -> None:
    """What an empty cell means where empty cells delete."""
    for code in [code for code, value in draft.values.items() if value is None]:
        if code in KEPT:
            del draft.values[code]
        elif code in EMPTY and draft.clear_empty:
            draft.values[code] = EMPTY[code]


def in_order(values: Iterable[Any]) -> list[Any] | None:
    """Sorted, newcomers last; None if there are none."""
    return sorted(values, key=lambda value: (isinstance(value, Offered), str(value))) or None
