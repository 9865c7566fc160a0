"""Mail: what is sent lands in the outbox; a worker delivers it once, tries again, and gives up in the end."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Event, Thread
from typing import Any, ClassVar

import pytest
import time_machine
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from requests import Response

from cxm.accounts.models import User
from cxm.notices import tasks
from cxm.notices.actions import (
    Outcome,
    deliver_next_mail,
    erase_old_secrets,
    forget_old_mails,
    send_mail_again,
)
from cxm.notices.choices import MailState
from cxm.notices.letters import SECRET_HEADER, message_id
from cxm.notices.models import OutgoingMail
from tests.conftest import SentTasks

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Server(BaseEmailBackend):
    """A mail server that takes everything, but for the addresses that it refuses."""

    taken: ClassVar[list[EmailMessage]] = []
    refused: ClassVar[dict[str, Exception]] = {}

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                if recipient in self.refused:
                    raise self.refused[recipient]
            self.taken.append(message)
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> type[Server]:
    """The mailer "delivery" is set up."""
    settings.MAILERS = {
        "default": {"BACKEND": "cxm.notices.mail.OutboxBackend"},
        "delivery": {"BACKEND": "tests.cxm.notices.test_mail.Server"},
    }
    Server.taken, Server.refused = [], {}
    return Server


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def test_a_mail_waits_in_the_outbox_and_the_bell_is_rung(
    sent_tasks: SentTasks, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_mail("Hello", "Text", None, ["otto@example.org"], html_message="<p>Text</p>")
    mail = OutgoingMail.objects.get()
    assert (mail.recipients, mail.subject, mail.body, mail.html) == (
        ["otto@example.org"],
        "Hello",
        "Text",
        "<p>Text</p>",
    )
    assert mail.state == MailState.WAITING
    assert sent_tasks.names == ["notices.send_mail"]


def test_a_rolled_back_transaction_sends_nothing() -> None:
    with transaction.atomic():
        send_mail("Hello", "Text", None, ["otto@example.org"])
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_each_recipient_gets_a_mail_of_his_own() -> None:
    EmailMessage("Hello", "Text", to=["a@x.org", "b@x.org"], cc=["c@x.org"], bcc=["a@x.org"]).send()
    assert [mail.recipients for mail in OutgoingMail.objects.order_by("id")] == [
        ["a@x.org"],
        ["b@x.org"],
        ["c@x.org"],
    ]


def test_a_line_break_in_a_subject_begins_no_header() -> None:
    send_mail("Hello\r\nBcc: all@x.org", "Text", None, ["a@x.org"])
    assert OutgoingMail.objects.get().subject == "Hello Bcc: all@x.org"


def test_without_a_mail_server_nothing_is_tried() -> None:
    send_mail("Hello", "Text", None, ["a@x.org"])
    assert tasks.send_mail() == 0
    assert OutgoingMail.objects.get().attempts == 0


def test_the_worker_delivers_what_is_due_once(server: type[Server]) -> None:
    message = EmailMultiAlternatives(
        "Hello", "Text", "me@x.org", ["a@x.org"], reply_to=["back@x.org"], headers={"X-Part": "1"}
    )
    message.attach_alternative("<p>Text</p>", "text/html")
    message.attach("list.csv", "a;b", "text/csv")
    message.attach("x.bin", b"\x00\xff", "application/octet-stream")
    message.send()
    assert (tasks.send_mail(), tasks.send_mail()) == (1, 0)
    [left] = server.taken
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.SENT, 1)
    text = left.message()
    assert (text["From"], text["To"], text["Reply-To"]) == ("me@x.org", "a@x.org", "back@x.org")
    assert (text["Message-ID"], text["X-Part"]) == (message_id(mail), "1")
    assert [part.get_content_type() for part in text.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
        "application/octet-stream",
    ]
    assert [(a.filename, a.content) for a in left.attachments] == [
        ("list.csv", "a;b"),
        ("x.bin", b"\x00\xff"),
    ]


def test_one_bad_address_blocks_nobody(server: type[Server]) -> None:
    server.refused = {"bad@x.org": SMTPRecipientsRefused({"bad@x.org": (451, b"later")})}
    for address in ("bad@x.org", "a@x.org", "b@x.org"):
        send_mail("Hello", "Text", None, [address])
    assert tasks.send_mail() == 2
    assert [message.to for message in server.taken] == [["a@x.org"], ["b@x.org"]]


def test_a_failed_mail_waits_a_minute_then_twice_as_long(server: type[Server]) -> None:
    server.refused = {"a@x.org": SMTPRecipientsRefused({"a@x.org": (451, b"later")})}
    with time_machine.travel(NOON, tick=False):
        send_mail("Hello", "Text", None, ["a@x.org"])
        OutgoingMail.objects.update(due_at=NOON, queued_at=NOON)
        waits = []
        for _try in range(3):
            assert deliver_next_mail() is Outcome.MAIL_FAILED
            mail = OutgoingMail.objects.get()
            waits.append(mail.due_at - NOON)
            OutgoingMail.objects.update(due_at=NOON)
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert mail.error.startswith("SMTPRecipientsRefused")


def test_after_a_day_of_tries_it_is_given_up(server: type[Server]) -> None:
    server.refused = {"a@x.org": SMTPServerDisconnected("gone")}
    send_mail("Hello", "Text", None, ["a@x.org"])
    now, tries = NOON, 0
    OutgoingMail.objects.update(due_at=NOON, queued_at=NOON)
    while OutgoingMail.objects.waiting().exists():
        now = OutgoingMail.objects.get().due_at
        with time_machine.travel(now, tick=False):
            assert deliver_next_mail() is Outcome.SERVER_FAILED
        tries += 1
    assert (tries, now - NOON) == (11, timedelta(minutes=1023))  # the next would come after 34 hours
    assert OutgoingMail.objects.get().state == MailState.GIVEN_UP


def test_an_address_refused_for_good_is_given_up_at_once(server: type[Server]) -> None:
    server.refused = {"a@x.org": SMTPRecipientsRefused({"a@x.org": (550, b"unknown")})}
    send_mail("Hello", "Text", None, ["a@x.org"])
    tasks.send_mail()
    assert OutgoingMail.objects.get().state == MailState.GIVEN_UP


def test_a_server_that_fails_ends_the_run(server: type[Server]) -> None:
    server.refused = {"a@x.org": ConnectionRefusedError()}
    for address in ("a@x.org", "b@x.org"):
        send_mail("Hello", "Text", None, [address])
    assert tasks.send_mail() == 0
    assert OutgoingMail.objects.get(recipients=["b@x.org"]).attempts == 0
    assert tasks.send_mail() == 1


def test_mail_that_waited_a_day_does_not_leave_when_a_server_comes(server: type[Server]) -> None:
    send_mail("Hello", "Text", None, ["a@x.org"])
    OutgoingMail.objects.update(queued_at=NOON)
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        OutgoingMail.objects.update(due_at=NOON)
        assert tasks.send_mail() == 0
    assert OutgoingMail.objects.get().state == MailState.GIVEN_UP


def test_a_secret_is_erased_once_it_is_sent(server: type[Server]) -> None:
    EmailMessage("Code", "123456", to=["a@x.org"], headers={SECRET_HEADER: "yes"}).send()
    assert OutgoingMail.objects.get().body == "123456"
    tasks.send_mail()
    mail = OutgoingMail.objects.get()
    assert (mail.body, mail.is_erased) == ("", True)
    assert SECRET_HEADER not in server.taken[0].message()


@pytest.mark.django_db(transaction=True)
def test_a_mail_in_the_hands_of_another_worker_is_left_alone(server: type[Server]) -> None:
    send_mail("Hello", "Text", None, ["a@x.org"])
    locked, done = Event(), Event()

    def other_worker() -> None:
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get()
            locked.set()
            done.wait(10)
        connection.close()

    thread = Thread(target=other_worker)
    thread.start()
    assert locked.wait(10)
    assert deliver_next_mail() is Outcome.NOTHING_DUE
    done.set()
    thread.join()
    assert deliver_next_mail() is Outcome.SENT


def test_mail_is_forgotten_after_ninety_days_also_if_it_never_left() -> None:
    for address in ("sent@x.org", "waiting@x.org", "new@x.org"):
        send_mail("Hello", "Text", None, [address])
    OutgoingMail.objects.exclude(recipients=["new@x.org"]).update(queued_at=NOON - timedelta(days=91))
    OutgoingMail.objects.filter(recipients=["new@x.org"]).update(queued_at=NOON - timedelta(days=89))
    OutgoingMail.objects.filter(recipients=["sent@x.org"]).update(sent_at=NOON)
    assert forget_old_mails(at=NOON) == 2
    assert OutgoingMail.objects.get().recipients == ["new@x.org"]


def test_without_a_server_a_secret_is_erased_when_its_link_works_no_longer(ada: User) -> None:
    for body, secret in (("https://cxm/welcome/abc/", "yes"), ("Hello", "")):
        EmailMessage("Code", body, to=["a@x.org"], headers={SECRET_HEADER: secret} if secret else None).send()
    OutgoingMail.objects.update(created_at=NOON)
    assert erase_old_secrets(at=NOON + timedelta(days=14)) == 0
    assert erase_old_secrets(at=NOON + timedelta(days=14, seconds=1)) == 1
    assert erase_old_secrets(at=NOON + timedelta(days=15)) == 0
    secret_one, plain = OutgoingMail.objects.order_by("id")
    assert (secret_one.body, secret_one.state, secret_one.is_erased) == ("", MailState.GIVEN_UP, True)
    assert (plain.body, plain.state) == ("Hello", MailState.WAITING)
    with pytest.raises(ValidationError, match="erased"):
        send_mail_again(actor=ada, mail=secret_one)


def api_error(code: int) -> AnymailRequestsAPIError:
    """What a provider's answer becomes."""
    response = Response()
    response.status_code, response.reason = code, "Reason"
    return AnymailRequestsAPIError(response=response)


@pytest.mark.parametrize(
    ("error", "others", "state"),
    [
        (AnymailRecipientsRefused(), 1, MailState.GIVEN_UP),
        (AnymailInvalidAddress("x"), 1, MailState.WAITING),
        (api_error(422), 1, MailState.WAITING),
        (api_error(401), 0, MailState.WAITING),
        (api_error(429), 0, MailState.WAITING),
        (api_error(503), 0, MailState.WAITING),
        (AnymailAPIError("no connection"), 0, MailState.WAITING),
    ],
)
def test_a_provider_that_refuses_one_mail_gets_the_next(
    server: type[Server], error: Exception, others: int, state: MailState
) -> None:
    server.refused = {"bad@x.org": error}
    for address in ("bad@x.org", "a@x.org"):
        send_mail("Hello", "Text", None, [address])
    assert tasks.send_mail() == others
    assert OutgoingMail.objects.get(recipients=["bad@x.org"]).state == state
