"""Workbooks: sizes are checked in the zip directory, then a limited child process writes the values to a
file.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from cxm.kit.archives import ArchiveError, check_archive
from cxm.kit.sheets import child
from cxm.kit.sheets.problems import Reason, SheetError
from cxm.kit.sheets.shapes import Cell, Limits, Row

MACRO_PARTS = ("xl/vbaProject.bin", "xl/macrosheets/")
WORKBOOK = "xl/workbook.xml"
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no secrets for a process that reads foreign files
OUTPUT_RATIO = 4  # JSON lines : unpacked workbook, at most


class Workbook:
    """One pass over a workbook: its sheets and the rows of one of them, kept in an unlinked temporary file."""

    def __init__(self, path: Path, limits: Limits, sheet: str = "") -> None:
        check_workbook(path, limits)
        self.limits = limits
        self.lines = _run_child(path, limits, sheet)
        head = json.loads(self.lines.readline() or "{}")
        self.sheets: tuple[str, ...] = tuple(head.get("sheets", ()))
        if sheet and sheet not in self.sheets:
            raise SheetError(Reason.NO_SHEET, value=sheet)

    def parts(self) -> Iterator[tuple[str, list[Row]]]:
        """The first rows of each visible sheet (where none was chosen)."""
        name, rows = "", list[Row]()
        for line in self._answer():
            if isinstance(line, list):
                rows.append(_row(line))
            elif "sheet" in line:
                if name:
                    yield name, rows
                name, rows = line["sheet"], []
        if name:
            yield name, rows

    def rows(self) -> Iterator[Row]:
        """The rows of the chosen sheet."""
        for line in self._answer():
            if isinstance(line, list):
                yield _row(line)

    def _answer(self) -> Iterator[Any]:
        """Lines after the first; an answer without its last line was cut off by a limit."""
        self.lines.seek(0)
        next(self.lines, None)
        for text in self.lines:
            try:
                line = json.loads(text)
            except json.JSONDecodeError as error:
                raise SheetError(Reason.TOO_SLOW) from error
            if isinstance(line, dict):
                if "end" in line:
                    return
                if "wide" in line:
                    raise SheetError(Reason.TOO_MANY_COLUMNS, row=line["wide"], limit=self.limits.columns)
            yield line
        raise SheetError(Reason.TOO_SLOW)


def check_workbook(path: Path, limits: Limits) -> None:
    """Refuse what must not be opened: bombs, macros, zip files that are no workbooks."""
    with path.open("rb") as file:
        try:
            names = check_archive(file, unpacked=limits.unpacked, ratio=limits.ratio)
        except ArchiveError as error:
            if error.bomb:
                raise SheetError(Reason.BOMB, limit=limits.unpacked // 1024**2) from error
            raise SheetError(Reason.DAMAGED) from error
    if any(name.startswith(MACRO_PARTS) for name in names):
        raise SheetError(Reason.MACROS)
    if WORKBOOK not in names:
        raise SheetError(Reason.KIND, value=path.suffix.lstrip(".") or "zip")


def _run_child(path: Path, limits: Limits, sheet: str) -> IO[bytes]:
    orders = {
        "memory": limits.memory,
        "seconds": limits.seconds,
        "output": limits.unpacked * OUTPUT_RATIO,
        "columns": limits.columns,
        "sheet": sheet,
    }
    command = [sys.executable, "-I", str(Path(child.__file__)), json.dumps(orders)]
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    lines = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this workbook; unlinked from the start
    with path.open("rb") as book:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
                command,
                stdin=book,
                stdout=lines,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=limits.seconds + 5,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SheetError(Reason.TOO_SLOW) from error
    if done.returncode == child.PASSWORD:
        raise SheetError(Reason.PASSWORD)
    if done.returncode == child.DAMAGED:
        raise SheetError(Reason.DAMAGED)
    if done.returncode:
        raise SheetError(Reason.TOO_SLOW)
    lines.seek(0)
    return lines


_KINDS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}


def _row(line: list[Any]) -> Row:
    return Row(line[0], [_cell(cell) if isinstance(cell, dict) else cell for cell in line[1]])


def _cell(marked: dict[str, str]) -> Cell:
    [(kind, text)] = marked.items()
    if kind == "time":
        try:
            return time.fromisoformat(text)
        except ValueError:
            return text  # a duration of more than a day
    return _KINDS[kind](text)
