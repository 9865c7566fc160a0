"""A whole cxm in a folder and on a port of its own, to be killed in parts."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cxm.embedded.place import ROOT
from cxm.embedded.postgres import servers_in

PROC = Path("/proc")
PATIENCE = 120  # seconds; a shared machine may be busy


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def manage(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command in that folder, to its end."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=clean(var, **environment), capture_output=True, text=True, timeout=120
    )


def clean(var: Path, **environment: str) -> dict[str, str]:
    """The environment of a user, not of the tests."""
    ours = {"DATABASE_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE", "CXM_VAR", "TZ"}
    return (
        {name: value for name, value in os.environ.items() if name not in ours}
        | {"CXM_VAR": str(var)}
        | environment
    )


@dataclass
class Stack:
    """`manage.py up` as a user has it."""

    var: Path
    port: int = field(default_factory=free_port)
    launcher: list[str] = field(default_factory=list)  # what runs the command and waits for it
    empty: bool = True  # without the demo company
    process: subprocess.Popen[bytes] | None = None

    def start(self, *flags: str, **environment: str) -> "Stack":
        """Returns when the first page can be had."""
        self.begin(*(["--empty"] if self.empty else []), *flags, **environment)
        self.wait_until_ready()
        return self

    def begin(self, *flags: str, **environment: str) -> None:
        """In a process group of its own, as a shell does it; returns at once."""
        command = [*self.launcher, sys.executable, "manage.py", "up", "--port", str(self.port), *flags]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=clean(self.var, **environment),
                stdout=output,
                stderr=output,
                process_group=0,
            )

    @property
    def output(self) -> Path:
        return self.var / "output.txt"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def said(self) -> str:
        return self.output.read_text()

    def status(self, path: str = "/healthz") -> int:
        """HTTP status, 0 if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """The process answers, and so does its database. A process that has ended never will."""
        wait_for(
            lambda: self.has_ended() or (self.status() == 200 and self.status("/readyz") == 200), self.explain
        )
        assert not self.has_ended(), self.explain()

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def explain(self) -> str:
        logs = sorted((self.var / "log").glob("*.log"))
        return self.said() + "".join(f"\n--- {log.name}\n{log.read_text()[-2000:]}" for log in logs)

    def child(self, word: str) -> int:
        """Process id of the supervisor's child that has this word in its command line."""
        found = [pid for pid in children(self.pid) if word in command_line(pid)]
        return found[0] if found else 0

    def kill(self, word: str) -> None:
        """kill -9, and wait until the supervisor has put another one in its place."""
        old = self.child(word)
        os.kill(old, signal.SIGKILL)
        wait_for(lambda: self.child(word) not in {0, old}, self.explain)

    def end(self, number: signal.Signals = signal.SIGTERM, *, group: bool = False) -> int:
        """Send a signal to the supervisor, or like Ctrl-C to its whole group; its exit code."""
        assert self.process
        (os.killpg if group else os.kill)(self.pid, number)
        code = self.process.wait(PATIENCE)
        wait_for(lambda: not self.left(), lambda: "left: " + ", ".join(self.left()))
        return code

    def close(self) -> None:
        """At the end of a test, however it went."""
        if not self.has_ended():
            self.end()

    def left(self) -> list[str]:
        """Command lines of processes that still belong to this folder."""
        return [command_line(pid) or str(pid) for pid in sorted(self.everything())]

    def everything(self) -> set[int]:
        """All processes that belong to this folder."""
        mark = f"CXM_VAR={self.var}".encode()
        found = {int(path.name) for path in servers_in(self.var / "postgres")}
        for process in PROC.glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.add(int(process.name))
            except OSError:
                continue
        return found


def children(parent: int) -> list[int]:
    """Direct children of a process."""
    found = []
    for process in PROC.glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(process.name))
    return found


def command_line(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def wait_for(condition: Callable[[], object], explain: Callable[[], str], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(explain())
        time.sleep(0.1)
