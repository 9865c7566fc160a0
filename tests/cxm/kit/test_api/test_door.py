"""Who may call: keys, scopes, rights, sessions, limits."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cxm.accounts.actions import create_api_key, deactivate_user, withdraw_api_key
from cxm.accounts.models import ApiKey, KeyUse, Scope, User
from cxm.audit.models import Entry
from cxm.organisation.models import Unit
from tests.cast import PASSWORD
from tests.cxm.kit.test_api.conftest import Call, caller, with_secret

UNITS = "/api/v1/organisation/units"


def test_a_key_opens_the_door_for_its_user(api: Call, mia: User) -> None:
    answer = api("POST", "units", {"name": "Service"})
    assert (answer.status_code, answer.json()["name"]) == (201, "Service")
    assert Entry.objects.filter(verb="organisation.unit.created", actor=mia).exists()
    event: Any = Unit.pgh_event_model.objects.get()  # type: ignore[attr-defined]  # made by the trigger
    assert event.pgh_context.metadata["user"] == mia.pk


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer cxm_wrong"}, {"Authorization": "Basic abc"}],
)
def test_without_a_key_nobody_enters(company: Any, headers: dict[str, str]) -> None:
    answer = Client().get(UNITS, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


def test_withdrawn_and_run_out_keys_do_not_open(mia: User, ada: User) -> None:
    soon = timezone.now() + timedelta(hours=1)
    first, one = create_api_key(actor=mia, user=mia, name="A", scope=Scope.READ)
    _second, two = create_api_key(actor=mia, user=mia, name="B", scope=Scope.READ, expires_at=soon)
    assert [with_secret(key)("GET", "units").status_code for key in (one, two)] == [200, 200]
    withdraw_api_key(actor=mia, key=first)
    with time_machine.travel(soon + timedelta(seconds=1)):
        assert [with_secret(key)("GET", "units").status_code for key in (one, two)] == [401, 401]


def test_the_key_of_a_closed_account_does_not_open(mia: User, ada: User) -> None:
    call = caller(mia)
    deactivate_user(actor=ada, user=mia)
    assert call("GET", "units").status_code == 401


def test_a_reading_key_does_not_write(mia: User) -> None:
    call = caller(mia, Scope.READ)
    assert call("GET", "units").status_code == 200
    answer = call("POST", "units", {"name": "X"})
    assert (answer.status_code, answer.json()["detail"]) == (403, "This key may only read.")
    assert not Unit.objects.exists()


def test_a_key_may_do_no_more_than_its_user(emil: User) -> None:
    call = caller(emil)
    assert call("GET", "units").status_code == 200
    assert call("POST", "units", {"name": "X"}).status_code == 403
    assert not Unit.objects.exists()


def test_the_last_use_is_noted_once_a_minute(mia: User) -> None:
    key, secret = create_api_key(actor=mia, user=mia, name="A", scope=Scope.READ)
    call, start, noted = with_secret(secret), timezone.now(), []
    for seconds in (0, 30, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            call("GET", "units")
        noted.append(ApiKey.objects.get(pk=key.pk).last_used_at)
    assert noted[0] == noted[1] == start
    assert noted[2] == start + timedelta(seconds=61)


def test_too_many_requests_in_a_minute_wait(api: Call, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    minute = timezone.now().replace(second=15, microsecond=0)
    with time_machine.travel(minute, tick=False):
        codes = [api("GET", "units") for _request in range(3)]
        assert [answer.status_code for answer in codes] == [200, 200, 429]
        assert codes[2].headers["Retry-After"] == "45"
    with time_machine.travel(minute + timedelta(seconds=45), tick=False):
        assert api("GET", "units").status_code == 200
    assert list(KeyUse.objects.order_by("minute").values_list("count", flat=True)) == [3, 1]


def test_a_person_in_the_browser_proves_that_the_page_is_ours(mia: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/login/")
    token = client.cookies["csrftoken"].value
    client.post("/sign-in/login/", {"login": mia.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert client.get(UNITS).status_code == 200
    data: dict[str, Any] = {"data": '{"name": "X"}', "content_type": "application/json"}
    assert client.post(UNITS, **data).status_code == 403
    token = client.cookies["csrftoken"].value
    assert client.post(UNITS, **data, headers={"X-CSRFToken": token}).status_code == 201
