"""Opens a workbook in a process of its own: `python -I child.py LIMITS < book.xlsx > rows.jsonl`.

Runs without Django and without secrets in its environment; memory, processor time and wall time are limited
by the kernel, so that a hostile file costs this process and nothing else. Values only, never formulas.
"""

import json
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

DAMAGED, PASSWORD, TOO_MUCH = 3, 4, 5  # exit codes; others come from the kernel's limits
HEAD = 60  # rows of each sheet that are sent where the sheet is still to be chosen


def limit(memory: int, seconds: int, output: int) -> None:
    """Let the kernel end this process beyond: address space, processor time, wall time, bytes written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds)


def plain(value: Any) -> Any:
    """A cell as JSON; times carry a mark of their kind."""
    if isinstance(value, str):
        return value.replace("\0", "")  # _x0000_ in the file; PostgreSQL cannot keep it
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, timedelta):
        return {"time": str(value)}
    return value


def rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """Rows with their number from 1, merged cells filled from their first cell."""
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out empty columns before the first
    coming = deque(sorted(sheet.merged_cell_ranges or []))
    spread: list[tuple[int, int, int, Any]] = []  # last row, first column, last column, value
    for index, row in enumerate(sheet.iter_rows()):
        cells = [""] * left + [plain(cell) for cell in row]
        while coming and coming[0][0][0] <= index:
            (first_row, first), (last_row, last) = coming.popleft()
            if first_row == index and first < len(cells):
                spread.append((last_row, first, last, cells[first]))
        spread = [merge for merge in spread if merge[0] >= index]
        for _last_row, first, last, value in spread:
            for column in range(first, min(last + 1, len(cells))):
                if cells[column] == "":
                    cells[column] = value
        yield index + 1, cells


def write(book: CalamineWorkbook, name: str, columns: int) -> None:
    """The rows of one sheet, or without a name the first rows of each visible one; a last line says it is
    whole.

    Where there is one sheet only, nothing is left to choose.
    """
    visible = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    ]
    name = name or (visible[0] if len(visible) == 1 else "")
    say({"sheets": visible})
    if name and name not in visible:
        return
    for chosen in [name] if name else visible:
        say({"sheet": chosen})
        for number, cells in islice(rows_of(book.get_sheet_by_name(chosen)), None if name else HEAD):
            if len(cells) > columns:
                say({"wide": number})
                return
            say([number, cells])
    say({"end": True})


dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def say(line: Any) -> None:
    """One line of the answer."""
    sys.stdout.write(dumps(line))
    sys.stdout.write("\n")


def main() -> int:
    """Limits first, then the file on standard input."""
    orders = json.loads(sys.argv[1])
    limit(orders["memory"], orders["seconds"], orders["output"])
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        with CalamineWorkbook.from_filelike(sys.stdin.buffer) as book:
            write(book, orders["sheet"], orders["columns"])
    except PasswordError:
        return PASSWORD
    except (CalamineError, ValueError, OSError):
        return DAMAGED
    except MemoryError:
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    sys.exit(main())
