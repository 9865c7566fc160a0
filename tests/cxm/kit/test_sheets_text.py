"""Lists as text: whatever encoding, delimiter and dirt."""

import csv
import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from cxm.kit.sheets import Limits, Options, Reason, SheetError, read

KNOWN = ("Name", "Kanal", "Größe", "Straße")
ROWS = [["Name", "Kanal", "Straße"], ["Ähre", "Hotline", "Größe 1, hinten"], ["Öl", "Über uns", "Fußweg"]]

type Make = Callable[[bytes], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(content: bytes) -> Path:
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        return path

    return write


def as_csv(delimiter: str, newline: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-16-le", "cp850", "mac_roman"]
)
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_same_rows_from_each_encoding_and_delimiter(
    make: Make, encoding: str, delimiter: str, newline: str
) -> None:
    sheet = read(make(as_csv(delimiter, newline).encode(encoding)), known=KNOWN)
    assert [list(sheet.headers), *(row.cells for row in sheet.rows())] == ROWS
    assert sheet.delimiter == delimiter


def test_person_overrules_the_evidence(make: Make) -> None:
    path = make("Name;Wert\nä;1\nb,c;2\n".encode("cp1252"))
    sheet = read(path, options=Options(encoding="cp850", delimiter=","))
    assert (sheet.encoding, sheet.delimiter) == ("cp850", ",")


def test_runs_of_blanks_separate_columns(make: Make) -> None:
    sheet = read(make(b" customer_id  date cds\r\n 00001 19970101  1\r\n 00002 19970112  1\r\n"))
    assert sheet.headers == ("customer_id", "date", "cds")
    assert next(row.cells for row in sheet.rows()) == ["00001", "19970101", "1"]


def test_decimal_commas_do_not_win_over_semicolons(make: Make) -> None:
    sheet = read(make(b"a;b;c\n1,5;2,5;3,5\n1,6;2,5;3,5\n1,7;2,5;3,5\n"))
    assert sheet.delimiter == ";"


def test_hint_of_excel_is_no_row(make: Make) -> None:
    sheet = read(make(b"sep=,\r\nName,Kanal\r\nA,B\r\n"))
    assert (sheet.delimiter, sheet.headers, sheet.header_row) == (",", ("Name", "Kanal"), 2)


def test_header_below_titles_and_empty_lines(make: Make) -> None:
    head = "Kontaktpunkte der Muster GmbH;;\nStand: 01.02.2026;;\n;;\n"
    text = head + "Name;Kanal;Größe\nShop;Web;3\n\nApp;Web;4\nSumme;;7\n"
    sheet = read(make(text.encode()), known=KNOWN)
    assert sheet.header_row == 4
    assert [(row.number, row.cells[0]) for row in sheet.rows()] == [(5, "Shop"), (7, "App")]
    assert sheet.skipped == [8]


def test_two_header_rows_are_joined(make: Make) -> None:
    text = "Kontakt;;Verantwortung;\nName;Kanal;Name;Vertretung\nShop;Web;Mia;Otto\n"
    sheet = read(make(text.encode()), known=KNOWN)
    assert sheet.headers == ("Kontakt Name", "Kanal", "Verantwortung Name", "Vertretung")


def test_header_printed_again_is_skipped(make: Make) -> None:
    sheet = read(make(b"Name;Kanal\nA;B\nName;Kanal\nC;D\n"), known=KNOWN)
    assert [row.number for row in sheet.rows()] == [2, 4]
    assert sheet.skipped == [3]


def test_list_without_header(make: Make) -> None:
    sheet = read(make(b"TP-1;12,5;2026-01-01\nTP-2;13;2026-01-02\n"))
    assert (sheet.header_row, sheet.headers) == (0, ("", "", ""))
    assert len(list(sheet.rows())) == 2


def test_empty_columns_at_the_end_are_dropped(make: Make) -> None:
    sheet = read(make(b"Name;Kanal;;\nA;B;;\nC;D;;x\n"))
    rows = list(sheet.rows())
    assert len(sheet.headers) == 4  # the last one holds something
    assert rows[1].cells == ["C", "D", "", "x"]
    assert read(make(b"Name;Kanal;;\nA;B;;\n")).headers == ("Name", "Kanal")


def test_ragged_rows_are_named(make: Make) -> None:
    rows = list(read(make(b"a;b;c\n1;2;3\n1;2\n1;2;3;4\n1;2;3;;\n")).rows())
    assert [row.problem for row in rows] == [None, Reason.SHORT_ROW, Reason.LONG_ROW, None]
    assert [row.number for row in rows] == [2, 3, 4, 5]


def test_mixed_encodings_name_the_row(make: Make) -> None:
    good = "".join(f"Größe {i};ä\n" for i in range(20)).encode()
    rows = list(read(make(b"Name;Kanal\n" + good + "Käse;x\n".encode("cp1252"))).rows())
    assert [row.number for row in rows if row.problem is Reason.UNREADABLE] == [22]
    assert "\ufffd" in str(rows[-1].cells[0]) or "?" in str(rows[-1].cells[0])


def test_nul_bytes_name_the_row_and_are_taken_out(make: Make) -> None:
    rows = list(read(make(b"Name;Kanal\n" + b"abc;def\n" * 50 + b"a\0b;c\n")).rows())
    assert rows[-1] == (52, ["ab", "c"], Reason.NUL)


def test_unclosed_quote_names_the_row_where_it_opens(make: Make) -> None:
    with pytest.raises(SheetError) as refused:
        list(read(make(b'Name;Kanal\nA;B\nC;"D\nE;F\n')).rows())
    assert (refused.value.reason, refused.value.row) == (Reason.UNCLOSED_QUOTE, 3)


def test_unclosed_quote_in_a_long_file_is_found_early(make: Make) -> None:
    path = make(b'Name;Kanal\nC;"D\n' + b"E;F\n" * 200_000)
    with pytest.raises(SheetError, match="2") as refused:
        read(path)
    assert refused.value.reason is Reason.UNCLOSED_QUOTE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\xef\xbb\xbf", Reason.EMPTY),
        (b"\n\n;;\n", Reason.EMPTY),
        (b"Name;Kanal\n", Reason.NO_ROWS),
        (bytes(range(256)) * 40, Reason.BINARY),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, Reason.KIND),
        (b"%PDF-1.7\n" + b"x" * 100, Reason.KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.PASSWORD),
        (b"PK\x03\x04" + b"junk" * 100, Reason.DAMAGED),
        (b";".join([b"x"] * 100_000) + b"\n1;2\n", Reason.TOO_MANY_COLUMNS),
        (b"Name;Kanal\nA;" + b"x" * 20_000_000 + b"\n", Reason.LONG_CELL),
        (b"Name;Kanal\nA;" + b"x" * 200_000 + b"\n", Reason.LONG_CELL),
    ],
    ids=[
        "nothing",
        "mark",
        "blank",
        "header",
        "bytes",
        "png",
        "pdf",
        "old_excel",
        "zip",
        "columns",
        "huge_cell",
        "long_cell",
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(make: Make, content: bytes, reason: Reason) -> None:
    with pytest.raises(SheetError) as refused:
        list(read(make(content)).rows())
    assert refused.value.reason is reason
    assert str(refused.value)


def test_too_many_rows_and_bytes_are_refused(make: Make) -> None:
    path = make(b"Name;Kanal\n" + b"A;B\n" * 20)
    with pytest.raises(SheetError) as rows:
        list(read(path, limits=Limits(rows=10)).rows())
    assert (rows.value.reason, rows.value.row) == (Reason.TOO_MANY_ROWS, 12)
    with pytest.raises(SheetError) as size:
        read(path, limits=Limits(bytes=20))
    assert size.value.reason is Reason.TOO_LARGE


def test_memory_does_not_grow_with_the_rows(make: Make) -> None:
    path = make("Name;Kanal;Größe\n".encode() + b"Shop;Web;3\n" * 100_000)
    sheet = read(path)
    tracemalloc.start()
    try:
        count = sum(1 for _row in sheet.rows())
        assert tracemalloc.get_traced_memory()[1] < 5 * 1024**2
    finally:
        tracemalloc.stop()
    assert count == 100_000


def test_rows_can_be_read_again_while_others_are_read(make: Make) -> None:
    sheet = read(make(b"Name;Kanal\nA;B\nC;D\n"))
    first = sheet.rows()
    next(first)
    assert len(list(sheet.rows())) == 2
    assert len(list(first)) == 1


def test_samples_are_different_values(make: Make) -> None:
    sheet = read(make(b"Name;Kanal\nA;Web\nB;Web\nC;Shop\nD;\n"))
    assert (sheet.samples(0), sheet.samples(1)) == (["A", "B", "C"], ["Web", "Shop"])
