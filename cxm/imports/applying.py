"""Brings rows in, and takes them back. Called by a worker that holds the run's lock, in its one transaction."""

from django.utils import timezone

from cxm.audit.actions import record
from cxm.imports.checking import Checker, Firsts, portions, summarize, within
from cxm.imports.choices import FINISHED, UNDONE, State
from cxm.imports.models import ImportRow, ImportRun
from cxm.kit.importers import (
    BulkImporter,
    Counts,
    DoneRow,
    Progress,
    Reasons,
    UndoRefusedError,
    Verdict,
    step,
)

OUTCOME = (
    "problems", "verdict", "changes", "target_pk", "target_label", "target_url", "memo", "applied", "keys",
)  # fmt: skip


class NotAllGoodError(Exception):
    """Rows turned out wrong although all or nothing was asked for; everything is rolled back."""

    def __init__(self, rows: list[ImportRow]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


def apply_rows(run: ImportRun, progress: Progress) -> None:
    """Bring in the rows of the preview. What has changed since the preview is found by checking again."""
    checker, firsts = Checker(run), Firsts(run, all_rows=True)
    wrong: list[ImportRow] = []
    done, total = 0, run.count("total")
    for portion in portions(run.rows.filter(included=True).iterator(2000), run.kind.chunk_size):
        wrong += apply_portion(run, checker, portion, firsts, within(progress, done, portion, total))
        done += len(portion)
        progress(done, total)
    if wrong and not run.only_good:
        raise NotAllGoodError(wrong)
    summarize(run)


def apply_portion(
    run: ImportRun, checker: Checker, rows: list[ImportRow], firsts: Firsts, progress: Progress
) -> list[ImportRow]:
    """Bring in some rows; returns the wrong ones. If all or nothing is asked for, the first fault ends it."""
    drafts = checker.check(rows, firsts, step(progress, 0, 0.4))
    wrong = [row for row in rows if row.verdict == Verdict.WRONG]
    if wrong and not run.only_good:
        return wrong
    coming = [
        (row, draft)
        for row, draft in zip(rows, drafts, strict=True)
        if row.verdict in (Verdict.NEW, Verdict.CHANGED)
    ]
    run.kind.apply(run, [draft for _row, draft in coming], step(progress, 0.4, 1))
    for row, draft in coming:
        verdict, changes = row.verdict, row.changes
        checker.write(row, draft)
        row.applied = row.verdict != Verdict.WRONG
        if row.applied and draft.target is None:
            raise TypeError(f"The importer {run.importer!r} has not said what row {row.number} made.")
        if row.applied:  # what it was before it came in, not what it looks like now
            row.verdict, row.changes = verdict, changes
        else:
            wrong.append(row)
    ImportRow.objects.bulk_update(rows, OUTCOME, batch_size=500)
    return wrong


def apply_bulk(run: ImportRun, importer: BulkImporter, progress: Progress) -> None:
    """Bring in what is staged."""
    counts: Counts = importer.apply_staged(run, progress)
    importer.discard(run)
    run.counts |= {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}


def finish(run: ImportRun) -> None:
    """The run is done; says so in the history."""
    run.state, run.finished_at, run.failure = State.DONE, timezone.now(), ""
    data = {name: run.count(name) for name in ("total", "new", "changed", "unchanged", "wrong", "skipped")}
    record(FINISHED, actor=run.user, target=run, data={"importer": run.importer} | data)


def take_back(run: ImportRun, progress: Progress) -> None:
    """Undo the whole import; raises UndoRefusedError before anything is lost (the caller rolls back)."""
    kept: Reasons | None = None
    if run.bulk:
        run.bulk.undo_staged(run, progress)
    else:
        kept = run.kind.undo(
            run, [done_row(row) for row in run.rows.filter(applied=True).order_by("-number")]
        )
        run.rows.update(applied=False)
    run.state, run.refusals = State.UNDONE, [[label, str(reason)] for label, reason in kept or ()]
    record(UNDONE, actor=run.actor, target=run, data={"importer": run.importer})


def done_row(row: ImportRow) -> DoneRow:
    """A row as undo sees it; latest first, so that what builds on earlier rows goes before them."""
    target = row.target
    if target is None:
        raise UndoRefusedError([(f"#{row.number}", "?")])
    return DoneRow(row.number, Verdict(row.verdict), target, row.memo)
