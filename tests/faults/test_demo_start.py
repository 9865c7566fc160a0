"""`manage.py up` as a newcomer has it: the demo company is loaded once, whole, and one enters with one click."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest

from cxm.embedded.place import Place
from cxm.embedded.services import Services
from tests.faults.stack import Stack, manage, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")]

LOADING = "Die Demofirma wird geladen"
READY = "cxm ist nach"
CONTENT = """
select (select count(*) from organisation_company), (select count(*) from organisation_person),
  (select count(*) from inventory_touchpoint), (select count(*) from kpis_measurement),
  (select count(*) from accounts_user), (select count(*) from audit_entry)
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
type Content = tuple[int, ...]


def content(var: Path) -> Content:
    """How much there is of the company."""
    with psycopg.connect(Services(Place(var)).postgres.url(), autocommit=True) as connection:
        row = connection.execute(CONTENT).fetchone()
        assert row
        return row


def half_loaded(var: Path) -> bool:
    """Whether rows are written that nobody else sees yet: files grow before the commit."""
    written = (
        "select pg_relation_size('organisation_person') > 0 and pg_relation_size('inventory_touchpoint') > 0"
    )
    try:
        with psycopg.connect(Services(Place(var)).postgres.url(), autocommit=True) as connection:
            return connection.execute(written).fetchone() == (True,)
    except psycopg.Error:
        return False


@pytest.fixture(scope="module")
def killed(open_folder: Callable[[], Path]) -> tuple[Path, Content]:
    """An installation whose first start was killed in the middle of loading, and what it then held."""
    var = open_folder()
    assert manage(var, "migrate", "-v0").returncode == 0
    stack = Stack(var)
    stack.begin()
    wait_for(lambda: half_loaded(var), stack.explain)
    assert stack.process
    os.kill(stack.pid, signal.SIGKILL)
    stack.process.wait()
    assert LOADING in stack.said()
    counted = manage(var, "shell", "-v0", "-c", f"from django.db import connection as c\nx = c.cursor()\n"
                     f"x.execute({CONTENT!r})\nprint(x.fetchone())")  # fmt: skip
    assert counted.returncode == 0, counted.stderr
    return var, tuple(map(int, re.findall(r"\d+", counted.stdout.splitlines()[-1])))


@pytest.fixture
def stack(killed: tuple[Path, Content]) -> Iterator[Stack]:
    """The next start, with which everything is there."""
    with closing(Stack(killed[0])) as found:
        found.begin()
        found.wait_until_ready()
        yield found


def test_kill_9_during_the_loading_leaves_nothing_of_the_company(killed: tuple[Path, Content]) -> None:
    company, people, touchpoints, measurements, users, _entries = killed[1]
    assert (company, people, touchpoints, measurements, users) == (0, 0, 0, 0, 0)


def test_the_next_start_loads_it_whole_and_one_more_does_not_load_it_again(stack: Stack) -> None:
    company, people, touchpoints, measurements, users, _entries = before = content(stack.var)
    assert (company, people, touchpoints, users) == (1, 60, 90, 9)
    assert measurements > 50_000
    loaded = stack.said().count(LOADING)
    assert stack.end() == 0

    stack.begin()
    stack.wait_until_ready()

    assert content(stack.var) == before
    assert stack.said().count(LOADING) == loaded


def test_the_terminal_says_how_to_sign_in_and_one_click_does_it(stack: Stack) -> None:
    wait_for(lambda: READY in stack.said(), stack.explain)
    wait_for(lambda: "mia@hainbuch.example" in stack.said().rpartition(READY)[2], stack.explain)

    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{stack.port}"
    door = browser.open(f"{address}/").read().decode()
    form = door.partition('action="/organisation/demo-sign-in/"')[2]
    token = TOKEN.search(form)
    assert token, door
    fields = {"csrfmiddlewaretoken": token[1], "email": "mia@hainbuch.example"}
    answer = browser.open(f"{address}/organisation/demo-sign-in/", urlencode(fields).encode())

    assert answer.url == f"{address}/dashboards/"
    assert "Mia Meyer" in answer.read().decode()
