"""What differs between two versions, question by question; what of it touches the meaning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cxm.kit.differences import Stretch, differences
from surveys.questionnaires.actions.merging import label_of, said
from surveys.questionnaires.choices import Slot, theme_name
from surveys.questionnaires.sheet import Item, Sheet, Spoken, plain


@dataclass(frozen=True)
class Difference:
    """One thing that is said in another way: its name, and the way from the old words to the new."""

    label: str
    stretches: list[Stretch]
    language: str = ""


@dataclass(frozen=True)
class Change:
    """What became of a question."""

    item: Item
    sort: str  # "new", "gone", "changed" or "same"
    differences: tuple[Difference, ...] = ()
    is_reworded: bool = False
    is_rescaled: bool = False

    @property
    def words(self) -> str:
        """The question in all its languages."""
        return wording(self.item) or self.item.code


def changes(before: Sheet | None, after: Sheet) -> list[Change]:
    """All questions of the new version in their order, then those that are gone."""
    if before is None:
        return [Change(item, "new") for item in after.items]
    found = []
    for item in after.items:
        old = before.by_code.get(item.code)
        if old is None:
            found.append(Change(item, "new"))
            continue
        differing = tuple(_of_question(old, item))
        found.append(
            Change(
                item, "changed" if differing else "same", differing,
                is_reworded=is_reworded(before, old, after, item), is_rescaled=old.kind != item.kind,
            )
        )  # fmt: skip
    return [*found, *(Change(item, "gone") for item in before.items if item.code not in after.by_code)]


def of_the_whole(before: Sheet | None, after: Sheet) -> list[Difference]:
    """What the versions say of themselves in another way."""
    if before is None:
        return []
    found = list(_texts(before, after))
    facts = (
        ("identity", before.identity, after.identity),
        ("languages", ", ".join(sorted(before.languages)), ", ".join(sorted(after.languages))),
        ("pass_mark", before.pass_mark, after.pass_mark),
    )
    return found + [_fact(name, old, new) for name, old, new in facts if old != new]


def is_reworded(before: Sheet, old: Item, after: Sheet, new: Item) -> bool:
    """Whether somebody who answered then might understand it otherwise now. A language that came or went, the
    introduction of the page, order, weight and conditions do not count."""
    both = set(before.languages) & set(after.languages)
    if _worded(old, both) != _worded(new, both):
        return True
    worded = {option.code: _worded(option, both) for option in old.options}
    return worded != {option.code: _worded(option, both) for option in new.options}


def _worded(spoken: Spoken, languages: set[str]) -> dict[tuple[str, str], str]:
    quiet = {Slot.INTRO, Slot.FEEDBACK}
    return {key: text for key, text in spoken.texts.items() if key[1] in languages and key[0] not in quiet}


def _of_question(old: Item, new: Item) -> Iterator[Difference]:
    yield from _texts(old, new)
    then, now = _facts(old), _facts(new)
    for name in now:
        if then[name] != now[name]:
            yield _fact(name, then[name], now[name])
    yield from _of_choices(old, new)


def _of_choices(old: Item, new: Item) -> Iterator[Difference]:
    then = {option.code: option for option in old.options}
    for option in new.options:
        was = then.pop(option.code, None)
        if was is None:
            yield Difference(_("New answer"), [Stretch("new", wording(option))])
            continue
        yield from _texts(was, option)
        if was.points != option.points:
            yield Difference(_("Points"), differences(plain(was.points), plain(option.points)))
        if was.is_correct != option.is_correct:
            yield Difference(_("Right"), differences(said(was.is_correct), said(option.is_correct)))
    for option in then.values():
        yield Difference(_("Answer that is gone"), [Stretch("gone", wording(option))])
    kept = [option.code for option in new.options if old.option(option.code)]
    if kept != [option.code for option in old.options if option.code in kept]:
        yield Difference(_("Answers"), [Stretch("new", _("in another order"))])


def wording(spoken: Spoken) -> str:
    """What it says, in all its languages."""
    return " / ".join(dict.fromkeys(text for (slot, _l), text in spoken.texts.items() if slot == Slot.TEXT))


def _facts(item: Item) -> Mapping[str, Any]:
    return {
        "kind": str(item.kind.label), "required": item.is_required, "unknown": item.allows_unknown,
        "low": None if item.is_scale else item.low, "high": None if item.is_scale else item.high,
        "theme": theme_name(item.theme), "weight": plain(item.weight), "show_if": list(item.show_if), "page": item.page,
    }  # fmt: skip


def _texts(old: Spoken, new: Spoken) -> Iterator[Difference]:
    for slot, language in sorted(set(old.texts) | set(new.texts)):
        then, now = old.text(Slot(slot), language), new.text(Slot(slot), language)
        if then != now:
            yield Difference(label_of(f"texts.{slot}.{language}"), differences(then, now), language)


def _fact(name: str, old: Any, new: Any) -> Difference:
    label = _("Page") if name == "page" else label_of(name)
    return Difference(label, [Stretch("gone", said(old)), Stretch("same", " "), Stretch("new", said(new))])
