"""How the questions of a version are shown to those who write and read it: a line each, in the reader's language."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.questionnaires.choices import Slot, theme_name
from surveys.questionnaires.logic import Condition, conditions
from surveys.questionnaires.publishing import Obstacle
from surveys.questionnaires.sheet import Item, Sheet, plain

LONGEST_QUOTE = 60  # characters of a question that a condition quotes


@dataclass(frozen=True)
class Line:
    """A question as one line."""

    item: Item
    text: str
    language: str
    page: int
    begins_page: bool
    waits: tuple[str, ...]
    obstacles: tuple[str, ...]
    choices: tuple[str, ...]
    weight: str

    @property
    def token(self) -> str:
        """What stands for it in an order."""
        return str(self.item.pk)

    @property
    def theme(self) -> str:
        """The name of its theme; empty without one."""
        return theme_name(self.item.theme)

    @property
    def page_text(self) -> str:
        """Its page in digits."""
        return str(self.page)


def language_of(sheet: Sheet, wanted: str) -> str:
    """The reader's language, if the version speaks it."""
    return wanted if wanted in sheet.languages or not sheet.languages else sheet.languages[0]


def reading(sheet: Sheet, wanted: str) -> dict[str, str]:
    """Title, introduction and thanks in the reader's language."""
    language = language_of(sheet, wanted)
    slots = (Slot.TITLE, Slot.INTRO, Slot.THANKS)
    return {"language": language, **{str(slot): sheet.text(slot, language) for slot in slots}}


def lines_of(sheet: Sheet, wanted: str, obstacles: Sequence[Obstacle] = ()) -> list[Line]:
    """All questions in order."""
    language = language_of(sheet, wanted)
    about: dict[str, list[str]] = defaultdict(list)
    for obstacle in obstacles:
        about[obstacle.code].append(obstacle.text)
    found = []
    page = 0
    for item in sheet.items:
        found.append(
            Line(
                item, item.text(Slot.TEXT, language), language, item.page, item.page != page and page > 0,
                tuple(condition_text(one, sheet.by_code, language) for one in conditions(item)),
                tuple(about[item.code]),
                tuple(option.text(Slot.TEXT, language) or option.code for option in item.options),
                plain(item.weight),
            )
        )  # fmt: skip
        page = item.page
    return found


def condition_text(condition: Condition, by_code: Mapping[str, Item], language: str) -> str:
    """When a question is shown, in words."""
    item = by_code.get(condition.of)
    names: dict[str, Any] = {"of": quoted(item, language) if item else condition.of}
    if condition.choices is not None:
        texts = [option_text(item, code, language) for code in sorted(condition.choices)]
        return _("“%(of)s” is answered by: %(answers)s") % {**names, "answers": ", ".join(texts)}
    if condition.low is not None and condition.high is not None:
        return _("“%(of)s” is from %(low)s to %(high)s") % {
            **names, "low": condition.low, "high": condition.high,
        }  # fmt: skip
    if condition.low is not None:
        return _("“%(of)s” is %(low)s or more") % {**names, "low": condition.low}
    if condition.high is not None:
        return _("“%(of)s” is %(high)s or less") % {**names, "high": condition.high}
    return _("“%(of)s” is answered") % names


def quoted(item: Item, language: str) -> str:
    """A question, short."""
    text = item.text(Slot.TEXT, language) or item.code
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def option_text(item: Item | None, code: str, language: str) -> str:
    """A choice in words."""
    option = item.option(code) if item else None
    return (option.text(Slot.TEXT, language) if option else "") or code
