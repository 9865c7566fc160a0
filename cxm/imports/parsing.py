"""From cells to values: the importer's parsers, and the words of foreign lists for the values that we know."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cxm.imports.models import ImportRun
from cxm.kit.importers import Field, Marked, Offered, Option, Word
from cxm.kit.sheets import BadValueError, Cell, Reading, values
from cxm.kit.sheets.header import plain
from cxm.kit.sheets.shapes import is_blank

CLOSE_ENOUGH = 0.6  # of a suggested word, 0..1 (difflib); the person confirms it
SUGGESTED = 100  # unknown words of a field for which a similar one is looked for
CACHED = 20_000  # texts of a column whose value is remembered while a long list is read
UNREAD = object()
_hard = re.compile(r"[;\n|/&+]|\s(?:und|and|sowie|u\.)\s")
_apart = re.compile(r"([;\n|/&+,]|\s(?:und|and|sowie|u\.)\s)")
LONGEST = 6  # pieces between separators that one name may have


class UnknownTextError(BadValueError):
    """A text that is none of the known values."""

    def __init__(self, message: str, texts: list[str]) -> None:
        super().__init__(message)
        self.texts = texts


class Choices:
    """The values of one field with all their names, and what the person has decided about other words."""

    def __init__(
        self, field: Field, options: Iterable[Option], decisions: Mapping[str, dict[str, Any]]
    ) -> None:
        self.field = field
        self.labels: dict[str, str] = {}
        self.index: dict[str, list[str]] = {}
        for option in options:
            self.labels[option.value] = str(option.label)
            for name in {plain(name) for name in (option.value, option.label, *option.names)}:
                self.index.setdefault(name, []).append(option.value)
        self.decisions = decisions
        self.offers = {offer.code for offer in field.offers}
        self.suggested: dict[str, str] = {}

    def find(self, text: str) -> Any:
        """The value meant by a text: known by name, or decided; LookupError if neither.

        A name wins: what was decided before there was a value of that name is not what the word means now.
        """
        word = plain(text)
        decision, hits = self.decisions.get(word, {}), self.index.get(word, [])
        if len(hits) == 1:
            return hits[0]
        if "value" in decision and decision["value"] in self.labels:
            return decision["value"]
        if decision.get("offer") in self.offers and not hits:
            return Offered(decision["offer"], text)
        if decision.get("empty"):
            return None
        raise LookupError(word)

    def answer(self, text: str) -> dict[str, Any] | None:
        """What was decided about a text, if that is in force."""
        word = plain(text)
        decision = self.decisions.get(word)
        if decision is None or len(self.index.get(word, [])) == 1:
            return None
        return decision if decision.get("value", "") in {"", *self.labels} else None

    def one(self, text: str) -> Any:
        """The value of a cell that holds one."""
        words = self.words(text)
        if not words:
            return None
        try:
            if len(words) == 1:
                return self.find(words[0].text)
        except LookupError:
            pass
        raise UnknownTextError(self.complaint(text), [text]) from None

    def several(self, text: str) -> list[Any]:
        """The values of a cell that may hold several, whatever stands between them; each once, in their order."""
        found: list[Any] = []
        unknown: list[str] = []
        for word in self.words(text):
            try:
                value = self.find(word.text)
            except LookupError:
                unknown.append(word.text)
                continue
            item = Marked(value, word.mark) if self.field.cut else value
            if value is not None and item not in found:
                found.append(item)
        if unknown:
            raise UnknownTextError(self.complaint(unknown[0]), unknown)
        return found

    def words(self, text: str) -> Sequence[Word]:
        """What is looked up of a cell: as the importer cuts it, else cut where it has to be."""
        if self.field.cut:
            return self.field.cut(text, self.knows)
        parts = self.parts(text) if self.field.many else [text]
        return [Word(part) for part in parts if plain(part)]  # "-" and "?" say nothing

    def parts(self, text: str) -> list[str]:
        """The cell cut at its separators; a name that holds a comma or slash itself stays whole."""
        pieces, parts, at = _apart.split(text), list[str](), 0  # text, separator, text, ...
        while at < len(pieces):
            ends = range(min(at + 2 * LONGEST, len(pieces)), at, -1)
            runs = (("".join(pieces[at:end]), end) for end in ends if (end - at) % 2)
            run, at = next(((run, end) for run, end in runs if self.knows(run)), (pieces[at], at + 1))
            parts.append(run.strip())
            at += 1  # the separator
        return parts

    def knows(self, text: str) -> bool:
        """Whether the text as a whole is a name or was decided about."""
        word = plain(text)
        return len(self.index.get(word, [])) == 1 or word in self.decisions

    def complaint(self, text: str) -> str:
        """What is wrong with an unknown text, with the value that was probably meant."""
        if len(self.index.get(plain(text), [])) > 1:
            return _("“{value}” is the name of several.").format(value=values.shown(text))
        if like := self.suggestion(text):
            return _("“{value}” is not known. Is “{like}” meant?").format(
                value=values.shown(text), like=self.labels[like]
            )
        return _("“{value}” is not known.").format(value=values.shown(text))

    def suggestion(self, text: str) -> str:
        """The value whose name is most like the text; empty if none is."""
        word = plain(text)
        if word not in self.suggested and len(self.suggested) < SUGGESTED:
            near = difflib.get_close_matches(word, self.index, 1, CLOSE_ENOUGH)
            self.suggested[word] = self.index[near[0]][0] if near else ""
        return self.suggested.get(word, "")


class ChoicesByField(Mapping[str, Choices]):
    """Choices by the code of their field; the importer is asked when a field is looked at, once for all that share
    their options."""

    def __init__(self, run: ImportRun) -> None:
        self.decisions = run.decisions
        self.fields = {field.code: field for field in run.kind.fields if field.options}
        self.options: dict[Callable[[], Sequence[Option]], Sequence[Option]] = {}
        self.made: dict[str, Choices] = {}

    def __getitem__(self, code: str) -> Choices:
        if code not in self.made:
            field = self.fields[code]
            ask = field.options
            if ask is None:
                raise KeyError(code)
            if ask not in self.options:
                self.options[ask] = ask()
            self.made[code] = Choices(field, self.options[ask], self.decisions.get(code, {}))
        return self.made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


class CellParser:
    """Reads the cells of one import."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.reading: Reading = run.reading
        self.fields: list[Field] = [field for field in run.kind.fields if field.code in run.mapping]

    @cached_property
    def choices(self) -> "ChoicesByField":
        """The choices of all fields that have some."""
        return ChoicesByField(self.run)

    def value(self, field: Field, cell: Cell) -> Any:
        """The value of a cell, None if it is empty. Raises BadValueError."""
        if is_blank(cell):
            if field.required:
                raise BadValueError(_("This must not be empty."))
            return None
        if field.options:
            text = values.text(cell, self.reading)
            choices = self.choices[field.code]
            return choices.several(text) if field.many else choices.one(text)
        value = field.parse(cell, self.reading)
        if field.max_length and isinstance(value, str) and len(value) > field.max_length:
            raise BadValueError(_("At most {limit} characters are possible.").format(limit=field.max_length))
        if field.many and isinstance(value, str):
            return [part.strip() for part in _hard.split(value) if part.strip()]
        return value

    def quick(self, field: Field) -> Callable[[Cell], Any]:
        """The same for very long lists: texts that repeat are read once, plain ones without detours."""
        cache: dict[Cell, Any] = {}
        known, slow = cache.get, self.value
        direct = None if field.options or field.many or field.max_length else field.parse
        reading, hits, caching = self.reading, 0, True

        def read(cell: Cell) -> Any:
            nonlocal hits, caching
            if caching:
                value = known(cell, UNREAD)
                if value is not UNREAD:
                    hits += 1
                    return value
            if direct and cell.__class__ is str and cell and not cell.isspace():
                value = direct(cell, reading)
            else:
                value = slow(field, cell)
            if caching and len(cache) < CACHED and cell.__class__ is str:
                cache[cell] = value
                if len(cache) == CACHED and hits < CACHED:
                    caching = False  # nearly each row has a text of its own: looking it up costs more than reading it
            return value

        return read

    def shown(self, field: Field, value: Any) -> str:
        """A value as the preview shows it."""
        if field.show and value is not None:
            return field.show(value)
        if isinstance(value, list):
            return "; ".join(self.shown(field, item) for item in value)
        if isinstance(value, Marked):
            mark = field.marks.get(value.mark, value.mark)
            text = self.shown(field, value.value)
            return f"{text} ({mark})" if mark else text
        if isinstance(value, Offered):
            offer = next(offer for offer in field.offers if offer.code == value.offer)
            return f"{value.text} ({offer.label})"
        if field.options and value is not None:
            return self.choices[field.code].labels.get(str(value), str(value))
        return as_shown(value)


def as_shown(value: Any) -> str:
    """A value by its type, as the person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value)
    return str(value)
