"""What stood in a form, checked: answers of a draft, what is wrong with them, and the rows they become."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cxm.kit.numbers.reading import NumberError, parse_date, parse_decimal
from surveys.questionnaires.choices import LONGEST, TEXTS, Kind
from surveys.questionnaires.logic import UNKNOWN, Answers, shown
from surveys.questionnaires.sheet import Item, Sheet

MOST = Decimal(10) ** 13
"""Bound of a number that is answered."""
LONGEST_FIGURE = 60
"""Characters of a number or a date as it is typed."""


class EntryError(ValueError):
    """An answer that does not fit its question; the message says why, translated."""


def entered(item: Item, raw: Sequence[str], language: str) -> Any:
    """What goes into the draft: a number, a code, a list of codes, a text, an ISO day, UNKNOWN, or None if empty.

    Raises EntryError. `raw` is what the browser sent for this question.
    """
    given = [text.strip().replace("\r\n", "\n") for text in raw if text.strip()]
    if not given:
        return None
    if UNKNOWN in given and item.allows_unknown and item.kind not in TEXTS:
        return UNKNOWN
    if item.kind == Kind.MULTIPLE:
        return _several(item, given)
    return _one(item, given[-1], language)


def _several(item: Item, given: list[str]) -> list[str]:
    wrong = [code for code in given if item.option(code) is None]
    if wrong:
        raise EntryError(_("This answer is not offered here. Please choose again."))
    return [option.code for option in item.options if option.code in given]


def _one(item: Item, text: str, language: str) -> Any:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise EntryError(_("The text holds a character that cannot be saved."))
    if item.is_scale:
        step = int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 4 else None
        if step is None or step not in item.steps:
            raise EntryError(_("Please choose one of the steps offered."))
        return step
    if item.kind == Kind.SINGLE:
        if item.option(text) is None:
            raise EntryError(_("This answer is not offered here. Please choose again."))
        return text
    if item.kind in {Kind.NUMBER, Kind.DATE} and len(text) > LONGEST_FIGURE:
        raise EntryError(_("This is too long for a number or a date."))
    if item.kind == Kind.NUMBER:
        return _number(item, text, language)
    if item.kind == Kind.DATE:
        try:
            return parse_date(text, language).isoformat()
        except NumberError as error:
            raise EntryError(str(error)) from None
    most = LONGEST[item.kind]
    if len(text) > most:
        raise EntryError(
            _("The text is too long: %(length)s characters, at most %(most)s.")
            % {"length": len(text), "most": most}
        )
    return text


def _number(item: Item, text: str, language: str) -> str:
    try:
        number = parse_decimal(text, language)
    except NumberError as error:
        raise EntryError(str(error)) from None
    if abs(number) > MOST:
        raise EntryError(_("The number is too large."))
    if item.low is not None and number < item.low:
        raise EntryError(_("At least %(low)s.") % {"low": item.low})
    if item.high is not None and number > item.high:
        raise EntryError(_("At most %(high)s.") % {"high": item.high})
    return str(number.quantize(Decimal("0.0001")).normalize() + 0)


def missing(items: Iterable[Item], answers: Answers) -> list[Item]:
    """Which of these questions must be answered and are not."""
    return [item for item in items if item.is_required and answers.get(item.code) in (None, "", [])]


ROW = ("question_id", "item", "number", "choice_id", "text", "decimal", "day", "is_unknown")
"""The columns of `models.Answer` that say what was answered."""


def rows_of(sheet: Sheet, answers: Answers) -> list[tuple[Any, ...]]:
    """The answers as rows of the columns ROW; of what was not shown or not answered there is no row."""
    found = []
    for item in shown(sheet, answers):
        value = answers.get(item.code)
        if value in (None, "", []):
            continue
        if value == UNKNOWN and item.allows_unknown:
            found.append(_row(item, is_unknown=True))
        elif item.kind == Kind.MULTIPLE:
            codes = {code: number for number, code in enumerate(value)}
            found += [
                _row(item, item=codes[option.code], choice=option.pk)
                for option in item.options
                if option.code in codes
            ]
        else:
            found.append(_row(item, **_column(item, value)))
    return found


def _row(
    question: Item, *, item: int = 0, number: int | None = None, choice: int | None = None, text: str | None = None,
    decimal: Decimal | None = None, day: date | None = None, is_unknown: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    return (question.pk, item, number, choice, text, decimal, day, is_unknown)


def _column(item: Item, value: Any) -> dict[str, Any]:
    if item.is_scale:
        return {"number": value}
    if item.kind == Kind.SINGLE:
        option = item.option(value)
        return {"choice": option.pk if option else None}
    if item.kind == Kind.NUMBER:
        return {"decimal": Decimal(value)}
    if item.kind == Kind.DATE:
        return {"day": date.fromisoformat(value)}
    return {"text": value}


def headline(sheet: Sheet, answers: Answers) -> dict[str, Any]:
    """The columns of `models.Response` that sum it up: the first NPS, CSAT and CES answered; score and passed of a
    quiz."""
    found: dict[str, Any] = {}
    items = shown(sheet, answers)
    for item in items:
        if item.kind in {Kind.NPS, Kind.CSAT, Kind.CES} and isinstance(answers.get(item.code), int):
            found.setdefault(str(item.kind), answers[item.code])
    if sheet.pass_mark is not None:
        reached, possible = points(items, answers)
        share = Decimal(100) * reached / possible if possible else Decimal(0)
        found["score"] = share.quantize(Decimal("0.01"))
        found["passed"] = share >= sheet.pass_mark
    return found


def points(items: Iterable[Item], answers: Answers) -> tuple[Decimal, Decimal]:
    """Points reached and possible, each question by its weight.

    Of several choices points add up, also negative ones; no question goes below 0.
    """
    reached = possible = Decimal(0)
    for item in items:
        values = [option.points for option in item.options]
        if item.kind == Kind.SINGLE:
            best = max(values, default=Decimal(0))
        elif item.kind == Kind.MULTIPLE:
            best = sum((value for value in values if value > 0), Decimal(0))
        else:
            continue
        value = answers.get(item.code)
        chosen = value if isinstance(value, list) else [value]
        got = sum((option.points for option in item.options if option.code in chosen), Decimal(0))
        possible += item.weight * max(best, Decimal(0))
        reached += item.weight * min(max(got, Decimal(0)), best)
    return reached, possible


def merged(answers: Answers, new: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a draft with those of a page; None takes one away."""
    found = {**answers, **new}
    return {code: value for code, value in found.items() if value is not None}
