"""kill -9 in the middle of telling people and of sending mail: nobody is told twice, nobody is forgotten.

The middle is made: the test holds what the worker must write next, so the kill comes when the work is done but not
committed.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cxm.embedded.place import Place
from cxm.embedded.services import Services
from tests.faults.stack import Stack, manage, wait_for
from tests.faults.test_import_kill import DATABASE, LONG, PEOPLE, WORKER, World, held
from tests.faults.visitor import Mailbox, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")]

NEXT_COMMENT = (
    "select case when is_called then last_value + 1 else last_value end from inventory_comment_id_seq"
)
SAME_NOTICE = """
insert into notices_notice (user_id, kind, text, url, key)
select id, 'x', 'x', '', 'comment:{number}:you' from accounts_user where name = 'Otto Oezdemir'
"""
NO_WRITES = "lock table notices_outgoingmail in share mode"  # reading and locking of rows go on
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~* '{what}'"


@pytest.fixture(scope="module")
def world(open_folder: Callable[[], Path]) -> Iterator[World]:
    """An installation with two people, a touchpoint and a mail server, in which nothing else happens."""
    var = open_folder()
    made = manage(var, "shell", "-v0", "-c", PEOPLE)
    assert made.returncode == 0, made.stderr
    _made, session, touchpoint = made.stdout.split("\n")[-2].split()
    with closing(Mailbox()) as mailbox, closing(Stack(var)) as stack:
        stack.start(MAIL_URL=mailbox.url)
        database = Services(Place(var)).postgres.url()
        yield World(stack, Visitor(stack.port, session), int(touchpoint), mailbox, database)


def waits_for(world: World, what: str) -> None:
    """Somebody's statement waits for what the test holds."""
    wait_for(lambda: world.one(WAITING.format(what=what)) > 0, world.stack.explain)


@pytest.mark.parametrize("word", [WORKER, DATABASE])
def test_a_notice_comes_once_although_its_writer_was_killed(world: World, word: str) -> None:
    number = world.one(NEXT_COMMENT)
    with held(world, SAME_NOTICE.format(number=number)):
        path = f"/touchpoints/{world.touchpoint}/comments/"
        assert world.visitor.post(path, {"text": f"@Otto Oezdemir before {word}"})[0] == 302
        waits_for(world, 'insert into "notices_notice"')
        world.kill(word)
    world.stack.wait_until_ready()
    wait_for(lambda: world.one("select count(*) from audit_delivery where done_at is null") == 0,
             world.stack.explain, LONG)  # fmt: skip

    told = "select count(*) from notices_notice where key = %s and kind <> 'x'"
    assert world.one(told, f"comment:{number}:you") == 1
    assert world.one("select count(*) from audit_delivery where error <> ''") == 0


@pytest.mark.parametrize("word", [WORKER, DATABASE])
def test_a_mail_that_left_just_before_the_kill_leaves_again_as_the_same_mail(world: World, word: str) -> None:
    email = f"guest-{len(word)}@example.org"
    world.mailbox.gate.clear()
    fields = {"name": "Guest", "email": email, "language": "en", "roles": "employee"}
    assert world.visitor.post("/accounts/invitations/new/", fields)[0] == 302
    wait_for(lambda: email in world.mailbox.recipients.values(), world.stack.explain)
    with held(world, NO_WRITES):
        world.mailbox.gate.set()  # 250: the server has it, the worker is about to note that
        waits_for(world, 'update "notices_outgoingmail"')
        world.kill(word)
    world.stack.wait_until_ready()
    unsent = "select count(*) from notices_outgoingmail where sent_at is null"
    wait_for(lambda: world.one(unsent) == 0, world.stack.explain, LONG)

    arrived = [key for key, to in world.mailbox.recipients.items() if to == email]
    assert len(arrived) == 1  # by its Message-ID it is one mail
    assert world.mailbox.arrived[arrived[0]] == 2
    sent = "select count(*) from notices_outgoingmail where recipients ? %s"
    assert world.one(sent, email) == 1
