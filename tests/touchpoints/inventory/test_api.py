"""Touchpoints for other systems."""

import json
from typing import Any

import pytest
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from tests.makers import make_content, make_person, make_system, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give, timeline
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Channel, Phase, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


class Caller:
    """A system with a key of one user."""

    def __init__(self, user: User, scope: Scope = Scope.WRITE) -> None:
        _key, self.secret = create_api_key(actor=user, user=user, name="Test", scope=scope)

    def __call__(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}
        body = json.dumps(data) if data is not None else ""
        client = Client(raise_request_exception=False)
        return client.generic(method, f"/api/v1/inventory/{path}", body, "application/json", headers=headers)


@pytest.fixture
def api(mia: User) -> Caller:
    """A system that speaks for Mia."""
    return Caller(mia)


def test_reading_one(api: Caller) -> None:
    phase, channel = Phase.objects.default().get(code="closing"), Channel.objects.get(code="branch")
    touchpoint = make_touchpoint(name="Kasse", phase=phase, channel=channel, tags=["a"])
    crm, text = make_system(), make_content()
    touchpoint.systems.add(crm)
    touchpoint.contents.add(text)
    anna = make_person(name="Anna")
    give(touchpoint, anna)
    found = api("GET", f"touchpoints/{touchpoint.pk}").json()
    assert (found["name"], found["phase"], found["channel"], found["tags"]) == (
        "Kasse",
        "closing",
        "branch",
        ["a"],
    )
    assert (found["systems"], found["contents"], found["further_phases"]) == ([crm.pk], [text.pk], [])
    assert found["owner"] == {"id": anna.pk, "name": "Anna"}
    assert (found["kind"], found["revision"], found["next_review_on"]) == (None, 1, str(days(180)))


def test_consent_and_improvement_are_read_and_written(api: Caller) -> None:
    touchpoint = make_touchpoint(data_captured="Name", consent_needed=True)
    path = f"touchpoints/{touchpoint.pk}"
    assert api("GET", path).json()["consent_needed"] is True
    refused = api("PATCH", path, {"improved_on": str(TODAY)})
    assert (refused.status_code, "Say what was improved." in refused.content.decode()) == (422, True)
    data = {"improved_on": str(TODAY), "improved_note": "Half the waiting time", "consent_needed": None}
    found = api("PATCH", path, data).json()
    assert {name: found[name] for name in data} == data


def test_lists_page_and_filter(api: Caller, django_assert_max_num_queries: Any) -> None:
    phase = Phase.objects.default().get(code="closing")
    names = [make_touchpoint(name=f"T{n}", phase=phase if n % 2 else None).name for n in range(5)]
    make_touchpoint(name="Archived", is_archived=True)
    give(Touchpoint.objects.get(name="T0"), make_person())
    first = api("GET", "touchpoints?limit=3").json()
    second = api("GET", f"touchpoints?limit=3&cursor={first['next']}").json()
    assert [t["name"] for t in first["items"] + second["items"]] == names
    assert second["next"] is None
    assert [t["name"] for t in api("GET", "touchpoints?phase=closing").json()["items"]] == ["T1", "T3"]
    assert len(api("GET", "touchpoints?orphaned=true").json()["items"]) == 4
    assert [t["name"] for t in api("GET", "touchpoints?q=t4").json()["items"]] == ["T4"]
    assert len(api("GET", "touchpoints?archived=true").json()["items"]) == 6
    with django_assert_max_num_queries(12):
        api("GET", "touchpoints")


def test_recording(api: Caller) -> None:
    anna, crm = make_person(name="Anna"), make_system()
    data = {
        "name": "Kasse", "phase": "closing", "channel": "branch", "owner": anna.pk, "systems": [crm.pk],
        "is_moment_of_truth": True, "moment_reason": "They pay", "feeling": -1,
    }  # fmt: skip
    answer = api("POST", "touchpoints", data)
    assert answer.status_code == 201
    touchpoint = Touchpoint.objects.get()
    assert answer.json()["id"] == touchpoint.pk
    assert (touchpoint.kind, touchpoint.review_every, touchpoint.feeling) == ("personal", 90, -1)
    assert list(touchpoint.systems.all()) == [crm]
    assert timeline(touchpoint) == [("Anna", TODAY, None)]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a", "phase": "p3_purchase"}, "phase"),
        ({"name": "a", "channel": "nowhere"}, "channel"),
        ({"name": "a", "systems": [1, 999]}, "systems"),
        ({"name": "a", "feeling": 3}, "feeling"),
        ({"name": "a", "contacts_per_month": 2**31}, "contacts_per_month"),
        ({"name": "a", "is_pain_point": True}, "pain_reason"),
        ({"name": "a", "process_url": "http://[x"}, "process_url"),
        ({"name": "a", "owner": 10**18}, "owner"),
        ({"name": "a", "evidence_on": "2026-02-31"}, "evidence_on"),
    ],
)
def test_mistakes_are_named_by_field(api: Caller, data: dict[str, Any], field: str) -> None:
    answer = api("POST", "touchpoints", data)
    assert answer.status_code == 422
    assert field in [error["field"].split(".")[0] for error in answer.json()["errors"]]
    assert not Touchpoint.objects.exists()


def test_changing_only_what_is_given(api: Caller) -> None:
    touchpoint = make_touchpoint(name="Kasse", market="DE", kind="digital")
    answer = api("PATCH", f"touchpoints/{touchpoint.pk}", {"name": "Till", "kind": None, "phase": "decision"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["name"], found["market"], found["kind"], found["phase"], found["revision"]) == (
        "Till", "DE", None, "decision", 2,
    )  # fmt: skip


def test_a_conflict_is_409_with_what_it_says_now(api: Caller) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    api("PATCH", f"touchpoints/{touchpoint.pk}", {"name": "Till", "revision": 1})
    answer = api("PATCH", f"touchpoints/{touchpoint.pk}", {"name": "Register", "revision": 1})
    assert answer.status_code == 409
    assert answer.json()["errors"] == [{"field": "name", "reason": "It says now: Till"}]
    touchpoint.refresh_from_db()
    assert touchpoint.name == "Till"


def test_archive_and_restore(api: Caller) -> None:
    touchpoint = make_touchpoint()
    assert api("POST", f"touchpoints/{touchpoint.pk}/archive").json()["is_archived"] is True
    assert api("POST", f"touchpoints/{touchpoint.pk}/restore").json()["is_archived"] is False


def test_people(api: Caller) -> None:
    touchpoint, anna, bela = make_touchpoint(), make_person(name="Anna"), make_person(name="Béla")
    data = {"person": anna.pk, "part": "accountable", "since": str(TODAY), "until": str(days(9))}
    answer = api("POST", f"touchpoints/{touchpoint.pk}/responsibilities", data)
    assert answer.status_code == 201
    assert answer.json() == {
        "changed": 1,
        "gaps": [{"touchpoint": touchpoint.pk, "since": str(days(9)), "until": None}],
    }
    (row,) = api("GET", f"touchpoints/{touchpoint.pk}/responsibilities").json()
    assert (row["person"]["name"], row["part"], row["until"]) == ("Anna", "accountable", str(days(9)))
    given = {"person": anna.pk, "successor": bela.pk, "on": str(days(2)), "touchpoints": [touchpoint.pk]}
    assert api("POST", "responsibilities/hand-over", given).json()["changed"] == 1
    assert timeline(touchpoint) == [("Anna", TODAY, days(2)), ("Béla", days(2), days(9))]
    last = touchpoint.responsibilities.get(person=bela)
    assert api("POST", f"responsibilities/{last.pk}/end", {"on": str(days(5))}).json()["gaps"]
    assert timeline(touchpoint)[1] == ("Béla", days(2), days(5))
    refused = api("POST", f"responsibilities/{last.pk}/end", {"on": str(days(8))})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "on")


def test_a_key_may_do_what_its_user_may(otto: User, emil: User, mia: User) -> None:
    mine, other = make_touchpoint(name="Mine"), make_touchpoint(name="Other")
    give(mine, otto.person, Part.RESPONSIBLE)
    owner = Caller(otto)
    assert owner("PATCH", f"touchpoints/{mine.pk}", {"market": "DE"}).status_code == 200
    assert owner("PATCH", f"touchpoints/{other.pk}", {"market": "DE"}).status_code == 403
    assert owner("PATCH", "touchpoints/999999", {"market": "DE"}).status_code == 404
    assert owner("POST", "touchpoints", {"name": "New"}).status_code == 403
    assert Caller(emil)("PATCH", f"touchpoints/{mine.pk}", {"market": "AT"}).status_code == 403
    reader = Caller(mia, Scope.READ)
    assert reader("GET", f"touchpoints/{mine.pk}").status_code == 200
    assert reader("PATCH", f"touchpoints/{mine.pk}", {"market": "AT"}).status_code == 403
    assert reader("POST", f"touchpoints/{mine.pk}/archive").status_code == 403
    mine.refresh_from_db()
    assert (mine.market, mine.is_archived, Touchpoint.objects.count()) == ("DE", False, 2)
