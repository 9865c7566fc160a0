"""Recording: append-only, in the caller's transaction, heard at least once and with its effect exactly once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pgtrigger
import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from cxm.accounts.models import User
from cxm.audit import tasks
from cxm.audit.actions import LISTENERS, Listener, deliver_next, forget_done_deliveries, record
from cxm.audit.choices import VERBS, Verb
from cxm.audit.filters import verbs
from cxm.audit.models import Delivery, Entry
from cxm.audit.versions import versions_of
from cxm.organisation.models import Person
from surveys.questionnaires.choices import WAVE_OPENED
from tests.cast import signed_in
from tests.conftest import SentTasks
from tests.makers import make_person

GREETED = VERBS.get("tests.greeted") or Verb("tests.greeted", "{actor} greeted {label} {times} times")


@pytest.fixture
def heard() -> Iterator[list[Entry]]:
    """A listener that notes what it hears, and stumbles over entries that say so."""
    entries: list[Entry] = []

    def hear(entry: Entry) -> None:
        entries.append(entry)
        make_person(name=f"effect of {entry.pk}")
        if entry.data.get("stumble"):
            raise ConnectionError("down")

    LISTENERS.register(Listener("tests.hear", frozenset({"tests.greeted"}), hear))
    yield entries
    del LISTENERS._items["tests.hear"]


def test_it_says_in_plain_words_who_did_what(mia: User) -> None:
    entry = record(GREETED, actor=mia, target=mia, data={"times": 3})
    assert entry.sentence() == "Mia Meyer greeted Mia Meyer 3 times"
    assert list(Entry.objects.about(mia)) == [entry]


def test_words_of_an_entry_are_escaped(mia: User) -> None:
    entry = record(GREETED, actor=mia, label="<script>", data={"times": "<b>"})
    assert entry.sentence() == "Mia Meyer greeted &lt;script&gt; &lt;b&gt; times"


def test_a_missing_word_is_a_dash_and_a_missing_actor_the_system(db: None) -> None:
    with translation.override("en"):
        assert record(GREETED, actor=None, label="x").sentence() == "The system greeted x – times"


@pytest.mark.parametrize(
    "sql",
    ["update audit_entry set label = 'forged'", "delete from audit_entry", "truncate audit_entry cascade"],
)
def test_the_database_refuses_to_change_history(mia: User, sql: str) -> None:
    entry = record(GREETED, actor=mia, target=mia)
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("set constraints all immediate; set cxm.tests = on")  # no setting opens the door
        pgtrigger.install("audit.Entry:never_emptied")  # taken away in the test database only
        with pytest.raises(DatabaseError, match=r"Cannot .* rows"), transaction.atomic():
            cursor.execute(sql)
    assert Entry.objects.get(pk=entry.pk).label == "Mia Meyer"


def test_a_rolled_back_write_leaves_no_entry(mia: User) -> None:
    def half_done() -> None:
        record(GREETED, actor=mia)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        half_done()
    assert not Entry.objects.exists()


def test_the_bell_rings_only_for_what_somebody_listens_to(
    mia: User, heard: list[Entry], sent_tasks: SentTasks, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture of pytest-django
        record(GREETED, actor=mia)
    assert sent_tasks.names == ["audit.deliver_due"]


def test_a_delivery_is_heard_once(mia: User, heard: list[Entry]) -> None:
    entry = record(GREETED, actor=mia)
    assert deliver_next()
    assert not deliver_next()
    assert heard == [entry]
    assert Delivery.objects.get().done_at


def test_a_listener_that_fails_leaves_nothing_and_is_tried_again(mia: User, heard: list[Entry]) -> None:
    record(GREETED, actor=mia, data={"stumble": True})
    assert deliver_next()
    delivery = Delivery.objects.get()
    assert delivery.error == "ConnectionError: down"
    assert not Person.objects.filter(name__startswith="effect").exists()
    assert not deliver_next(), "not before its time"
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert deliver_next()
    assert len(heard) == 2
    assert Delivery.objects.get().attempts == 2


def test_a_listener_that_fails_is_told_in_the_log(
    mia: User, heard: list[Entry], caplog: pytest.LogCaptureFixture
) -> None:
    record(GREETED, actor=mia, data={"stumble": True})
    deliver_next()
    assert "tests.hear could not hear tests.greeted" in caplog.text
    assert "ConnectionError: down" in caplog.text


def test_what_a_listener_changes_is_done_by_who_caused_it(mia: User, heard: list[Entry]) -> None:
    entry = record(GREETED, actor=mia)
    deliver_next()
    [version] = versions_of(Person.objects.get(name=f"effect of {entry.pk}"))
    assert version.actor_id == mia.pk


def test_administrators_see_what_fails_and_have_it_tried_again(
    ada: User, mia: User, heard: list[Entry], sent_tasks: SentTasks, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(ada)
    assert "could not be finished" not in client.get("/history/").content.decode()
    record(GREETED, actor=mia, label="Nora", data={"stumble": True})
    deliver_next()
    page = client.get("/history/").content.decode()
    assert "One reaction to an event could not be finished" in page
    assert "ConnectionError: down" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/history/retry/").status_code == 302
    assert sent_tasks.names == ["audit.deliver_due"]
    assert deliver_next(), "at once"
    assert Entry.objects.latest("id").sentence() == "Ada Admin had 1 reaction that failed tried again"
    assert signed_in(mia).post("/history/retry/").status_code == 403


def test_a_full_batch_rings_for_the_rest(
    mia: User,
    heard: list[Entry],
    sent_tasks: SentTasks,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for _greeting in range(3):
        record(GREETED, actor=mia)
    monkeypatch.setattr(tasks, "BATCH", 2)
    counts = []
    for _run in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            counts.append(tasks.deliver_due())
    assert counts == [2, 1]
    assert sent_tasks.names == ["audit.deliver_due"]


def test_what_was_heard_is_forgotten_after_a_month(mia: User, heard: list[Entry]) -> None:
    entry = record(GREETED, actor=mia)
    deliver_next()
    record(GREETED, actor=mia)
    assert tasks.forget() == 0
    assert forget_done_deliveries(at=timezone.now() + timedelta(days=31)) == 1
    assert Delivery.objects.get().done_at is None
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_waits_grow_up_to_six_hours() -> None:
    assert [Delivery(attempts=n).next_try() for n in (0, 1, 5, 60)] == [
        timedelta(seconds=5),
        timedelta(seconds=10),
        timedelta(seconds=160),
        timedelta(hours=5, minutes=41, seconds=20),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_delivery(mia: User, heard: list[Entry]) -> None:
    record(GREETED, actor=mia)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("select id from audit_delivery for update")
        assert not deliver_next(), "another worker has it"
    assert deliver_next()


def test_numbers_stand_as_the_reader_writes_them(mia: User) -> None:
    entry = record(GREETED, actor=mia, target=mia, data={"times": 35057})
    assert entry.sentence() == "Mia Meyer greeted Mia Meyer 35,057 times"
    with translation.override("de"):
        assert "35.057" in entry.sentence()


@pytest.mark.parametrize(
    ("language", "count", "sentence"),
    [
        ("en", 1, "Mia Meyer opened the wave Herbst for 1 person"),
        ("en", 2, "Mia Meyer opened the wave Herbst for 2 people"),
        ("de", 1, "Mia Meyer hat die Welle Herbst für 1 Person geöffnet"),
        ("de", 2, "Mia Meyer hat die Welle Herbst für 2 Personen geöffnet"),
    ],
)
def test_one_is_told_as_one(language: str, count: int, sentence: str, mia: User) -> None:
    entry = record(WAVE_OPENED, actor=mia, label="Herbst", data={"count": count})
    with translation.override(language):
        assert entry.sentence() == sentence


def test_an_entry_without_its_number_is_told_as_of_many(mia: User) -> None:
    entry = record(WAVE_OPENED, actor=mia, label="Herbst")
    assert entry.sentence() == "Mia Meyer opened the wave Herbst for – people"


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_verb_that_counts_has_a_form_for_one_and_one_for_many(language: str) -> None:
    with translation.override(language):
        counting = [verb for verb in VERBS if re.search(r"\{(count|n)\} \w", verb.text())]
        assert len(counting) >= 9
        alike = [v.code for v in counting if v.text({v.counts: 1}) == v.text({v.counts: 2})]
    assert alike == []


def test_the_filter_names_a_verb_that_counts(db: None) -> None:
    assert ("questionnaires.wave.opened", "opened the wave … for … people") in verbs()
