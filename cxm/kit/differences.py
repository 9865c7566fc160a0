"""What changed between two texts, word by word. Pure."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_words = re.compile(r"\s+|[^\w\s]|\w+")


@dataclass(frozen=True)
class Stretch:
    """A piece of text that stayed, came or went."""

    kind: Literal["same", "new", "gone"]
    text: str


def differences(old: str, new: str) -> list[Stretch]:
    """The way from the old text to the new one. All but the new pieces give the old text, all but the gone the new."""
    before, after = _words.findall(old), _words.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return list(_joined(matcher, before, after))


def _joined(
    matcher: "difflib.SequenceMatcher[str]", before: list[str], after: list[str]
) -> Iterator[Stretch]:
    """Neighbouring changes in one piece, also across a mere space: easier to read than word by word."""
    gone = new = ""
    opcodes = matcher.get_opcodes()
    for number, (tag, old_start, old_end, new_start, new_end) in enumerate(opcodes):
        old_text, new_text = "".join(before[old_start:old_end]), "".join(after[new_start:new_end])
        inside = 0 < number < len(opcodes) - 1
        if tag != "equal" or (inside and old_text.isspace()):
            gone, new = gone + old_text, new + new_text
            continue
        yield from _changed(gone, new)
        gone = new = ""
        yield Stretch("same", old_text)
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> Iterator[Stretch]:
    if gone:
        yield Stretch("gone", gone)
    if new:
        yield Stretch("new", new)
