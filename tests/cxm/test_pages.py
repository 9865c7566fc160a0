"""The pages of the house itself: where somebody begins, and whether the house is ready."""

from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from cxm import pages
from cxm.accounts.models import RoleGrant, User
from cxm.kit.access import Role
from tests.cast import signed_in
from tests.makers import make_touchpoint
from tests.touchpoints.inventory.people import give

SPONSOR, MINE, USERS = "/dashboards/", "/touchpoints/mine/", "/accounts/users/"


def begins(user: User) -> str:
    """Where the way home leads."""
    return signed_in(user).get("/").headers["Location"]


def take_away(code: str, *roles: Role) -> None:
    """What an administrator does in the matrix."""
    RoleGrant.objects.bulk_create(RoleGrant(role=role, permission=code, granted=False) for role in roles)


def test_everybody_begins_where_his_work_is(
    sofia: User, mia: User, otto: User, ada: User, karla: User, emil: User
) -> None:
    found = {user.name.split()[0]: begins(user) for user in (sofia, mia, otto, ada, karla, emil)}
    assert found == {
        "Sofia": SPONSOR,
        "Mia": SPONSOR,
        "Otto": MINE,
        "Ada": USERS,
        "Karla": SPONSOR,
        "Emil": SPONSOR,
    }
    for user in (sofia, otto, ada, karla):
        assert signed_in(user).get(begins(user)).status_code == 200


def test_who_answers_for_a_touchpoint_begins_with_it_whatever_his_role(emil: User) -> None:
    give(make_touchpoint(), emil.person)
    assert begins(emil) == MINE


def test_a_page_that_the_matrix_has_taken_away_is_nobodys_first(sofia: User, karla: User) -> None:
    take_away("dashboards.view", Role.SPONSOR, Role.AGENT)
    assert (begins(sofia), begins(karla)) == ("/touchpoints/", "/touchpoints/")
    take_away("inventory.view", Role.AGENT)
    assert begins(karla) == "/notices/"
    take_away("notices.read", Role.AGENT)
    take_away("accounts.profile", Role.AGENT)
    assert begins(karla) == "/help/"


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has not been asked yet."""
    monkeypatch.setattr(pages, "NEEDED", set())


@pytest.mark.django_db
def test_ready_is_found_out_once_and_then_looked_up(unknown: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/readyz").json() == {"ready": True}
    monkeypatch.setattr(pages, "MigrationExecutor", None)  # the graph is not built again
    assert Client().get("/readyz").json() == {"ready": True}


@pytest.mark.django_db
@pytest.mark.parametrize("asked_before", [False, True])
def test_a_database_that_lacks_a_migration_is_not_ready(unknown: None, asked_before: bool) -> None:
    if asked_before:
        Client().get("/readyz")
    newest: Any = MigrationRecorder.Migration.objects.filter(app="accounts").latest("id")
    newest.delete()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "1 migrations not applied")
