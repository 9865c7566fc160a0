"""Sign-in: recorded, limited, with fresh sessions that end."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from cxm.accounts.models import User
from cxm.audit.models import Entry
from cxm.notices.models import OutgoingMail
from tests.cast import PASSWORD, signed_in

LOGIN = "/sign-in/login/"
HOME = "/accounts/profile/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> int:
    """Try to come in; 302 is in, 200 is not."""
    return client.post(LOGIN, {"login": email, "password": password}, **extra).status_code


def verbs() -> list[str]:
    """What the history says, oldest first."""
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


def test_email_and_password_let_in(otto: User, client: Client) -> None:
    assert sign_in(client, "Otto@Example.org") == 302
    assert client.get(HOME).status_code == 200


def test_coming_failing_and_going_are_recorded(otto: User, client: Client) -> None:
    sign_in(client, otto.email, "wrong")
    sign_in(client, "typed-my-password-here@x.org", "wrong", headers={"Accept-Language": "en"})
    sign_in(client, otto.email)
    client.post("/sign-in/logout/")
    assert verbs() == [
        "accounts.user.sign_in_failed",
        "accounts.user.sign_in_failed",
        "accounts.user.signed_in",
        "accounts.user.signed_out",
    ]
    known, unknown = Entry.objects.order_by("id")[:2]
    assert (known.label, unknown.label, unknown.target_id) == ("Otto Özdemir", "somebody unknown", None)


def test_after_five_wrong_passwords_the_right_one_does_not_help(otto: User, client: Client) -> None:
    codes = [sign_in(client, otto.email, "wrong") for _try in range(5)]
    assert codes == [200] * 5
    assert sign_in(client, otto.email) == 200
    assert Entry.objects.filter(verb="accounts.user.sign_in_failed").count() == 5


def test_ten_wrong_passwords_a_minute_shut_an_address_out(otto: User, client: Client) -> None:
    for number in range(10):
        sign_in(client, f"nobody{number}@example.org", "wrong")
    assert sign_in(client, otto.email) == 200
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), otto.email) == 302


def test_who_is_closed_out_does_not_come_in(stranger: User, client: Client) -> None:
    assert sign_in(client, stranger.email) == 302  # to the page that says so
    assert client.get(HOME).status_code == 302


def test_the_session_key_changes_at_sign_in(otto: User, client: Client) -> None:
    client.post("/accounts/language/", {"language": "de"})
    client.session.save()
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    sign_in(client, otto.email)
    assert client.session.session_key != before


def test_a_session_ends_after_twelve_hours_however_busy(otto: User) -> None:
    start = timezone.now()
    with time_machine.travel(start) as clock:
        client = signed_in(otto)
        for hours in (4, 8, 11):
            clock.move_to(start + timedelta(hours=hours))
            assert client.get(HOME).status_code == 200
            session = client.session
            session["busy"] = hours  # each save would move the cookie's own end
            session.save()
        clock.move_to(start + timedelta(hours=12, minutes=1))
        assert client.get(HOME).status_code == 302


def test_a_new_password_ends_the_other_sessions_and_is_told(otto: User, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}
    here, there = signed_in(otto), signed_in(otto)
    new = "battery staple horse correct"
    answer = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert here.get(HOME).status_code == 200
    assert there.get(HOME).status_code == 302
    assert "accounts.user.password_changed" in verbs()
    [mail] = OutgoingMail.objects.all()
    assert (mail.recipients, mail.is_secret) == ([otto.email], False)


def test_closing_an_account_ends_its_sessions(otto: User) -> None:
    client = signed_in(otto)
    User.objects.filter(pk=otto.pk).update(is_active=False)
    assert client.get(HOME).status_code == 302


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(HOME, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith(LOGIN)


def test_a_sign_in_code_comes_in_the_readers_language_and_is_a_secret(
    otto: User, client: Client, settings: Any
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}
    User.objects.filter(pk=otto.pk).update(language="de")
    client.post("/sign-in/login/code/", {"email": otto.email}, headers={"Accept-Language": "en"})
    [mail] = OutgoingMail.objects.all()
    assert (mail.subject, mail.is_secret) == ("Ihr Anmeldecode", True)


@pytest.mark.parametrize("url", ["/sign-in/signup/"])
def test_nobody_signs_up_by_himself(client: Client, url: str, company: Any) -> None:
    client.post(url, {"email": "eve@x.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="eve@x.org").exists()


def test_nobody_changes_the_email_he_signs_in_with(otto: User) -> None:
    client = signed_in(otto)
    answer = client.post("/sign-in/email/", {"action_add": "", "email": "other@x.org"})
    assert answer.url == "/accounts/profile/"  # type: ignore[attr-defined]
    assert list(User.objects.values_list("email", flat=True)) == ["otto@example.org"]


@pytest.mark.parametrize(
    "name", ["account_login", "account_request_login_code", "account_reset_password", "accounts:profile"]
)
def test_an_e_mail_is_called_so_everywhere(name: str, otto: User, client: Client) -> None:
    page = (client if name.startswith("account_") else signed_in(otto)).get(
        reverse(name), headers={"Accept-Language": "en"}
    )
    words = strip_tags(page.content.decode())
    assert "E-mail" in words or "e-mail" in words
    assert re.findall(r"\b[Ee]mail\b", words) == []
    assert re.findall(r'placeholder="[^"]*[Ee]mail[^"]*"', page.content.decode()) == []


def test_a_wrong_password_is_told_in_our_words(otto: User, client: Client) -> None:
    answer = client.post(LOGIN, {"login": otto.email, "password": "wrong"}, headers={"Accept-Language": "en"})
    assert "The e-mail or the password is not right." in answer.content.decode()
