"""How a file is understood, and which column probably is which field."""

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypedDict

from django.utils.translation import get_language

from cxm.imports.models import ColumnMemory
from cxm.kit.importers import Importer, names_of
from cxm.kit.sheets import Cell, Limits, Options, Sheet, read, values
from cxm.kit.sheets.header import plain

ALIKE = 0.84  # of two headings, 0..1 (difflib); below this a guess is more work than help
SAMPLED = 2_000  # cells in which decimal sign and order of dates are looked for


class Found(TypedDict):
    """What is stored about a file: everything needed to read it the same way again."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: list[str]
    header_row: int
    headers: list[str]
    samples: list[list[str]]
    decimal: str
    day_first: bool
    signature: str


def understand(path: Path, importer: Importer, limits: Limits, chosen: dict[str, Any]) -> Found:
    """Read the head of the file. `chosen` is what the person knows better. Raises SheetError."""
    sheet_options = Options(
        **{name: chosen.get(name) for name in ("encoding", "delimiter", "sheet", "header_row")}
    )
    sheet = read(path, known=names_of(importer.fields), limits=limits, options=sheet_options)
    signature = signature_of(sheet.headers)
    memory = ColumnMemory.objects.filter(importer=importer.code, signature=signature).first()
    usual = {"decimal": "," if german() else ".", "day_first": True} | (memory.options if memory else {})
    texts = list(texts_of(sheet))
    return Found(
        kind=sheet.kind,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.sheet,
        sheets=list(sheet.sheets),
        header_row=sheet.header_row,
        headers=list(sheet.headers),
        samples=[sheet.samples(column) for column in range(len(sheet.headers))],
        decimal=chosen.get("decimal") or values.find_decimal(texts, usual["decimal"]),
        day_first=values.find_day_first(texts, usual["day_first"])
        if chosen.get("day_first") is None
        else chosen["day_first"],
        signature=signature,
    )


def german() -> bool:
    """Whether the person reads German."""
    return (get_language() or "de").startswith("de")


def texts_of(sheet: Sheet) -> Iterable[str]:
    """Texts of the first rows."""
    cells = [cell for row in sheet.head if row.number > sheet.header_row for cell in row.cells]
    return (cell for cell in cells[:SAMPLED] if isinstance(cell, str))


def signature_of(headers: Iterable[str]) -> str:
    """Equal for lists with the same headings in the same order."""
    return hashlib.sha256("\x1f".join(plain(name) for name in headers).encode()).hexdigest()


def propose_mapping(importer: Importer, found: Found) -> dict[str, int]:
    """Field by field the column that it probably is: as last time, else by name, else by a similar name."""
    memory = ColumnMemory.objects.filter(importer=importer.code, signature=found["signature"]).first()
    width = len(found["headers"])
    if memory and found["header_row"]:
        codes = {field.code for field in importer.fields}
        return {code: at for code, at in memory.mapping.items() if code in codes and at < width}
    headers = [plain(name) for name in found["headers"]]
    mapping: dict[str, int] = {}
    for field in importer.fields:
        names = [plain(name) for name in field.names]
        at = next((headers.index(name) for name in names if name in headers), None)
        if at is not None and at not in mapping.values():
            mapping[field.code] = at
    return mapping | _similar(importer, headers, mapping)


def _similar(importer: Importer, headers: list[str], taken: dict[str, int]) -> dict[str, int]:
    """The best pairs among fields and columns that no name has brought together."""
    free = [(at, header) for at, header in enumerate(headers) if len(header) > 3 and at not in taken.values()]
    pairs: list[tuple[float, str, int]] = []
    for field in importer.fields:
        if field.code not in taken:
            names = {plain(name) for name in field.names}
            pairs += [(ratio, field.code, at) for at, ratio in _alike(names, free)]
    found: dict[str, int] = {}
    for _ratio, code, at in sorted(pairs, key=lambda pair: -pair[0]):
        if code not in found and at not in found.values():
            found[code] = at
    return found


def _alike(names: Iterable[str], headers: Sequence[tuple[int, str]]) -> Iterator[tuple[int, float]]:
    """The headings that are alike one of these names, and how much. The two bounds spare nearly all comparisons: a
    file of 500 columns would take half a minute without them."""
    best: dict[int, float] = {}
    for name in names:
        matcher = difflib.SequenceMatcher(None, "", name)
        for at, header in headers:
            matcher.set_seq1(header)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                best[at] = max(best.get(at, 0), matcher.ratio())
    return iter(sorted((at, ratio) for at, ratio in best.items() if ratio >= ALIKE))


def as_json(cell: Cell) -> str | int | float | bool:
    """A cell as it is kept: figures as figures, dates in ISO form."""
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else cell
