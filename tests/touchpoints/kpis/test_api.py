"""Figures and measurements for other systems."""

import json
from typing import Any

import pytest
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase
from touchpoints.kpis.models import Measurement, Segment

pytestmark = pytest.mark.django_db


class Caller:
    """A system with a key of one user."""

    def __init__(self, user: User, scope: Scope = Scope.WRITE) -> None:
        _key, self.secret = create_api_key(actor=user, user=user, name="Test", scope=scope)

    def __call__(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en"}
        body = json.dumps(data) if data is not None else ""
        client = Client(raise_request_exception=False)
        return client.generic(method, f"/api/v1/kpis/{path}", body, "application/json", headers=headers)


@pytest.fixture
def api(mia: User) -> Caller:
    """A system that speaks for Mia."""
    return Caller(mia)


def answers(*scores: int, **more: Any) -> dict[str, Any]:
    """Answers to the question for recommendation."""
    items = [
        {"kpi": "AD1", "day": "2026-03-10", "value": score, "external_id": f"a{number}", **more}
        for number, score in enumerate(scores)
    ]
    return {"source": "survey", "items": items}


def test_measurements_are_sent_and_read_as_a_figure(api: Caller) -> None:
    place = make_touchpoint(phase=Phase.objects.default()[3], channel=Channel.objects.all()[0])
    sent = api(
        "POST", "measurements", answers(10, 10, 9, 9, 9, 3, 2, 8, 7, 8, touchpoint=place.code, segment="B2B")
    )
    assert (sent.status_code, sent.json()) == (201, {"new": 10, "known": 0})
    again = api(
        "POST", "measurements", answers(10, 10, 9, 9, 9, 3, 2, 8, 7, 8, touchpoint=place.code, segment="B2B")
    )
    assert again.json() == {"new": 0, "known": 10}
    (one,) = api("GET", f"kpis/AD1/figures?period=2026-03&touchpoint={place.code}&segment=b2b").json()
    assert (one["value"], one["n"], round(one["low"], 2), round(one["high"], 2)) == (30, 10, -19.05, 65.2)
    assert (one["light"], one["change"], one["is_provisional"]) == ("no_target", "not_significant", False)
    (part,) = api("GET", "kpis/AD1/figures?period=2026-Q1&by=touchpoint").json()
    assert (part["place"], part["period"]) == (place.code, "2026-Q1")
    row = Measurement.objects.with_names()[0]
    assert (row.phase, row.channel, row.source) == (place.phase, place.channel, "survey")
    assert Segment.objects.get().name == "B2B"


def test_all_or_nothing_with_every_wrong_row_named(api: Caller) -> None:
    body = answers(10, 11, 9, 8)
    body["items"][2]["touchpoint"] = "nowhere"
    body["items"][3]["day"] = None
    refused = api("POST", "measurements", body)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {
        "items.1.value",
        "items.2.touchpoint",
        "items.3.day",
    }
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    "item",
    [
        {"kpi": "AD1", "value": "NaN"}, {"kpi": "AD1", "value": 1e300}, {"kpi": "AD1", "value": "1,5"},
        {"kpi": "\u0000"}, {"kpi": "AD1", "value": 9, "external_id": "a\ud800"}, {"kpi": "AD1\ud800"},
        {"kpi": "AD1", "value": 9, "segment": "\udfff"}, {"kpi": "AD1", "value": 9, "day": "31.02.2026"},
        {"kpi": "AD1", "value": 9, "times": -1},
        {"kpi": "REV", "value": "0." + "1" * 40}, {"kpi": "CUS"}, {"kpi": "AD1", "value": 9, "day": "2099-01-01"},
        {"kpi": "AS1", "numerator": 3, "denominator": 2}, {"kpi": "AD5", "numerator": 3, "denominator": 0},
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(api: Caller, item: dict[str, Any]) -> None:
    body = {"items": [{"day": "2026-03-10", "external_id": "1"} | item]}
    assert api("POST", "measurements", body).status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("kpis", 200), ("kpis/AD1", 200), ("kpis/NIX", 404), ("kpis/AD1/figures", 200),
        ("kpis/AD1/figures?period=soon", 422), ("kpis/AD1/figures?phase=nowhere", 422),
        ("kpis/AD1/figures?by=colour", 422), ("measurements?kpi=AD1", 200), ("measurements", 422),
        ("measurements?kpi=NIX", 404), ("kpis/%00", 422),
    ],
)  # fmt: skip
def test_answers(api: Caller, path: str, status: int) -> None:
    assert api("GET", path).status_code == status


def test_a_key_for_reading_cannot_write(mia: User) -> None:
    assert Caller(mia, Scope.READ)("POST", "measurements", answers(9)).status_code == 403
    assert not Measurement.objects.exists()


def test_who_may_not_enter_cannot_send(emil: User) -> None:
    assert Caller(emil)("POST", "measurements", answers(9)).status_code == 403
    assert Caller(emil)("GET", "kpis/AD1/figures").status_code == 200


def test_measurements_are_listed_page_by_page(api: Caller) -> None:
    api("POST", "measurements", answers(10, 9, 8))
    page = api("GET", "measurements?kpi=AD1&limit=2").json()
    rest = api("GET", f"measurements?kpi=AD1&limit=2&cursor={page['next']}").json()
    assert {row["external_id"] for row in page["items"] + rest["items"]} == {"a0", "a1", "a2"}


def test_sending_many_takes_a_constant_number_of_queries(
    api: Caller, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        assert api("POST", "measurements", answers(*range(10), *range(10))).json()["new"] == 20
