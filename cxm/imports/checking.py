"""Checks rows: reads their cells, finds doubles, asks the importer, and writes the outcome into the rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.parsing import CellParser, UnknownTextError
from cxm.kit.importers import Context, Draft, Field, Progress, Verdict, silent, step
from cxm.kit.sheets import BadValueError
from cxm.kit.sheets.header import plain
from cxm.kit.sheets.shapes import is_blank

CHECKED = (
    "problems", "unknown", "meant", "keys", "verdict", "changes", "target_pk", "target_label", "target_url", "memo",
)  # fmt: skip
UNKNOWN_SHOWN = 200  # words of a field that the person is asked about at once


class Checker:
    """Checks rows of one import, in portions that share what was looked up."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.parser = CellParser(run)
        self.unique = [field for field in self.parser.fields if field.unique]
        self.context = Context(
            user=run.user,
            reading=run.reading,
            settings=run.settings,
            mapped=frozenset(run.mapping),
            run_id=run.pk,
        )

    def drafts(self, rows: Sequence[ImportRow], firsts: "Firsts", progress: Progress) -> list[Draft]:
        """The rows as drafts, checked by us and by the importer."""
        drafts: list[Draft] = []
        reading = step(progress, 0, 0.5)
        for row in rows:
            drafts.append(self.draft(row, firsts))
            reading(len(drafts), len(rows))
        self.run.kind.check(drafts, replace(self.context, progress=step(progress, 0.5, 1)))
        for row, draft in zip(rows, drafts, strict=True):
            for code, key in draft.keys.items():
                row.keys[code] = key
                if row.included and (first := firsts.of(code, key, row.number)) != row.number:
                    draft.wrong(firsts.complaint(first), code)
        return drafts

    def check(self, rows: Sequence[ImportRow], firsts: "Firsts", progress: Progress = silent) -> list[Draft]:
        """Check the rows and write the outcome into them (not yet into the database)."""
        drafts = self.drafts(rows, firsts, progress)
        for row, draft in zip(rows, drafts, strict=True):
            self.write(row, draft)
        return drafts

    def draft(self, row: ImportRow, firsts: "Firsts") -> Draft:
        """Read the cells of a row."""
        draft = Draft(row.number, {}, clear_empty=self.run.clear_empty)
        row.unknown, row.meant, row.keys = {}, {}, {}
        if row.flaw:
            draft.wrong(row.flaw)
        for field in self.parser.fields:
            self._read(field, row, draft)
        for field in self.unique:
            self._check_double(field, row, draft, firsts)
        return draft

    def _read(self, field: Field, row: ImportRow, draft: Draft) -> None:
        cell = row.cells.get(field.code, "")
        try:
            value = self.parser.value(field, cell)
        except UnknownTextError as error:
            row.unknown[field.code] = error.texts
            draft.wrong(str(error), field.code)
            value = None
        except BadValueError as error:
            draft.wrong(str(error), field.code)
            value = None
        draft.values[field.code] = value
        if field.options and value is not None:
            shown = self.parser.shown(field, value)
            if plain(shown) != plain(cell):
                row.meant[field.code] = shown

    def _check_double(self, field: Field, row: ImportRow, draft: Draft, firsts: "Firsts") -> None:
        cell = row.cells.get(field.code, "")
        if is_blank(cell):
            return
        row.keys[field.code] = key = str(cell).strip().casefold()
        if row.included and (first := firsts.of(field.code, key, row.number)) != row.number:
            draft.wrong(firsts.complaint(first), field.code)

    def write(self, row: ImportRow, draft: Draft) -> None:
        """The outcome, as it is kept and shown."""
        row.problems = [[problem.message, problem.field, problem.hint] for problem in draft.problems]
        row.verdict = draft.verdict
        row.memo = draft.memo
        target = draft.target
        row.target_pk = target.pk if target else None
        row.target_label, row.target_url = (target.label, target.url) if target else ("", "")
        row.changes = {}
        if target and row.verdict != Verdict.WRONG:
            for code, value in draft.changed.items():
                field = self.run.kind.field(code)
                row.changes[code] = [
                    self.parser.shown(field, draft.old[code]),
                    self.parser.shown(field, value),
                ]


class Firsts:
    """Where a value that may be there only once stands first; asks the database if only some rows are checked."""

    def __init__(self, run: ImportRun, *, all_rows: bool) -> None:
        self.run, self.all_rows = run, all_rows
        self.seen: dict[tuple[str, str], int] = {}

    def of(self, field: str, key: str, number: int) -> int:
        """The number of the first row with this value, itself included."""
        if not self.all_rows:
            rows = self.run.rows.filter(**{"included": True, "number__lt": number, f"keys__{field}": key})
            return rows.order_by("number").values_list("number", flat=True).first() or number
        return self.seen.setdefault((field, key), number)

    def complaint(self, first: int) -> str:
        """What is said at the second row."""
        return _("The same stands in row {number} already.").format(number=first)


def portions(rows: Iterable[ImportRow], size: int) -> Iterator[list[ImportRow]]:
    """The rows in lists of `size`."""
    portion: list[ImportRow] = []
    for row in rows:
        portion.append(row)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def within(progress: Progress, before: int, rows: Sequence[ImportRow], total: int) -> Progress:
    """Progress in one portion, told as rows of the whole list; `before` are done, and 0 is a total not known yet."""

    def tell(done: int, of: int) -> None:
        progress(before + round(len(rows) * done / max(of, 1)), total)

    return tell


def recheck(run: ImportRun, numbers: Iterable[int]) -> list[ImportRow]:
    """Check single rows again after a correction, and those that share a unique value with them, before or after.

    Returns the checked rows; the run's counts are renewed, not saved.
    """
    rows = {row.number: row for row in run.rows.filter(number__in=list(numbers))}
    checker, firsts = Checker(run), Firsts(run, all_rows=False)
    keys = keys_of(rows.values())
    for row in rows.values():
        checker.draft(row, Firsts(run, all_rows=True))
        row.save(update_fields=["cells", "keys", "included"])
    keys |= keys_of(rows.values())
    shared: set[tuple[str, str]] = set()
    while True:
        for code, key in keys - shared:
            for row in run.rows.filter(**{f"keys__{code}": key}):
                rows.setdefault(row.number, row)
        checked = sorted(rows.values(), key=lambda row: row.number)
        checker.check(checked, firsts)
        ImportRow.objects.bulk_update(checked, CHECKED, batch_size=500)
        shared |= keys
        keys = keys_of(checked)  # the importer may have found further ones
        if keys <= shared:
            break
    summarize(run)
    return checked


def keys_of(rows: Iterable[ImportRow]) -> set[tuple[str, str]]:
    """Fields with what only one row of the list may have there."""
    return {(code, key) for row in rows for code, key in row.keys.items()}


def summarize(run: ImportRun) -> None:
    """Count the rows by verdict, and collect the words that nobody knows; written into the run, not saved."""
    groups = run.rows.values("verdict").annotate(
        n=Count("pk", filter=Q(included=True)), out=Count("pk", filter=~Q(included=True))
    )
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group["verdict"]] += group["n"]
        counts["skipped"] += group["out"]
    counts["total"] = sum(counts.values())
    run.counts = dict(counts)
    counted: dict[str, Counter[str]] = {}
    for unknown in run.rows.exclude(unknown={}).filter(included=True).values_list("unknown", flat=True):
        for code, texts in unknown.items():
            counted.setdefault(code, Counter()).update(texts)
    run.unknown = unknown_words(run, counted)


def unknown_words(run: ImportRun, counted: dict[str, Counter[str]]) -> dict[str, list[Any]]:
    """Field by field the unknown words, the most frequent first, with a value that may be meant."""
    if not counted:
        return {}
    choices = CellParser(run).choices
    return {
        code: [
            [text, n, choices[code].suggestion(text)] for text, n in merged(words).most_common(UNKNOWN_SHOWN)
        ]
        for code, words in counted.items()
        if code in choices
    }


def merged(words: Counter[str]) -> Counter[str]:
    """Spellings that are compared as equal count as one word."""
    first: dict[str, str] = {}
    total: Counter[str] = Counter()
    for text, n in words.items():
        total[first.setdefault(plain(text), text)] += n
    return total
