"""A quiz as it is written: questions with lines of answers, a right one marked by a star, feedback after a bar.

* Wir rufen am selben Tag zurück. | Richtig: so steht es im Standard.
Wir warten, bis sich jemand meldet. | Nein, das Warten ist die häufigste Beschwerde.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _

from surveys.questionnaires.choices import Kind, Slot, Status
from surveys.questionnaires.models import Questionnaire, Version
from surveys.questionnaires.sheet import Item, Sheet, read

MOST_QUESTIONS, MOST_ANSWERS = 40, 10
LONGEST = 500  # characters of a question, an answer, a feedback
RIGHT, BAR = "*", "|"


@dataclass(frozen=True)
class Written:
    """One question as its author types it; `code` is that of its meaning, empty for a new one."""

    text: str
    answers: str
    code: str = ""

    @property
    def says_nothing(self) -> bool:
        """Whether it was left empty."""
        return not self.text.strip() and not self.answers.strip()


def answers_of(written: Written) -> list[tuple[str, str, bool]]:
    """Text, feedback and whether it is right, of each answer. Raises ValidationError with what is wrong."""
    found = []
    for line in written.answers.splitlines():
        line = line.strip()
        if not line:
            continue
        is_right = line.startswith(RIGHT)
        text, _bar, feedback = line.removeprefix(RIGHT).partition(BAR)
        found.append((text.strip(), feedback.strip(), is_right))
    if not written.text.strip():
        raise ValidationError(_("Write the question."))
    if len(found) < 2 or not all(text for text, _feedback, _right in found):
        raise ValidationError(_("A question needs at least two answers, each on a line of its own."))
    if len(found) > MOST_ANSWERS:
        raise ValidationError(_("At most %(n)s answers.") % {"n": MOST_ANSWERS})
    if not any(right for _text, _feedback, right in found):
        raise ValidationError(_("Mark at least one right answer by a star (*) at the beginning of its line."))
    if all(right for _text, _feedback, right in found):
        raise ValidationError(_("If every answer is right, nothing is asked."))
    if any(
        len(part) > LONGEST
        for part in (written.text, *(t for t, _f, _r in found), *(f for _t, f, _r in found))
    ):
        raise ValidationError(_("At most %(limit)s characters.") % {"limit": LONGEST})
    return found


def content_of(title: str, language: str, questions: Sequence[Written]) -> dict[str, Any]:
    """The quiz as `surveys.questionnaires.content` writes it. Of several right answers wrong ticks take points away."""
    taken = {one.code for one in questions if one.code}
    numbers = iter(range(1, 10_000))
    content = []
    for one in questions:
        code = one.code or next(name for number in numbers if (name := f"q{number}") not in taken)
        taken.add(code)
        answers = answers_of(one)
        rights = sum(right for _text, _feedback, right in answers)
        content.append(
            {
                "code": code, "kind": Kind.SINGLE if rights == 1 else Kind.MULTIPLE, "required": True,
                "weight": str(Decimal(1) if rights == 1 else (Decimal(1) / rights).quantize(Decimal("0.01"))),
                "texts": {f"{Slot.TEXT}.{language}": one.text.strip()},
                "choices": [
                    {
                        "code": f"a{number}", "points": "1" if right else "0" if rights == 1 else "-1", "right": right,
                        "texts": {f"{Slot.TEXT}.{language}": text, f"{Slot.FEEDBACK}.{language}": feedback},
                    }
                    for number, (text, feedback, right) in enumerate(answers, 1)
                ],
            }
        )  # fmt: skip
    return {"texts": {f"{Slot.TITLE}.{language}": title}, "questions": content}


def written_of(sheet: Sheet, language: str) -> list[Written]:
    """The questions of a quiz as they are typed."""
    return [
        Written(item.text(Slot.TEXT, language), _lines(item, language), item.code) for item in sheet.items
    ]


def _lines(item: Item, language: str) -> str:
    lines = []
    for option in item.options:
        feedback = option.text(Slot.FEEDBACK, language)
        star = f"{RIGHT} " if option.is_correct else ""
        lines.append(f"{star}{option.text(Slot.TEXT, language)}" + (f" {BAR} {feedback}" if feedback else ""))
    return "\n".join(lines)


def latest_version(quiz: Questionnaire | None) -> Version | None:
    """The quiz as it is being written, else as it is valid, with the number of its questions as `n`. One query."""
    if quiz is None:
        return None
    current = quiz.versions.exclude(status=Status.RETIRED).annotate(n=Count("questions"))
    return current.order_by("-number").first()


def latest(quiz: Questionnaire | None) -> Sheet | None:
    """The same with all its questions; nothing if there is none."""
    version = latest_version(quiz)
    return read(version) if version else None


@dataclass(frozen=True)
class Verdict:
    """One answered question, looked at afterwards."""

    text: str
    is_right: bool
    lines: tuple["Line", ...]


@dataclass(frozen=True)
class Line:
    """One answer of it: whether it was chosen, whether it is right, what is said about it."""

    text: str
    feedback: str
    is_chosen: bool
    is_right: bool


def verdicts(sheet: Sheet, answers: dict[str, Any], language: str) -> list[Verdict]:
    """What was answered and what is said about it. Right answers that were missed are not given away."""
    found = []
    for item in sheet.items:
        given = answers.get(item.code)
        chosen = set(given if isinstance(given, list) else [given])
        lines = tuple(
            Line(
                option.text(Slot.TEXT, language), option.text(Slot.FEEDBACK, language), option.code in chosen,
                option.is_correct,
            )
            for option in item.options
        )  # fmt: skip
        is_right = chosen == {option.code for option in item.options if option.is_correct}
        found.append(Verdict(item.text(Slot.TEXT, language), is_right, lines))
    return found
