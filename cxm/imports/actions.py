"""Every write to an import. State changes lock the run; the worker's own are in `jobs`."""

import hashlib
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxm.audit.actions import record
from cxm.imports.checking import recheck, summarize
from cxm.imports.choices import DISCARDED, STARTED, UPLOADED, State
from cxm.imports.detection import propose_mapping, understand
from cxm.imports.models import ColumnMemory, ImportRow, ImportRun, JobProgress, ValueMemory
from cxm.imports.storage import ImportStorage
from cxm.kit.bell import ring
from cxm.kit.files import Kind, safe_name
from cxm.kit.importers import Importer
from cxm.kit.sheets.header import plain

if TYPE_CHECKING:
    from cxm.accounts.models import User

TASKS: dict[str, str] = {
    State.CHECKING: "imports.check",
    State.RUNNING: "imports.execute",
    State.UNDOING: "imports.undo",
}
BLOCK = 1024**2  # bytes
ORPHANED = timedelta(days=1)  # a file that no run has named by then belongs to an upload that died
CELL_MAX = 10_000  # characters of a corrected cell


class StateError(ValidationError):
    """The import is not where this can be done (any more): somebody else, or the worker, was faster."""

    def __init__(self) -> None:
        super().__init__(_("The import has moved on meanwhile. This is how it stands now."), code="state")


def upload_list(*, actor: "User", importer: Importer, file: "UploadedFile[Any]") -> ImportRun:
    """Keep an uploaded list and understand it: -> UPLOADED. Raises SheetError; then nothing is kept."""
    run = ImportRun(importer=importer.code, user=actor, size=file.size or 0)
    run.file.save(file.name or "list", file, save=False)
    try:
        run.sha256 = digest(run.path)
        run.found = dict(understand(run.path, importer, run.limits, {}))
        run.name = safe_name(file.name or "", Kind.XLSX if run.found["kind"] == "workbook" else Kind.CSV)
        run.mapping = propose_mapping(importer, understood(run))
        with transaction.atomic():
            run.save()
            record(UPLOADED, actor=actor, target=run, data={"importer": importer.code, "sha256": run.sha256})
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def digest(path: Path) -> str:
    """SHA-256 of the stored file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def understood(run: ImportRun) -> Any:
    """What was found in the file, typed."""
    return run.found


@transaction.atomic
def read_differently(*, run: ImportRun, options: dict[str, Any]) -> ImportRun:
    """Read the file by what the person knows better: encoding, delimiter, sheet, header row, decimal sign, dates.

    Raises SheetError. Locks the run.
    """
    run = locked(run, State.UPLOADED, State.READY, State.FAILED)
    run.options = options
    run.found = dict(understand(run.path, run.kind, run.limits, options))
    run.mapping = propose_mapping(run.kind, understood(run))
    move(run, State.UPLOADED)
    run.rows.all().delete()
    run.save()
    return run


@transaction.atomic
def assign_columns(
    *, run: ImportRun, mapping: dict[str, int], settings: dict[str, Any], clear_empty: bool
) -> ImportRun:
    """Say which column is which field, remember it for lists with the same headings, have the rows checked:
    -> CHECKING. Locks the run."""
    run = locked(run, State.UPLOADED, State.READY, State.FAILED)
    run.mapping, run.settings, run.clear_empty, run.restage = mapping, settings, clear_empty, True
    if run.found["header_row"]:
        ColumnMemory.objects.update_or_create(
            importer=run.importer,
            signature=run.found["signature"],
            defaults={"mapping": mapping, "options": {n: run.found[n] for n in ("decimal", "day_first")}},
        )
    remembered = ValueMemory.objects.filter(importer=run.importer)
    for memory in remembered:
        run.decisions.setdefault(memory.field, {}).setdefault(memory.text, memory.decision)
    hand_over(run, State.CHECKING)
    return run


@transaction.atomic
def decide_values(*, run: ImportRun, decisions: Mapping[str, Mapping[str, dict[str, Any]]]) -> ImportRun:
    """Say what unknown words mean (field -> word -> {"value"} or {"offer"} or {"empty"}), remember it, check again:
    -> CHECKING. With {"forget"} it is not remembered any longer and asked again. Locks the run."""
    run = locked(run, State.READY)
    for field, words in decisions.items():
        known = run.decisions.setdefault(field, {})
        for text, decision in words.items():
            word = plain(text)[:200]
            memory = ValueMemory.objects.filter(importer=run.importer, field=field, text=word)
            if "forget" in decision:
                known.pop(word, None)
                memory.delete()
                continue
            known[word] = decision
            if "value" in decision:
                ValueMemory.objects.update_or_create(
                    importer=run.importer, field=field, text=word, defaults={"decision": decision}
                )
            else:  # an offer is for these people and this time; it takes the place of what was remembered
                memory.delete()
    hand_over(run, State.CHECKING)
    return run


@transaction.atomic
def correct_cell(*, run: ImportRun, number: int, field: str, text: str) -> tuple[ImportRun, list[ImportRow]]:
    """Write another text into a cell of the preview and check what that changes. Returns the rows that may look
    different now. Locks the run."""
    run = locked(run, State.READY)
    row = ImportRow.objects.get(run=run, number=number)
    row.cells[field] = text.replace("\0", "")[:CELL_MAX]
    row.corrected = sorted({*row.corrected, field})
    row.flaw = ""  # who corrects a row has looked at it
    row.save(update_fields=["cells", "corrected", "flaw"])
    return renewed(run, [number])


@transaction.atomic
def include_rows(*, run: ImportRun, numbers: list[int], included: bool) -> tuple[ImportRun, list[ImportRow]]:
    """Leave rows out of the import, or take them in again. Locks the run."""
    run = locked(run, State.READY)
    run.rows.filter(number__in=numbers).update(included=included)
    return renewed(run, numbers)


@transaction.atomic
def skip_wrong_rows(*, run: ImportRun) -> ImportRun:
    """Leave out every row that is wrong now. Locks the run."""
    run = locked(run, State.READY)
    run.rows.wrong().update(included=False)
    summarize(run)
    run.save()
    return run


@transaction.atomic
def accept_row(*, run: ImportRun, number: int) -> tuple[ImportRun, list[ImportRow]]:
    """Take a row as it was read although its shape was odd. Locks the run."""
    run = locked(run, State.READY)
    run.rows.filter(number=number).update(flaw="")
    return renewed(run, [number])


def renewed(run: ImportRun, numbers: list[int]) -> tuple[ImportRun, list[ImportRow]]:
    """The rows checked again, and the run with its new counts."""
    rows = recheck(run, numbers)
    run.save()
    return run, rows


@transaction.atomic
def start_import(*, actor: "User", run: ImportRun, only_good: bool) -> ImportRun:
    """Have the rows brought in: -> RUNNING. With wrong rows only if they may be left out. Locks the run."""
    run = locked(run, State.READY)
    if run.count("wrong") and not only_good:
        raise ValidationError(_("Rows are wrong. Correct them or leave them out."), code="wrong")
    run.user, run.only_good = actor, only_good
    record(STARTED, actor=actor, target=run, data={"importer": run.importer, "only_good": only_good})
    hand_over(run, State.RUNNING)
    return run


@transaction.atomic
def undo_import(*, actor: "User", run: ImportRun) -> ImportRun:
    """Have the whole import taken back: -> UNDOING. Locks the run."""
    run = locked(run, State.DONE)
    if not run.can_undo:
        raise ValidationError(
            _("This import is too old to be undone: its rows are no longer kept."), code="old"
        )
    run.undone_by, run.refusals = actor, []
    hand_over(run, State.UNDOING)
    return run


@transaction.atomic
def discard_import(*, actor: "User", run: ImportRun) -> ImportRun:
    """Give up a list before it comes in; file and rows are deleted: -> CANCELLED. Locks the run."""
    run = locked(run, State.UPLOADED, State.READY, State.FAILED)
    if run.bulk:
        run.bulk.discard(run)
    run.rows.all().delete()
    record(DISCARDED, actor=actor, target=run, data={"importer": run.importer})
    drop_file(run)
    move(run, State.CANCELLED)
    run.save()
    return run


@transaction.atomic
def retry_import(*, run: ImportRun) -> ImportRun:
    """Back to the columns after a failure: -> UPLOADED. Locks the run."""
    run = locked(run, State.FAILED)
    move(run, State.UPLOADED)
    run.save()
    return run


def locked(run: ImportRun, *states: State) -> ImportRun:
    """The run as it is now, locked; StateError if it is in none of the states or a worker has it."""
    fresh = ImportRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    found = fresh.filter(pk=run.pk, state__in=states).first()
    if found is None:
        raise StateError
    return found


def move(run: ImportRun, state: State) -> None:
    """Another state; not saved."""
    run.state, run.state_since, run.attempts, run.failure = state, timezone.now(), 0, ""


def hand_over(run: ImportRun, state: State) -> None:
    """To the worker, after commit."""
    move(run, state)
    run.save()
    JobProgress.objects.filter(run=run.pk).delete()
    ring(TASKS[state], run.pk)


def drop_file(run: ImportRun) -> None:
    """Delete the stored file once this transaction is committed; not saved."""
    name, storage = run.file.name, run.file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    run.file = ""


def forget_old_files() -> int:
    """Delete files and raw rows of old imports, and files of uploads that died half-way. How many imports."""
    count = 0
    for run in ImportRun.objects.expired():
        with transaction.atomic():
            old = (
                ImportRun.objects.select_for_update(skip_locked=True)
                .filter(pk=run.pk)
                .exclude(file="")
                .first()
            )
            if old is None:
                continue
            if old.bulk and old.is_open:
                old.bulk.discard(old)
            old.rows.all().delete()
            drop_file(old)
            if old.is_open:
                move(old, State.CANCELLED)
            old.found, old.preview, old.unknown = {}, [], {}
            old.save()
            count += 1
    _forget_orphans()
    return count


def _forget_orphans() -> None:
    """Files that no run names."""
    storage = ImportStorage()
    oldest = (timezone.now() - ORPHANED).timestamp()
    for folder, _folders, files in os.walk(storage.location):
        for file in files:
            path = Path(folder, file)
            name = path.relative_to(storage.location).as_posix()
            if path.stat().st_mtime < oldest and not ImportRun.objects.filter(file=name).exists():
                path.unlink(missing_ok=True)
