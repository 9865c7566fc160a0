"""The settings with which an installation goes to the network."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from cxm.accounts.models import User
from cxm.embedded.place import ROOT
from tests.cast import PASSWORD
from tests.template import address

HTTPS = {"SITE_URL": "https://cxm.example.org", "ALLOWED_HOSTS": "cxm.example.org"}


def run(code: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A program with the product's settings, read from this environment."""
    ours = {"DJANGO_ALLOW_ASYNC_UNSAFE", "CXM_DEMO", "BEHIND_PROXY", "SITE_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {
        "SECRET_KEY": "x7Jq" * 16 + "ab9-_Zk3",
        "DJANGO_SETTINGS_MODULE": "cxm.settings",
        "DEBUG": "0",
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=environment | given, capture_output=True, text=True, check=False
    )


def settings_of(**given: str) -> dict[str, Any]:
    """All settings that are plain values, as this environment makes them."""
    code = (
        "import json; from cxm import settings; "
        "print(json.dumps({n: v for n, v in vars(settings).items() if n.isupper()}, default=lambda value: None))"
    )
    done = run(code, **given)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.django_db
def test_the_deployment_check_finds_nothing_with_an_https_address() -> None:
    code = (
        "import django; django.setup(); from django.core.management import call_command; "
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    done = run(code, **HTTPS)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("start", "setting", "timeout"),
    [
        ("import cxm.wsgi", "", "30s"),
        ("import cxm.wsgi", "5s", "5s"),
        ("import django; django.setup()", "", "0"),
    ],
)
@pytest.mark.django_db
def test_pages_give_up_a_statement_in_time_and_the_worker_does_not(
    start: str, setting: str, timeout: str
) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cxm.settings", "DATABASE_URL": address("postgres")}
    environment |= {"WEB_STATEMENT_TIMEOUT": setting} if setting else {}
    code = (
        f"{start}; from django.db import connection; cursor = connection.cursor(); "
        "cursor.execute('show statement_timeout'); print(cursor.fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == timeout, done.stderr


def test_the_demo_stays_at_home_unless_told_otherwise() -> None:
    assert settings_of(SITE_URL="http://127.0.0.1:8000")["DEMO"] is True
    assert settings_of(**HTTPS)["DEMO"] is False
    assert settings_of(**HTTPS, CXM_DEMO="1")["DEMO"] is True


def test_the_whole_domain_is_bound_to_https_only_if_asked_for() -> None:
    usual, asked = settings_of(**HTTPS), settings_of(**HTTPS, HSTS_INCLUDE_SUBDOMAINS="1", HSTS_PRELOAD="1")
    assert usual["SECURE_HSTS_SECONDS"] == 31_536_000
    assert not usual["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert not usual["SECURE_HSTS_PRELOAD"]
    assert asked["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert asked["SECURE_HSTS_PRELOAD"]


def test_many_addresses_do_not_push_each_other_out_of_the_counts() -> None:
    assert settings_of()["CACHES"]["default"]["OPTIONS"]["MAX_ENTRIES"] == 100_000


def test_without_a_proxy_nobody_may_say_who_he_is() -> None:
    for found in (settings_of(), settings_of(**HTTPS, BEHIND_PROXY="0")):
        assert "ALLAUTH_TRUSTED_PROXY_COUNT" not in found
        assert "SECURE_PROXY_SSL_HEADER" not in found


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    """This process has what an installation with an https address has."""
    found = settings_of(**HTTPS)
    for name in ("SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT", "ALLAUTH_TRUSTED_PROXY_COUNT"):
        setattr(settings, name, found[name])
    settings.SECURE_PROXY_SSL_HEADER = tuple(found["SECURE_PROXY_SSL_HEADER"])


def visit(address: str, email: str, password: str, **more: str) -> int:
    """A sign-in through the proxy from this address; 302 is in, 200 is not. What the visitor forges comes first."""
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": address}
    data = {"login": email, "password": password}
    answer = Client(REMOTE_ADDR="10.0.0.1").post("/sign-in/login/", data, headers=headers | more)
    return int(answer.status_code)


def test_behind_a_proxy_one_visitor_shuts_out_himself_alone(behind_a_proxy: None, otto: User) -> None:
    for number in range(10):
        forged = f"192.0.2.{number}, 198.51.100.7"  # the proxy adds the true one at the end
        visit(forged, f"nobody{number}@example.org", "wrong")
    assert visit("198.51.100.7", otto.email, PASSWORD) == 200
    assert visit("203.0.113.9", otto.email, PASSWORD) == 302


def test_pages_want_https_and_probes_do_not(behind_a_proxy: None, otto: User) -> None:
    client = Client()
    assert client.get("/sign-in/login/").headers["Location"] == "https://testserver/sign-in/login/"
    assert client.get("/sign-in/login/", headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert [client.get(probe).status_code for probe in ("/healthz", "/readyz")] == [200, 200]
