"""Lists of customers as somebody pastes or uploads them: read line by line, each mistake by its place."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxm.kit.files import LISTS, check_upload
from cxm.kit.sheets import BadValueError, Limits, SheetError, read
from cxm.kit.sheets.header import plain
from cxm.kit.sheets.shapes import Cell, is_blank
from cxm.kit.sheets.values import shown

MOST_CUSTOMERS = 10_000
LONGEST_EMAIL, LONGEST_NAME = 254, 150
SHOWN_FAULTS = 20
LIMITS = Limits(bytes=5 * 1024**2, rows=5 * MOST_CUSTOMERS, columns=100, unpacked=50 * 1024**2)
SEPARATORS = "\t;,"
LANGUAGES = {
    "de": "de", "deutsch": "de", "german": "de", "dede": "de", "deat": "de", "dech": "de",
    "en": "en", "englisch": "en", "english": "en", "engb": "en", "enus": "en",
}  # fmt: skip
"""How lists call the two languages of letters, as `plain()` makes it."""
EMAILS = {"email", "mail", "emailadresse", "mailadresse", "emailaddress", "adresse", "address"}
NAMES = {"name", "kunde", "customer", "kundenname", "fullname", "ansprechpartner", "contact"}
FIRST, LAST = {"vorname", "firstname", "givenname"}, {"nachname", "lastname", "surname", "familienname"}
LANGUAGE = {"sprache", "language", "lang"}


class Customer(NamedTuple):
    """Somebody outside of the company. No language: that of the questionnaire."""

    email: str
    name: str = ""
    language: str = ""

    @property
    def key(self) -> str:
        """Equal for the same address, however it is written."""
        return self.email.lower()


class Line(NamedTuple):
    """One entry of a list: its number, address, name, language, and what is wrong with it as a whole."""

    number: int
    email: str
    name: str
    language: str
    problem: str = ""


@dataclass
class Listed:
    """The customers of a list, each once; how many stood there again; and what is wrong, by line and field."""

    customers: dict[str, Customer] = field(default_factory=dict)
    again: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, lines: Iterable[Line]) -> "Listed":
        """Take more lines."""
        for line in lines:
            if wrong := list(_faults(line)):
                self.faults += wrong
                continue
            customer = Customer(_address(line.email), line.name, LANGUAGES.get(plain(line.language), ""))
            if customer.key in self.customers:
                self.again += 1
            else:
                self.customers[customer.key] = customer
        return self

    @property
    def complaints(self) -> list[str]:
        """What is wrong, as it is shown: the first of many, and how many more there are."""
        more = len(self.faults) - SHOWN_FAULTS
        shown = self.faults[:SHOWN_FAULTS]
        return (
            [*shown, ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more}]
            if more > 0
            else shown
        )


def pasted(text: str) -> Iterator[Line]:
    """The lines of a text: address, and if given name and language, set apart by tab, semicolon or comma."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        cells = _cells(line)
        if not cells or (plain(cells[0]) in EMAILS and "@" not in line):  # headings
            continue
        if len(cells) == 2 and plain(cells[1]) in LANGUAGES:
            cells = [cells[0], "", cells[1]]
        email, name, language = [*cells, "", ""][:3]
        problem = _("there is more than address, name and language") if len(cells) > 3 else ""
        yield Line(number, email, name, language, problem)


def _cells(line: str) -> list[str]:
    separator = next((sign for sign in SEPARATORS if sign in line), ";")
    found = [line]
    with suppress(csv.Error):  # then the address is wrong, and that is said
        found = next(csv.reader([line], delimiter=separator), [])
    cells = [_one_line(cell) for cell in found]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def uploaded(file: "UploadedFile[Any]") -> list[Line]:
    """The lines of a file, CSV or XLSX by its content. Raises ValidationError for a file that cannot be read."""
    check_upload(file, allow=LISTS, max_bytes=LIMITS.bytes)
    with NamedTemporaryFile() as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        try:
            return list(_rows(Path(copy.name)))
        except SheetError as error:
            raise ValidationError(str(error), code="unreadable") from error


def _rows(path: Path) -> Iterator[Line]:
    sheet = read(path, known=EMAILS | NAMES | FIRST | LAST | LANGUAGE, limits=LIMITS)
    samples = [sheet.samples(place) for place in range(len(sheet.headers))]
    columns = _columns([plain(name) for name in sheet.headers], samples)
    for row in sheet.rows():
        cells = [_one_line(_text(cell)) for cell in row.cells]
        name = " ".join(cells[place] for place in columns.names if cells[place])
        language = "" if columns.language is None else cells[columns.language]
        email = cells[columns.email]
        if email or name:
            yield Line(row.number, email, name, language)


class _Columns(NamedTuple):
    email: int
    names: list[int]
    language: int | None


def _columns(heads: Sequence[str], samples: Sequence[Sequence[str]]) -> _Columns:
    """Which column is what: by its heading; the address also by its look; without headings name and language, too."""
    places = range(len(heads))

    def called(names: set[str]) -> list[int]:
        return [place for place in places if heads[place] in names][:1]

    looks = [place for place in places if any("@" in cell for cell in samples[place])]
    email = [*called(EMAILS), *looks, 0][0]
    names, language = called(NAMES) or called(FIRST) + called(LAST), called(LANGUAGE)
    if not any(heads):
        others = [place for place in places if place != email and samples[place]]
        language = [p for p in others if all(plain(cell) in LANGUAGES for cell in samples[p])][:1]
        names = [place for place in others if place not in language][:1]
    return _Columns(email, names, language[0] if language else None)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    try:
        return "" if is_blank(cell) else shown(cell)
    except BadValueError:
        return str(cell)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _faults(line: Line) -> Iterator[str]:
    email, name, language = _("E-mail"), _("Name"), _("Language")
    if line.problem:
        yield _("Line %(line)s: %(reason)s") % {"line": line.number, "reason": line.problem}
        return
    if not line.email:
        yield _fault(line, email, _("is missing"))
    elif not _address(line.email):
        yield _fault(line, email, _("“%(value)s” is no e-mail address") % {"value": _short(line.email)})
    if len(line.name) > LONGEST_NAME:
        yield _fault(line, name, _("longer than %(most)s characters") % {"most": LONGEST_NAME})
    elif not line.name.isprintable():
        yield _fault(line, name, _("holds characters that cannot be shown"))
    if line.language and plain(line.language) not in LANGUAGES:
        yield _fault(line, language, _("“%(value)s” is neither de nor en") % {"value": _short(line.language)})


def _fault(line: Line, what: str, reason: str) -> str:
    return _("Line %(line)s, %(field)s: %(reason)s") % {"line": line.number, "field": what, "reason": reason}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _address(text: str) -> str:
    """The address as mail servers know it, with a domain of ASCII letters; empty if it is none."""
    local, at, domain = text.rpartition("@")
    try:
        found = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
        validate_email(found)
    except (ValidationError, UnicodeError):
        return ""
    return found if len(found) <= LONGEST_EMAIL and found.isascii() else ""


def as_lines(customers: Iterable[Customer]) -> str:
    """The list as `pasted` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    for one in customers:
        cells = [*one]
        while not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    return out.getvalue()
