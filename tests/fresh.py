"""What a newcomer does: a fresh clone, empty caches, both commands. `uv run python -m tests.fresh`

As root it is done twice, as root and as a user made for it. It needs a package registry, a few minutes and 2 GB, and
prints seconds. What is cloned is the last commit.

    uv run python -m tests.fresh --all              the second command to its end: all tests
    uv run python -m tests.fresh --only user        as one of the two
    uv run python -m tests.fresh --python PATH      a Python that also the other user may run
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import mkdtemp

from tests.faults.stack import PROC, children, command_line, free_port

ROOT = Path(__file__).resolve().parent.parent
NOT_PASSED_ON = {
    "DATABASE_URL",
    "BROKER_URL",
    "DJANGO_SETTINGS_MODULE",
    "VIRTUAL_ENV",
    "UV",
    "PYTHONPATH",
    "TZ",
}
PATIENCE = 900  # seconds for 300 MB of packages and the demo company


class Newcomer:
    """Somebody with nothing but Python, in a folder of his own."""

    def __init__(self, folder: Path, python: str, account: str | None) -> None:
        self.folder, self.python, self.account = folder, python, account
        self.clone, self.port = folder / "cxm", free_port()
        self.output = folder / "output.txt"
        kept = {name: text for name, text in os.environ.items() if not name.startswith("CXM_")}
        self.environment = {name: text for name, text in kept.items() if name not in NOT_PASSED_ON} | {
            "PATH": f"{folder / 'tools/bin'}:{Path(python).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "UV_CACHE_DIR": str(folder / "cache/uv"),
            "PIP_CACHE_DIR": str(folder / "cache/pip"),
        }

    def begin(self, *command: str, where: Path | None = None) -> subprocess.Popen[bytes]:
        """A command of his, in a process group of its own, as a shell does it."""
        who = {"user": self.account, "group": self.account, "extra_groups": []} if self.account else {}
        with self.output.open("ab") as output:
            return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # the kinds of user and group
                command,
                cwd=where or self.clone,
                env=self.environment,
                stdout=output,
                stderr=output,
                process_group=0,
                **who,
            )

    def run(self, *command: str, where: Path | None = None) -> None:
        """To its end; what it said is shown if it fails."""
        if code := self.begin(*command, where=where).wait():
            self.fail(f"{' '.join(command)}: exit code {code}")

    def fail(self, words: str) -> None:
        sys.exit(f"{words}\n{self.output.read_text()[-4000:]}")

    def get(self, path: str) -> tuple[int, str]:
        """Status and text, or where one is led; status 0 if nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or answer.read().decode()
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()

    def up(self) -> subprocess.Popen[bytes]:
        """The first command, until the sign-in page with the demo's people is there."""
        process = self.begin("uv", "run", "manage.py", "up", "--port", str(self.port))
        deadline = time.monotonic() + PATIENCE
        while self.get("/readyz")[0] != 200:
            if process.poll() is not None or time.monotonic() > deadline:
                self.fail("`uv run manage.py up` does not come up")
            time.sleep(0.2)
        path = "/"
        for _step in range(3):
            status, text = self.get(path)
            path = text if status == 302 else path
        if status != 200 or "/organisation/demo-sign-in/" not in text or "Mia Meyer" not in text:
            self.fail(f"{path} does not offer the people of the demo: {status}")
        return process

    def left(self) -> dict[int, str]:
        """Processes that still work in the clone: id and command line."""
        found = {}
        for process in PROC.glob("[0-9]*"):
            try:
                if Path(os.readlink(process / "cwd")).is_relative_to(self.clone):
                    found[int(process.name)] = command_line(int(process.name))
            except OSError:
                continue
        return found

    def nothing_is_left(self, after: str) -> None:
        deadline = time.monotonic() + 60
        while left := self.left():
            if time.monotonic() > deadline:
                self.fail(f"left after {after}: {', '.join(left.values())}")
            time.sleep(0.2)

    def end(self) -> None:
        """However it went: no process of his remains."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.left():
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            deadline = time.monotonic() + 30
            while self.left() and time.monotonic() < deadline:
                time.sleep(0.2)


@contextmanager
def account(name: str) -> Iterator[str]:
    """A user of the machine for as long as this takes."""
    subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["userdel", name], check=True)


@contextmanager
def newcomer(python: str, name: str | None) -> Iterator[Newcomer]:
    """With a clone of the last commit and a uv of his own."""
    folder = Path(mkdtemp(prefix="cxm-fresh-"))
    folder.chmod(0o755)  # the database of root runs as somebody else
    found = Newcomer(folder, python, name)
    try:
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(found.clone)], check=True)
        if name:
            subprocess.run(["chown", "-R", f"{name}:{name}", str(folder)], check=True)
        found.run(python, "-m", "venv", str(folder / "tools"), where=folder)
        found.run(str(folder / "tools/bin/pip"), "install", "-q", "uv", where=folder)  # as .ci/run, in short
        yield found
    finally:
        found.end()
        shutil.rmtree(folder, ignore_errors=True)


def seconds(what: str, began: float) -> None:
    print(f"  {what:<46} {time.monotonic() - began:6.1f} s", flush=True)


def both_commands(one: Newcomer, *, everything: bool) -> None:
    """Start, and stop in each way that a process ends; then the second command."""
    began = time.monotonic()
    process = one.up()
    seconds("first start, from nothing to the demo", began)
    process.terminate()
    code = process.wait(60)
    one.nothing_is_left("SIGTERM")
    print(f"  SIGTERM to uv: exit code {code}, nothing left", flush=True)

    began = time.monotonic()
    process = one.up()
    seconds("second start", began)
    os.killpg(process.pid, signal.SIGINT)  # Ctrl-C reaches the whole group
    code = process.wait(60)
    one.nothing_is_left("Ctrl-C")
    print(f"  Ctrl-C: exit code {code}, nothing left", flush=True)

    process = one.up()
    process.kill()
    process.wait()
    one.nothing_is_left("kill -9")
    process = one.up()
    print("  kill -9 of uv: nothing left, and the next start recovers", flush=True)
    supervisor = children(process.pid)[0]
    os.kill(supervisor, signal.SIGKILL)
    process.wait(60)
    one.nothing_is_left("kill -9 of what uv has started")
    print("  kill -9 of what uv has started: nothing left", flush=True)

    began = time.monotonic()
    one.run("uv", "run", "python", "-m", "tests", *([] if everything else ["lint"]))
    seconds("uv run python -m tests" + (" lint" * (not everything)), began)


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.fresh", description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--python", default=sys._base_executable)  # type: ignore[attr-defined]
    parser.add_argument("--only", choices=["root", "user"])
    asked = parser.parse_args()
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True).stdout:
        print("Changes that are not committed are not cloned.")
    if os.geteuid() != 0 or asked.only != "user":
        print("As root" if os.geteuid() == 0 else "As this user", flush=True)
        with newcomer(asked.python, None) as one:
            both_commands(one, everything=asked.all)
    if os.geteuid() == 0 and asked.only != "root":
        print("As a user made for it", flush=True)
        with account("cxm-fresh") as name, newcomer(asked.python, name) as one:
            both_commands(one, everything=asked.all)


if __name__ == "__main__":
    main()
