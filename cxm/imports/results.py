"""Files that come out of an import: the wrong rows with their reasons, and the empty list to fill in."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cxm.imports.detection import as_json
from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.staging import open_sheet
from cxm.kit.importers import Field, Importer
from cxm.kit.tables import Column, Value


def fields_of(run: ImportRun) -> list[Field]:
    """The fields that the list has."""
    return [field for field in run.kind.fields if field.code in run.mapping]


def error_columns(run: ImportRun) -> list[Column]:
    """Headings under which the file can be imported again; the last two are ignored then."""
    return [
        *(Column(field.label) for field in fields_of(run)),
        Column(_("Problem"), 60),
        Column(_("Row in the first file"), 10),
    ]


def error_rows(run: ImportRun) -> Iterator[list[Value]]:
    """The rows that did not come in, as they stand in the preview (of very long lists: in the file)."""
    codes = [field.code for field in fields_of(run)]
    for row, cells in _bulk(run) if run.bulk else _kept(run):
        yield [*(cells.get(code, "") for code in codes), reasons(run, row), row.number]


def _kept(run: ImportRun) -> Iterator[tuple[ImportRow, dict[str, Any]]]:
    for row in run.rows.wrong().order_by("number").iterator(1000):
        yield row, row.cells


def _bulk(run: ImportRun) -> Iterator[tuple[ImportRow, dict[str, Any]]]:
    wrong = {row.number: row for row in run.rows.wrong()}
    if not wrong:
        return
    last = max(wrong)
    for row in open_sheet(run).rows():
        if row.number in wrong:
            yield wrong[row.number], {code: as_json(row.cells[at]) for code, at in run.mapping.items()}
        if row.number >= last:
            return


def reasons(run: ImportRun, row: ImportRow) -> str:
    """What is wrong, in one cell."""
    labels = {field.code: str(field.label) for field in run.kind.fields}
    return " ".join(
        f"{labels[problem.field]}: {problem.message}" if problem.field in labels else problem.message
        for problem in row.issues
        if not problem.hint
    )


def template_columns(importer: Importer) -> list[Column]:
    """Headings of the empty list."""
    return [Column(field.label, 24) for field in importer.fields]
