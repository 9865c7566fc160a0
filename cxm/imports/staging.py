"""Reads the file into the preview: row by row into `ImportRow`, or streamed to the importer's staging table."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cxm.imports.checking import CHECKED, Checker, Firsts, portions, summarize, unknown_words, within
from cxm.imports.detection import as_json
from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.parsing import CellParser, UnknownTextError
from cxm.kit.importers import BulkImporter, Problem, Problems, Progress, Verdict, names_of
from cxm.kit.sheets import BadValueError, Cell, Row, Sheet, read

PREVIEWED = 100  # rows of a very long list that are shown
KEPT = 20_000  # wrong rows of a very long list that get into the error file
STEP = 1_000  # rows between two words about progress


def open_sheet(run: ImportRun) -> Sheet:
    """The stored file, read as it was understood at upload."""
    return read(run.path, known=names_of(run.kind.fields), limits=run.limits, options=run.sheet_options)


def stage(run: ImportRun, progress: Progress) -> None:
    """Read the file anew and check every row; all earlier corrections are lost with the earlier assignment."""
    run.rows.all().delete()
    checker, firsts = Checker(run), Firsts(run, all_rows=True)
    done = 0
    for portion in portions(staged_rows(run, open_sheet(run), progress), run.kind.chunk_size):
        is_last = len(portion) < run.kind.chunk_size
        total = done + len(portion) if is_last else 0
        checker.check(portion, firsts, within(progress, done, portion, total))
        ImportRow.objects.bulk_create(portion, batch_size=1000)
        done += len(portion)
    summarize(run)


def staged_rows(run: ImportRun, sheet: Sheet, progress: Progress) -> Iterator[ImportRow]:
    """The rows of the file with the cells of assigned columns only: what is not assigned is never kept."""
    for count, row in enumerate(sheet.rows(), 1):
        progress(count, 0)
        cells = {code: as_json(row.cells[at]) for code, at in run.mapping.items()}
        yield ImportRow(
            run=run, number=row.number, cells=cells, flaw=row.problem.say() if row.problem else ""
        )


def check_again(run: ImportRun, progress: Progress) -> None:
    """Check every row as it stands now, corrections kept."""
    checker, firsts = Checker(run), Firsts(run, all_rows=True)
    done, total = 0, run.count("total")
    for portion in portions(run.rows.order_by("number").iterator(2000), run.kind.chunk_size):
        checker.check(portion, firsts, within(progress, done, portion, total))
        ImportRow.objects.bulk_update(portion, CHECKED, batch_size=500)
        done += len(portion)
        progress(done, total)
    summarize(run)


def stage_bulk(run: ImportRun, importer: BulkImporter, progress: Progress) -> None:
    """Stream the file to the importer's staging table; only wrong rows are kept here, by number."""
    importer.discard(run)
    run.rows.all().delete()
    stream = BulkStream(run, progress)
    dict(stream.parser.choices)  # asked now: no other query may run while the importer copies
    importer.stage(run, stream.rows(), stream.problems)
    ImportRow.objects.bulk_create(stream.wrong_rows(), batch_size=1000)
    run.preview = stream.preview
    run.kinds = [
        [field, message, found[0], found[1:]] for (field, message), found in stream.problems.kinds.items()
    ]
    run.kinds.sort(key=lambda kind: -kind[2])
    run.unknown = unknown_words(run, stream.unknown)
    wrong = stream.problems.count
    run.counts = {"total": stream.count, "wrong": wrong, "good": stream.count - wrong}


def _nothing(_cell: Cell) -> None:
    """The value of a field that the list does not have."""


class BulkStream:
    """Reads the rows of a very long list one by one; memory does not grow with them."""

    def __init__(self, run: ImportRun, progress: Progress) -> None:
        self.run, self.progress = run, progress
        self.parser = CellParser(run)
        self.count = 0
        self.preview: list[list[Any]] = []
        self.kept: dict[int, list[Problem]] = {}
        self.unknown: dict[str, Counter[str]] = {}
        self.problems = Problems(self._keep)

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Rows that could be read: number, and the values in the order of the importer's fields."""
        mapping, fields = self.run.mapping, self.run.kind.fields
        plan = [
            (self.parser.quick(field), mapping[field.code]) if field.code in mapping else (_nothing, 0)
            for field in fields
        ]
        for row in open_sheet(self.run).rows():
            self.count += 1
            if self.count % STEP == 0:
                self.progress(self.count, 0)
            if self.count <= PREVIEWED:
                self.preview.append(
                    [row.number, {code: as_json(row.cells[at]) for code, at in mapping.items()}]
                )
            number, cells, problem = row
            if problem:
                self.problems.add(number, problem.say())
                continue
            try:
                values = [read(cells[at]) for read, at in plan]
            except BadValueError:
                self._complain(row)
            else:
                yield number, values

    def _complain(self, row: Row) -> None:
        """Read a wrong row once more, cell by cell, to say everything that is wrong with it."""
        for field in self.parser.fields:
            try:
                self.parser.value(field, row.cells[self.run.mapping[field.code]])
            except BadValueError as error:
                if isinstance(error, UnknownTextError):
                    self._count_unknown(field.code, error.texts)
                self.problems.add(row.number, str(error), field.code)

    def _count_unknown(self, code: str, texts: list[str]) -> None:
        words = self.unknown.setdefault(code, Counter())
        for text in texts:
            if text in words or len(words) < Problems.KINDS:
                words[text] += 1

    def _keep(self, number: int, problems: list[Problem]) -> None:
        if number in self.kept or len(self.kept) < KEPT:
            self.kept.setdefault(number, []).extend(problems)

    def wrong_rows(self) -> Iterator[ImportRow]:
        """What is kept of them: number and reasons."""
        for number, problems in self.kept.items():
            issues = [[problem.message, problem.field, problem.hint] for problem in problems]
            yield ImportRow(run=self.run, number=number, problems=issues, verdict=Verdict.WRONG)
