"""Very long lists: streamed to a staging table, problems counted by kind."""

import os
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import decide_values, discard_import, start_import, undo_import
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.imports.results import error_rows
from tests.cxm.imports.conftest import checked
from tests.cxm.imports.dummies import AmountImporter


def fetch(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def done(run: ImportRun, user: User, *, only_good: bool = False) -> ImportRun:
    start_import(actor=user, run=run, only_good=only_good)
    jobs.execute(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def test_list_comes_in_twice_and_goes_back(amounts: AmountImporter, mia: User) -> None:
    text = "Baum;Menge\n" + "".join(f"Eiche;{i},5\n" for i in range(500))
    run = checked(amounts, mia, text)
    assert run.counts == {"total": 500, "wrong": 0, "good": 500}
    assert len(run.preview) == 100
    run = done(run, mia)
    assert (run.state, run.counts["new"], run.counts["unchanged"]) == (State.DONE, 500, 0)
    assert fetch("select count(*), sum(amount)::int from test_amounts") == [(500, 125_000)]
    assert fetch("select count(*) from test_staged") == [(0,)]

    again = done(checked(amounts, mia, text), mia)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 500)

    undo_import(actor=mia, run=run)
    jobs.undo(run.pk)
    assert fetch("select count(*) from test_amounts") == [(0,)]


def test_wrong_rows_are_counted_by_kind_and_go_into_the_error_file(
    amounts: AmountImporter, mia: User
) -> None:
    rows = "".join(f"Eiche;{'x' if i % 10 == 3 else i}\n" for i in range(100))
    run = checked(amounts, mia, "Baum;Menge\n" + rows + "Eiche;-1\nEiche\nPalme;3\n")
    assert run.counts == {"total": 103, "wrong": 13, "good": 90}
    kinds = {(field, message): (count, numbers) for field, message, count, numbers in run.kinds}
    assert kinds["amount", "Negative amounts are not possible."] == (1, [102])
    assert next(v for (f, m), v in kinds.items() if "x" in m) == (10, [5, 15, 25, 35, 45, 55, 65, 75, 85, 95])
    files = list(error_rows(run))
    assert [row[:2] for row in files[-3:]] == [["Eiche", "-1"], ["Eiche", ""], ["Palme", "3"]]
    assert [row[-1] for row in files[:2]] == [5, 15]
    run = done(run, mia, only_good=True)
    assert run.counts["new"] == 90


def test_unknown_word_is_decided_for_all_rows(amounts: AmountImporter, mia: User) -> None:
    run = checked(amounts, mia, "Baum;Menge\nPalme;1\nPalme;2\nEiche;3\n")
    assert run.unknown == {"tree": [["Palme", 2, ""]]}
    decide_values(run=run, decisions={"tree": {"Palme": {"value": "ash"}}})
    jobs.check(run.pk)
    run.refresh_from_db()
    assert run.counts == {"total": 3, "wrong": 0, "good": 3}


def test_discarding_empties_the_staging_table(amounts: AmountImporter, mia: User) -> None:
    discard_import(actor=mia, run=checked(amounts, mia, "Baum;Menge\nEiche;1\n"))
    assert fetch("select count(*) from test_staged") == [(0,)]


def test_memory_does_not_grow_with_the_rows(amounts: AmountImporter, mia: User) -> None:
    text = "Baum;Menge\n" + "".join(f"Eiche;{i % 1000},{i}\n" for i in range(60_000))
    run = checked(amounts, mia, text)
    ImportRun.objects.filter(pk=run.pk).update(state=State.CHECKING)
    tracemalloc.start()
    try:
        jobs.check(run.pk)
        assert tracemalloc.get_traced_memory()[1] < 12 * 1024**2
    finally:
        tracemalloc.stop()


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_process_stays_small_with_a_large_file(amounts: AmountImporter, mia: User) -> None:
    """B6: the process itself, not only Python's objects."""
    text = "Baum;Menge\n" + "".join(f"Eiche;{i},5\n" for i in range(150_000))
    run = checked(amounts, mia, text)
    ImportRun.objects.filter(pk=run.pk).update(state=State.CHECKING)
    peak, over, before = [0], threading.Event(), resident()

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        jobs.check(run.pk)
    finally:
        over.set()
        watcher.join()
    assert peak[0] - before < 50 * 1024**2


@pytest.mark.parametrize("cell", ["NaN", "Infinity", "1e309", "9" * 40, "٩", "0x10", "1_000"], ids=str)
def test_figures_that_are_none_never_get_in(amounts: AmountImporter, mia: User, cell: str) -> None:
    run = checked(amounts, mia, f"Baum;Menge\nEiche;{cell}\nEiche;1.234,56\n")
    assert run.counts == {"total": 2, "wrong": 1, "good": 1}
    assert fetch("select amount::text from test_staged") == [("1234.56",)]
