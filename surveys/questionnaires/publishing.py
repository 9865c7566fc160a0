"""What stands between a draft and its publication, each said in a sentence that leads to the place."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from surveys.questionnaires.choices import ANCHORS, CHOOSING, Kind, Slot
from surveys.questionnaires.logic import faults
from surveys.questionnaires.piping import PLACEHOLDERS, unknown
from surveys.questionnaires.sheet import Item, Sheet, Spoken


@dataclass(frozen=True)
class Obstacle:
    """Something to be done before publishing; `code` is that of the question, empty for the version itself."""

    code: str
    text: str


def obstacles(sheet: Sheet) -> list[Obstacle]:
    """Everything that stands in the way, in the order of the questions."""
    found = [*_of_the_whole(sheet)]
    page = 0
    for item in sheet.items:
        if item.page < page:  # who answers the one before has left that page behind
            text = _("Question %(number)s stands on an earlier page than the question before it.")
            found.append(Obstacle(item.code, text % {"number": item.position}))
        page = max(page, item.page)
        found += [
            Obstacle(item.code, text) for text in (*_of(item, sheet.languages), *_places(item, *item.options))
        ]
    sentences = {
        "not_earlier": _(
            "Question %(number)s is shown after an answer to “%(about)s”, which is not asked before it."
        ),
        "no_such_answer": _("Question %(number)s waits for an answer to “%(about)s” that nobody can give."),
        "never_shown": _("Question %(number)s can never be reached: its conditions exclude one another."),
    }
    for fault in faults(sheet):
        found.append(
            Obstacle(
                fault.item.code, sentences[fault.code] % {"number": fault.item.position, "about": fault.about}
            )
        )
    return found


def _of_the_whole(sheet: Sheet) -> Iterator[Obstacle]:
    if not sheet.languages:
        yield Obstacle("", _("Choose at least one language."))
    if not sheet.items:
        yield Obstacle("", _("Nothing is asked yet."))
    elif all(item.show_if for item in sheet.items):
        yield Obstacle("", _("No question is asked of everybody, so nobody can begin."))
    for language in _silent(sheet, Slot.TITLE, sheet.languages):
        yield Obstacle("", _("The title is missing in %(language)s.") % {"language": name_of(language)})
    for text in _places(sheet):
        yield Obstacle("", text)
    if sheet.pass_mark is not None and not any(
        option.points > 0 for item in sheet.items if item.kind in CHOOSING for option in item.options
    ):
        yield Obstacle("", _("A quiz needs a question with points."))


def _of(item: Item, languages: tuple[str, ...]) -> Iterator[str]:
    at = {"number": item.position}
    for language in _silent(item, Slot.TEXT, languages):
        yield _("Question %(number)s has no wording in %(language)s.") % {**at, "language": name_of(language)}
    if item.kind == Kind.MATURITY:
        for anchor in ANCHORS:
            for language in _silent(item, anchor, languages):
                yield _("Question %(number)s lacks the anchor for %(step)s in %(language)s.") % {
                    **at, "step": anchor[-1], "language": name_of(language),
                }  # fmt: skip
    if item.kind in CHOOSING:
        if len(item.options) < 2:
            yield _("Question %(number)s offers fewer than two answers.") % at
        for place, option in enumerate(item.options, 1):
            for language in _silent(option, Slot.TEXT, languages):
                yield _("Answer %(answer)s of question %(number)s has no wording in %(language)s.") % {
                    **at, "answer": place, "language": name_of(language),
                }  # fmt: skip


def _places(*spoken: Spoken) -> list[str]:
    """What is said of placeholders that stand for nothing."""
    names = [name for one in spoken for text in one.texts.values() for name in unknown(text)]
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    return [
        _("“{%(name)s}” is no placeholder. There are %(known)s.") % {"name": name, "known": known}
        for name in dict.fromkeys(names)
    ]


def _silent(spoken: Spoken, slot: Slot, languages: tuple[str, ...]) -> list[str]:
    """The languages in which a text is missing."""
    return [language for language in languages if not spoken.text(slot, language)]


def name_of(language: str) -> str:
    """The name of a language in that of the reader."""
    return str(dict(settings.LANGUAGES).get(language, language))
