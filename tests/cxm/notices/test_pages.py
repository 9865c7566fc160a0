"""The inbox and the outgoing mail."""

from typing import Any

import pytest
from django.core.mail import EmailMessage, send_mail

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.notices.actions import notify
from cxm.notices.choices import KINDS, STAND_IN, MailState
from cxm.notices.letters import SECRET_HEADER
from cxm.notices.models import Notice, OutgoingMail
from tests.cast import signed_in

INBOX = "/notices/"


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def tell(user: User, count: int = 1, url: str = "/help/") -> list[Notice]:
    """Some notices."""
    made = [notify(user=user, kind=STAND_IN, text=f"<Notice {n}>", url=url, key=str(n)) for n in range(count)]
    return [notice for notice in made if notice]


def test_the_inbox_shows_ones_own_notices_newest_first(otto: User, mia: User) -> None:
    tell(otto, 2)
    page = signed_in(otto).get(INBOX).content.decode()
    assert page.index("&lt;Notice 1&gt;") < page.index("&lt;Notice 0&gt;")
    assert "Notice" not in signed_in(mia).get(INBOX).content.decode().split("<main")[1].replace("notice", "")


def test_the_inbox_goes_on_in_pages(otto: User) -> None:
    tell(otto, 35)
    client = signed_in(otto)
    first = client.get(INBOX)
    assert first.context["next_before"]
    rest = client.get(f"{INBOX}?before={first.context['next_before']}", headers={"HX-Request": "true"})
    assert "<html" not in rest.content.decode()
    assert len(rest.context["notices"]) == 5
    assert client.get(f"{INBOX}?before=nonsense").status_code == 200


def test_opening_marks_as_read_and_leads_on(otto: User) -> None:
    [notice] = tell(otto)
    answer: Any = signed_in(otto).post(f"{INBOX}{notice.pk}/open/")
    assert answer.url == "/help/"
    notice.refresh_from_db()
    assert notice.read_at


def test_a_notice_leads_nowhere_outside(otto: User) -> None:
    [notice] = tell(otto, url="https://evil.example/")
    answer: Any = signed_in(otto).post(f"{INBOX}{notice.pk}/open/")
    assert answer.url == INBOX


def test_one_and_all_are_marked_as_read_without_a_new_page(otto: User) -> None:
    first, *_others = tell(otto, 3)
    client = signed_in(otto)
    line = client.post(f"{INBOX}{first.pk}/read/", headers={"HX-Request": "true"}).content.decode()
    assert f'id="notice-{first.pk}"' in line
    assert otto.notices.unread().count() == 2
    rows = client.post(f"{INBOX}read-all/", headers={"HX-Request": "true"})
    assert "toast" in rows.headers["HX-Trigger"]
    assert otto.notices.unread().count() == 0


def test_the_number_at_the_bell_follows(otto: User) -> None:
    first, *_others = tell(otto, 3)
    client, htmx = signed_in(otto), {"HX-Request": "true"}
    page = client.get(INBOX).content.decode()
    assert 'id="bell"' in page
    assert "hx-swap-oob" not in page.split('id="bell"')[1].split(">")[0]
    line = client.post(f"{INBOX}{first.pk}/read/", headers=htmx).content.decode()
    bell = line.split('id="bell"')[1]
    assert 'hx-swap-oob="true"' in bell
    assert "Inbox, 2 unread notices" in bell
    rows = client.post(f"{INBOX}read-all/", headers=htmx).content.decode()
    bell = rows.split('id="bell"')[1]
    assert 'aria-label="Inbox"' in bell
    assert "bell-count" not in bell


def test_the_tab_of_unread_notices_stays_that(otto: User) -> None:
    first, *_others = tell(otto, 2)
    client = signed_in(otto)
    page = client.get(f"{INBOX}?unread=1").content.decode()
    assert f"{INBOX}read-all/?unread=1" in page
    rows = client.post(f"{INBOX}read-all/?unread=1", headers={"HX-Request": "true"}).content.decode()
    assert "Everything is read" in rows
    assert "Notice" not in rows.split('id="bell"')[0].replace("notices", "")
    answer: Any = client.post(f"{INBOX}{first.pk}/read/?unread=1")
    assert answer.url == f"{INBOX}?unread=1"


def test_the_notices_of_others_are_not_found(otto: User, mia: User) -> None:
    [notice] = tell(otto)
    client = signed_in(mia)
    assert client.post(f"{INBOX}{notice.pk}/open/").status_code == 404
    assert client.post(f"{INBOX}{notice.pk}/read/").status_code == 404
    assert otto.notices.unread().count() == 1


def test_everybody_says_what_he_wants_to_hear(otto: User) -> None:
    client = signed_in(otto)
    wanted = [kind.code for kind in KINDS if kind.code != STAND_IN.code]
    assert client.post(f"{INBOX}preferences/", {"rhythm": "weekly", "kinds": wanted}).status_code == 302
    assert tell(otto) == []
    page = client.get(f"{INBOX}preferences/")
    assert page.context["form"]["rhythm"].value() == "weekly"
    assert STAND_IN.code not in page.context["form"]["kinds"].value()
    assert client.post(f"{INBOX}preferences/", {"rhythm": "hourly"}).status_code == 422


def test_administrators_read_what_would_have_left(ada: User) -> None:
    send_mail("Hello", "Text with <b>", None, ["otto@example.org"])
    mail, client = OutgoingMail.objects.get(), signed_in(ada)
    page = client.get("/notices/mails/?q=OTTO&state=waiting").content.decode()
    assert "Hello" in page
    assert "no mail server is set up" in page
    detail = client.get(f"/notices/mails/{mail.pk}/").content.decode()
    assert "Text with &lt;b&gt;" in detail
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.is_read) == ("notices.mail.read", True)


def test_with_a_mail_server_the_warning_is_gone(ada: User, settings: Any) -> None:
    settings.MAILERS |= {"delivery": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    assert "no mail server is set up" not in signed_in(ada).get("/notices/mails/").content.decode()


def test_a_waiting_mail_is_withdrawn_and_sent_after_all(ada: User) -> None:
    send_mail("Hello", "Text", None, ["otto@example.org"])
    mail, client = OutgoingMail.objects.get(), signed_in(ada)
    client.post(f"/notices/mails/{mail.pk}/withdraw/")
    mail.refresh_from_db()
    assert mail.state == MailState.WITHDRAWN
    again = client.post(f"/notices/mails/{mail.pk}/withdraw/", follow=True).content.decode()
    assert "not waiting any more" in again
    client.post(f"/notices/mails/{mail.pk}/resend/")
    mail.refresh_from_db()
    assert (mail.state, OutgoingMail.objects.count()) == (MailState.WAITING, 1)


def test_a_sent_mail_leaves_again_as_a_copy(ada: User) -> None:
    send_mail("Hello", "Text", None, ["otto@example.org"])
    OutgoingMail.objects.update(sent_at="2026-11-01T00:00Z")
    signed_in(ada).post(f"/notices/mails/{OutgoingMail.objects.get().pk}/resend/")
    states = [mail.state for mail in OutgoingMail.objects.order_by("id")]
    assert states == [MailState.SENT, MailState.WAITING]


def test_an_erased_mail_is_not_sent_again(ada: User) -> None:
    EmailMessage("Code", "1", to=["a@x.org"], headers={SECRET_HEADER: "yes"}).send()
    OutgoingMail.objects.update(sent_at="2026-11-01T00:00Z", body="")
    mail, client = OutgoingMail.objects.get(), signed_in(ada)
    page = client.post(f"/notices/mails/{mail.pk}/resend/", follow=True).content.decode()
    assert "was erased, because it held a link" in page
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("path", ["mails/", "mails/1/"])
def test_others_do_not_see_mail(mia: User, path: str) -> None:
    assert signed_in(mia).get(INBOX + path).status_code == 403
