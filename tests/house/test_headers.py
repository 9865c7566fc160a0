"""Headers that every answer carries, and cookies that no script can read."""

from django.test import Client

from cxm.accounts.models import User
from tests.cast import PASSWORD, signed_in


def test_scripts_run_only_from_here_or_with_a_nonce(mia: User) -> None:
    policy = signed_in(mia).get("/help/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-eval" not in policy
    assert rules["script-src"].startswith("'self'")
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"


def test_the_quiet_headers_are_there(mia: User) -> None:
    headers = signed_in(mia).get("/help/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_session_cookie_is_out_of_reach_of_scripts(mia: User) -> None:
    client = Client()
    client.post("/sign-in/login/", {"login": mia.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_its_secret_is_refused(mia: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(mia)
    assert client.post("/accounts/language/", {"language": "de"}).status_code == 403
