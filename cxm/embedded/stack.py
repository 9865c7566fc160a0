"""Which processes make up a running cxm, and where it is reached."""

import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .services import Services
from .supervise import Program

PYTHON = sys.executable
APP = "cxm.celery"
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to call ourselves when we listen everywhere


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{_bracketed(WILDCARDS.get(self.host, self.host))}:{self.port}/"

    @property
    def binding(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def open_to_others(self) -> bool:
        return self.host not in {"localhost", "127.0.0.1", "::1"}

    def wait_until_free(self, patience: float) -> str | None:
        """None when we may listen there, else the reason why not."""
        deadline = time.monotonic() + patience
        while (reason := self._refusal()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return reason

    def _refusal(self) -> str | None:
        try:
            family, kind, _proto, _name, target = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM
            )[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(target)
        except OSError as error:
            return error.strerror
        return None


@dataclass(frozen=True)
class Choice:
    """What `up` was asked for."""

    address: Address
    web: str = "gunicorn"
    workers: int = 1
    console: bool = False  # all logs to the terminal too
    began: float = 0.0  # seconds since 1970


def processes(services: Services, choice: Choice) -> dict[str, list[Program]]:
    """In the order of the start: the servers that are ours, then the product."""
    groups: dict[str, list[Program]] = {}
    postgres, valkey = services.postgres, services.valkey
    if services.owns_database:
        server = Program("postgres", postgres.foreground(), stop_signal="INT", owner=postgres.owner)
        groups["database"] = [server]
    if services.owns_broker:
        groups["broker"] = [Program("valkey", valkey.foreground())]
    groups["product"] = [_web(choice), _worker(), _clock(services)]
    return groups


def _web(choice: Choice) -> Program:
    if choice.web == "dev":
        command = [PYTHON, "manage.py", "runserver", choice.address.binding]
        return Program("web", command, has_children=True, environment={"DEBUG": "true"})
    options = {
        "bind": choice.address.binding,
        "workers": str(choice.workers),
        "threads": "8",
        "graceful-timeout": "20",
        "keep-alive": "5",
    }
    if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heartbeat files must not wait for a disk
        options["worker-tmp-dir"] = "/dev/shm"  # noqa: S108
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program("web", [PYTHON, "-m", "gunicorn", "--no-control-socket", *flags, "cxm.wsgi:application"])


def _worker() -> Program:
    """Threads, not child processes: nothing is lost or left behind when one of them is killed."""
    flags = [
        "--pool",
        "threads",
        "--concurrency",
        "4",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "info",
    ]
    return Program("worker", [PYTHON, "-m", "celery", "-A", APP, "worker", *flags])


def _clock(services: Services) -> Program:
    folder = services.place.made(services.place.var / "clock")
    return Program("clock", [PYTHON, "-m", "cxm.embedded.clock", APP, str(folder / "schedule")])


def console(services: Services, choice: Choice, groups: dict[str, list[Program]]) -> list[str]:
    """Command line of the process that speaks to the terminal."""
    programs = [program for group in groups.values() for program in group] if choice.console else []
    logs = [str(services.place.logs / f"{program.name}.log") for program in programs]
    command = [PYTHON, "-m", "cxm.embedded.console", str(os.getpid()), choice.address.url, str(choice.began)]
    return [*command, str(services.place.var), *logs]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
