"""What the terminal shows while the supervisor runs: when and where cxm is ready, and on request all logs.

A process of its own beside the supervisor, because it keeps the terminal (or pipe, or journal) that `up`
was given: `python -m cxm.embedded.console PARENT URL BEGAN VAR [LOG ...]`, BEGAN in seconds since 1970. It
ends with its parent, whose process id it is told, because that may be gone before we can ask.
"""

import gettext
import http.client
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from .place import ROOT

PATIENCE = 60  # seconds until we say that something may be wrong
LAST_WORDS = 15  # lines of the web server's log that are shown then
PAUSE = 0.1  # seconds between two looks


def main(parent: int, url: str, began: float, var: Path, logs: list[Path]) -> None:
    """Greet as soon as the web server answers; show the logs from the start, if any are named."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor; we show how it stops
    followed = [Follower(log) for log in logs]
    greeted, complain_at = False, time.monotonic() + PATIENCE
    while os.getppid() == parent and (followed or not greeted):
        show_news(followed)
        if not greeted and answers(url):
            greeted = True
            say(greeting(url, time.time() - began, var))
        if not greeted and time.monotonic() > complain_at:
            complain_at = float("inf")
            _ = translation()
            late = _("The web server has not answered for %(seconds)s s. Its last words:") % {
                "seconds": PATIENCE
            }
            say(f"{late}\n{tail(var / 'log/web.log')}")
        time.sleep(PAUSE)
    show_news(followed)


def answers(url: str) -> bool:
    """Any answer but a server error counts: a strict ALLOWED_HOSTS refuses us, and is well."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greeting(url: str, seconds: float, var: Path) -> str:
    """The address on a line of its own, how to sign in (if the demo has left word), and how to stop."""
    sign_in = var / "greeting.txt"
    words = f"{sign_in.read_text()}\n" if sign_in.exists() else ""
    _ = translation()
    # Translators: shown in the terminal when the web server answers.
    ready = _("cxm is ready after %(seconds)s s:") % {"seconds": f"{seconds:.1f}"}
    stop = _("Logs: %(folder)s. Stop with Ctrl-C.") % {"folder": var / "log"}
    return f"\n  {ready}  {url}\n\n{words}  {stop}\n"


def translation() -> Callable[[str], str]:
    """Our texts in the language of the installation. Django, which else does it, is too much for a greeting."""
    found = gettext.translation(
        "django", ROOT / "cxm/locale", [os.environ.get("LANGUAGE_CODE", "de")], fallback=True
    )
    return found.gettext


def tail(log: Path) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-LAST_WORDS:])
    except OSError:
        return "(nothing)"


class Follower:
    """Reads what is appended to a log, also when the supervisor has turned it over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        if path.exists():  # what is there is from an earlier run
            self._file = path.open("rb")
            self._file.seek(0, os.SEEK_END)

    def news(self) -> list[str]:
        """Lines since the last call."""
        lines = self._read()
        if self._turned_over():
            self._file = None
            lines += self._read()
        return lines

    def _read(self) -> list[str]:
        if self._file is None:
            if not self.path.exists():
                return []
            self._file = self.path.open("rb")
        return self._file.read().decode(errors="replace").splitlines()

    def _turned_over(self) -> bool:
        if self._file is None or not self.path.exists():
            return False
        return os.fstat(self._file.fileno()).st_ino != self.path.stat().st_ino


def show_news(followed: list[Follower]) -> None:
    for follower in followed:
        for line in follower.news():
            say(f"{follower.path.stem:<8} | {line}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    _program, own_parent, own_url, own_began, own_var, *own_logs = sys.argv
    main(int(own_parent), own_url, float(own_began), Path(own_var), [Path(log) for log in own_logs])
