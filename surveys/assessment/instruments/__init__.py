"""Instruments that ship with the house, as content for `surveys.questionnaires.content.load`.

Each is a TOML file in which a translator finds both languages side by side.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ("de", "en")
HOUSE, C_FACTORS = "cx-house", "cx-cfactors"


@dataclass(frozen=True)
class Instrument:
    """A questionnaire to be taken over: its code, its name, and what is in it."""

    code: str
    name: str
    content: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Number of its questions."""
        return len(self.content["questions"])


def shipped() -> list[Instrument]:
    """All instruments, the longest first."""
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    return sorted(found, key=lambda instrument: -instrument.size)


def instrument(code: str) -> Instrument:
    """The one with this code. Raises KeyError."""
    return {found.code: found for found in shipped()}[code]


def _read(path: Path) -> Instrument:
    with path.open("rb") as file:
        raw = tomllib.load(file)
    questions = list(_questions(raw))
    texts = {
        f"{slot}.{language}": raw[slot][language]
        for slot in ("title", "intro", "thanks")
        for language in LANGUAGES
    }
    return Instrument(raw["code"], raw["name"], {"texts": texts, "questions": questions})


def _questions(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    page = 1
    for number, asked in enumerate(raw["question"]):
        page = 1 + number // raw["questions_per_page"]
        texts = {f"text.{language}": asked[language] for language in LANGUAGES}
        for language in LANGUAGES:
            texts |= {
                f"anchor{step}.{language}": text for step, text in enumerate(asked["anchors"][language])
            }
        yield {
            "code": asked["code"], "kind": "maturity", "page": page, "required": True, "unknown": True,
            "theme": asked["theme"], "texts": texts,
        }  # fmt: skip
    if asked := raw.get("open"):
        texts = {f"text.{language}": asked[language] for language in LANGUAGES}
        texts |= {f"help.{language}": asked["help"][language] for language in LANGUAGES}
        yield {"code": asked["code"], "kind": "long", "page": page + 1, "texts": texts}
