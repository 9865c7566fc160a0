"""Text files: which encoding, which delimiter, and their rows as a stream."""

import codecs
import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from cxm.kit.sheets.problems import Reason, SheetError
from cxm.kit.sheets.shapes import Cell, Limits, Row
from cxm.kit.tables import without_defusing

DELIMITERS = ("\t", ";", "|", ",")  # in the order of trust: a comma is also in numbers and sentences
BLANKS = " "  # columns set apart by runs of blanks
ENCODINGS = ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "cp850", "mac_roman")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GERMAN = "äöüÄÖÜß"
BLOCK = 1024**2  # bytes
SAMPLE = 64 * 1024  # characters
CLOSE = "\x00end of file\x00"
"""Fed to the reader after the last line: if a quotation mark is still open, it ends up inside a cell."""
LINES_IN_ROW = 1_000  # lines in one quoted cell: more is an unclosed quotation mark
_escaped = re.compile("[\udc80-\udcff]")
_separator = re.compile(r'^"?sep=(.)"?\r?\n?$', re.IGNORECASE)

csv.field_size_limit(Limits.cell)


def find_encoding(file: BinaryIO) -> str:
    """The encoding by evidence of the whole file: byte order mark, NUL pattern, validity as UTF-8, German
    letters.
    """
    file.seek(0)
    head = file.read(4096)
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    if nul := head.count(b"\0"):
        return _without_mark(head, nul)
    good, bad = _utf8_evidence(file)
    if good >= bad:
        return "utf-8"
    file.seek(0)
    letters = Counter(file.read(BLOCK))
    return max(
        ("cp1252", "cp850", "mac_roman"), key=lambda name: sum(letters[byte] for byte in GERMAN.encode(name))
    )


def _without_mark(head: bytes, nul: int) -> str:
    """UTF-16 without a mark has its NULs on one side of nearly each pair; few NULs are dirt in a text file."""
    high, low = head[0::2].count(0), head[1::2].count(0)
    if max(high, low) > len(head) / 2 * 0.6 and min(high, low) * 10 < max(high, low):
        return "utf-16-be" if high > low else "utf-16-le"
    if nul * 20 > len(head):
        raise SheetError(Reason.BINARY)
    return "utf-8"


def _utf8_evidence(file: BinaryIO) -> tuple[int, int]:
    """How many characters beyond ASCII are well formed as UTF-8, and how many bytes are not."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    while block := file.read(BLOCK):
        text = decoder.decode(block)
        if text.isascii():
            continue
        broken = len(_escaped.findall(text))
        bad += broken
        good += sum(not char.isascii() for char in text[:SAMPLE]) - len(_escaped.findall(text[:SAMPLE]))
    bad += len(decoder.decode(b"", final=True))
    return good, bad


def looks_binary(file: BinaryIO, encoding: str) -> bool:
    """Control characters that no list has, more than here and there."""
    text = open_text(file, encoding).read(4096)
    odd = sum(char < " " and char not in "\t\r\n\f\0" for char in text)
    return odd * 50 > len(text) + 50


def open_text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The file as text, byte order mark skipped; the caller keeps the binary file open."""
    file.seek(0)
    start = next((len(bom) for bom, name in BOMS if name == encoding and file.read(len(bom)) == bom), 0)
    file.seek(start)
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    return _Borrowed(file, encoding=encoding, errors=errors, newline="")


class _Borrowed(io.TextIOWrapper):
    """Reads a file that belongs to somebody else: going out of use does not close it."""

    def __del__(self) -> None:
        with suppress(ValueError):  # detached or closed before
            self.detach()


def find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of cells."""
    if lines and (named := _separator.match(lines[0])):
        return named[1]
    lines = [line for line in lines if line.strip()]
    scores = {delimiter: _evenness(_cut(lines, delimiter)) for delimiter in DELIMITERS}
    for delimiter, (share, _columns) in scores.items():
        if share >= 0.9:
            return delimiter
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter][0] * (1 + math.log2(scores[delimiter][1])))
    if scores[best][0] >= 0.3:
        return best
    share, columns = _evenness([line.split() for line in lines])
    return BLANKS if share >= 0.9 and columns > 1 and len(lines) > 2 else ";"


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):  # said in full when the rows are read
        rows.extend(csv.reader(lines, delimiter=delimiter))
    return rows


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """Share of rows with the most frequent number of cells above one, and that number."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 0.0, 1
    columns, hits = max(counts.items(), key=lambda item: (item[1], item[0]))
    return hits / len(rows), columns


def sample_lines(file: BinaryIO, encoding: str) -> list[str]:
    """The first whole lines."""
    text = open_text(file, encoding).read(SAMPLE)
    lines = io.StringIO(text, newline="").readlines()
    return lines[:-1] if len(text) == SAMPLE and len(lines) > 1 else lines


class TextRows:
    """Iterates over the rows of a text file; remembers what was wrong with the lines of the current row."""

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str, limits: Limits) -> None:
        self.text = open_text(file, encoding)
        self.delimiter, self.limits = delimiter, limits
        self.replaced = "\ufffd" if encoding.startswith("utf-16") else ""
        self.problem: Reason | None = None
        self.apostrophe = self.ended = False
        self.line = self.row = 0

    def lines(self) -> Iterator[str]:
        """Lines of bounded length, cleaned of what PostgreSQL cannot keep."""
        most, readline = self.limits.line, self.text.readline
        while line := readline(most):
            if len(line) == most and line[-1] not in "\r\n":
                raise SheetError(Reason.LONG_CELL, row=self.row + 1, limit=self.limits.cell)
            self.line += 1
            if "\0" in line:
                self.problem, line = Reason.NUL, line.replace("\0", "")
            if not line.isascii():
                line = self._readable(line)
            if "'" in line:
                self.apostrophe = True
            yield line
        self.ended = True
        yield CLOSE

    def _readable(self, line: str) -> str:
        try:
            line.encode()
        except UnicodeEncodeError:
            self.problem = Reason.UNREADABLE
            return line.encode("utf-8", "replace").decode()
        if self.replaced and self.replaced in line:
            self.problem = Reason.UNREADABLE
        return line

    def __iter__(self) -> Iterator[Row]:
        rows: Iterator[list[Any]] = csv.reader(self.lines(), delimiter=self.delimiter)
        if self.delimiter == BLANKS:
            rows = self._by_blanks()
        before, most = 0, self.limits.columns
        while True:
            try:
                cells: list[Cell] = next(rows)
            except csv.Error as error:
                raise self._refusal(before) from error
            if self.ended:
                if cells == [CLOSE]:
                    return
                raise SheetError(Reason.UNCLOSED_QUOTE, row=self.row + 1)
            if self.line - before > LINES_IN_ROW:
                raise SheetError(Reason.UNCLOSED_QUOTE, row=self.row + 1)
            self.row, before = self.row + 1, self.line
            if len(cells) > most:
                raise SheetError(Reason.TOO_MANY_COLUMNS, row=self.row, limit=most)
            if self.apostrophe:
                self.apostrophe = False
                cells = [without_defusing(str(cell)) for cell in cells]
            if self.row == 1 and cells and _separator.match(self.delimiter.join(map(str, cells))):
                cells = []  # Excel's own hint, no row of the list
            problem, self.problem = self.problem, None
            yield Row(self.row, cells, problem)

    def _by_blanks(self) -> Iterator[list[str]]:
        for line in self.lines():
            yield [line] if line == CLOSE else line.split()

    def _refusal(self, before: int) -> SheetError:
        if self.line - before > 1:
            return SheetError(Reason.UNCLOSED_QUOTE, row=self.row + 1)
        return SheetError(Reason.LONG_CELL, row=self.row + 1, limit=self.limits.cell)
