"""Reads lists that people keep: CSV, TXT, TSV and XLSX, however messy, with bounded memory and clear
refusals.

`read(path, known=names)` finds encoding, delimiter, sheet and header row by evidence; `Options` override each
of them. `Sheet.rows()` streams; whatever cannot be read is a `SheetError` or a row's `problem`, never a
traceback.
"""

from cxm.kit.sheets.problems import Reason, SheetError
from cxm.kit.sheets.reading import Sheet, read
from cxm.kit.sheets.shapes import Cell, Limits, Options, Row
from cxm.kit.sheets.values import BadValueError, Reading

__all__ = [
    "BadValueError",
    "Cell",
    "Limits",
    "Options",
    "Reading",
    "Reason",
    "Row",
    "Sheet",
    "SheetError",
    "read",
]
