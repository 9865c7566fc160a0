"""Placeholders in texts: “How was {touchpoint}, {first_name}?”. Templates escape what comes out like any other text."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("touchpoint", "person", "first_name", "company")

type Pieces = Mapping[str, str]
"""What stands for each placeholder; what is missing leaves a gap that is closed."""

_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")
_GAPS = re.compile(r"[ \t]+(?=[,.;:!?])|(?<=[ \t])[ \t]+|^[ \t]*,[ \t]*")


def unknown(text: str) -> list[str]:
    """Names in braces that stand for nothing, each once."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in PLACEHOLDERS))


def filled(text: str, pieces: Pieces) -> str:
    """The text with its placeholders filled in, once: what comes in is not read again."""
    if "{" not in text:
        return text
    has_gap = False

    def piece(match: re.Match[str]) -> str:
        nonlocal has_gap
        if match[1] not in PLACEHOLDERS:
            return match[0]
        found = pieces.get(match[1], "")
        has_gap = has_gap or not found
        return found

    said = _PLACE.sub(piece, text)
    return _GAPS.sub("", said) if has_gap else said


def pieces_of(*, company: str, touchpoint: str = "", person: str = "") -> dict[str, str]:
    """What there is to fill in; the first name is the first word of the name."""
    return {
        "company": company,
        "touchpoint": touchpoint,
        "person": person,
        "first_name": person.split(" ", 1)[0],
    }
