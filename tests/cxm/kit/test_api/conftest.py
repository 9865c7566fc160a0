"""Callers of the API."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User

type Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are compared in English."""
    with translation.override("en"):
        yield


def caller(user: User, scope: Scope = Scope.WRITE) -> Call:
    """A system with a key of this user: `call("GET", "people")`."""
    _key, secret = create_api_key(actor=user, user=user, name="Test", scope=scope)
    return with_secret(secret)


def with_secret(secret: str) -> Call:
    """A system that sends this key."""

    def call(method: str, path: str, data: Any = None, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **headers}
        body = json.dumps(data) if data is not None else ""
        client = Client(raise_request_exception=False)  # as a system sees it: an answer, no traceback
        return client.generic(method, f"/api/v1/organisation/{path}", body, "application/json", headers=sent)

    return call


@pytest.fixture
def api(mia: User) -> Call:
    """A system that may read and write for Mia."""
    return caller(mia)
