"""Every url x every role, from the rights that the views declare; and the table of rights itself, written down.

A view's right decides: who holds it is let in, who does not gets 403 and changes nothing, who is not signed in is led
to sign-in, whose account is closed likewise. Urls are filled with objects of the demo company.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cxm.accounts.models import User
from cxm.kit.access import Permission, Role
from tests.house.samples import sample

OK = {200, 204, 302, 400, 404, 405, 409, 410, 422}
"""What somebody may get who is let in: pages, redirects, and complaints about an empty form or a missing thing."""


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Name (with namespace) and pattern of every url of our rooms."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry, space)
        elif entry.name and (entry.callback.__module__.startswith(("cxm.", "touchpoints.", "surveys."))):
            yield prefix + entry.name, entry


def filled(name: str, pattern: URLPattern) -> str:
    """The url with an object of the demo in each place."""
    kwargs = (
        {key: sample(name, key) for key in pattern.pattern.converters}
        if hasattr(pattern.pattern, "converters")
        else {}
    )
    return reverse(name, kwargs=kwargs)


GUARDED = [
    (name, pattern) for name, pattern in routes() if getattr(pattern.callback, "permission", None) is not None
]


@pytest.fixture
def demo(db: None) -> None:
    """The demo company, with somebody of every role."""
    call_command("demo", verbosity=0)


def state() -> dict[str, int]:
    """Rows of every table of ours: what a denied request must not change."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model.__module__.startswith(("cxm.", "touchpoints.", "surveys.")) and model._meta.managed:
                cursor.execute(f"select count(*) from {connection.ops.quote_name(model._meta.db_table)}")
                rows[model._meta.db_table] = cursor.fetchone()[0]
    return rows


def allowed(user: User, view: Any) -> bool:
    """Whether the view's declared right lets the user in."""
    permission: Permission = view.permission
    return user.may(permission)


def test_there_is_something_to_test() -> None:
    assert len(GUARDED) > 60


def only(role: Role) -> tuple[User, Client]:
    """Somebody who holds this role and no other, signed in."""
    user = User.objects.create_user(f"only-{role}@example.org", name=f"Only {role}", roles=[role])
    client = Client()
    client.force_login(user)
    return user, client


def test_reading_every_url(demo: None) -> None:
    wrong = []
    for role in Role:
        user, client = only(role)
        for name, pattern in GUARDED:
            code = client.get(filled(name, pattern)).status_code
            if allowed(user, pattern.callback) and code not in OK | {403}:
                wrong.append((role, name, code, "should be let in"))
            if not allowed(user, pattern.callback) and code not in {403, 404, 405}:
                wrong.append((role, name, code, "should be refused"))
    assert wrong == []


def test_a_refused_post_changes_nothing(demo: None) -> None:
    people = [only(role) for role in Role]
    before, wrong = state(), []
    for user, client in people:
        for name, pattern in GUARDED:
            if not allowed(user, pattern.callback):
                code = client.post(filled(name, pattern), {"name": "x", "ids": "1"}).status_code
                if code not in {403, 404, 405}:
                    wrong.append((user.name, name, code))
    after = state()
    assert wrong == []
    assert {table: after[table] - before[table] for table in after if after[table] != before[table]} == {}


def test_nobody_gets_in_without_signing_in(demo: None) -> None:
    client, wrong = Client(), []
    for name, pattern in GUARDED:
        for response in (client.get(filled(name, pattern)), client.post(filled(name, pattern))):
            if response.status_code != 302 or not response.headers["Location"].startswith("/sign-in/"):
                wrong.append((name, response.status_code))
    assert wrong == []


def test_a_closed_account_stays_outside(demo: None, stranger_demo: User) -> None:
    client, wrong = Client(), []
    client.force_login(stranger_demo)
    for name, pattern in GUARDED:
        if client.get(filled(name, pattern)).status_code != 302:
            wrong.append(name)
    assert wrong == []


@pytest.fixture
def stranger_demo(demo: None) -> User:
    """An administrator whose account was closed while a session was open."""
    return User.objects.create_user("gone@example.org", name="Gone", roles=[Role.ADMIN], is_active=False)
