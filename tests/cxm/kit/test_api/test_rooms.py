"""What the rooms of the ground tell other systems: who calls, the inbox, the history, imports."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from cxm.audit.actions import record
from cxm.imports.choices import STARTED
from cxm.imports.models import ImportRun, JobProgress
from cxm.notices.actions import notify
from cxm.notices.choices import STAND_IN
from cxm.organisation.actions import create_person
from cxm.organisation.choices import PERSON_READ

type Get = Callable[..., Any]


def reader(user: User, scope: Scope = Scope.READ) -> Get:
    """A system with a key of this user."""
    _key, secret = create_api_key(actor=user, user=user, name="Test", scope=scope)
    client = Client(headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})

    def get(path: str, method: str = "GET") -> Any:
        return client.generic(method, f"/api/v1/{path}", content_type="application/json")

    return get


def test_a_key_says_for_whom_it_acts(mia: User) -> None:
    me = reader(mia)("accounts/me").json()
    assert (me["id"], me["name"], me["roles"]) == (mia.pk, "Mia Meyer", ["cx_manager"])
    assert "imports.view" in me["permissions"]
    assert "accounts.manage" not in me["permissions"]
    assert Client().get("/api/v1/accounts/me").status_code == 401


def test_everybody_reads_his_own_inbox(otto: User, mia: User) -> None:
    for user in (otto, mia):
        for number in range(2):
            notify(user=user, kind=STAND_IN, text=f"{user.name} {number}", key=str(number), url="/help/")
    get = reader(otto, Scope.WRITE)
    items = get("notices/inbox").json()["items"]
    assert [item["text"] for item in items] == ["Otto Özdemir 0", "Otto Özdemir 1"]
    assert items[0]["url"].startswith("http")
    assert get(f"notices/inbox/{items[0]['id']}/read", "POST").json()["read_at"]
    assert [item["id"] for item in get("notices/inbox?unread=true").json()["items"]] == [items[1]["id"]]
    foreign = mia.notices.first()
    assert foreign is not None
    assert get(f"notices/inbox/{foreign.pk}/read", "POST").status_code == 404
    assert mia.notices.unread().count() == 2
    assert reader(otto)(f"notices/inbox/{items[1]['id']}/read", "POST").status_code == 403


def test_the_history_is_for_administrators(ada: User, mia: User) -> None:
    nora = create_person(actor=mia, name="Nora & Co")
    record(PERSON_READ, actor=mia, target=nora)
    assert reader(mia)("audit/entries").status_code == 403
    get = reader(ada)
    [entry] = get(f"audit/entries?target_type=organisation.person&target_id={nora.pk}").json()["items"]
    assert (entry["sentence"], entry["actor"], entry["verb"]) == (
        "Mia Meyer added Nora & Co",
        mia.pk,
        "organisation.person.created",
    )
    about = f"target_type=organisation.person&target_id={nora.pk}&reads=true"
    assert len(get(f"audit/entries?{about}").json()["items"]) == 2
    for query, count in (
        ("since=2020-01-01T00:00:00Z", 2),
        ("until=2020-01-01T00:00:00Z", 0),
        ("verb=organisation.person.read", 1),
        (f"actor={ada.pk}", 0),
    ):
        assert len(get(f"audit/entries?{about}&{query}").json()["items"]) == count, query
    first = get(f"audit/entries?{about}&limit=1").json()
    assert len(get(f"audit/entries?{about}&cursor={first['next']}").json()["items"]) == 1


@pytest.fixture
def run(mia: User) -> ImportRun:
    """An import that a worker has."""
    made = ImportRun.objects.create(
        importer="people", user=mia, name="list.csv", size=1, sha256="x", state="running", counts={"new": 3}
    )
    JobProgress.objects.create(run=made.pk, done=5, total=10)
    record(STARTED, actor=mia, target=made)
    return made


def test_imports_tell_how_far_they_are(run: ImportRun, mia: User, otto: User) -> None:
    get = reader(mia)
    [one] = get("imports/runs?state=running&kind=people").json()["items"]
    assert (one["id"], one["kind"], one["counts"], one["user"]) == (run.pk, "people", {"new": 3}, mia.pk)
    assert get("imports/runs?kind=touchpoints").json()["items"] == []
    assert get("imports/runs?state=nonsense").status_code == 422
    progress = get(f"imports/runs/{run.pk}").json()["progress"]
    assert (progress["done"], progress["total"]) == (5, 10)
    ImportRun.objects.update(state="done")
    assert get(f"imports/runs/{run.pk}").json()["progress"] is None
    assert get("imports/runs/999999").status_code == 404
    assert reader(otto)("imports/runs").status_code == 403


def test_imports_of_a_kind_that_one_may_not_import_are_unknown(run: ImportRun, dario: User) -> None:
    get = reader(dario)  # may import, but not people
    assert get("imports/runs").json()["items"] == []
    assert get(f"imports/runs/{run.pk}").status_code == 404


def test_every_room_of_the_ground_stands_in_the_description(mia: User) -> None:
    schema = json.loads(reader(mia)("openapi.json").content)
    for path in ("accounts/me", "notices/inbox", "audit/entries", "imports/runs/{pk}"):
        assert schema["paths"][f"/api/v1/{path}"]["get"]["x-permission"]
