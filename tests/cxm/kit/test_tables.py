"""Tables go out without formulas and come back as they were."""

import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import get_language
from hypothesis import given, settings
from hypothesis import strategies as st

from cxm.kit import tables
from cxm.kit.sheets import Options, read
from cxm.kit.tables import Column, TableTooLongError, Value, defused, without_defusing, write_csv, write_xlsx

COLUMNS = [Column("Name"), Column("Wert")]
TRIGGERS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=x", "''=x"]


def csv_of(rows: list[list[Value]], lang: str = "de") -> bytes:
    return b"".join(write_csv(rows, COLUMNS, lang=lang))


def back(content: bytes, suffix: str) -> list[list[object]]:
    """The rows as the reader gives them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"table{suffix}")
        path.write_bytes(content)
        return [list(row.cells) for row in read(path, options=Options(header_row=1)).rows()]


def test_csv_for_german_excel() -> None:
    content = csv_of([["Größe", -1.5], ["b", Decimal("1234.50")], ["c", None]])
    assert content.decode("utf-8-sig").splitlines() == ["Name;Wert", "Größe;-1,5", "b;1234,50", "c;"]
    assert content.startswith(b"\xef\xbb\xbf")


def test_csv_for_english_excel() -> None:
    assert csv_of([["a", 1.5]], "en").decode("utf-8-sig").splitlines() == ["Name,Wert", "a,1.5"]


def test_yes_no_dates_and_times_in_csv() -> None:
    moment = datetime(2026, 3, 29, 12, 5, 9, tzinfo=UTC)
    content = csv_of([["x", True], ["y", date(2026, 3, 29)], ["z", moment]])
    assert content.decode("utf-8-sig").splitlines()[2:] == ["y;2026-03-29", "z;2026-03-29 14:05:09+02:00"]


def test_csv_keeps_language_and_time_zone_of_whoever_asked_for_it() -> None:
    """The pieces are made after the request, in the settings of the server; those stay as they are meanwhile."""

    def rows() -> Iterator[list[Value]]:
        for _row in range(3000):
            yield [get_language(), datetime(2026, 3, 29, 12, 5, 9, tzinfo=UTC)]

    with timezone.override("America/New_York"):
        pieces = write_csv(rows(), [Column("Language"), Column("Moment")], lang="en")
    outside = (get_language(), timezone.get_current_timezone_name())
    text = ""
    for piece in pieces:
        text += piece.decode("utf-8-sig" if not text else "utf-8")
        assert (get_language(), timezone.get_current_timezone_name()) == outside
    assert outside == ("de", "Europe/Berlin")
    assert set(text.splitlines()[1:]) == {"en,2026-03-29 08:05:09-04:00"}


@pytest.mark.parametrize("text", TRIGGERS, ids=repr)
def test_formulas_are_defused_and_come_back(text: str) -> None:
    assert defused(text) == "'" + text
    assert back(csv_of([[text, 1]]), ".csv")[0][0] == text


@pytest.mark.parametrize("text", ["-5", "-1.234,56", "'Tis", "plain", "a=b", "", "'"], ids=repr)
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\r\n"), max_size=40)
risky = st.one_of(
    texts,
    st.builds(str.__add__, st.sampled_from(["'", "''", "=", "'=", "-", "@", "\t", "\r", "+", "'-1"]), texts),
)


@given(risky)
def test_defusing_is_undone_exactly(text: str) -> None:
    assert without_defusing(defused(text)) == text
    assert defused(text)[:1] not in ("=", "+", "@", "\t", "\r", "\n")


@given(st.lists(risky.filter(lambda text: text.strip()), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_each_text_survives_csv(written: list[str]) -> None:
    rows = back(csv_of([[text, "x"] for text in written]), ".csv")
    assert [row[0] for row in rows] == written


@given(st.lists(risky.filter(lambda text: text.strip()), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_each_text_survives_xlsx(written: list[str]) -> None:
    with write_xlsx([[text, "x"] for text in written], COLUMNS, lang="de") as file:
        rows = back(file.read(), ".xlsx")
    assert [row[0] for row in rows] == written


def test_xlsx_cells_are_typed_and_never_formulas() -> None:
    rows: list[list[Value]] = [
        ["=1+1", -1.5],
        ["b", date(2026, 3, 29)],
        ["https://x", True],
        ["d", Decimal("2.5")],
        ["e", 10**18],
    ]
    with write_xlsx(rows, COLUMNS, lang="en", title="A/B: [list]") as file:
        content = file.read()
    assert back(content, ".xlsx") == [
        ["=1+1", -1.5],
        ["b", date(2026, 3, 29)],
        ["https://x", True],
        ["d", 2.5],
        ["e", str(10**18)],
    ]
    with tempfile.TemporaryFile() as copy:
        copy.write(content)
        with zipfile.ZipFile(copy) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
            assert b"<f>" not in sheet
            assert b'state="frozen"' in sheet
            assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
            assert b"A B list" in archive.read("xl/workbook.xml")


def test_what_excel_cannot_hold_is_kept_as_text_or_cut() -> None:
    rows: list[list[Value]] = [["x" * 40_000, 1], ["old", date(1066, 10, 14)], ["nan", float("nan")]]
    with write_xlsx(rows, COLUMNS, lang="en") as file:
        found = back(file.read(), ".xlsx")
    assert (len(str(found[0][0])), found[1][1], found[2][1]) == (32_767, "1066-10-14", "")


def test_too_many_rows_for_a_worksheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS_MAX", 10)
    with pytest.raises(TableTooLongError):
        write_xlsx(([1, 2] for _ in range(10)), COLUMNS, lang="en")


def test_csv_streams() -> None:
    tracemalloc.start()
    try:
        size = sum(
            len(piece) for piece in write_csv((["Name", 1] for _ in range(100_000)), COLUMNS, lang="de")
        )
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024**2
    finally:
        tracemalloc.stop()
    assert size > 700_000
