"""Two people at one draft: what only one of them changed is kept from both, what both changed is shown to the second.

A form carries a mark for each thing that it showed, so nothing has to be looked up of how the draft stood then.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cxm.accounts.models import User
from surveys.questionnaires.choices import Slot, theme_name
from surveys.questionnaires.publishing import name_of
from touchpoints.inventory.actions.conflicts import Clash, Conflict

type Raw = Mapping[str, Any]
"""A question or the head of a version as plain data: see `surveys.questionnaires.content`."""
type Marks = Mapping[str, str]
"""What somebody saw: for each thing that was not empty a mark of its value."""

_LENGTH = 12  # hexadecimal characters of a mark: chance hits one in 2.8e14


def flat(raw: Raw) -> dict[str, Any]:
    """Its things by name, each text on its own."""
    found = {name: value for name, value in raw.items() if name not in {"texts", "page", "code", "questions"}}
    return found | {f"texts.{key}": body for key, body in raw.get("texts", {}).items()}


def deep(things: Mapping[str, Any]) -> dict[str, Any]:
    """The way back from `flat`."""
    texts = {name.removeprefix("texts."): body for name, body in things.items() if name.startswith("texts.")}
    return {name: value for name, value in things.items() if not name.startswith("texts.")} | {"texts": texts}


def mark(value: Any) -> str:
    """A short sign of a value; none for an empty one."""
    if value is None or value is False or value in ("", []):  # 0 says something
        return ""
    said = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]


def marks(raw: Raw) -> dict[str, str]:
    """What somebody sees who reads this."""
    return {name: sign for name, value in flat(raw).items() if (sign := mark(value))}


def merged(mine: Raw, theirs: Raw, seen: Marks | None, *, by: User | None = None) -> dict[str, Any]:
    """What is to be written; raises Conflict. `theirs` is what stands there now; without `seen` mine counts.

    What `mine` does not hold stays as it is.
    """
    new, now = flat(mine), flat(theirs)
    found, clashes = dict(now), []
    for name, value in new.items():
        if mark(value) == mark(now.get(name)):
            continue
        if seen is None or mark(now.get(name)) == seen.get(name, ""):
            found[name] = value
        elif mark(value) != seen.get(name, ""):
            clashes.append(Clash(name, label_of(name), named(name, now.get(name)), named(name, value)))
    if clashes:
        raise Conflict(clashes, revision=0, by=by)
    return deep(found)


def label_of(name: str) -> str:
    """What a thing is called in the form."""
    if name.startswith("texts."):
        slot, language = name.removeprefix("texts.").split(".")
        return f"{Slot(slot).label} ({name_of(language)})"
    return {
        "kind": _("Kind"), "required": _("Must be answered"), "unknown": _("“Don't know” is an answer"),
        "low": _("Lowest"), "high": _("Highest"), "theme": _("Theme"), "weight": _("Weight"),
        "show_if": _("Shown if"), "choices": _("Answers"), "identity": _("Who answered"),
        "languages": _("Languages"), "pass_mark": _("Passed from (%)"), "name": _("Name"), "use": _("Used for"),
        "min_cell": _("Smallest group shown"),
    }.get(name, name)  # fmt: skip


def named(name: str, value: Any) -> str:
    """A value of that thing in words, a theme by its name."""
    return said(theme_name(value) if name == "theme" and value else value)


def said(value: Any) -> str:
    """A value in words; a dash for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return "\n".join(_pieces(value)) or "–"
    return "–" if value in (None, "") else str(value)


def _pieces(values: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        if not isinstance(value, Mapping):
            yield str(value)
        elif "of" in value:
            yield ", ".join(str(part) for part in value.values() if part is not True)
        else:
            texts = value.get("texts", {})
            yield " / ".join(dict.fromkeys(str(text) for text in texts.values())) or str(
                value.get("code", "")
            )
