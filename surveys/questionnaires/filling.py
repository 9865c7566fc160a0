"""A version as a form: which questions a page shows after these answers, what was typed, what is wrong, how far one is.

    filling = Filling(sheet, answers, page=2, language="de")
    filling.bind(request.POST)              # what the browser sent for this page
    filling.answers                         # those from before with those of the page that are right
    filling.errors, filling.has_grown       # by code; whether an answer brought up more questions on this page

It knows no request and no wave, so a quiz, a form on paper and a preview are drawn with it as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any, Protocol

from django.utils.translation import gettext as _

from cxm.kit.numbers import formats
from surveys.questionnaires.choices import ANCHORS, LONGEST, TEXTS, Kind, Slot
from surveys.questionnaires.entries import EntryError, entered, missing
from surveys.questionnaires.logic import UNKNOWN, Answers, shown
from surveys.questionnaires.piping import Pieces, filled
from surveys.questionnaires.sheet import Item, Sheet, Spoken

ASKED = "asked"
"""Name of the hidden inputs that say which questions stood on the page: a radio button nobody touched sends nothing."""

SECONDS = {
    Kind.MATURITY: 25, Kind.SINGLE: 12, Kind.MULTIPLE: 18, Kind.NUMBER: 15, Kind.DATE: 12, Kind.SHORT: 25,
    Kind.LONG: 60,
}  # fmt: skip
"""How long people take for a question, roughly; a step of a scale takes 10."""


class Sent(Protocol):
    """What a browser sent: Django's QueryDict, or anything with lists by name."""

    def getlist(self, key: str) -> list[Any]:
        """All values under a name."""


class Lists(dict[str, list[str]]):
    """Plain lists by name that read like a QueryDict."""

    def getlist(self, key: str) -> list[str]:
        """All values under a name."""
        return self.get(key, [])


@dataclass(frozen=True)
class Tick:
    """One radio button or check box."""

    id: str
    value: str
    label: str
    hint: str = ""
    is_set: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question as it is drawn."""

    item: Item
    number: int
    text: str
    help: str
    intro: str
    low: str
    high: str
    ticks: tuple[Tick, ...] = ()
    beside: tuple[Tick, ...] = ()  # “don't know” and “no answer”, which are no steps
    value: str = ""
    error: str = ""
    hints: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of its inputs."""
        return name_of(self.item)

    @property
    def first_id(self) -> str:
        """Where a link from the error summary leads."""
        return self.ticks[0].id if self.ticks else self.name

    @property
    def described_by(self) -> str:
        """Ids of what is read aloud with it."""
        found = [f"{self.name}-help"] * bool(self.help) + [f"{self.name}-hint"] * bool(self.hints)
        return " ".join(found + [f"{self.name}-error"] * bool(self.error))

    @property
    def widget(self) -> str:
        """How it is drawn: steps, list, checks, or an input of a type."""
        if self.item.is_scale:
            return "list" if self.item.kind == Kind.MATURITY else "steps"
        drawn = {Kind.SINGLE: "list", Kind.MULTIPLE: "checks", Kind.LONG: "area", Kind.DATE: "date"}
        found = drawn.get(self.item.kind, "line")
        # A native date input would drop what is no date; after an error the words are kept.
        return "line" if found == "date" and self.error else found

    @property
    def ends_in_words(self) -> bool:
        """Whether the ends of the scale are named."""
        return bool(self.low or self.high)


@dataclass(frozen=True)
class Said:
    """One line of the summary: a question and what was answered, in words."""

    item: Item
    page: int
    text: str
    answer: str


def name_of(item: Item) -> str:
    """Name of the inputs of a question."""
    return f"q-{item.code}"


def minutes(sheet: Sheet) -> int:
    """About how long it takes."""
    return max(1, ceil(sum(SECONDS.get(item.kind, 10) for item in sheet.items) / 60))


@dataclass
class Filling:
    """A sheet with answers, seen at one of its pages; without a page all of them are seen at once."""

    sheet: Sheet
    answers: dict[str, Any]
    language: str
    page: int | None = 1
    pieces: Pieces = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    has_grown: bool = False
    _typed: dict[str, list[str]] = field(default_factory=dict)

    # --- Where one is ---------------------------------------------------------------------------------------

    @property
    def shown(self) -> list[Item]:
        """All questions that these answers lead to."""
        return shown(self.sheet, self.answers)

    @property
    def pages(self) -> list[int]:
        """Numbers of the pages that have something to ask."""
        return sorted({item.page for item in self.shown})

    def at(self, page: int) -> "Filling":
        """The same at this page, or at the nearest one that asks something."""
        pages = self.pages
        later = [number for number in pages if number >= page]
        self.page = later[0] if later else pages[-1] if pages else page
        return self

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return max((number for number in self.pages if number < (self.page or 0)), default=None)

    @property
    def after(self) -> int | None:
        """The next page; None on the last one."""
        return min((number for number in self.pages if number > (self.page or 0)), default=None)

    @property
    def place(self) -> int:
        """Which of the pages this is, counted from 1."""
        pages = self.pages
        return pages.index(self.page) + 1 if self.page in pages else 1

    @property
    def items(self) -> list[Item]:
        """The questions that stand on this page now."""
        return [item for item in self.shown if self.page is None or item.page == self.page]

    @property
    def progress(self) -> int:
        """How much of what is asked has been passed, in percent: by pages, so it never runs backwards on a page."""
        return round(100 * (self.place - 1) / max(1, len(self.pages)))

    @property
    def first_open(self) -> int | None:
        """The first page on which a question that must be answered is not."""
        return min((item.page for item in missing(self.shown, self.answers)), default=None)

    # --- What was typed -------------------------------------------------------------------------------------

    def bind(self, sent: Sent, *, complete: bool = True) -> "Filling":
        """Take what the browser sent for this page; with `complete`, ask for what must be answered.

        What is right goes into `answers` and `changed`, what is wrong stays as it was typed and gets an error.
        """
        asked = set(sent.getlist(ASKED))
        here = [item for item in self.sheet.items if self.page is None or item.page == self.page]
        for item in here:
            if item.code in asked:
                self._take(item, [str(value) for value in sent.getlist(name_of(item))])
        self.has_grown = any(item.code not in asked for item in self.items)
        if complete:
            for item in missing(self.items, self.answers):
                if item.code in asked:
                    self.errors.setdefault(item.code, _("Please answer this question."))
        seen = {item.code for item in self.items}
        self.errors = {code: error for code, error in self.errors.items() if code in seen}
        return self

    def _take(self, item: Item, typed: list[str]) -> None:
        self._typed[item.code] = typed
        try:
            value = entered(item, typed, self.language)
        except EntryError as error:
            self.errors[item.code] = str(error)
            return
        self.changed[item.code] = value
        self.answers.pop(item.code, None)
        if value is not None:
            self.answers[item.code] = value

    # --- How it looks ---------------------------------------------------------------------------------------

    def text(self, spoken: Spoken, slot: Slot) -> str:
        """A text in the language of the reader with its placeholders filled in."""
        return filled(spoken.text(slot, self.language), self.pieces)

    @property
    def title(self) -> str:
        """What the questionnaire is called."""
        return self.text(self.sheet, Slot.TITLE)

    @property
    def intro(self) -> str:
        """What it says at the beginning."""
        return self.text(self.sheet, Slot.INTRO)

    @property
    def thanks(self) -> str:
        """What it says at the end."""
        return self.text(self.sheet, Slot.THANKS)

    @cached_property
    def fields(self) -> list[Field]:
        """The questions of this page as they are drawn. Ask after `bind`."""
        numbers = {item.code: number for number, item in enumerate(self.shown, 1)}
        return [self._field(item, numbers[item.code]) for item in self.items]

    @property
    def wrong(self) -> list[Field]:
        """Those with an error, for the summary above the form."""
        return [field for field in self.fields if field.error]

    def _field(self, item: Item, number: int) -> Field:
        typed = self._typed.get(item.code) if item.code in self.errors else None
        held = typed if typed is not None else self.held(item)
        ticks = self._ticks(item, held)
        return Field(
            item=item, number=number, text=self.text(item, Slot.TEXT) or item.code, help=self.text(item, Slot.HELP),
            intro=self.text(item, Slot.INTRO), **self._ends(item),
            ticks=ticks, beside=self._beside(item, held, len(ticks)),
            value="" if ticks else next((text for text in held if text != UNKNOWN or item.kind in TEXTS), ""),
            error=self.errors.get(item.code, ""), hints=tuple(self._hints(item)),
        )  # fmt: skip

    def _ends(self, item: Item) -> dict[str, str]:
        """The ends of a scale in words; where nobody wrote any, those that the method goes with."""
        usual = {
            Kind.NPS: (_("not likely at all"), _("extremely likely")),
            Kind.CSAT: (_("very dissatisfied"), _("very satisfied")),
            Kind.CES: (_("do not agree at all"), _("agree completely")),
            Kind.LIKERT: (_("do not agree at all"), _("agree completely")),
        }
        low, high = usual.get(item.kind, ("", ""))
        return {"low": self.text(item, Slot.LOW) or low, "high": self.text(item, Slot.HIGH) or high}

    def held(self, item: Item) -> list[str]:
        """What the draft holds, as the inputs say it."""
        value = self.answers.get(item.code)
        if value in (None, "", []):
            return []
        if isinstance(value, list):
            return [str(code) for code in value]
        if item.kind == Kind.NUMBER and value != UNKNOWN:
            return [str(value).replace(".", ",") if self.language == "de" else str(value)]
        return [str(value)]

    def _ticks(self, item: Item, held: Sequence[str]) -> tuple[Tick, ...]:
        if item.is_scale:
            anchors = dict(zip(item.steps, ANCHORS, strict=False)) if item.kind == Kind.MATURITY else {}
            said = [
                (str(step), str(step), self.text(item, anchors[step]) if step in anchors else "")
                for step in item.steps
            ]
        else:
            said = [
                (o.code, self.text(o, Slot.TEXT) or o.code, self.text(o, Slot.HELP)) for o in item.options
            ]
        return tuple(
            Tick(f"{name_of(item)}-{place}", value, label, hint, value in held)
            for place, (value, label, hint) in enumerate(said)
        )

    def _beside(self, item: Item, held: Sequence[str], place: int) -> tuple[Tick, ...]:
        """A radio button cannot be taken back, so whoever has answered what he need not gets a way to."""
        found = []
        if item.allows_unknown and item.kind not in TEXTS:
            found.append(Tick(f"{name_of(item)}-unknown", UNKNOWN, _("Don't know"), "", UNKNOWN in held))
        if place and held and not item.is_required and item.kind != Kind.MULTIPLE:
            found.append(Tick(f"{name_of(item)}-none", "", _("No answer"), "", False))
        return tuple(found)

    def _hints(self, item: Item) -> list[str]:
        if item.kind in TEXTS:
            return [_("At most %(most)s characters.") % {"most": formats().count(LONGEST[item.kind])}]
        if item.kind == Kind.MULTIPLE:
            return [_("More than one answer is possible.")]
        if item.kind == Kind.NUMBER and None not in (item.low, item.high):
            return [_("From %(low)s to %(high)s.") % {"low": item.low, "high": item.high}]
        return []

    # --- What was said --------------------------------------------------------------------------------------

    @property
    def summary(self) -> list[Said]:
        """Every question with its answer in words; empty where there is none."""
        return [
            Said(item, item.page, self.text(item, Slot.TEXT) or item.code, self.in_words(item))
            for item in self.shown
        ]

    def in_words(self, item: Item) -> str:
        """What was answered, as one reads it."""
        value = self.answers.get(item.code)
        if value in (None, "", []):
            return ""
        if value == UNKNOWN and item.allows_unknown:
            return _("Don't know")
        if item.options:
            codes = value if isinstance(value, list) else [value]
            return ", ".join(self.text(o, Slot.TEXT) or o.code for o in item.options if o.code in codes)
        if item.kind == Kind.MATURITY:
            anchor = self.text(item, ANCHORS[int(value)])
            return f"{value} – {anchor}" if anchor else str(value)
        if item.is_scale:
            return _("%(step)s of %(high)s") % {"step": value, "high": item.high}
        return _day_or_text(item, self.held(item)[0])


def _day_or_text(item: Item, held: str) -> str:
    return formats().date(date.fromisoformat(held)) if item.kind == Kind.DATE else held


def answers_from(sheet: Sheet, typed: Mapping[str, Sequence[str]], language: str) -> Answers:
    """Answers of lists by code that were typed before; what no longer fits is left out."""
    found = {}
    for code, values in typed.items():
        if item := sheet.by_code.get(code):
            try:
                found[code] = entered(item, values, language)
            except EntryError:
                continue
    return {code: value for code, value in found.items() if value is not None}
