"""A version as plain data: what new versions begin with, and the form in which instruments are shipped.

    {
      "texts": {"title.de": "…", "intro.en": "…"},
      "questions": [
        {"code": "bond", "kind": "maturity", "page": 1, "required": false, "unknown": true, "theme": "bond",
         "weight": "1", "show_if": [], "texts": {"text.de": "…", "anchor0.de": "…"},
         "choices": [{"code": "a", "points": "1", "right": true, "texts": {"text.de": "…"}}]}
      ]
    }

Everything but code, kind and texts may be missing. It is what `Sheet.content()` says.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from surveys.questionnaires.choices import SCALES
from surveys.questionnaires.models import Choice, Concept, Label, Question, Version


def load(version: Version, content: Mapping[str, Any]) -> None:
    """Write this content into a draft that has none yet: four inserts, whatever its size."""
    Label.objects.bulk_create(labels_of(version, content))
    add_questions(version, content.get("questions", []))


def add_questions(version: Version, asked: Sequence[Mapping[str, Any]], start: int = 1) -> list[Question]:
    """More questions of a draft, from position `start` on."""
    concepts = _concepts(version, [raw["code"] for raw in asked])
    questions = Question.objects.bulk_create(
        _question(version, raw, position, concepts[raw["code"]]) for position, raw in enumerate(asked, start)
    )
    labels = [
        label
        for question, raw in zip(questions, asked, strict=True)
        for label in labels_of(version, raw, question=question)
    ]
    Label.objects.bulk_create(labels)
    add_choices(version, zip(questions, asked, strict=True))
    return questions


def add_choices(version: Version, asked: Iterable[tuple[Question, Mapping[str, Any]]]) -> None:
    """The choices of questions that have none yet."""
    pairs = [
        (question, position, option)
        for question, raw in asked
        for position, option in enumerate(raw.get("choices", []), 1)
    ]
    choices = Choice.objects.bulk_create(
        Choice(
            version=version, question=question, code=option["code"], position=position,
            points=Decimal(option.get("points", 0)), is_correct=option.get("right", False),
        )
        for question, position, option in pairs
    )  # fmt: skip
    Label.objects.bulk_create(
        label
        for choice, (_question, _position, option) in zip(choices, pairs, strict=True)
        for label in labels_of(version, option, choice=choice)
    )


def _concepts(version: Version, codes: list[str]) -> dict[str, Concept]:
    """The meanings of the questionnaire by code; new ones are added."""
    known = Concept.objects.filter(questionnaire=version.questionnaire_id)
    have = set(known.values_list("code", flat=True))
    Concept.objects.bulk_create(
        Concept(questionnaire_id=version.questionnaire_id, code=code)
        for code in dict.fromkeys(codes)
        if code not in have
    )
    return {concept.code: concept for concept in known.all()}


def _question(version: Version, raw: Mapping[str, Any], position: int, concept: Concept) -> Question:
    low, high = SCALES.get(raw["kind"], (raw.get("low"), raw.get("high")))
    return Question(
        version=version, questionnaire_id=version.questionnaire_id, concept=concept, position=position,
        page=raw.get("page", 1), kind=raw["kind"], is_required=raw.get("required", False),
        allows_unknown=raw.get("unknown", False), low=low, high=high, theme=raw.get("theme", ""),
        weight=Decimal(raw.get("weight", 1)), show_if=raw.get("show_if", []),
    )  # fmt: skip


def labels_of(version: Version, raw: Mapping[str, Any], **of: Question | Choice) -> list[Label]:
    """The texts of a version, or of a question or choice of it; not saved."""
    found = []
    for key, body in raw.get("texts", {}).items():
        slot, language = key.split(".")
        if body.strip():
            found.append(Label(version=version, slot=slot, language=language, body=body.strip(), **of))
    return found
