"""Compares the rows of a list with the inventory: new, changed or the same, and what cannot be."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxm.kit.importers import Context, Draft, Offered, Target
from cxm.kit.sheets.header import plain
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Part
from touchpoints.inventory.imports.matching import Ambiguous, Inventory, Known, References
from touchpoints.inventory.imports.people import Newcomer
from touchpoints.inventory.imports.places import pk_of
from touchpoints.inventory.imports.records import Record, records_of
from touchpoints.inventory.imports.spreading import (
    Extras,
    give_reasons,
    in_order,
    settle_blanks,
    spread,
    unite,
)

UPDATE, SKIP, NEW = "update", "skip", "new"
CUT = 32_766  # characters that an exported workbook keeps of a longer text


class Comparison:
    """One look at a list, or at some of its rows."""

    def __init__(self, drafts: Sequence[Draft], context: Context) -> None:
        self.drafts, self.context = drafts, context
        self.existing = context.settings.get("existing", UPDATE)
        self.both = context.settings.get("doubles") == "both"
        self.reason = context.settings.get("reason") or _("Taken over from an imported list")
        self.inventory = Inventory()
        self.targets: dict[int, Known] = {}  # row number -> touchpoint

    def run(self) -> None:
        """Read, match, compare, complain."""
        extras = {draft.number: spread(draft, self.reason) for draft in self.drafts}
        for draft in self.drafts:
            self.match(draft)
        self.resolve_references()
        records = records_of(known.pk for known in self.targets.values())
        for count, draft in enumerate(self.drafts):
            self.context.progress(count, len(self.drafts))
            known = self.targets.get(draft.number)
            self.compare(draft, extras[draft.number], records.get(known.pk) if known else None)
        self.check_people()
        for draft in self.drafts:
            announce(draft, len(extras[draft.number].get(Part.RESPONSIBLE.value, ())))

    # Which touchpoint ------------------------------------------------------------------------------------------

    def match(self, draft: Draft) -> None:
        """Find the touchpoint of a row; note by what another row would be its double."""
        code, name = draft.values.get("code"), draft.values.get("name")
        if not name:
            return
        known = self.inventory.with_code(code) if code else None
        if known and not known.is_current:
            draft.wrong(
                _("{code} is archived or was merged into another touchpoint.").format(code=known.code), "code"
            )
            return
        if known is None and self.existing != NEW:
            known = self.by_name(draft, name)
        if known:
            self.targets[draft.number] = known
            if code and known.code.casefold() != code.casefold():
                draft.hint(
                    _("Known as {code}; the code of the list is not taken over.").format(code=known.code),
                    "code",
                )
                draft.values["code"] = known.code
        if not self.both or known:
            draft.keys["name"] = f"={known.pk}" if known else f"{plain(name)}|{_channel(draft) or ''}"

    def by_name(self, draft: Draft, name: str) -> Known | None:
        """The touchpoint of this name and channel; complains if it may be several."""
        found = self.inventory.with_name(name, _channel(draft))
        if isinstance(found, Ambiguous):
            codes = ", ".join(known.code for known in found.found[:5])
            draft.wrong(
                _("Several touchpoints have this name ({codes}). Add the code or the channel.").format(
                    codes=codes
                ),
                "name",
            )
            return None
        if found is None and (others := self.inventory.elsewhere(name)):
            codes = ", ".join(known.code for known in others[:5])
            draft.hint(
                _("In another channel there is this name already: {codes}.").format(codes=codes), "name"
            )
        return found

    def resolve_references(self) -> None:
        """Codes instead of names of the touchpoints that rows refer to."""
        asking = [draft for draft in self.drafts if draft.values.get("hands_over_to")]
        if not asking:
            return
        references = References(self.inventory, self.context.run_id, self.drafts)
        for draft in asking:
            codes = set()
            for word in draft.values["hands_over_to"]:
                if code := references.code_of(word):
                    codes.add(code)
                else:
                    draft.wrong(
                        _("“{value}” is no touchpoint, or several.").format(value=word), "hands_over_to"
                    )
            draft.values["hands_over_to"] = in_order(codes)

    # What differs ----------------------------------------------------------------------------------------------

    def compare(self, draft: Draft, extras: Extras, record: Record | None) -> None:
        """Bring values and what is there to the same form, and put them side by side."""
        unite(draft, extras, record)
        give_reasons(draft, record)
        known = self.targets.get(draft.number)
        if record is None or known is None:
            return
        settle_blanks(draft)
        draft.target = Target(known.pk, known.name, reverse("inventory:touchpoint", args=[known.pk]))
        if self.existing == SKIP:
            draft.hint(_("Is there already and stays as it is."), "name")
            return
        for code, value in draft.values.items():
            if _was_cut(value, record[code]):
                draft.values[code] = record[code]
        draft.old = {code: record[code] for code in draft.values}

    # What cannot be, and what is worth a word ------------------------------------------------------------------

    def check_people(self) -> None:
        """Nobody is given a part who does not work here any more."""
        today = timezone.localdate()
        asked = {(draft.number, code, value) for draft in self.drafts for code, value in _new_people(draft)}
        gone = _gone({pk_of(value) for _number, _code, value in asked}, today)
        drafts = {draft.number: draft for draft in self.drafts}
        for number, code, value in sorted(asked):
            if name := gone.get(pk_of(value)):
                drafts[number].wrong(_("{person} does not work here any more.").format(person=name), code)


def announce(draft: Draft, others: int) -> None:
    """Say what a row will bring besides itself; `others` were named as owners beside the accountable one."""
    for code, value in draft.values.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Offered):
                draft.hint(_announcement(item), code)
    if others and draft.values.get("accountable"):
        text = ngettext(
            "The first named is accountable, {n} other responsible.",
            "The first named is accountable, {n} others responsible.",
            others,
        )
        draft.hint(text.format(n=others), "accountable")


def _channel(draft: Draft) -> str | None:
    """The channel of a row; a new one counts by its name."""
    channel = draft.values.get("channel")
    return f"new {plain(channel.text)}" if isinstance(channel, Offered) else channel


def _was_cut(value: Any, present: Any) -> bool:
    """Whether a text is what an export had to leave of a longer one."""
    if not isinstance(value, str) or not isinstance(present, str) or len(present) <= CUT:
        return False
    return value.endswith("…") and present.startswith(value[:-1]) and len(value) > CUT - 1000


def _new_people(draft: Draft) -> Iterable[tuple[str, str]]:
    """People who would get a part by this row."""
    for part in Part:
        value, old = draft.values.get(part.value), draft.old.get(part.value)
        present = {*old} if isinstance(old, list) else {old}
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and item not in present:
                yield part.value, item


def _gone(ids: set[int], today: date) -> dict[int, str]:
    """Names of those who have left by that day."""
    rows = Person.objects.filter(pk__in=ids, left_on__lte=today)
    return dict(rows.values_list("pk", "name"))


def _announcement(item: Offered) -> str:
    if item.offer != "person":
        return _("Will be created: {name}").format(name=item.text)
    newcomer = Newcomer.of(item.text)
    if newcomer.email:
        return _("Will be recorded as a new person: {name}, {email}").format(
            name=newcomer.name, email=newcomer.email
        )
    return _("Will be recorded as a new person: {name}").format(name=newcomer.name)
