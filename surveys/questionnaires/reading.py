"""A questionnaire out of a file, checked thing by thing, so that what is wrong is said with its place."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from surveys.questionnaires.actions.editing import MOST_CHOICES, MOST_CONDITIONS, MOST_QUESTIONS, slots_of
from surveys.questionnaires.choices import CHOOSING, Identity, Kind, Slot, Use

LARGEST_FILE = 2 * 1024**2  # bytes
LONGEST_TEXT = 4_000  # characters: see `models.Label`
_code = re.compile(r"[-a-zA-Z0-9_]{1,40}")
_bad = re.compile("[\x00\ud800-\udfff]")
HEAD = {"code", "name", "use", "min_cell", "identity", "languages", "pass_mark", "texts", "questions"}
QUESTION = {
    "code", "kind", "page", "required", "unknown", "low", "high", "theme", "weight", "show_if", "texts", "choices",
}  # fmt: skip
CHOICE = {"code", "points", "right", "texts"}
CONDITION = {"of", "choices", "from", "to", "answered"}
FURTHEST = 10**9

type Fault = tuple[str, str]
"""Where something is wrong, as in `questions[3].choices[1].code`, and what."""


class UnreadableError(ValueError):
    """The file is no questionnaire; the message says why, translated."""


def parsed(body: bytes) -> dict[str, Any]:
    """The file as data."""
    if len(body) > LARGEST_FILE:
        raise UnreadableError(_("The file is larger than 2 MB."))
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise UnreadableError(_("The file is not written in UTF-8.")) from error
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise UnreadableError(_("The file is no JSON: line %(line)s, column %(column)s.") % where) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(_("The file is no JSON that can be read.")) from error
    if not isinstance(found, dict):
        raise UnreadableError(_("The file holds no questionnaire: it has to be an object with “questions”."))
    return found


def _no_number(name: str) -> float:
    raise ValueError(name)


def faults(raw: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with it, in the order of the file."""
    return [*_of_head(raw), *_of_questions(raw.get("questions", []))]


def _of_head(raw: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _strange("", raw, HEAD)
    yield from _is_code("code", raw.get("code", "x"))
    name = raw.get("name", "x")
    if not isinstance(name, str) or not name.strip() or len(name) > 150 or _bad.search(name):
        yield "name", _("A text of 1 to 150 characters is needed here.")
    yield from _is_one_of("use", raw.get("use", Use.CUSTOMER), Use.values)
    yield from _is_one_of("identity", raw.get("identity", Identity.CONFIDENTIAL), Identity.values)
    yield from _is_whole("min_cell", raw.get("min_cell", 5), 5, 500)
    yield from _is_whole("pass_mark", raw.get("pass_mark"), 1, 100)
    known = [code for code, _name in settings.LANGUAGES]
    languages = raw.get("languages", known)
    if not isinstance(languages, list) or not languages or any(one not in known for one in languages):
        yield (
            "languages",
            _("A list of languages is needed here, of: %(known)s.") % {"known": ", ".join(known)},
        )
    yield from _are_texts("texts", raw.get("texts", {}), (Slot.TITLE, Slot.INTRO, Slot.THANKS))


def _of_questions(asked: Any) -> Iterator[Fault]:
    if not isinstance(asked, list) or len(asked) > MOST_QUESTIONS:
        yield "questions", _("A list of at most %(most)s is needed here.") % {"most": MOST_QUESTIONS}
        return
    seen: set[str] = set()
    page = 1
    for number, raw in enumerate(asked):
        place = f"questions[{number}]"
        if not isinstance(raw, dict):
            yield place, _("An object is needed here.")
            continue
        found = [*_of_question(place, raw)]
        yield from found
        code, on = raw.get("code"), raw.get("page", page)
        if isinstance(code, str) and code in seen:
            yield f"{place}.code", _("“%(code)s” stands here twice.") % {"code": code}
        elif isinstance(code, str):
            seen.add(code)
        if isinstance(on, int) and not found:
            if on < page or on > page + 1 or (number == 0 and on != 1):
                yield f"{place}.page", _("Pages begin with 1 and go up one by one.")
            page = on


def _of_question(place: str, raw: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _strange(place, raw, QUESTION)
    yield from _is_code(f"{place}.code", raw.get("code"))
    wrong = [*_is_one_of(f"{place}.kind", raw.get("kind"), Kind.values)]
    yield from wrong
    yield from _is_whole(f"{place}.page", raw.get("page", 1), 1, MOST_QUESTIONS)
    for name in ("required", "unknown"):
        if not isinstance(raw.get(name, False), bool):
            yield f"{place}.{name}", _("true or false is needed here.")
    theme = raw.get("theme", "")
    if theme != "":
        yield from _is_code(f"{place}.theme", theme)
    yield from _is_decimal(f"{place}.weight", raw.get("weight", 1), 0, 100)
    if wrong:
        return
    yield from _are_texts(f"{place}.texts", raw.get("texts", {}), slots_of(raw["kind"]))
    if raw["kind"] == Kind.NUMBER:
        ends = [*_is_whole(f"{place}.low", raw.get("low"), -FURTHEST, FURTHEST)]
        ends += _is_whole(f"{place}.high", raw.get("high"), -FURTHEST, FURTHEST)
        yield from ends
        low, high = raw.get("low"), raw.get("high")
        if not ends and low is not None and high is not None and low >= high:
            yield f"{place}.high", _("The highest number must be greater than the lowest.")
    yield from _of_conditions(f"{place}.show_if", raw.get("show_if", []))
    yield from _of_choices(place, raw)


def _of_conditions(place: str, show_if: Any) -> Iterator[Fault]:
    if not isinstance(show_if, list) or len(show_if) > MOST_CONDITIONS:
        yield place, _("A list of at most %(most)s is needed here.") % {"most": MOST_CONDITIONS}
        return
    for number, raw in enumerate(show_if):
        here = f"{place}[{number}]"
        if not isinstance(raw, dict):
            yield here, _("An object is needed here.")
            continue
        yield from _strange(here, raw, CONDITION)
        yield from _is_code(f"{here}.of", raw.get("of"))
        if not {"choices", "from", "to", "answered"} & set(raw):
            yield here, _("It does not say which answer it waits for.")
        if raw.get("answered", True) is not True:
            yield f"{here}.answered", _("Only true makes sense here.")
        choices = raw.get("choices", ["x"])
        if not isinstance(choices, list) or not choices or not all(isinstance(one, str) for one in choices):
            yield f"{here}.choices", _("A list of codes of answers is needed here.")
        for name in ("from", "to"):
            yield from _is_whole(f"{here}.{name}", raw.get(name), -FURTHEST, FURTHEST)


def _of_choices(place: str, raw: Mapping[str, Any]) -> Iterator[Fault]:
    choices = raw.get("choices", [])
    if not isinstance(choices, list) or len(choices) > MOST_CHOICES:
        yield f"{place}.choices", _("A list of at most %(most)s is needed here.") % {"most": MOST_CHOICES}
        return
    if choices and raw["kind"] not in CHOOSING:
        yield f"{place}.choices", _("A question of this kind offers no answers to choose from.")
        return
    seen: set[str] = set()
    for number, option in enumerate(choices):
        here = f"{place}.choices[{number}]"
        if not isinstance(option, dict):
            yield here, _("An object is needed here.")
            continue
        yield from _strange(here, option, CHOICE)
        yield from _is_code(f"{here}.code", option.get("code"))
        code = option.get("code")
        if isinstance(code, str) and code in seen:
            yield f"{here}.code", _("“%(code)s” stands here twice.") % {"code": code}
        elif isinstance(code, str):
            seen.add(code)
        yield from _is_decimal(f"{here}.points", option.get("points", 0), -1_000, 1_000)
        if not isinstance(option.get("right", False), bool):
            yield f"{here}.right", _("true or false is needed here.")
        yield from _are_texts(f"{here}.texts", option.get("texts", {}), (Slot.TEXT, Slot.FEEDBACK))


def _strange(place: str, raw: Mapping[str, Any], known: set[str]) -> Iterator[Fault]:
    for name in raw:
        if name not in known:
            yield f"{place}.{name}".lstrip("."), _("Nothing of this name belongs here.")


def _is_code(place: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str) or not _code.fullmatch(value):
        yield place, _("A code of 1 to 40 letters (a to z), digits, hyphens or underscores is needed here.")


def _is_one_of(place: str, value: Any, known: list[str]) -> Iterator[Fault]:
    if value not in known:
        yield place, _("One of these is needed here: %(known)s.") % {"known": ", ".join(known)}


def _is_whole(place: str, value: Any, low: int, high: int) -> Iterator[Fault]:
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high
    ):
        yield place, _("A whole number from %(low)s to %(high)s is needed here.") % {"low": low, "high": high}


def _is_decimal(place: str, value: Any, low: int, high: int) -> Iterator[Fault]:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InvalidOperation
        number = Decimal(value)
        fits = number.is_finite() and low <= number <= high and number == round(number, 2)
    except InvalidOperation:
        fits = False
    if not fits:
        words = _(
            "A number from %(low)s to %(high)s with at most two decimals is needed here, such as “1.5”."
        )
        yield place, words % {"low": low, "high": high}


def _are_texts(place: str, texts: Any, slots: tuple[Slot, ...]) -> Iterator[Fault]:
    if not isinstance(texts, dict):
        yield (
            place,
            _('An object with texts is needed here, such as {"%(key)s": "…"}.') % {"key": f"{slots[0]}.de"},
        )
        return
    known = {f"{slot}.{code}" for slot in slots for code, _name in settings.LANGUAGES}
    for key, text in texts.items():
        if key not in known:
            yield (
                f"{place}.{key}",
                _("There is no such text here. Known are: %(known)s.") % {"known": ", ".join(sorted(known))},
            )
        elif not isinstance(text, str) or len(text) > LONGEST_TEXT or _bad.search(text):
            yield (
                f"{place}.{key}",
                _("A text of at most %(most)s characters is needed here.") % {"most": LONGEST_TEXT},
            )
