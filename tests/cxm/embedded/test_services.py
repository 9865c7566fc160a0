"""Who gets which address, and who stops the server."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cxm.embedded import services
from cxm.embedded.locks import FileLock
from cxm.embedded.place import Place
from cxm.embedded.services import Services


class Recorder:
    """Stands in for PostgreSQL."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def answers(self) -> bool:
        return True

    def url(self) -> str:
        return "postgresql://cxm@/cxm?host=/here"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Services of a fresh folder, with no address given."""
    for name in ("DATABASE_URL", "BROKER_URL", "CXM_VAR"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr("atexit.register", lambda function: None)
    return recorded(tmp_path, monkeypatch)


def recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    found = Services(Place(folder))
    monkeypatch.setattr(found, "postgres", Recorder())
    return found


def calls(found: Services) -> list[str]:
    assert isinstance(found.postgres, Recorder)
    return found.postgres.calls


def test_addresses_that_are_given_are_left_alone(mine: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://server/db")
    monkeypatch.setenv("BROKER_URL", "amqp://server")

    mine.announce()
    mine.start_database()

    assert os.environ["DATABASE_URL"] == "postgresql://server/db"
    assert os.environ["BROKER_URL"] == "amqp://server"
    assert calls(mine) == []


def test_without_addresses_they_are_our_own(mine: Services) -> None:
    mine.announce()

    assert os.environ["DATABASE_URL"] == "postgresql://cxm@/cxm?host=/here"
    assert os.environ["BROKER_URL"] == "memory://localhost/"
    assert (mine.owns_database, mine.owns_broker) == (True, True)


def test_a_command_starts_the_server_once(mine: Services) -> None:
    mine.announce()
    mine.start_database()
    mine.start_database()

    assert calls(mine) == ["start"]


def test_the_last_one_stops_the_server(
    mine: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = recorded(tmp_path, monkeypatch)
    mine.announce()
    mine.start_database()
    other.owns_database = True
    other.start_database()

    mine.leave()
    assert calls(mine) == ["start"]

    other.leave()
    assert calls(other) == ["start", "stop"]

    other.start_database()
    assert calls(other) == ["start", "stop", "start"]


def test_beside_a_running_stack_a_command_only_waits_for_the_server(mine: Services, tmp_path: Path) -> None:
    stack = FileLock(tmp_path / "run/up.lock")
    stack.take()
    mine.announce()
    mine.start_database()

    assert calls(mine) == []
    assert mine.another_stack_runs()

    stack.release()
    assert not mine.another_stack_runs()


def test_the_stack_itself_is_no_other_stack(mine: Services) -> None:
    assert mine.stack.try_take()

    assert not mine.another_stack_runs()


@pytest.mark.parametrize(
    "arguments", [[], ["help"], ["up"], ["lock"], ["migrate", "--help"], ["collectstatic"]]
)
def test_some_commands_need_no_database(
    arguments: list[str], mine: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_current", mine)
    mine.announce()

    services.provide(arguments)

    assert calls(mine) == []


@pytest.mark.parametrize("arguments", [["migrate"], ["shell"], ["check"], ["backup"]])
def test_others_get_one(arguments: list[str], mine: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_current", mine)
    mine.announce()

    services.provide(arguments)

    assert calls(mine) == ["start"]


def test_sigterm_stops_the_server_too(open_folder: Callable[[], Path]) -> None:
    """A terminated command must not leave PostgreSQL behind; atexit alone would not run."""
    program = "import os, time; from cxm.embedded import services; services.provide(['shell'])\n"
    program += "print(services.current().postgres.home, flush=True); time.sleep(60)"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment | {"CXM_VAR": str(open_folder())},
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdout
        home = Path(command.stdout.readline().strip())
        assert (home / "postmaster.pid").exists()

        command.terminate()

        assert command.wait(30) == 128 + 15
    assert not (home / "postmaster.pid").exists()
