"""kill -9 in the middle of an import: it is complete or undone, never half; nobody is told twice, nobody is forgotten.

The middle is made, not hoped for: the test holds a row of sums that the import needs, so the kill comes when all
measurements are written and part of the sums, and nothing is committed. Meanwhile people write comments and invite
others; afterwards each of these has had its effect exactly once.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from cxm.embedded.place import Place
from cxm.embedded.services import Services
from tests.faults.stack import Stack, children, manage, wait_for
from tests.faults.visitor import Mailbox, Visitor, multipart

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")]

ROWS, TOUCHPOINTS = 100_000, 400
DAYS = [date(2026, 3, 1) + timedelta(days=day) for day in range(60)]
LONG = 300  # seconds for the work of a minute, on a machine that does something else as well
PAUSE = 0.4  # seconds between two things that people do meanwhile
WORKER, WEB, BROKER, DATABASE = "celery -A", "gunicorn", "valkey-server", "postgres"

SUMS = "select {day} as day, sum(rows), sum(n), sum(total), sum(squares) from {table} group by 1 order by 1"
COUNTED = "select {day} as day, count(*), sum(n), sum(total), sum(squares) from kpis_measurement group by 1 order by 1"
MONTH = "date_trunc('month', day)::date"
GRAINS = {
    "kpis_daycell": "day",
    "kpis_monthcell": "month",
    "kpis_phasecell": "month",
    "kpis_touchpointcell": "month",
}
HOLD = """
insert into kpis_touchpointcell (kpi_id, month, touchpoint_id, bucket, rows, n, total, squares)
select id, '2026-03-01', null, 0, 0, 0, 0, 0 from kpis_kpidefinition where code = 'AD1'
on conflict (kpi_id, month, touchpoint_id, bucket) do update set rows = kpis_touchpointcell.rows
"""
HOLD_CODE = "update inventory_touchpoint set code = 'K-0200' where name = 'Catalogue'"
WAITING = """
select count(*) from pg_stat_activity where wait_event_type = 'Lock'
and query ~ 'with (incoming|gone) as|INSERT INTO "inventory_touchpoint"'
"""
STATE = "select state from imports_importrun where id = %s"
COPYING = "select count(*) from pg_stat_progress_copy where tuples_processed > 10000"

PEOPLE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
from cxm.kit.access import Role
from cxm.organisation.models import Company
from tests.cast import make_member
from tests.makers import make_touchpoint
Company.objects.create(name="Holzwerk Nord GmbH")
mia = make_member("Mia Meyer", Role.CX_MANAGER, Role.ADMIN)
make_member("Otto Oezdemir", Role.OWNER)
touchpoint = make_touchpoint(name="Hotline")
make_touchpoint(name="Catalogue")
client = Client()
client.force_login(mia)
print("made", client.cookies["sessionid"].value, touchpoint.pk)
"""


@dataclass
class World:
    """The running installation, and who uses it."""

    stack: Stack
    visitor: Visitor
    touchpoint: int
    mailbox: Mailbox
    database: str
    stopped: Event = field(default_factory=Event)
    comments: Counter[str] = field(default_factory=Counter)
    invitations: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the answer; waits for a database that is just coming back."""
        found: list[list[tuple[Any, ...]]] = []

        def ask() -> bool:
            try:
                with psycopg.connect(self.database, autocommit=True) as connection:
                    found.append(connection.execute(statement, parameters).fetchall())
            except psycopg.OperationalError:
                return False
            return True

        wait_for(ask, self.stack.explain)
        return found[0]

    def one(self, statement: str, *parameters: Any) -> Any:
        return self.sql(statement, *parameters)[0][0]

    def sums_are_right(self) -> None:
        """Each grain of the sums equals the measurements, counted anew."""
        for table, day in GRAINS.items():
            counted = COUNTED.format(day=day if day == "day" else MONTH)
            assert self.sql(SUMS.format(table=table, day=day)) == self.sql(counted), table

    def act(self) -> None:
        """What people do all the while; the status of each answer is noted, nothing is tried twice."""
        number = 0
        while not self.stopped.wait(PAUSE):
            number += 1
            if number % 2:
                text = f"@Otto Oezdemir note {number}"
                path = f"/touchpoints/{self.touchpoint}/comments/"
                self.comments[text] = self.visitor.post(path, {"text": text})[0]
            else:
                email = f"guest-{number}@example.org"
                fields = {"name": f"Guest {number}", "email": email, "language": "en", "roles": "employee"}
                self.invitations[email] = self.visitor.post("/accounts/invitations/new/", fields)[0]

    def kill(self, word: str) -> None:
        """kill -9 of a process with all it has made, and wait until another one stands in its place."""
        self.kills += 1
        old = self.stack.child(word)
        for pid in [*(children(old) if word == WEB else []), old]:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: self.stack.child(word) not in {0, old}, self.stack.explain)


@dataclass
class List:
    """A list on its way in through the pages."""

    world: World
    name: str
    kind: str
    rows: int
    content: str
    fields: dict[str, str]
    counted: str
    """SQL: how many rows of the import `r` are in."""
    pk: int = 0

    def upload(self) -> "List":
        visitor, path = self.world.visitor, f"/imports/new/{self.kind}/"
        status, where = visitor.send(path, f"{self.name}.csv", self.content.encode())
        assert status == 302, where
        self.pk = int(where.split("/")[-3])
        return self

    def assign(self) -> "List":
        """Have it checked."""
        status, where = self.world.visitor.post(f"/imports/{self.pk}/columns/", self.fields)
        assert status == 302, where
        return self

    def start(self) -> "List":
        status, where = self.world.visitor.post(f"/imports/{self.pk}/start/", {})
        assert status == 302, where
        return self

    def becomes(self, state: str) -> "List":
        """Wait for a state; on the way there all rows are in or none, whenever one looks."""
        wait_for(lambda: self.look() == state, self.explain, LONG)
        return self

    def look(self) -> str:
        state, rows = self.world.sql(
            f"select state, ({self.counted}) from imports_importrun r where id = %s", self.pk
        )[0]
        assert rows in {0, self.rows}, f"{rows} rows while {state}"
        assert state != "failed", self.explain()
        return str(state)

    def explain(self) -> str:
        run = self.world.sql("select state, attempts, failure from imports_importrun where id = %s", self.pk)
        return f"import {run}\n{self.world.stack.explain()}"

    def is_there(self, *, anew: bool = True) -> None:
        """Rows, sums and history say the same: all of it, once; nothing of it if it was there before."""
        world, new = self.world, self.rows if anew else 0
        told = "select count(*) from audit_entry where target_type = 'imports.importrun' "
        told += "and target_id = %s and verb = %s"
        assert world.one(told, self.pk, "imports.run.started") == 1
        assert world.one(told, self.pk, "imports.run.finished") == 1
        assert world.one(
            "select coalesce(counts->>'new', '0') from imports_importrun where id = %s", self.pk
        ) == str(new)
        assert world.one("select to_regclass(%s)", f"kpis_staged_{self.pk}") is None
        world.sums_are_right()


def measurements(world: World, name: str) -> List:
    """Many answers of a survey."""
    rows = "".join(f"AD1;{DAYS[at % 60]};{at % 11};{name}-{at}\n" for at in range(ROWS))
    columns = {f"column_{at}": code for at, code in enumerate(("kpi", "day", "value", "external_id"))}
    counted = "select count(*) from kpis_measurement m where m.run_id = r.id"
    return List(
        world, name, "measurements", ROWS, f"Kennzahl;Datum;Wert;Antwort-ID\n{rows}", columns, counted
    )


def touchpoints(world: World) -> List:
    """Some touchpoints, each with its phase."""
    rows = "".join(f"K-{at:04};Kontakt {at};Awareness\n" for at in range(TOUCHPOINTS))
    columns = {"column_0": "code", "column_1": "name", "column_2": "phase"}
    questions = {"own-existing": "update", "own-doubles": "ask", "own-reason": "from the list"}
    counted = "select count(*) from inventory_touchpoint where code like 'K-%%'"
    return List(
        world, "points", "touchpoints", TOUCHPOINTS, f"Code;Name;Phase\n{rows}", columns | questions, counted
    )


@pytest.fixture(scope="module")
def world(open_folder: Callable[[], Path]) -> Iterator[World]:
    """An installation with two people, a touchpoint, a mail server; busy with comments and invitations."""
    var = open_folder()
    made = manage(var, "shell", "-v0", "-c", PEOPLE)
    assert made.returncode == 0, made.stderr
    _made, session, touchpoint = made.stdout.split("\n")[-2].split()
    with closing(Mailbox()) as mailbox, closing(Stack(var)) as stack:
        stack.start(MAIL_URL=mailbox.url)
        database = Services(Place(var)).postgres.url()
        world = World(stack, Visitor(stack.port, session), int(touchpoint), mailbox, database)
        thread = Thread(target=world.act)
        thread.start()
        yield world
        world.stopped.set()
        thread.join()


@contextmanager
def held(world: World, what: str = HOLD) -> Iterator[None]:
    """While this lasts, an import gets as far as its last kind of sums (or a code in its middle), and no further."""
    connection = psycopg.connect(world.database)
    try:
        connection.execute(what)
        yield
        connection.rollback()
    except psycopg.OperationalError:  # the database was killed; so is what was held
        pass
    finally:
        connection.close()


def is_in_the_middle(world: World) -> None:
    wait_for(lambda: world.one(WAITING) == 1, world.stack.explain)


def again(first: List) -> None:
    """The same file once more adds nothing."""
    rows = "select (select count(*) from kpis_measurement) + (select count(*) from inventory_touchpoint)"
    before = first.world.one(rows)
    second = replace(first).upload().assign()
    wait_for(lambda: first.world.one(STATE, second.pk) == "ready", second.explain, LONG)
    second.start()
    wait_for(lambda: first.world.one(STATE, second.pk) == "done", second.explain, LONG)
    second.is_there(anew=False)
    assert first.world.one(rows) == before


def test_a_worker_killed_while_it_checks_and_while_it_imports(world: World) -> None:
    measured = measurements(world, "worker").upload().assign()
    wait_for(lambda: world.one(COPYING) == 1, measured.explain)
    world.kill(WORKER)
    measured.becomes("ready")

    with held(world):
        measured.start()
        is_in_the_middle(world)
        world.kill(WORKER)
        assert measured.look() == "running"
    measured.becomes("done").is_there()
    again(measured)


def test_a_worker_killed_while_it_brings_in_touchpoints(world: World) -> None:
    listed = touchpoints(world).upload().assign().becomes("ready")
    with held(world, HOLD_CODE):
        listed.start()
        is_in_the_middle(world)
        world.kill(WORKER)
        assert listed.look() == "running"
    listed.becomes("done").is_there()
    again(listed)


def test_a_web_server_killed_in_the_middle_of_an_upload_and_of_an_import(world: World) -> None:
    measured = measurements(world, "web").upload().assign().becomes("ready")
    with held(world):
        measured.start()
        is_in_the_middle(world)
        half = world.visitor.begin(
            "/imports/new/measurements/", *multipart("half.csv", measured.content.encode())
        )
        world.kill(WEB)
        half.close()
    measured.becomes("done").is_there()
    world.stack.wait_until_ready()
    again(measured)

    assert world.one("select count(*) from imports_importrun where name = 'half.csv'") == 0
    kept = [path for path in (world.stack.var / "media/imports").rglob("*") if path.is_file()]
    assert len(kept) == world.one("select count(*) from imports_importrun where file <> ''")


def test_a_broker_killed_in_the_middle_of_an_import(world: World) -> None:
    measured = measurements(world, "broker").upload().assign().becomes("ready")
    with held(world):
        measured.start()
        is_in_the_middle(world)
        os.kill(world.stack.pid, signal.SIGSTOP)  # nobody puts another one in its place yet
        old = world.stack.child(BROKER)
        os.kill(old, signal.SIGKILL)
        world.kills += 1
    try:
        measured.becomes("done").is_there()  # without a broker: the work was already in hand
        second = measurements(world, "broker").upload().assign()  # the bell is not heard
        assert world.visitor.get("/touchpoints/")[0] == 200
        assert second.look() == "checking"
    finally:
        os.kill(world.stack.pid, signal.SIGCONT)
    wait_for(lambda: world.stack.child(BROKER) not in {0, old}, world.stack.explain)
    second.becomes("ready").start().becomes("done").is_there(anew=False)


def test_a_database_killed_in_the_middle_of_an_import_and_of_its_undo(world: World) -> None:
    measured = measurements(world, "database").upload().assign().becomes("ready")
    with held(world):
        measured.start()
        is_in_the_middle(world)
        world.kill(DATABASE)
    measured.becomes("done").is_there()

    with held(world):
        assert world.visitor.post(f"/imports/{measured.pk}/undo/", {})[0] == 302
        is_in_the_middle(world)
        world.kill(DATABASE)
    measured.becomes("undone")
    assert world.one("select count(*) from kpis_measurement where run_id = %s", measured.pk) == 0
    world.sums_are_right()


def test_meanwhile_nothing_was_lost_or_done_twice(world: World) -> None:
    wait_for(lambda: min(len(world.comments), len(world.invitations)) > 12, world.stack.explain)
    world.stopped.set()
    open_ones = "select (select count(*) from audit_delivery where done_at is null) + "
    open_ones += "(select count(*) from notices_outgoingmail where sent_at is null)"
    wait_for(lambda: world.one(open_ones) == 0, world.stack.explain)

    comments = dict(world.sql("select text, id from inventory_comment"))
    assert {text for text, status in world.comments.items() if status == 302} <= comments.keys()
    assert len(comments) == world.one("select count(*) from inventory_comment") > 10
    entries = "select count(*) from audit_entry where verb = 'inventory.comment.written'"
    assert world.one(entries) == len(comments)
    told = Counter(key for (key,) in world.sql("select key from notices_notice where starts_with(key, 'comment:')"))
    assert told == {f"comment:{pk}:you": 1 for pk in comments.values()}
    ends = "select id from audit_entry where verb in ('imports.run.finished', 'imports.run.failed', "
    ends += "'imports.run.stopped', 'imports.run.undone', 'imports.run.undo_refused')"
    ended = Counter(key for (key,) in world.sql("select key from notices_notice where starts_with(key, 'import:')"))
    assert ended == {f"import:{pk}": 1 for (pk,) in world.sql(ends)}
    assert world.one("select count(*) from audit_delivery where attempts > 0 or error <> ''") == 0

    invited = {email for (email,) in world.sql("select email from accounts_invitation")}
    assert {email for email, status in world.invitations.items() if status == 302} <= invited
    assert len(invited) == world.one("select count(*) from accounts_invitation") > 10
    # Each mail was written once; one that was just leaving may leave a second time, known by its Message-ID.
    assert Counter(world.mailbox.recipients.values()) == Counter(invited)
    assert sum(world.mailbox.arrived.values()) <= len(invited) + world.kills
