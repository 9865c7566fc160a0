"""What a worker does with an import. Any job may run twice, at the same time, and may die at any line.

The run's row is the lock: a job takes it with SKIP LOCKED, and does all its work, its end state included, in that one
transaction. Who does not get the lock goes home. A worker that is killed loses its connection, and with it lock and
half-done work; the sweep then finds the run busy but unlocked, and rings again.
"""

import logging
from collections.abc import Callable

import pghistory
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxm.audit.actions import record
from cxm.imports.applying import NotAllGoodError, apply_bulk, apply_rows, finish, take_back
from cxm.imports.checking import summarize
from cxm.imports.choices import FAILED, STOPPED, UNDO_REFUSED, State
from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.progress import ProgressWriter
from cxm.imports.staging import check_again, stage, stage_bulk
from cxm.kit.importers import Progress, UndoRefusedError
from cxm.kit.sheets import SheetError

log = logging.getLogger(__name__)

ATTEMPTS = 5  # starts of one job; then it is the job that kills the worker
NO_TIME_LIMIT = "SET LOCAL statement_timeout = 0"  # whatever a server of one's own sets for its roles

type Job = Callable[[ImportRun, Progress], None]


def check(run_id: int) -> bool:
    """Read and check the rows: CHECKING -> READY. False if there was nothing to do."""
    return _work(run_id, State.CHECKING, _check)


def execute(run_id: int) -> bool:
    """Bring the rows in: RUNNING -> DONE, or back to READY with what stood in the way."""
    return _work(run_id, State.RUNNING, _execute)


def undo(run_id: int) -> bool:
    """Take the rows back: UNDOING -> UNDONE, or back to DONE with the reasons."""
    return _work(run_id, State.UNDOING, _undo)


def _check(run: ImportRun, progress: Progress) -> None:
    if run.bulk:
        stage_bulk(run, run.bulk, progress)
    elif run.restage:
        stage(run, progress)
    else:
        check_again(run, progress)
    run.restage, run.state, run.failure = False, State.READY, ""


def _execute(run: ImportRun, progress: Progress) -> None:
    if run.bulk:
        apply_bulk(run, run.bulk, progress)
    else:
        apply_rows(run, progress)
    finish(run)


def _undo(run: ImportRun, progress: Progress) -> None:
    take_back(run, progress)


def _work(run_id: int, state: State, job: Job) -> bool:
    run = _begin(run_id, state)
    if run is None:
        return False
    progress = ProgressWriter(run_id)
    with (
        translation.override(run.user.language),
        timezone.override(run.user.zone),
        pghistory.context(user=run.actor.pk),  # who stands beside the fields that change
    ):
        try:
            return _locked(run_id, state, job, progress)
        except NotAllGoodError as stopped:
            _back_to_preview(run_id, stopped.rows)
        except UndoRefusedError as refused:
            _refuse_undo(run_id, refused.reasons)
        except SheetError as error:
            _fail(run_id, state, str(error))
        except (OperationalError, InterfaceError):
            log.exception("Import %s lost the database; the sweep will start it again", run_id)
        except Exception:
            log.exception("Import %s failed", run_id)
            _fail(
                run_id,
                state,
                _("The import stopped because of an error in the program. Nothing was changed."),
            )
        finally:
            progress.close()
    return True


def _begin(run_id: int, state: State) -> ImportRun | None:
    """Count the start, in a transaction of its own, so that a job that kills its worker ends some day."""
    with transaction.atomic():
        run = _take(run_id, state)
        if run is None:
            return None
        run.attempts += 1
        run.save(update_fields=["attempts"])
    if run.attempts > ATTEMPTS:
        _fail(run_id, state, _("The worker ended several times while it was at this. Nothing was changed."))
        return None
    return run


def _take(run_id: int, state: State) -> ImportRun | None:
    rows = ImportRun.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "user", "undone_by"
    )
    return rows.filter(pk=run_id, state=state).first()


@transaction.atomic
def _locked(run_id: int, state: State, job: Job, progress: Progress) -> bool:
    run = _take(run_id, state)
    if run is None:
        return False
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
    job(run, progress)
    run.attempts, run.state_since = 0, timezone.now()
    run.save()
    return True


def _leave(run_id: int, state: State, to: State, **fields: object) -> ImportRun | None:
    """End a job without its effect."""
    with transaction.atomic():
        run = _take(run_id, state)
        if run is None:
            return None
        run.state, run.state_since, run.attempts = to, timezone.now(), 0
        for name, value in fields.items():
            setattr(run, name, value)
        run.save()
        return run


def _fail(run_id: int, state: State, reason: str) -> None:
    """The job cannot be done. An undo that fails leaves the import as it was: done."""
    if state == State.UNDOING:
        _refuse_undo(run_id, [("", reason)])
        return
    with transaction.atomic():
        if run := _leave(run_id, state, State.FAILED, failure=reason):
            record(FAILED, actor=run.user, target=run, data={"importer": run.importer})


def _refuse_undo(run_id: int, reasons: list[tuple[str, str]]) -> None:
    """The import stays as it was, with the reasons."""
    with transaction.atomic():
        if run := _leave(run_id, State.UNDOING, State.DONE, refusals=reasons):
            actor = run.undone_by or run.user
            record(UNDO_REFUSED, actor=actor, target=run, data={"importer": run.importer})


def _back_to_preview(run_id: int, wrong: list[ImportRow]) -> None:
    """All or nothing was asked for, and something was wrong: nothing came in, and the preview says where."""
    with transaction.atomic():
        run = _leave(run_id, State.RUNNING, State.READY)
        if run is None:
            return
        ImportRow.objects.bulk_update(wrong, ["problems", "verdict", "changes"], batch_size=500)
        summarize(run)
        run.failure = _("Nothing was imported: meanwhile rows have become wrong.")
        run.save()
        record(STOPPED, actor=run.user, target=run, data={"importer": run.importer})
