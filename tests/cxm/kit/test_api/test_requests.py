"""Errors as problems, pages by cursor, repetition without effect."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread
from typing import Annotated, Any, Literal

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from pydantic import Field
from pydantic import ValidationError as PydanticError

from cxm.accounts.actions import create_api_key, forget_old_requests
from cxm.accounts.models import IdempotentRequest, Scope, User
from cxm.audit.models import Entry
from cxm.kit.api import Input
from cxm.kit.api.faults import reason_of
from cxm.organisation import api as organisation_api
from cxm.organisation.actions import create_unit
from cxm.organisation.models import Person, Unit
from tests.cxm.kit.test_api.conftest import Call, caller, with_secret

PROBLEM = "application/problem+json"


def problem(answer: Any) -> dict[str, Any]:
    """The error in an answer, in its due form."""
    assert answer.headers["Content-Type"] == PROBLEM
    content: dict[str, Any] = answer.json()
    assert content["status"] == answer.status_code
    return content


def test_faults_of_a_body_name_their_fields(api: Call) -> None:
    content = problem(api("POST", "units", {"name": "", "parent": "x"}))
    assert content["status"] == 422
    assert {error["field"] for error in content["errors"]} == {"name", "parent"}


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        (
            "en",
            {
                "name": "At least 1 character is needed.",
                "parent": "This is not a whole number.",
                "colour": "There is no such field.",
            },
        ),
        (
            "de",
            {
                "name": "Mindestens 1 Zeichen ist nötig.",
                "parent": "Das ist keine ganze Zahl.",
                "colour": "Dieses Feld gibt es nicht.",
            },
        ),
    ],
)
def test_faults_of_a_body_are_told_in_the_language_of_the_caller(
    api: Call, language: str, reasons: dict[str, str]
) -> None:
    sent = {"name": "", "parent": "x", "colour": "red"}
    answer = api("POST", "units", sent, **{"Accept-Language": language})
    assert {error["field"]: error["reason"] for error in problem(answer)["errors"]} == reasons


class Sample(Input):
    """A body with a field for each kind of fault."""

    word: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    code: Annotated[str, Field(pattern="^a$")] = "a"
    some: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    share: Annotated[Decimal, Field(gt=0, le=1, decimal_places=2)] = Decimal(1)
    count: Annotated[int, Field(ge=2, lt=9)] = 2
    day: date = date(2026, 1, 1)
    at: datetime | None = None
    flag: bool = True
    kind: Literal["a", "b", "c"] = "a"
    name: str


@pytest.mark.parametrize(
    ("given", "english", "german"),
    [
        ({}, "This field is required.", "Dieses Feld ist zwingend erforderlich."),
        ({"word": "a"}, "At least 2 characters are needed.", "Mindestens 2 Zeichen sind nötig."),
        ({"word": "abcd"}, "At most 3 characters are allowed.", "Höchstens 3 Zeichen sind erlaubt."),
        ({"word": 1}, "This is not a text.", "Das ist kein Text."),
        ({"code": "b"}, "This does not fit the pattern ^a$.", "Das passt nicht zum Muster ^a$."),
        ({"some": []}, "At least 1 entry is needed.", "Mindestens 1 Eintrag ist nötig."),
        ({"some": [1, 2, 3]}, "At most 2 entries are allowed.", "Höchstens 2 Einträge sind erlaubt."),
        ({"some": 1}, "This is not a list.", "Das ist keine Liste."),
        ({"share": 0}, "This must be more than 0.", "Das muss mehr als 0 sein."),
        ({"share": 2}, "This must be at most 1.", "Das darf höchstens 1 sein."),
        (
            {"share": "0.125"},
            "At most 2 decimal places are allowed.",
            "Höchstens 2 Nachkommastellen sind erlaubt.",
        ),
        ({"share": "x"}, "This is not a number.", "Das ist keine Zahl."),
        ({"count": 1}, "This must be at least 2.", "Das muss mindestens 2 sein."),
        ({"count": 9}, "This must be less than 9.", "Das muss weniger als 9 sein."),
        ({"count": 2.5}, "This is not a whole number.", "Das ist keine ganze Zahl."),
        (
            {"day": "x"},
            "This is not a day in the form 2026-11-23.",
            "Das ist kein Tag in der Form 2026-11-23.",
        ),
        (
            {"at": "x"},
            "This is not a moment in the form 2026-11-23T09:30:00Z.",
            "Das ist kein Zeitpunkt in der Form 2026-11-23T09:30:00Z.",
        ),
        ({"flag": "x"}, "This is neither true nor false.", "Das ist weder true noch false."),
        ({"kind": "d"}, "This is not one of 'a', 'b', 'c'.", "Das ist keines von 'a', 'b', 'c'."),
    ],
)
def test_each_usual_fault_has_words_in_both_languages(
    given: dict[str, Any], english: str, german: str
) -> None:
    with pytest.raises(PydanticError) as caught:
        Sample.model_validate(({"name": "A"} if given else {}) | given)
    [error] = caught.value.errors()
    with translation.override("en"):
        assert reason_of(error) == english
    with translation.override("de"):
        assert reason_of(error) == german


def test_a_fault_of_another_kind_keeps_its_own_words() -> None:
    assert reason_of({"type": "url_scheme", "msg": "URL scheme should be 'https'"}).startswith("URL scheme")


def test_faults_of_the_address_name_their_fields(api: Call) -> None:
    content = problem(api("GET", "units?limit=0&cursor=x"))
    assert [error["field"] for error in content["errors"]] == ["limit"]
    assert [error["field"] for error in problem(api("GET", "units?cursor=x"))["errors"]] == ["cursor"]


def test_what_an_action_refuses_names_its_field(api: Call) -> None:
    content = problem(api("POST", "units", {"name": "A", "parent": 999}))
    assert content["errors"] == [{"field": "parent", "reason": "There is no such entry."}]
    api("POST", "units", {"name": "A"})
    content = problem(api("POST", "units", {"name": "a"}))
    assert content["errors"] == [{"field": "", "reason": "There is a unit of this name here already."}]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "units/999", 404),
        ("GET", "units/99999999999999999999", 422),
        ("GET", "nothing", 404),
        ("DELETE", "units", 405),
        ("POST", "units", 422),
    ],
)
def test_every_error_is_a_problem(api: Call, method: str, path: str, status: int) -> None:
    assert problem(api(method, path))["status"] == status


def test_a_body_that_is_no_json_is_a_problem(mia: User) -> None:
    _key, secret = create_api_key(actor=mia, user=mia, name="A", scope=Scope.WRITE)
    answer = Client().post(
        "/api/v1/organisation/units",
        "{broken",
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert problem(answer)["status"] == 400


def test_an_unforeseen_error_tells_nothing_but_that_it_happened(
    api: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(organisation_api, "page_of", broken)
    answer = api("GET", "units")
    assert problem(answer)["status"] == 500
    assert b"secret" not in answer.content


def test_pages_follow_one_another_without_gap(api: Call) -> None:
    for number in range(5):
        Unit.objects.create(name=f"U{number}")
    seen: list[str] = []
    cursor: str | None = ""
    for _page in range(3):
        content = api("GET", f"units?limit=2&cursor={cursor}").json()
        seen += [unit["name"] for unit in content["items"]]
        cursor = content["next"]
        Unit.objects.filter(name="U0").delete()  # what was seen may go meanwhile
    assert (seen, cursor) == (["U0", "U1", "U2", "U3", "U4"], None)


def test_a_repeated_request_does_its_work_once(api: Call) -> None:
    first = api("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k1"})
    again = api("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Unit.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(api: Call) -> None:
    api("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k1"})
    content = problem(api("POST", "units", {"name": "B"}, **{"Idempotency-Key": "k1"}))
    assert content["status"] == 422
    assert Unit.objects.count() == 1


def test_a_failed_request_may_be_tried_again(api: Call) -> None:
    headers = {"Idempotency-Key": "k1"}
    parent = Unit.objects.create(name="P")
    assert api("POST", "units", {"name": "p"}, **headers).status_code == 422
    parent.delete()
    assert api("POST", "units", {"name": "p"}, **headers).status_code == 201


def test_keys_of_different_callers_do_not_meet(mia: User) -> None:
    codes = [
        caller(mia)("POST", "units", {"name": name}, **{"Idempotency-Key": "k"}).status_code for name in "AB"
    ]
    assert codes == [201, 201]


def test_answers_are_forgotten_after_a_day(api: Call) -> None:
    api("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k1"})
    assert forget_old_requests() == 0
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert api("POST", "units", {"name": "B"}, **{"Idempotency-Key": "k1"}).status_code == 201
    assert forget_old_requests(at=timezone.now() + timedelta(hours=25)) == 1


def test_a_key_that_is_too_long_is_refused(api: Call) -> None:
    assert problem(api("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k" * 256}))["status"] == 400


@pytest.mark.django_db(transaction=True)
def test_a_repetition_that_comes_too_early_is_told_to_wait(
    mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _key, secret = create_api_key(actor=mia, user=mia, name="A", scope=Scope.WRITE)
    call, began, go_on = with_secret(secret), Event(), Event()
    answers: list[int] = []

    def slow(**fields: Any) -> Unit:
        began.set()
        go_on.wait(10)
        return create_unit(**fields)

    def first() -> None:
        answers.append(call("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k"}).status_code)
        connection.close()

    monkeypatch.setattr(organisation_api, "create_unit", slow)
    thread = Thread(target=first)
    thread.start()
    assert began.wait(10)
    early = call("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k"})
    go_on.set()
    thread.join()
    assert problem(early)["status"] == 409
    assert answers == [201]
    assert call("POST", "units", {"name": "A"}, **{"Idempotency-Key": "k"}).status_code == 201
    assert Unit.objects.count() == 1


def test_people_are_read_written_and_found(api: Call, mia: User) -> None:
    unit = Unit.objects.create(name="Service")
    made = api("POST", "people", {"name": "Nora Neu", "email": "Nora@example.org", "unit": unit.pk}).json()
    assert (made["email"], made["unit"], made["left_on"]) == (
        "nora@example.org",
        {"id": unit.pk, "name": "Service"},
        None,
    )
    path = f"people/{made['id']}"
    changed = api("PATCH", path, {"position": "Agent", "lead": mia.person.pk, "left_on": "2020-01-01"}).json()
    assert (changed["position"], changed["lead"]["name"], changed["name"]) == (
        "Agent",
        "Mia Meyer",
        "Nora Neu",
    )
    assert api("GET", path).json() == changed
    assert [p["name"] for p in api("GET", "people?q=NEU").json()["items"]] == []
    assert [p["name"] for p in api("GET", "people?q=NEU&gone=true").json()["items"]] == ["Nora Neu"]
    assert api("PATCH", path, {"left_on": None}).json()["left_on"] is None
    assert [p["name"] for p in api("GET", f"people?unit={unit.pk}").json()["items"]] == ["Nora Neu"]
    assert problem(api("PATCH", path, {"email": "no address"}))["errors"][0]["field"] == "email"


def test_that_the_list_of_people_was_read_is_recorded(api: Call, mia: User, otto: User) -> None:
    api("GET", "people?limit=1")
    entry = Entry.objects.get(is_read=True)
    assert (entry.verb, entry.actor, entry.data["count"]) == ("organisation.people.listed", mia, 1)


def test_units_are_read_and_moved(api: Call) -> None:
    top, low = Unit.objects.create(name="Top"), Unit.objects.create(name="Low")
    assert api("PATCH", f"units/{low.pk}", {"parent": top.pk}).json()["parent"] == top.pk
    assert problem(api("PATCH", f"units/{top.pk}", {"parent": low.pk}))["errors"][0]["field"] == "parent"
    assert api("PATCH", f"units/{low.pk}", {"parent": None, "code": "7"}).json() == {
        "id": low.pk,
        "name": "Low",
        "code": "7",
        "parent": None,
    }


def test_the_description_is_openapi_and_every_operation_names_its_right(api: Call, mia: User) -> None:
    _key, secret = create_api_key(actor=mia, user=mia, name="A", scope=Scope.READ)
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Client().get("/api/v1/openapi.json", headers=headers)
    schema = json.loads(answer.content)
    assert schema["openapi"].startswith("3.1")
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    assert len(operations) >= 8
    assert all(operation["x-permission"] and operation["summary"] for operation in operations)
    assert all("Problem" in json.dumps(operation["responses"]["default"]) for operation in operations)
    assert Client().get("/api/v1/openapi.json").status_code == 401


def sent(api: Call, body: bytes) -> Any:
    """A body as it is, to the entry of a person."""
    secret = create_api_key(actor=User.objects.get(), user=User.objects.get(), name="Raw", scope=Scope.WRITE)[
        1
    ]
    return Client(raise_request_exception=False).generic(
        "PATCH",
        f"/api/v1/organisation/people/{Person.objects.get().pk}",
        body,
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"1", b"true"])
def test_a_body_that_is_no_object_is_refused(api: Call, body: bytes) -> None:
    assert problem(sent(api, body))["status"] == 422


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"name": NaN}', b'{"name": Infinity}', b'{"a":' * 5000, b"NaN"]
)
def test_a_body_that_is_no_json_is_refused(api: Call, body: bytes) -> None:
    assert problem(sent(api, body))["status"] == 400


def test_an_unknown_field_is_refused_and_named(api: Call) -> None:
    content = problem(sent(api, b'{"phone": "1", "postion": "Lead"}'))
    assert (content["status"], [error["field"] for error in content["errors"]]) == (422, ["postion"])
    assert Person.objects.get().phone == ""


def test_texts_that_the_database_cannot_keep_are_refused(api: Call) -> None:
    content = problem(sent(api, b'{"name": "a\\u0000b"}'))
    assert (content["status"], [error["field"] for error in content["errors"]]) == (422, ["name"])
    content = problem(api("GET", "people?q=a%00b"))
    assert (content["status"], [error["field"] for error in content["errors"]]) == (422, ["q"])
    assert sent(api, rb'{"name": "a\\u0000b"}').json()["name"] == r"a\u0000b"  # these are letters
