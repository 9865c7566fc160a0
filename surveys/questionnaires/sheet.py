"""A version as it is read: questions with their choices and texts, in memory, without the database.

Everything that shows, fills in, checks, scores or exports a version works on this. `content()` says all that it
holds in one canonical form; its digest is kept with a published version.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from surveys.questionnaires.choices import SCALES, Kind, Slot
from surveys.questionnaires.models import Choice, Label, Question, Version

type Texts = Mapping[tuple[str, str], str]
"""Texts by slot and language."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Anything with texts in several languages."""

    texts: Texts = field(default_factory=dict, hash=False, compare=False)

    def text(self, slot: Slot, language: str) -> str:
        """One of its texts, or nothing."""
        return self.texts.get((slot, language), "")


@dataclass(frozen=True, kw_only=True)
class Option(Spoken):
    """A choice."""

    pk: int
    code: str
    points: Decimal = Decimal(0)
    is_correct: bool = False


@dataclass(frozen=True, kw_only=True)
class Item(Spoken):
    """A question. `code` is that of its concept."""

    pk: int
    code: str
    kind: Kind
    position: int
    page: int = 1
    is_required: bool = False
    allows_unknown: bool = False
    low: int | None = None
    high: int | None = None
    theme: str = ""
    weight: Decimal = Decimal(1)
    show_if: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    options: tuple[Option, ...] = ()

    @property
    def is_scale(self) -> bool:
        """Whether it is answered by a step of a scale."""
        return self.kind in SCALES

    @property
    def steps(self) -> range:
        """The steps of its scale, lowest first."""
        return range(self.low or 0, (self.high or 0) + 1)

    def option(self, code: str) -> Option | None:
        """The choice with this code."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Sheet(Spoken):
    """A whole version."""

    pk: int
    identity: str
    languages: tuple[str, ...]
    pass_mark: int | None
    items: tuple[Item, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        """Its questions by the code of their concept."""
        return {item.code: item for item in self.items}

    @property
    def pages(self) -> list[tuple[Item, ...]]:
        """Its questions page by page; pages have no holes."""
        found: dict[int, list[Item]] = defaultdict(list)
        for item in self.items:
            found[item.page].append(item)
        return [tuple(found[number]) for number in sorted(found)]

    def as_content(self) -> dict[str, Any]:
        """All that it holds as plain data, without numbers of rows: see `surveys.questionnaires.content`."""
        return {
            "identity": self.identity,
            "languages": sorted(self.languages),
            "pass_mark": self.pass_mark,
            "texts": _said(self),
            "questions": [
                {
                    "code": item.code, "kind": item.kind, "page": item.page, "required": item.is_required,
                    "unknown": item.allows_unknown, "low": item.low, "high": item.high, "theme": item.theme,
                    "weight": plain(item.weight), "show_if": list(item.show_if), "texts": _said(item),
                    "choices": [
                        {
                            "code": option.code, "points": plain(option.points), "right": option.is_correct,
                            "texts": _said(option),
                        }
                        for option in item.options
                    ],
                }
                for item in self.items
            ],
        }  # fmt: skip

    def content(self) -> str:
        """The same as JSON in one canonical form."""
        return json.dumps(self.as_content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content().encode()).hexdigest()


def plain(number: Decimal) -> str:
    """A number as it is written without trailing zeros."""
    return format(number.normalize(), "f")


def _said(spoken: Spoken) -> dict[str, str]:
    return {f"{slot}.{language}": body for (slot, language), body in spoken.texts.items()}


def sheet_of(version: Version) -> Sheet:
    """The version in memory: three queries, and none for a published one that was read before."""
    return read(version) if version.is_draft else _final(version.pk)


@lru_cache(maxsize=64)
def _final(pk: int) -> Sheet:
    return read(Version.objects.get(pk=pk))


def read(version: Version) -> Sheet:
    """The version as it stands in the database now; three queries."""
    texts: dict[tuple[int | None, int | None], dict[tuple[str, str], str]] = defaultdict(dict)
    for label in Label.objects.filter(version=version):
        texts[label.question_id, label.choice_id][label.slot, label.language] = label.body
    options: dict[int, list[Option]] = defaultdict(list)
    for choice in Choice.objects.filter(version=version).order_by("position"):
        options[choice.question_id].append(
            Option(
                pk=choice.pk, code=choice.code, points=choice.points, is_correct=choice.is_correct,
                texts=texts[None, choice.pk],
            )
        )  # fmt: skip
    questions = Question.objects.filter(version=version).select_related("concept").order_by("position")
    return Sheet(
        pk=version.pk, identity=version.identity, languages=tuple(version.languages), pass_mark=version.pass_mark,
        texts=texts[None, None],
        items=tuple(
            Item(
                pk=question.pk, code=question.concept.code, kind=Kind(question.kind), position=question.position,
                page=question.page, is_required=question.is_required, allows_unknown=question.allows_unknown,
                low=question.low, high=question.high, theme=question.theme, weight=question.weight,
                show_if=tuple(question.show_if), options=tuple(options[question.pk]), texts=texts[question.pk, None],
            )
            for question in questions
        ),
    )  # fmt: skip
