"""The socket of imports: a room declares in its `imports.py` what a list may hold and how a row becomes a
thing.

`cxm.imports` brings everything else: upload, detection, mapping, preview, worker, progress, error file, undo.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import override

from cxm.kit.access import Permission, Role
from cxm.kit.registry import Registry
from cxm.kit.sheets import Cell, Reading, values
from cxm.kit.tables import Column

if TYPE_CHECKING:
    from cxm.accounts.models import User
    from cxm.imports.models import ImportRun

type Words = str | Promise
type Parser = Callable[[Cell, Reading], Any]
type Cutter = Callable[[str, Callable[[str], bool]], Sequence["Word"]]
"""From the text of a cell to its words; the second argument says whether a text is a known name."""
type Reasons = Sequence[tuple[str, Words]]
"""Names of things, each with a reason."""
type Progress = Callable[[int, int], None]
"""Tells how many of how many are done; may be called as often as one likes."""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def step(progress: Progress, begin: float, end: float) -> Progress:
    """Progress of one step of a work as progress of the whole work, of which it is the part from `begin` to `end`
    (0 to 1)."""

    def tell(done: int, total: int) -> None:
        progress(round(total * begin + done * (end - begin)), total)

    return tell


class Verdict(StrEnum):
    """What would happen, or happened, to a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Option:
    """One of the values that a field may have: what is stored, what is shown, how lists call it otherwise."""

    value: str
    label: Words
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What else may be done with a text that is no option, e.g. invite the unknown person."""

    code: str
    label: Words


@dataclass(frozen=True)
class Offered:
    """The value of a cell for which the person took an offer."""

    offer: str
    text: str


class Word(NamedTuple):
    """A piece of a cell whose value is looked up, and the mark that stood beside it (e.g. that it is a deputy)."""

    text: str
    mark: str = ""


class Marked(NamedTuple):
    """One of several values of a cell, with its mark."""

    value: Any
    mark: str = ""


@dataclass(frozen=True)
class Field:
    """A column that a list may have."""

    code: str
    label: Words
    required: bool = False
    aliases: tuple[str, ...] = ()
    parse: Parser = values.text
    max_length: int | None = None  # characters, of texts
    unique: bool = False  # twice in one list is a mistake
    many: bool = False  # several values in one cell
    options: Callable[[], Sequence[Option]] | None = None
    offers: tuple[Offer, ...] = ()
    cut: Cutter | None = None  # cuts and cleans a cell before its options are looked up;
    marks: Mapping[str, Words] = field(default_factory=dict)  # with `many` the values then are `Marked`
    show: Callable[[Any], str] | None = None  # a value in the preview; None: by its type
    help: Words = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All headings under which the column is recognised; its label in every language of the house."""
        labels = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels.append(str(self.label))
        return (self.code, *labels, *self.aliases)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row (`field` empty: with the row as a whole). A hint does not keep the row out."""

    message: str
    field: str = ""
    hint: bool = False


@dataclass(frozen=True)
class Target:
    """The thing that a row changes or has made."""

    pk: int
    label: str
    url: str = ""


@dataclass
class Draft:
    """A row on its way in. `values`: a missing key is a missing column, None an empty cell."""

    number: int
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    target: Target | None = None
    old: dict[str, Any] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # field -> what only one row of the list may have
    clear_empty: bool = False
    applied: bool = False

    def wrong(self, message: Words, field: str = "") -> None:
        """Keep the row out, with the reason at its cell."""
        self.problems.append(Problem(str(message), field))

    def hint(self, message: Words, field: str = "") -> None:
        """Say something that does not keep the row out."""
        self.problems.append(Problem(str(message), field, hint=True))

    def matches(self, thing: models.Model, *, old: dict[str, Any]) -> None:
        """The row is about an existing thing, whose present values are `old` (as `values` would hold them)."""
        self.target, self.old = target_of(thing), old

    def made(self, thing: models.Model) -> None:
        """Remember what the row has made or changed: for the links of the result, and for undo."""
        self.target = target_of(thing)

    @property
    def changed(self) -> dict[str, Any]:
        """The values that differ from the present ones; an empty cell counts only where empty means delete."""
        return {
            code: value
            for code, value in self.values.items()
            if code in self.old and value != self.old[code] and (self.clear_empty or value not in (None, []))
        }

    @property
    def verdict(self) -> Verdict:
        """What importing this row would mean."""
        if any(not problem.hint for problem in self.problems):
            return Verdict.WRONG
        if self.target is None:
            return Verdict.NEW
        return Verdict.CHANGED if self.changed else Verdict.UNCHANGED


def target_of(thing: models.Model) -> Target:
    """How a thing is remembered and linked."""
    url = getattr(thing, "get_absolute_url", None)
    return Target(int(thing.pk), str(thing)[:200], url() if url else "")


@dataclass(frozen=True)
class Context:
    """What a check may want to know about the import."""

    user: "User"
    reading: Reading
    settings: dict[str, Any]
    mapped: frozenset[str]  # codes of the fields that the list has
    run_id: int
    progress: Progress = silent  # of the drafts that are being checked


@dataclass(frozen=True)
class DoneRow:
    """A row that an import has brought in, as undo sees it."""

    number: int
    verdict: Verdict
    target: Target
    memo: dict[str, Any]


@dataclass
class Counts:
    """How many rows went which way."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class UndoRefusedError(Exception):
    """Undo would lose what happened since; (name of the thing, reason) for each one in the way."""

    def __init__(self, reasons: Reasons) -> None:
        super().__init__("undo refused")
        self.reasons = [(label, str(reason)) for label, reason in reasons]


@dataclass(frozen=True)
class FollowUp:
    """What is to be done once a list is in: a sentence, things it names (words and address), and a way there.

    With `ids` these rows are sent along as if they were ticked on a list, and `data` beside them.
    """

    text: Words
    icon: str
    label: Words = ""  # of the button; empty: there is nothing to press
    url: str = ""
    links: Sequence[tuple[str, str]] = ()
    ids: Sequence[int] = ()
    data: Mapping[str, str] = field(default_factory=dict)


class Importer:
    """How lists of one kind come in. Subclasses declare the class attributes and the three steps."""

    code: ClassVar[str]
    label: ClassVar[Words]
    description: ClassVar[Words] = ""
    permission: ClassVar[Permission]
    fields: ClassVar[tuple[Field, ...]]
    form: ClassVar[type[forms.Form] | None] = (
        None  # questions on the mapping page; cleaned values must be JSON
    )
    icon: ClassVar[str] = "file-spreadsheet"
    list_url: ClassVar[str] = ""  # name of the page on which the imported things are seen
    bulk: ClassVar[bool] = False
    max_rows: ClassVar[int] = 20_000
    chunk_size: ClassVar[int] = 1_000  # drafts in one call of check and apply
    invite_as: ClassVar[Role] = Role.EMPLOYEE  # what the people whom lists bring along probably are

    def field(self, code: str) -> Field:
        """The field with this code."""
        return next(field for field in self.fields if field.code == code)

    def columns(self) -> list[Column]:
        """Headings of an export that imports again without change."""
        return [Column(field.label) for field in self.fields]

    def check(self, drafts: Sequence[Draft], context: Context) -> None:
        """Compare the drafts with what is there: `matches`, `wrong`, `hint`. Set-based, a handful of queries."""

    def apply(self, run: "ImportRun", drafts: Sequence[Draft], progress: Progress) -> None:
        """Bring in new and changed drafts, each in a savepoint of its own; what is refused becomes a wrong
        row.
        """
        for number, draft in enumerate(drafts):
            progress(number, len(drafts))
            try:
                with transaction.atomic():
                    self.apply_row(run, draft)
            except ValidationError as error:
                blame(draft, error)
            else:
                draft.applied = True

    def apply_row(self, run: "ImportRun", draft: Draft) -> None:
        """Bring in one row through the room's actions; `draft.made(thing)`, and `draft.memo` for undo."""
        raise NotImplementedError

    def undo(self, run: "ImportRun", rows: Sequence[DoneRow]) -> Reasons | None:
        """Take the rows back, or raise UndoRefusedError; says what stays although the import made it, and why."""
        raise UndoRefusedError([(str(self.label), "…")])

    def people(self, run: "ImportRun") -> Iterable[int]:
        """Ids of the people whom a list that is in has added to the company."""
        return ()

    def follow_ups(self, run: "ImportRun") -> Sequence[FollowUp]:
        """What else a list that is in leaves to be done."""
        return ()


def blame(draft: Draft, error: ValidationError) -> None:
    """Put what an action refused at the cells it is about."""
    if hasattr(error, "error_dict"):
        for code, messages in error.message_dict.items():
            for message in messages:
                draft.wrong(message, code if code in draft.values else "")
    else:
        for message in error.messages:
            draft.wrong(message)


class Problems:
    """Collects what is wrong in a long list: counted by kind, with the first rows of each; memory stays
    small.
    """

    KINDS, ROWS = 200, 20

    def __init__(self, keep: Callable[[int, list[Problem]], None]) -> None:
        self.keep, self.count = keep, 0
        self.kinds: dict[tuple[str, str], list[int]] = {}  # (field, message) -> count, then row numbers
        self.last = 0

    def add(self, number: int, message: Words, field: str = "") -> None:
        """Keep row `number` out. Messages should not name the value, so that equal ones are counted together."""
        if number != self.last:
            self.count += 1
            self.last = number
        text = str(message)
        kind = self.kinds.get((field, text))
        if kind is None and len(self.kinds) < self.KINDS:
            kind = self.kinds[field, text] = [0]
        if kind is not None:
            kind[0] += 1
            if len(kind) <= self.ROWS:
                kind.append(number)
        self.keep(number, [Problem(text, field)])


class BulkImporter(Importer):
    """How very long lists come in: streamed to a staging table, then brought in by set-based statements."""

    bulk = True
    max_rows = 2_000_000

    def stage(self, run: "ImportRun", rows: Iterator[tuple[int, list[Any]]], problems: Problems) -> None:
        """COPY the rows (number, values in the order of `fields`) to the room's staging table, keyed by the
        run.
        """
        raise NotImplementedError

    def apply_staged(self, run: "ImportRun", progress: Progress) -> Counts:
        """Bring in what is staged for the run; runs in one transaction."""
        raise NotImplementedError

    def undo_staged(self, run: "ImportRun", progress: Progress) -> None:
        """Take back what the run brought in, or raise UndoRefusedError."""
        raise NotImplementedError

    def discard(self, run: "ImportRun") -> None:
        """Delete what is staged for the run; may be called at any time and again."""
        raise NotImplementedError


IMPORTERS: Registry[Importer] = Registry("importer")


def names_of(fields: Iterable[Field]) -> list[str]:
    """All headings that these fields answer to."""
    return [name for field in fields for name in field.names]
