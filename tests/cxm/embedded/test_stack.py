"""What runs, and where it listens."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from cxm.embedded.place import Place
from cxm.embedded.services import Services
from cxm.embedded.stack import Address, Choice, console, processes


@pytest.mark.parametrize(
    ("host", "url", "binding"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000/", "0.0.0.0:8000"),  # noqa: S104 - never bound
        ("::", "http://[::1]:8000/", "[::]:8000"),
        ("cxm.example", "http://cxm.example:8000/", "cxm.example:8000"),
    ],
)
def test_an_address_can_be_clicked_and_bound(host: str, url: str, binding: str) -> None:
    assert Address(host, 8000).url == url
    assert Address(host, 8000).binding == binding


def test_a_busy_port_is_told_before_anything_is_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        address = Address("127.0.0.1", busy.getsockname()[1])

        assert address.wait_until_free(0) == "Address already in use"

    assert address.wait_until_free(0) is None


def test_a_host_that_is_not_ours_is_told() -> None:
    assert Address("192.0.2.1", 8000).wait_until_free(0) == "Cannot assign requested address"


@pytest.fixture
def mine(open_folder: Callable[[], Path]) -> Services:
    found = Services(Place(open_folder()))
    found.owns_database = found.owns_broker = True
    return found


def names(mine: Services, choice: Choice) -> list[str]:
    return [program.name for group in processes(mine, choice).values() for program in group]


ADDRESS = Address("127.0.0.1", 8000)


def test_servers_of_our_own_come_first(mine: Services) -> None:
    assert names(mine, Choice(ADDRESS)) == ["postgres", "valkey", "web", "worker", "clock"]


def test_servers_elsewhere_are_not_started(mine: Services) -> None:
    mine.owns_database = mine.owns_broker = False

    assert names(mine, Choice(ADDRESS)) == ["web", "worker", "clock"]


def test_postgres_is_stopped_fast_not_slowly(mine: Services) -> None:
    """SIGTERM would wait for every client to go."""
    (postgres,) = processes(mine, Choice(ADDRESS))["database"]

    assert postgres.stop_signal == "INT"


def test_the_development_server_reloads_and_debugs(mine: Services) -> None:
    web = processes(mine, Choice(ADDRESS, web="dev"))["product"][0]

    assert list(web.command)[1:] == ["manage.py", "runserver", "127.0.0.1:8000"]
    assert web.environment == {"DEBUG": "true"}
    assert web.has_children


def test_web_processes_are_counted(mine: Services) -> None:
    web = processes(mine, Choice(ADDRESS, workers=3))["product"][0]

    assert "--workers 3 --threads 8" in " ".join(web.command)


def test_the_console_shows_logs_only_when_asked(mine: Services) -> None:
    groups = processes(mine, Choice(ADDRESS))

    assert not [part for part in console(mine, Choice(ADDRESS), groups) if part.endswith(".log")]
    assert str(mine.place.logs / "worker.log") in console(mine, Choice(ADDRESS, console=True), groups)
