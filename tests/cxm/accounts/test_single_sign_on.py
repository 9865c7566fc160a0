"""Single sign-on by settings, against an identity provider on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from cxm.accounts.models import User
from tests.cxm.accounts.test_deploy import settings_of

LOGIN, CALLBACK = "/sign-in/oidc/sso/login/", "/sign-in/oidc/sso/login/callback/"


class Provider(ThreadingHTTPServer):
    """Knows one person; remembers what it was asked for tokens."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server_port}/realms/company"
        self.person = {"sub": "7", "email": "otto@example.org", "email_verified": True}
        self.asked: dict[str, list[str]] = {}


class Desk(BaseHTTPRequestHandler):
    """The three answers that OpenID Connect needs: where to go, a token, the person."""

    server: Provider

    def do_GET(self) -> None:
        url = self.server.url
        if self.path.endswith("/.well-known/openid-configuration"):
            self.say(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/auth",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/person",
                }
            )
        elif self.headers["Authorization"] == "Bearer the-token":
            self.say(self.server.person)
        else:
            self.send_error(401)

    def do_POST(self) -> None:
        self.server.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.say({"access_token": "the-token", "token_type": "Bearer"})

    def say(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    """A provider, and an installation whose settings name it."""
    found = Provider()
    threading.Thread(target=found.serve_forever, args=[0.01], daemon=True).start()
    try:
        made = settings_of(
            OIDC_SERVER_URL=found.url,
            OIDC_CLIENT_ID="cxm",
            OIDC_CLIENT_SECRET="hush",
            OIDC_NAME="Firmenkonto",
        )
        settings.SOCIALACCOUNT_PROVIDERS = made["SOCIALACCOUNT_PROVIDERS"]
        settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": made["SECURE_CSP"]["form-action"]}
        yield found
    finally:
        found.shutdown()
        found.server_close()


def led_to(client: Client) -> tuple[str, dict[str, str]]:
    """Where the button of the sign-in page leads, and with what."""
    answer = client.post(LOGIN)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query="").geturl(), query


def test_the_sign_in_page_offers_it_and_lets_the_form_lead_there(provider: Provider, company: Any) -> None:
    page = Client().get("/sign-in/login/")
    assert "Firmenkonto" in page.content.decode()
    origin = f"http://127.0.0.1:{provider.server_port}"
    form = Client().get(LOGIN)
    assert f"form-action 'self' {origin};" in f"{form.headers['Content-Security-Policy']};"


def test_the_button_leads_to_the_provider_with_proof_of_the_asking_browser(
    provider: Provider, company: Any
) -> None:
    url, query = led_to(Client())
    assert url == f"{provider.url}/auth"
    assert query["client_id"] == "cxm"
    assert query["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert query["code_challenge_method"] == "S256"
    assert {"openid", "email"} <= set(query["scope"].split())


def test_who_has_an_account_comes_in_by_his_confirmed_email(provider: Provider, otto: User) -> None:
    client = Client()
    _url, query = led_to(client)
    answer = client.get(CALLBACK, {"code": "the-code", "state": query["state"]})
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(otto.pk)
    assert (provider.asked["code"], provider.asked["client_secret"]) == (["the-code"], ["hush"])
    assert "code_verifier" in provider.asked


@pytest.mark.parametrize(
    "person", [{"email": "eve@example.org", "email_verified": True}, {"email_verified": False}]
)
def test_strangers_and_unproven_addresses_stay_outside(
    provider: Provider, otto: User, person: dict[str, Any]
) -> None:
    provider.person |= person
    client = Client()
    _url, query = led_to(client)
    client.get(CALLBACK, {"code": "the-code", "state": query["state"]}, follow=True)
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1
