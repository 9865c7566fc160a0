"""The side bar: who has few links sees them all, others fold what they seldom need."""

import pytest
from django.test import Client

from cxm.accounts.models import User
from cxm.context import TURNED
from tests.cast import signed_in

pytestmark = pytest.mark.django_db


def groups(client: Client, path: str = "/help/") -> dict[str, bool]:
    """The groups by code, and whether each is open."""
    return {group["code"]: group["open"] for group in client.get(path).context["navigation"]()}


def test_few_links_stand_open(emil: User) -> None:
    found = groups(signed_in(emil))
    assert found
    assert all(found.values())


def test_many_fold_what_is_seldom_needed(ada: User) -> None:
    found = groups(signed_in(ada))
    assert [code for code, is_open in found.items() if not is_open] == ["company", "administration"]


def test_the_group_of_the_open_page_is_open(ada: User) -> None:
    client = signed_in(ada)
    client.cookies[TURNED] = "touchpoints.company"
    assert groups(client)["touchpoints"] is False
    assert groups(client)["company"] is True
    assert groups(client, "/touchpoints/")["touchpoints"] is True


def test_nonsense_in_the_cookie_turns_nothing(ada: User) -> None:
    client = signed_in(ada)
    usual = groups(client)
    client.cookies[TURNED] = "...<script>.9999"
    assert groups(client) == usual
