"""Everything that can be done to a draft. Each action locks the draft, counts its revision up and writes one entry.

Questions come and go as plain data, like the items of `Sheet.as_content()`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.audit.models import Entry
from cxm.kit.fields import sort_key
from surveys.questionnaires.actions.merging import Marks, Raw, deep, flat, merged
from surveys.questionnaires.actions.versions import locked_draft
from surveys.questionnaires.choices import (
    ANCHORS,
    CHOOSING,
    SCALES,
    TEXTS,
    VERSION_CHANGED,
    Identity,
    Kind,
    Slot,
)
from surveys.questionnaires.content import add_choices, add_questions, labels_of
from surveys.questionnaires.models import Concept, Label, Question, Version
from surveys.questionnaires.sheet import plain, read
from touchpoints.inventory.actions.conflicts import last_editor

MOST_QUESTIONS = 200
MOST_CHOICES = 50
MOST_CONDITIONS = 10
LONGEST_CODE = 40

type Layout = Sequence[int | None]
"""The questions by their number in the order in which they are asked; None begins a new page."""


@transaction.atomic
def change_head(*, version: Version, head: Raw, seen: Marks | None = None, actor: User | None) -> Version:
    """Title, introduction and thanks, languages, identity and pass mark. Raises Conflict."""
    draft = locked_draft(version)
    theirs = head_of(draft)
    found = merged(head, theirs, seen, by=last_editor(draft.questionnaire))
    if found == theirs:
        return draft
    draft.identity, draft.pass_mark = Identity(found["identity"]), found["pass_mark"]
    draft.languages = found["languages"]
    draft.full_clean()
    draft.save(update_fields=["identity", "pass_mark", "languages"])
    _write_texts(draft, found["texts"])
    return _done(draft, actor, did="head")


@transaction.atomic
def add_question(
    *, version: Version, raw: Raw, after: int | None = None, new_page: bool = False, actor: User | None
) -> Question:
    """A question behind another one, else at the end. Its code is that of `raw`, else made of its wording."""
    draft = locked_draft(version)
    _leave_room(draft)
    code = raw.get("code") or free_code(draft, next(iter(raw.get("texts", {}).values()), raw["kind"]))
    if draft.questions.filter(concept__code=code).exists():
        raise ValidationError({"code": _("This draft asks for “%(code)s” already.") % {"code": code}})
    question = add_questions(draft, [tidied({**raw, "code": code})], start=MOST_QUESTIONS + 1)[0]
    _place(draft, question.pk, after=after, breaks=(new_page, False))
    _done(draft, actor, did="added", question=code)
    return question


@transaction.atomic
def change_question(
    *, question: Question, raw: Raw, seen: Marks | None = None, actor: User | None
) -> Question:
    """Write what differs. Raises Conflict if two changed the same, ValidationError by field."""
    draft = locked_draft(question.version)
    row, theirs = _found(draft, question.pk)
    found = tidied(merged(raw, theirs, seen, by=last_editor(draft.questionnaire)))
    if found == tidied(deep(flat(theirs))):
        return row
    low, high = SCALES.get(found["kind"], (found["low"], found["high"]))
    row.kind, row.low, row.high = found["kind"], low, high
    row.is_required, row.allows_unknown = found["required"], found["unknown"]
    row.theme, row.weight, row.show_if = found["theme"], found["weight"], found["show_if"]
    row.full_clean(exclude=["version", "questionnaire", "concept"])
    row.save()
    _write_texts(draft, found["texts"], row)
    if found["choices"] != theirs["choices"]:
        row.choices.all().delete()
        add_choices(draft, [(row, found)])
    _done(draft, actor, did="changed", question=row.concept.code)
    return row


@transaction.atomic
def duplicate_question(*, question: Question, actor: User | None) -> Question:
    """The same question once more, right behind, as a meaning of its own."""
    draft = locked_draft(question.version)
    _leave_room(draft)
    row, raw = _found(draft, question.pk)
    code = free_code(draft, row.concept.code)
    copy = add_questions(draft, [{**raw, "code": code}], start=MOST_QUESTIONS + 1)[0]
    _place(draft, copy.pk, after=row.pk)
    _done(draft, actor, did="added", question=code)
    return copy


@transaction.atomic
def remove_question(*, question: Question, actor: User | None) -> Entry:
    """Take a question out of the draft; the entry that is returned brings it back."""
    draft = locked_draft(question.version)
    row, raw = _found(draft, question.pk)
    layout = layout_of(draft)
    at = layout.index(row.pk)
    before = next((pk for pk in reversed(layout[:at]) if pk), None)
    breaks = [at > 0 and layout[at - 1] is None, at + 1 < len(layout) and layout[at + 1] is None]
    kept = {**raw, "code": row.concept.code}
    layout.pop(at)
    row.delete()
    _arrange(draft, layout)
    _count(draft)
    return record(
        VERSION_CHANGED, actor=actor, target=draft.questionnaire,
        data={"version": draft.number, "did": "removed", "removed": kept, "after": before or 0, "breaks": breaks},
    )  # fmt: skip


@transaction.atomic
def restore_question(*, version: Version, entry: Entry, actor: User | None) -> Question:
    """Bring back what `remove_question` took out, to its place."""
    draft = locked_draft(version)
    raw = entry.data.get("removed")
    is_ours = entry.target_id == draft.questionnaire_id and entry.data.get("version") == draft.number
    if raw is None or not is_ours or draft.questions.filter(concept__code=raw["code"]).exists():
        raise ValidationError(_("The question is back already."), code="changed")
    _leave_room(draft)
    question = add_questions(draft, [raw], start=MOST_QUESTIONS + 1)[0]
    _place(draft, question.pk, after=entry.data["after"], breaks=entry.data["breaks"], closes=True)
    _done(draft, actor, did="restored", question=raw["code"])
    return question


@transaction.atomic
def arrange_questions(*, version: Version, layout: Layout, actor: User | None) -> None:
    """A new order, with its page breaks. The layout names every question of the draft once."""
    draft = locked_draft(version)
    wanted = [pk for pk in layout if pk is not None]
    if sorted(wanted) != sorted(draft.questions.order_by().values_list("pk", flat=True)):
        raise ValidationError(
            _("Somebody has added or removed a question meanwhile. Here is the draft as it is now."),
            code="changed",
        )
    if _arrange(draft, layout):
        _done(draft, actor, did="arranged")


def layout_of(draft: Version) -> list[int | None]:
    """The order as it is."""
    found: list[int | None] = []
    page = None
    for pk, number in draft.questions.order_by("position").values_list("pk", "page"):
        if page is not None and number != page:
            found.append(None)
        found.append(pk)
        page = number
    return found


def head_of(version: Version) -> dict[str, Any]:
    """What a version says of itself."""
    labels = Label.objects.filter(version=version, question=None, choice=None).order_by("pk")
    return {
        "identity": str(version.identity), "languages": list(version.languages), "pass_mark": version.pass_mark,
        "texts": {f"{label.slot}.{label.language}": label.body for label in labels},
    }  # fmt: skip


def slots_of(kind: str) -> tuple[Slot, ...]:
    """The texts that a question of this kind has."""
    if kind == Kind.MATURITY:
        return (Slot.INTRO, Slot.TEXT, Slot.HELP, *ANCHORS)
    ends = (Slot.LOW, Slot.HIGH) if kind in SCALES else ()
    return (Slot.INTRO, Slot.TEXT, Slot.HELP, *ends)


def tidied(raw: Raw) -> dict[str, Any]:
    """Without what a question of its kind does not have; a choice that is new gets a code."""
    kind = raw["kind"]
    slots = set(slots_of(kind))
    is_number = kind == Kind.NUMBER
    texts = {
        key: body for key, body in raw.get("texts", {}).items() if key.split(".")[0] in slots and body.strip()
    }
    return {
        **raw,
        "required": raw.get("required", False),
        "unknown": raw.get("unknown", False) and kind not in TEXTS,
        "low": raw.get("low") if is_number else None,
        "high": raw.get("high") if is_number else None,
        "theme": raw.get("theme", ""), "weight": plain(Decimal(raw.get("weight", 1))),
        "show_if": raw.get("show_if", []),
        "texts": texts,
        "choices": coded(raw.get("choices", [])) if kind in CHOOSING else [],
    }  # fmt: skip


def coded(choices: Sequence[Raw]) -> list[dict[str, Any]]:
    """Choices, each with a code of its own; new ones get it from their wording."""
    taken = {choice["code"] for choice in choices if choice.get("code")}
    found = []
    for choice in choices:
        code = choice.get("code") or _free(
            next(iter(choice.get("texts", {}).values()), "a"), taken.__contains__
        )
        taken.add(code)
        points = plain(Decimal(choice.get("points", 0)))
        found.append({"right": False, **choice, "code": code, "points": points})
    return found


def free_code(draft: Version, wording: str) -> str:
    """A code that no meaning of the questionnaire has."""
    taken = set(Concept.objects.filter(questionnaire=draft.questionnaire_id).values_list("code", flat=True))
    return _free(wording, taken.__contains__)


def _free(wording: str, is_taken: Callable[[str], bool]) -> str:
    start = re.sub(r"-\d+$", "", slugify(sort_key(wording))[: LONGEST_CODE - 5].strip("-_")) or "x"
    code, number = start, 1
    while is_taken(code):
        number += 1
        code = f"{start}-{number}"
    return code


def _found(draft: Version, pk: int) -> tuple[Question, dict[str, Any]]:
    """A question of the draft as a row and as data."""
    sheet = read(draft)
    for item, raw in zip(sheet.items, sheet.as_content()["questions"], strict=True):
        if item.pk == pk:
            return draft.questions.select_related("concept").get(pk=pk), raw
    raise ValidationError(_("Somebody has removed this question meanwhile."), code="gone")


def _write_texts(draft: Version, texts: Mapping[str, str], question: Question | None = None) -> None:
    """Exactly these texts of the version itself or of a question."""
    of = {"question": question} if question else {}
    wanted = {(label.slot, label.language): label for label in labels_of(draft, {"texts": texts}, **of)}
    for label in Label.objects.filter(version=draft, question=question, choice=None).order_by():
        new = wanted.pop((label.slot, label.language), None)
        if new is None:
            label.delete()
        elif new.body != label.body:
            label.body = new.body
            label.save(update_fields=["body"])
    Label.objects.bulk_create(wanted.values())


def _leave_room(draft: Version) -> None:
    if draft.questions.count() >= MOST_QUESTIONS:
        raise ValidationError(
            _("A questionnaire holds at most %(most)s questions.") % {"most": MOST_QUESTIONS}, code="full"
        )


def _place(
    draft: Version,
    pk: int,
    *,
    after: int | None,
    breaks: Sequence[bool] = (False, False),
    closes: bool = False,
) -> None:
    """Put a question behind another one; 0 means in front of all, None or a stranger behind all.

    `breaks` says whether a page begins with it, and behind it; `closes` takes these in place of one that is there.
    """
    layout = [one for one in layout_of(draft) if one != pk]
    while layout and layout[-1] is None:  # what lay on a page of its own until now
        layout.pop()
    at = (
        0 if after == 0 else layout.index(after) + 1 if after is not None and after in layout else len(layout)
    )
    front, rest = layout[:at], layout[at:]
    if closes and any(breaks) and rest and rest[0] is None:
        rest = rest[1:]
    before, behind = ([None] if wanted else [] for wanted in breaks)
    _arrange(draft, [*front, *before, pk, *behind, *rest])


def _arrange(draft: Version, layout: Layout) -> bool:
    """Number positions and pages after the layout; whether anything moved."""
    rows = {row.pk: row for row in draft.questions.all()}
    moved, position, page, is_empty = [], 0, 1, True
    for pk in layout:
        if pk is None:
            page, is_empty = page if is_empty else page + 1, True
            continue
        position, is_empty = position + 1, False
        row = rows[pk]
        if (row.position, row.page) != (position, page):
            row.position, row.page = position, page
            moved.append(row)
    Question.objects.bulk_update(moved, ["position", "page"])
    return bool(moved)


def _count(draft: Version) -> None:
    draft.revision += 1
    draft.save(update_fields=["revision"])


def _done(draft: Version, actor: User | None, **data: Any) -> Version:
    """Count the revision up and tell the history."""
    _count(draft)
    record(VERSION_CHANGED, actor=actor, target=draft.questionnaire, data={"version": draft.number, **data})
    return draft
