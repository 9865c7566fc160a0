"""Workers die, run twice, come late: an import is complete or not there at all."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from cxm.accounts.models import User
from cxm.audit.versions import versions_of
from cxm.imports import jobs, tasks
from cxm.imports.actions import start_import, undo_import
from cxm.imports.choices import State
from cxm.imports.models import ImportRun, JobProgress
from cxm.imports.progress import ProgressWriter
from cxm.organisation.models import Unit
from tests.conftest import SentTasks
from tests.cxm.imports.conftest import checked
from tests.cxm.imports.dummies import Seen, UnitImporter

LIST = "Name\nA\nB\nC\n"


def started(units: UnitImporter, user: User) -> ImportRun:
    return start_import(actor=user, run=checked(units, user, LIST), only_good=False)


def test_job_that_runs_twice_works_once(units: UnitImporter, mia: User) -> None:
    run = started(units, mia)
    assert jobs.execute(run.pk) is True
    assert jobs.execute(run.pk) is False
    assert Unit.objects.count() == 3
    undo_import(actor=mia, run=run)
    assert jobs.undo(run.pk) is True
    assert jobs.undo(run.pk) is False


def test_what_the_worker_changes_is_done_by_who_asked_for_it(
    units: UnitImporter, mia: User, otto: User
) -> None:
    unit = Unit.objects.create(name="A", code="1")
    run = checked(units, mia, "Name;Code\nA;2\n")
    jobs.execute(start_import(actor=mia, run=run, only_good=False).pk)
    assert [version.actor_id for version in versions_of(unit)] == [mia.pk, None]
    jobs.undo(undo_import(actor=otto, run=run).pk)
    assert versions_of(unit)[0].actor_id == otto.pk


def test_lost_database_leaves_the_run_for_the_sweep(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(units, mia)

    def lost(*_args: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(units, "apply", lost)
        jobs.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.RUNNING, 1)
    assert not Unit.objects.exists()
    jobs.execute(run.pk)
    assert Unit.objects.count() == 3


def test_job_that_kills_its_workers_ends(units: UnitImporter, mia: User) -> None:
    run = started(units, mia)
    ImportRun.objects.filter(pk=run.pk).update(attempts=jobs.ATTEMPTS)
    jobs.execute(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert not Unit.objects.exists()


def test_sweep_rings_for_what_nobody_works_at(
    units: UnitImporter, mia: User, sent_tasks: SentTasks, django_capture_on_commit_callbacks: Any
) -> None:
    run = started(units, mia)
    assert tasks.sweep_imports() == 0  # somebody may still come
    ImportRun.objects.update(state_since=timezone.now() - timedelta(minutes=1))
    sent_tasks.calls.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_imports() == 1
    assert [call[:2] for call in sent_tasks.calls] == [("imports.execute", (run.pk,))]


def test_tasks_do_the_jobs(units: UnitImporter, mia: User) -> None:
    run = started(units, mia)
    assert tasks.execute_import(run.pk) is True
    assert tasks.check_import(run.pk) is False
    assert tasks.undo_import(run.pk) is False


@pytest.mark.django_db(transaction=True)
def test_worker_without_the_lock_goes_home(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(units, mia)
    inside, leave = threading.Event(), threading.Event()
    apply = units.apply

    def slow(*args: Any) -> None:
        inside.set()
        assert leave.wait(20)
        apply(*args)

    monkeypatch.setattr(units, "apply", slow)

    def work() -> None:
        try:
            jobs.execute(run.pk)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    assert inside.wait(20)
    assert jobs.execute(run.pk) is False  # at once, while the other one works
    assert ImportRun.objects.get(pk=run.pk).state == State.RUNNING
    leave.set()
    worker.join()
    assert ImportRun.objects.get(pk=run.pk).state == State.DONE
    assert Unit.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_killed_connection_leaves_nothing_and_frees_the_lock(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(units, mia)
    apply = units.apply

    def killed(*args: Any) -> None:
        apply(*args)
        with connection.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(units, "apply", killed)
        jobs.execute(run.pk)
    connection.close()
    assert (ImportRun.objects.get(pk=run.pk).state, Unit.objects.count()) == (State.RUNNING, 0)
    assert jobs.execute(run.pk) is True
    assert Unit.objects.count() == 3


def test_the_bar_moves_also_in_lists_that_come_in_as_a_whole(
    units: UnitImporter, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnitImporter, "chunk_size", 20_000)
    monkeypatch.setattr(jobs, "ProgressWriter", Seen)
    rows = 40
    run = checked(units, mia, "Name;Code\n" + "".join(f"Unit {n};{n}\n" for n in range(rows)))
    read = [done for done, total in Seen.told if not total]
    shares = [done for done, total in Seen.told if total]
    assert read == list(range(1, rows + 1))
    assert shares == sorted(shares)
    assert {total for _done, total in Seen.told} == {0, rows}
    jobs.execute(start_import(actor=mia, run=run, only_good=False).pk)
    shares = [done for done, _total in Seen.told]
    assert shares == sorted(shares)
    assert len({done for done in shares if 0 < done < rows}) > rows / 2
    assert Seen.told[-1] == (rows, rows)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_before_the_transaction_ends(mia: User) -> None:
    writer = ProgressWriter(77)
    writer.next = 0
    with transaction.atomic():
        writer(10, 100)
        connections["default"].set_rollback(True)
    writer.close()
    assert JobProgress.objects.filter(run=77).values_list("done", "total").get() == (10, 100)


def test_progress_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_alias: str) -> None:
        raise OperationalError("too many connections")

    monkeypatch.setattr(connections, "create_connection", refuse)
    writer = ProgressWriter(78)
    writer.next = 0
    writer(1, 2)
    assert writer.broken
    writer.close()
