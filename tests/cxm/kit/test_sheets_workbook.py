"""Workbooks: messy ones are read, hostile ones are refused and cost little."""

import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cxm.kit.sheets import Limits, Options, Reason, SheetError, read

KNOWN = ("Name", "Kanal", "Owner")
SHEET = "xl/worksheets/sheet1.xml"

type Make = Callable[[Callable[[Any], None]], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(fill: Callable[[Any], None]) -> Path:
        path = tmp_path / "list.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book)
        return path

    return write


def test_messy_list_is_understood(make: Make) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Liste")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.merge_range("A1:E1", "Kontaktpunkte 2026")
        sheet.write_row("B3", ["Name", "Kanal", "Owner", "Seit"])
        sheet.merge_range("D4:D6", "Mia; Otto")
        for row, name in enumerate(["Shop", "App", "Hotline"], 3):
            sheet.write(row, 1, name)
            sheet.write(row, 2, "Web")
            sheet.write_datetime(row, 4, datetime(2026, 3, row), day)
        sheet.merge_range("B8:C8", "Brief")
        sheet.write("B10", "Summe")
        sheet.write("E10", 4)

    sheet = read(make(fill), known=KNOWN)
    assert (sheet.header_row, sheet.headers) == (3, ("", "Name", "Kanal", "Owner", "Seit"))
    rows = list(sheet.rows())
    assert rows[1] == (5, ["", "App", "Web", "Mia; Otto", date(2026, 3, 4)], None)
    assert rows[2].cells[3] == "Mia; Otto"
    assert rows[3] == (8, ["", "Brief", "Brief", "", ""], None)
    assert sheet.skipped == [10]


def test_cells_keep_their_types(make: Make) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Zahl", "Bruch", "Wahr", "Zeit", "Formel", "Fehler"])
        sheet.write_number(1, 0, 3)
        sheet.write_number(1, 1, 3.25)
        sheet.write_boolean(1, 2, True)
        sheet.write_datetime(
            1, 3, datetime(2026, 3, 29, 14, 5), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_formula(1, 4, "=A2*2", None, 6)
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")

    [row] = read(make(fill)).rows()
    assert row.cells == [3, 3.25, True, datetime(2026, 3, 29, 14, 5), 6, ""]


def test_sheet_with_known_columns_is_chosen_and_hidden_ones_are_not(make: Make) -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("Deckblatt").write(0, 0, "Unsere Kontaktpunkte")
        book.add_worksheet("Liste").write_row(0, 0, ["Name", "Kanal"])
        book.get_worksheet_by_name("Liste").write_row(1, 0, ["Shop", "Web"])
        secret = book.add_worksheet("Geheim")
        secret.write_row(0, 0, ["Name", "Kanal", "Owner"])
        secret.hide()
        book.add_worksheet("Andere").write_column(0, 0, ["x", "y"])

    path = make(fill)
    sheet = read(path, known=KNOWN)
    assert (sheet.sheet, sheet.sheets) == ("Liste", ("Deckblatt", "Liste", "Andere"))
    assert read(path, options=Options(sheet="Andere")).headers == ("x",)
    for name in ("Geheim", "Nirgends"):
        with pytest.raises(SheetError) as refused:
            read(path, options=Options(sheet=name))
        assert refused.value.reason is Reason.NO_SHEET


def repacked(path: Path, **parts: bytes) -> Path:
    """The workbook with some parts replaced or added."""
    other = path.with_name("other.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return other


def simple(book: Any) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Kanal"])
    sheet.write_row(1, 0, ["Shop", "Web"])


def cells(rows: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def refusal(path: Path, limits: Limits = Limits()) -> Reason:  # noqa: B008 - frozen
    with pytest.raises(SheetError) as refused:
        list(read(path, limits=limits).rows())
    assert str(refused.value)
    return refused.value.reason


def test_bomb_is_refused_by_its_directory_at_once(make: Make) -> None:
    path = repacked(make(simple), **{SHEET: cells(b"<row><c><v>1</v></c></row>" * 5_000_000)})
    assert path.stat().st_size < 2 * 1024**2
    start = time.monotonic()
    assert refusal(path) is Reason.BOMB
    assert time.monotonic() - start < 1


def test_bomb_whose_directory_lies_ends_with_its_process(make: Make) -> None:
    path = repacked(make(simple), **{SHEET: cells(b'<row r="1"><c r="A1"><v>1</v></c></row>' * 3_000_000)})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    true, false = size.to_bytes(4, "little"), (90_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, false))
    assert refusal(path, Limits(memory=600 * 1024**2, seconds=20)) in (
        Reason.TOO_SLOW,
        Reason.DAMAGED,
        Reason.BOMB,
    )


def test_one_cell_in_the_far_corner_costs_no_memory(make: Make) -> None:
    def fill(book: Any) -> None:
        simple(book)
        book.worksheets()[0].write(1_048_575, 16_383, "x")

    assert refusal(make(fill)) in (Reason.TOO_SLOW, Reason.TOO_MANY_COLUMNS)


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;">]>',
    ],
    ids=["external", "laughs"],
)
def test_entities_are_never_resolved(make: Make, doctype: bytes) -> None:
    head = b'<row r="1"><c t="inlineStr" r="A1"><is><t>Name</t></is></c></row>'
    row = b'<row r="2"><c t="inlineStr" r="A2"><is><t>x&e;y</t></is></c></row>'
    path = repacked(make(simple), **{SHEET: doctype + cells(head + row)})
    texts: list[str] = []
    with suppress(SheetError):
        texts = [str(cell) for row in read(path).rows() for cell in row.cells]
    assert all("root:" not in text and "aaaa" not in text for text in texts)


def test_names_that_lead_outside_are_refused(make: Make, tmp_path: Path) -> None:
    assert refusal(repacked(make(simple), **{"../../evil.txt": b"x"})) is Reason.DAMAGED
    assert not (tmp_path.parent / "evil.txt").exists()


def test_macros_are_refused(make: Make) -> None:
    assert refusal(repacked(make(simple), **{"xl/vbaProject.bin": b"x"})) is Reason.MACROS


def test_other_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "x")
    assert refusal(path) is Reason.KIND


def test_damaged_workbook_is_refused(make: Make) -> None:
    assert refusal(repacked(make(simple), **{SHEET: b"<worksheet><sheetData><row>"})) in (
        Reason.DAMAGED,
        Reason.EMPTY,
    )
    path = make(simple)
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path) is Reason.DAMAGED


def test_time_limit_ends_the_process(make: Make) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 8 + b"</row>"
    sheet = b"<worksheet><sheetData>" + row * 500_000 + b"</sheetData></worksheet>"
    patient = Limits(seconds=1, memory=2 * 1024**3, unpacked=1024**3, ratio=100_000)
    assert refusal(repacked(make(simple), **{SHEET: sheet}), patient) is Reason.TOO_SLOW
