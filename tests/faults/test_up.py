"""`manage.py up` starts, survives, and leaves nothing behind."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from cxm.embedded.place import Place
from cxm.embedded.services import Services
from tests.faults.stack import Stack, manage, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")]


@pytest.fixture(scope="module")
def var(open_folder: Callable[[], Path]) -> Path:
    """One installation for all tests of this file, because its first start takes longest."""
    folder = open_folder()
    migrated = manage(folder, "migrate", "-v0")
    assert migrated.returncode == 0, migrated.stderr
    return folder


@pytest.fixture
def stack(var: Path) -> Iterator[Stack]:
    with closing(Stack(var)) as found:
        yield found


def sql(var: Path, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(Services(Place(var)).postgres.url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_everything_comes_back_after_kill_9_and_nothing_is_left_in_the_end(stack: Stack) -> None:
    stack.start()
    wait_for(lambda: f"http://127.0.0.1:{stack.port}/" in stack.said(), stack.explain)

    second = manage(stack.var, "up", "--port", str(stack.port))
    assert second.returncode == 1
    assert (
        f"cxm is already running here: http://127.0.0.1:{stack.port}/ (process {stack.pid})" in second.stderr
    )
    assert stack.status("/readyz") == 200

    for word in ("gunicorn", "postgres", "valkey-server", "celery", "clock"):
        stack.kill(word)
        stack.wait_until_ready()
    services = Services(Place(stack.var))
    wait_for(services.valkey.answers, stack.explain)

    assert stack.end(signal.SIGTERM) == 0
    assert not services.postgres.accepts_connections()
    assert "already" not in stack.said()


def test_commands_beside_a_running_stack_use_its_database(stack: Stack) -> None:
    stack.start()
    server = Services(Place(stack.var)).postgres.home / "postmaster.pid"
    before = server.read_text().split("\n", 1)[0]

    beside = manage(stack.var, "migrate", "--check")

    assert beside.returncode == 0, beside.stderr
    assert server.read_text().split("\n", 1)[0] == before
    assert stack.status("/readyz") == 200


def test_after_kill_9_of_the_supervisor_all_go_and_the_next_start_recovers(stack: Stack) -> None:
    stack.start()
    sql(stack.var, "CREATE TABLE IF NOT EXISTS survivor (word text)")
    sql(stack.var, "INSERT INTO survivor VALUES ('still here')")
    assert stack.end(signal.SIGKILL) == -signal.SIGKILL

    stack.start()

    assert sql(stack.var, "SELECT word FROM survivor") == [("still here",)]


def test_a_start_right_after_kill_9_waits_for_what_is_still_ending(stack: Stack) -> None:
    stack.start()
    assert stack.process
    stack.process.kill()
    stack.process.wait()

    stack.start()

    assert stack.status("/readyz") == 200


def test_ctrl_c_stops_everything(stack: Stack) -> None:
    stack.start("--console")

    assert stack.end(signal.SIGINT, group=True) == 0

    assert "web      | " in stack.said()


@pytest.mark.parametrize("ready", [False, True])
def test_after_kill_9_of_uv_run_all_go_and_the_next_start_recovers(
    stack: Stack, tmp_path: Path, ready: bool
) -> None:
    """uv waits for what it runs. A shell of that name stands for it; the real one is in `python -m tests.fresh`."""
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\n"$@"\nexit $?\n')
    uv.chmod(0o755)
    word = stack.var / "run/up.lock"
    word.unlink(missing_ok=True)
    stack.launcher = [str(uv)]
    stack.begin("--empty")
    if ready:
        stack.wait_until_ready()
    else:
        wait_for(lambda: word.exists() and word.read_text(), stack.explain)  # it prepares the database

    assert stack.end(signal.SIGKILL) == -signal.SIGKILL

    stack.launcher = []
    stack.start()
    assert stack.status("/readyz") == 200


@pytest.mark.parametrize("pause", [0.3, 1.0, 2.0])
def test_a_signal_during_the_preparation_leaves_nothing(stack: Stack, pause: float) -> None:
    stack.begin("--empty")
    time.sleep(pause)

    stack.end(signal.SIGTERM)

    assert stack.left() == []


def test_a_busy_port_is_told_and_nothing_is_started(stack: Stack) -> None:
    with socket.create_server(("127.0.0.1", stack.port)):
        refused = manage(stack.var, "up", "--port", str(stack.port))

    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{stack.port}: Address already in use" in refused.stderr
    assert stack.left() == []


def test_data_of_a_newer_version_are_told_and_left_alone(stack: Stack) -> None:
    services = Services(Place(stack.var))
    services.owns_database = True
    services.start_database()
    sql(
        stack.var,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('inventory', '9999_later', now())",
    )
    try:
        refused = manage(stack.var, "up", "--port", str(stack.port))
    finally:
        sql(stack.var, "DELETE FROM django_migrations WHERE name = '9999_later'")
        services.leave()

    assert refused.returncode == 1
    assert "written by a newer cxm (unknown here: inventory.9999_later)" in refused.stderr


def test_a_server_that_is_not_there_is_told(stack: Stack) -> None:
    refused = manage(
        stack.var, "up", "--port", str(stack.port), DATABASE_URL="postgresql://cxm@127.0.0.1:9/cxm"
    )

    assert refused.returncode == 1
    assert "The database does not answer" in refused.stderr


def test_servers_elsewhere_are_used_and_not_stopped(stack: Stack, open_folder: Callable[[], Path]) -> None:
    """The database of the first folder plays the server; the second folder gets none of its own."""
    services = Services(Place(stack.var))
    services.owns_database = True
    services.start_database()
    with closing(Stack(open_folder())) as elsewhere:
        elsewhere.start(DATABASE_URL=services.postgres.url(), BROKER_URL="memory://localhost/")
        assert not (elsewhere.var / "postgres").exists()
        assert not (elsewhere.var / "valkey").exists()
    assert services.postgres.answers()
    services.leave()


def test_a_backup_of_the_running_stack_is_restored_when_it_is_stopped(stack: Stack) -> None:
    stack.start()
    sql(stack.var, "CREATE TABLE IF NOT EXISTS survivor (word text); TRUNCATE survivor")
    sql(stack.var, "INSERT INTO survivor VALUES ('of the backup')")
    (stack.var / "media").mkdir(exist_ok=True)
    (stack.var / "media/note.txt").write_text("of the backup")
    file = stack.var / "x.cxm"

    written = manage(stack.var, "backup", str(file))
    assert written.returncode == 0, written.stderr
    assert "1 uploaded files" in written.stdout
    refused = manage(stack.var, "restore", str(file), "--yes")
    assert "cxm is running" in refused.stderr
    sql(stack.var, "UPDATE survivor SET word = 'later'")
    (stack.var / "media/note.txt").write_text("later")
    stack.end()

    restored = manage(stack.var, "restore", str(file), "--yes")

    assert restored.returncode == 0, restored.stderr
    assert (stack.var / "media/note.txt").read_text() == "of the backup"
    stack.start()
    assert sql(stack.var, "SELECT word FROM survivor") == [("of the backup",)]
    assert os.listdir(stack.var / "media") == ["note.txt"]
