"""`read()`: from a path to a `Sheet` whose rows can be streamed as often as needed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from cxm.kit.sheets import text
from cxm.kit.sheets.header import SEARCHED, Header, as_sample, find_header, is_footer, may_be_footer, plain
from cxm.kit.sheets.problems import Reason, SheetError
from cxm.kit.sheets.shapes import Limits, Options, Row, is_blank
from cxm.kit.sheets.workbook import Workbook

HEAD = SEARCHED + 75  # rows that are looked at to find the header
SAMPLES = 3
LIMITS, EVIDENCE = Limits(), Options()
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
}


@dataclass
class Sheet:
    """A list as it was understood. `skipped` fills while rows are read: footers and repeated headers."""

    path: Path
    kind: Literal["text", "workbook"]
    limits: Limits
    header_row: int = 0
    headers: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    head: list[Row] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    book: Workbook | None = None

    def rows(self) -> Iterator[Row]:
        """The rows below the header, each as wide as the header; blank rows are left out. Restarts at each
        call.
        """
        self.skipped = []
        held: list[Row] = []  # a footer is known only at the end of the list
        count, width, top, most = 0, len(self.headers), self.header_row, self.limits.rows
        header = next((row.cells for row in self.head if row.number == top), None)
        for row in self.raw_rows():
            cells = row.cells
            if row.number <= top or (not (cells and cells[0]) and all(map(is_blank, cells))):
                continue
            if cells == header:  # printed again at the top of each page
                self.skipped.append(row.number)
                continue
            count += 1
            if count > most:
                raise SheetError(Reason.TOO_MANY_ROWS, row=row.number, limit=most)
            if top and may_be_footer(cells) and is_footer(cells):
                held.append(row)
                continue
            if held:
                yield from (fitted(early, width) for early in held)
                held = []
            yield row if len(cells) == width else fitted(row, width)
        self.skipped += [row.number for row in held]

    def raw_rows(self) -> Iterator[Row]:
        """All rows of the file as they are."""
        if self.book:
            yield from self.book.rows()
            return
        with self.path.open("rb") as file:
            yield from text.TextRows(file, self.encoding, self.delimiter, self.limits)

    def samples(self, column: int) -> list[str]:
        """The first different values of a column."""
        seen: dict[str, None] = {}
        for raw in self.head:
            if raw.number > self.header_row and column < len(raw.cells) and not is_blank(raw.cells[column]):
                seen.setdefault(as_sample(raw.cells[column]))
        return list(islice(seen, SAMPLES))


def fitted(row: Row, width: int) -> Row:
    """The row as wide as the header; that it was not is its problem, unless only empty cells were too many."""
    cells, missing = row.cells, width - len(row.cells)
    if missing > 0:
        return Row(row.number, [*cells, *[""] * missing], row.problem or Reason.SHORT_ROW)
    more = not all(map(is_blank, cells[width:]))
    return Row(row.number, cells[:width], row.problem or (Reason.LONG_ROW if more else None))


def read(
    path: Path,
    *,
    known: Iterable[str] = (),
    limits: Limits = LIMITS,
    options: Options = EVIDENCE,
) -> Sheet:
    """Understand the file at `path`. `known` are names that its columns may have; `options` overrule the
    evidence.
    """
    size = path.stat().st_size
    if size > limits.bytes:
        raise SheetError(Reason.TOO_LARGE, limit=limits.bytes // 1024**2)
    if not size:
        raise SheetError(Reason.EMPTY)
    names = {plain(name) for name in known}
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(ZIP):
        return _read_workbook(path, names, limits, options)
    if start == OLE:
        raise SheetError(Reason.PASSWORD)
    for magic, kind in FOREIGN.items():
        if start.startswith(magic):
            raise SheetError(Reason.KIND, value=kind)
    return _read_text(path, names, limits, options)


def _read_text(path: Path, known: Collection[str], limits: Limits, options: Options) -> Sheet:
    with path.open("rb") as file:
        encoding = options.encoding or text.find_encoding(file)
        if encoding not in text.ENCODINGS:
            raise SheetError(Reason.ENCODING, value=encoding)
        if text.looks_binary(file, encoding):
            raise SheetError(Reason.BINARY)
        delimiter = options.delimiter or text.find_delimiter(text.sample_lines(file, encoding))
        head = list(islice(text.TextRows(file, encoding, delimiter, limits), HEAD))
    sheet = Sheet(path, "text", limits, encoding=encoding, delimiter=delimiter, head=head)
    return _with_header(sheet, known, options)


def _read_workbook(path: Path, known: Collection[str], limits: Limits, options: Options) -> Sheet:
    book = Workbook(path, limits, options.sheet or "")
    chosen = options.sheet or (book.sheets[0] if len(book.sheets) == 1 else "")
    if not chosen:
        chosen = _likeliest(dict(book.parts()), known)
        book = Workbook(path, limits, chosen)
    sheet = Sheet(path, "workbook", limits, sheet=chosen, sheets=book.sheets, book=book)
    sheet.head = list(islice(book.rows(), HEAD))
    return _with_header(sheet, known, options)


def _likeliest(parts: dict[str, list[Row]], known: Collection[str]) -> str:
    """The sheet with the most known column names; else the first one that holds more than a few words."""
    if not parts:
        raise SheetError(Reason.EMPTY)
    hits = {
        name: len({plain(cell) for row in rows for cell in row.cells} & set(known))
        for name, rows in parts.items()
    }
    if best := max(hits.values()):
        return next(name for name, count in hits.items() if count == best)
    listy = (
        name
        for name, rows in parts.items()
        if sum(sum(not is_blank(c) for c in row.cells) > 1 for row in rows) > 1
    )
    return next(listy, next(iter(parts)))


def _with_header(sheet: Sheet, known: Collection[str], options: Options) -> Sheet:
    if all(is_blank(cell) for row in sheet.head for cell in row.cells):
        raise SheetError(Reason.EMPTY)
    header: Header = find_header(sheet.head, known, options.header_row)
    sheet.header_row, sheet.headers = header
    if next(sheet.rows(), None) is None:
        raise SheetError(Reason.NO_ROWS)
    return sheet
