"""Authenticator app and recovery codes, as somebody uses them; and the code by e-mail."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cxm.accounts.actions.users import confirm_address
from cxm.accounts.models import User
from cxm.notices.models import OutgoingMail
from tests.cast import PASSWORD

LOGIN, ASK, PROFILE = "/sign-in/login/", "/sign-in/2fa/authenticate/", "/accounts/profile/"
PERIOD = 30  # seconds that a code of an authenticator app lives


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """The product's own mailer, in place of that of the test runner."""
    settings.MAILERS = {"default": {"BACKEND": "cxm.notices.mail.OutboxBackend"}}


def app_shows(secret: str) -> str:
    """What an authenticator app shows (RFC 6238); who sees that it is about to change waits for the next code."""
    left = PERIOD - time.time() % PERIOD
    if left < 5:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)))


def password_given(user: User) -> tuple[Client, Any]:
    """A fresh browser after e-mail and password."""
    client = Client()
    return client, client.post(LOGIN, {"login": user.email, "password": PASSWORD})


def set_up_app(user: User) -> str:
    """The user sets up his app; returns the secret that he scanned."""
    confirm_address(user)  # as every way to an account does
    client, _answer = password_given(user)
    client.post(
        reverse("account_reauthenticate"), {"password": PASSWORD}
    )  # who changes his sign-in proves himself
    page: Any = client.get(reverse("mfa_activate_totp"))
    found: str = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200  # a wrong one
    assert client.post(reverse("mfa_activate_totp"), {"code": app_shows(found)}).status_code == 302
    return found


@pytest.fixture
def secret(otto: User) -> str:
    """Otto has an app."""
    return set_up_app(otto)


def is_in(client: Client) -> bool:
    """Whether this browser gets pages."""
    return client.get(PROFILE).status_code == 200


def test_with_an_app_the_password_alone_does_not_let_in(otto: User, secret: str) -> None:
    client, answer = password_given(otto)
    assert answer.headers["Location"].startswith(ASK)
    assert not is_in(client)
    assert client.post(ASK, {"code": "000000"}).status_code == 200
    assert not is_in(client)


def test_the_code_of_the_app_lets_in_and_works_once(otto: User, secret: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):  # the code of the set-up is used up
        code = app_shows(secret)
        for lets_in in (True, False):
            client, _answer = password_given(otto)
            client.post(ASK, {"code": code})
            assert is_in(client) is lets_in


def test_a_code_of_yesterday_does_not_let_in(otto: User, secret: str) -> None:
    code = app_shows(secret)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        client, _answer = password_given(otto)
        client.post(ASK, {"code": code})
        assert not is_in(client)


def test_each_recovery_code_lets_in_once(otto: User, secret: str) -> None:
    codes = Authenticator.objects.get(user=otto, type=Authenticator.Type.RECOVERY_CODES).wrap()
    first, second, *_more = codes.get_unused_codes()
    for code, lets_in in ((first, True), (first, False), (second, True)):
        client, _answer = password_given(otto)
        client.post(ASK, {"code": code})
        assert is_in(client) is lets_in
    assert len(codes.get_unused_codes()) == 10  # what was read before
    fresh = Authenticator.objects.get(user=otto, type=Authenticator.Type.RECOVERY_CODES).wrap()
    assert len(fresh.get_unused_codes()) == 8


@pytest.mark.django_db(transaction=True)  # the mail goes out with the commit
def test_the_new_app_is_told_to_its_owner(otto: User) -> None:
    set_up_app(otto)
    assert OutgoingMail.objects.filter(recipients=[otto.email], is_secret=False).exists()


def ask_for_code(client: Client, user: User) -> tuple[str, str]:
    """The code of the mail, and the path of its link."""
    client.post("/sign-in/login/code/", {"email": user.email})
    body = OutgoingMail.objects.latest("id").body
    link = next(line for line in body.splitlines() if "/confirm/?code=" in line)
    path = link.removeprefix("http://127.0.0.1:8000")
    assert path != link
    return path.partition("code=")[2], path


def test_the_link_of_the_mail_fills_in_the_code_and_signs_nobody_in(otto: User, client: Client) -> None:
    code, path = ask_for_code(client, otto)
    for _twice in range(2):  # a scanner, then Otto
        page = client.get(path).content.decode()
        assert re.search(rf'<input[^>]*value="{code}"', page)
        assert not is_in(client)
    assert client.post(path.partition("?")[0], {"code": code}).status_code == 302
    assert is_in(client)


def test_in_another_browser_the_link_says_where_it_works(otto: User, client: Client) -> None:
    _code, path = ask_for_code(client, otto)
    other = Client()
    page: Any = other.get(path, headers={"Accept-Language": "en"}, follow=True)
    assert "in the browser in which you asked for the code" in page.content.decode()
    assert not is_in(other)
