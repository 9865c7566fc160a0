"""Headers that every answer carries, whatever it is, and cookies that no script can read."""

import runpy
from typing import Any

import pytest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import path

from cxm import urls
from cxm.accounts.models import User
from cxm.kit.access import public
from tests.cast import PASSWORD, signed_in
from tests.house.layers import ROOT

GUARDING = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_")
NAMES = (
    "page", "part", "sign-in", "led there", "missing page", "refused page", "failed page",
    "API", "refused by the API", "missing in the API", "description of the API", "PDF", "list as a file", "static file",
)  # fmt: skip


@public
def broken(request: HttpRequest) -> HttpResponseBase:
    """A view that fails."""
    raise RuntimeError("planted")


class Table:
    """The url table, and beside it a view that fails."""

    urlpatterns = [*urls.urlpatterns, path("broken/", broken)]
    handler400, handler403, handler404, handler500 = (
        urls.handler400, urls.handler403, urls.handler404, urls.handler500,
    )  # fmt: skip


@pytest.fixture
def answers(mia: User, emil: User, settings: Any) -> dict[str, HttpResponseBase]:
    """One answer of each kind."""
    settings.ROOT_URLCONF = Table
    inside, outside, other = signed_in(mia), Client(), signed_in(emil)
    outside.raise_request_exception = False
    return {
        "page": inside.get("/help/"),
        "part": inside.get("/touchpoints/", headers={"HX-Request": "true"}),
        "sign-in": outside.get("/sign-in/login/"),
        "led there": outside.get("/touchpoints/"),
        "missing page": inside.get("/nothing/"),
        "refused page": other.get("/accounts/users/"),
        "failed page": outside.get("/broken/"),
        "API": inside.get("/api/v1/inventory/touchpoints"),
        "refused by the API": outside.get("/api/v1/inventory/touchpoints"),
        "missing in the API": inside.get("/api/v1/nothing"),
        "description of the API": inside.get("/api/v1/openapi.json"),
        "PDF": inside.get("/dashboards/sponsor.pdf"),
        "list as a file": inside.get("/touchpoints/?export=csv"),
        "static file": outside.get("/static/vendor/icons.svg"),
    }


def test_each_answer_is_what_it_is_meant_to_be(answers: dict[str, HttpResponseBase]) -> None:
    codes = [200, 200, 200, 302, 404, 403, 500, 200, 401, 404, 200, 200, 200, 200]
    assert {name: answer.status_code for name, answer in answers.items()} == dict(
        zip(NAMES, codes, strict=True)
    )
    assert answers["PDF"].headers["Content-Type"] == "application/pdf"
    assert answers["API"].headers["Content-Type"].startswith("application/json")


def test_scripts_run_only_from_here_or_with_a_nonce(answers: dict[str, HttpResponseBase]) -> None:
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
        assert "unsafe-inline" not in rules["script-src"], name
        assert "unsafe-eval" not in policy, name
        assert rules["script-src"].startswith("'self'"), name
        assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'", name


def test_the_quiet_headers_are_there(answers: dict[str, HttpResponseBase]) -> None:
    quiet = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    quiet |= {"Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY"}
    for name, answer in answers.items():
        framed = name != "static file"  # which is no page that a frame could show
        expected = {key: text for key, text in quiet.items() if framed or key != "X-Frame-Options"}
        assert {key: answer.headers.get(key) for key in expected} == expected, name


def test_the_session_cookie_is_out_of_reach_of_scripts(mia: User) -> None:
    client = Client()
    client.post("/sign-in/login/", {"login": mia.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_behind_https_cookies_leave_by_https_only_and_browsers_remember_it(
    mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "https://cxm.example")
    read = runpy.run_path(str(ROOT / "cxm/settings.py"))
    with override_settings(**{name: value for name, value in read.items() if name.startswith(GUARDING)}):
        plain = Client().get("/sign-in/login/")
        client = Client()
        client.get("/sign-in/login/", secure=True)
        answer = client.post("/sign-in/login/", {"login": mia.email, "password": PASSWORD}, secure=True)
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/sign-in/login/")
    assert answer.status_code == 302
    assert {name: cookie["secure"] for name, cookie in client.cookies.items() if cookie.value} == {
        "sessionid": True,
        "csrftoken": True,
    }
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_form_without_its_secret_is_refused(mia: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mia)
    assert client.post("/accounts/language/", {"language": "de"}).status_code == 403
