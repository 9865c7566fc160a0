"""The start, from `up` on an installed machine to the first page, and what a running cxm holds in memory."""

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.bench.clock import PROC, used_by
from tests.bench.report import Report
from tests.faults.stack import Stack, command_line, wait_for

AGAIN = 3
QUIET = 5.0  # seconds in which a stack that idles uses next to no processor
HREF = re.compile(r'href="(/[^"#]*)')
NUMBER = re.compile(r"\d+")
NOT_PAGES = ("/static/", "/api/", "/sign-in/", "/accounts/login")


def run(report: Report) -> None:
    """Both ways to begin: with the demo company, and with a company of one's own."""
    for empty in (True, False):
        name = "up --empty" if empty else "up with the demo"
        with folder() as var, closing(Stack(var, empty=empty)) as stack:
            report.figure(f"{name}, first start to the first page", first_page(stack), "s")
            later = []
            for _time in range(AGAIN):
                stack.end()
                later.append(first_page(stack))
            report.figure(f"{name}, later starts (median of {AGAIN})", median(later), "s")
            memory(report, name, stack)


@contextmanager
def folder() -> Iterator[Path]:
    """For a whole installation; open, since as root the database runs as somebody else."""
    with TemporaryDirectory(prefix="cxm-") as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


def first_page(stack: Stack) -> float:
    """Seconds from the command to a page that people can use."""
    began = time.monotonic()
    stack.start()
    status, text = Browser(stack.port).get("/")
    assert status == 200, text[:300]
    assert "<form" in text, text[:300]
    return time.monotonic() - began


def memory(report: Report, name: str, stack: Stack) -> None:
    """After a page of each kind was opened and all is quiet again."""
    browser = Browser(stack.port)
    opened = browser.walk() if stack.empty else browser.walk(sign_in="mia@hainbuch.example")
    wait_until_quiet(stack)
    pids = stack.everything()
    web = max(held(pid) for pid in pids if "gunicorn" in command_line(pid))
    report.figure(f"{name}, web process after {opened} kinds of pages", web, "MB", most=150)
    report.figure(f"{name}, whole stack of {len(pids)} processes, idle", sum(map(held, pids)), "MB", most=450)


def held(pid: int) -> float:
    """Megabytes of a process, what it shares by its part: the sum over processes counts nothing twice."""
    found = re.search(r"^Pss:\s+(\d+) kB", (PROC / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * 1024 / 1e6


def wait_until_quiet(stack: Stack) -> None:
    """Nothing is left to be done from the start and the visit."""

    def quiet() -> bool:
        pids = stack.everything()
        before = sum(map(used_by, pids))
        time.sleep(QUIET)
        return sum(map(used_by, pids)) - before < QUIET * 0.05

    wait_for(quiet, stack.explain)


class Browser:
    """Follows redirects and keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, SimpleCookie()

    def get(self, path: str) -> tuple[int, str]:
        """Status and text where the redirects end."""
        return self._ask("GET", path)

    def walk(self, sign_in: str = "") -> int:
        """Open one page of each kind that links lead to, files and printed sheets too; how many there were."""
        if sign_in:
            _status, text = self.get("/")
            form = re.search(
                rf'<form[^>]*action="([^"]+)"(?:(?!</form>).)*?value="{sign_in}"', text, re.DOTALL
            )
            assert form
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
            assert token
            fields = {"email": sign_in, "csrfmiddlewaretoken": token[1]}
            assert self._ask("POST", form[1], urlencode(fields))[0] == 200
        seen, waiting = {"/"}, ["/"]
        while waiting:
            _status, text = self.get(waiting.pop(0))
            for path in map(unescape, HREF.findall(text)):
                kind = NUMBER.sub("0", path.split("?")[0]) + ("?export" if "export=" in path else "")
                if kind not in seen and not path.startswith(NOT_PAGES):
                    seen.add(kind)
                    waiting.append(path)
        return len(seen)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            for value in answer.headers.get_all("Set-Cookie", []):
                self.cookies.load(value)
            there = answer.getheader("Location")
        return self._ask("GET", there) if there else (answer.status, text)
