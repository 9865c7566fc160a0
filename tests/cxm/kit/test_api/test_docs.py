"""The description of the API for people."""

from typing import Any

import pytest
from django.db.models import TextChoices
from django.http import HttpRequest
from django.test import Client
from ninja import Query, Schema
from ninja import Router as NinjaRouter

from cxm.accounts.door import AccountsDoor
from cxm.accounts.models import User
from cxm.accounts.permissions import READ_API
from cxm.accounts.views.api_docs import api_docs
from cxm.kit.api import CxmAPI, Router, house
from cxm.kit.api.reading import Description, texts_of
from cxm.kit.management.commands.messages import texts_of_apis
from tests.cast import signed_in


def test_the_page_lists_operations_with_fields_and_examples(mia: User) -> None:
    page = signed_in(mia).get("/api/v1/docs").content.decode()
    for words in (
        "/api/v1/organisation/people",
        "Add a person",
        "Otto Özdemir",
        "Idempotency-Key",
        "joined_on",
    ):
        assert words in page
    assert "https://" not in page.split("<main")[1]


def test_the_page_is_for_signed_in_people(client: Client, company: object) -> None:
    assert client.get("/api/v1/docs").status_code == 302


def test_what_people_read_of_it_is_translated_and_collected() -> None:
    schema = {
        "paths": {
            "/people": {
                "get": {
                    "operationId": "list",
                    "tags": ["People"],
                    "summary": "All people",
                    "description": "With those\nwho left.\n\nIn pages.",
                    "parameters": [
                        {
                            "name": "q",
                            "in": "query",
                            "schema": {"type": "string"},
                            "description": "Part of it.",
                        }
                    ],
                    "responses": {},
                }
            }
        }
    }
    (group,) = Description(schema, translate=str.upper).groups()
    (operation,) = group["operations"]
    assert (group["name"], operation["summary"]) == ("PEOPLE", "ALL PEOPLE")
    assert operation["description"] == "WITH THOSE WHO LEFT.\n\nIN PAGES."
    (parameter,) = operation["parameters"]
    assert (parameter["name"], parameter["description"]) == ("q", "PART OF IT.")
    assert texts_of(schema) == {"People", "All people", "With those who left.\n\nIn pages.", "Part of it."}


def test_texts_of_our_api_are_among_those_to_be_translated() -> None:
    found = texts_of_apis()
    assert {"Add a person", "First day without the person; null if the person stays."} <= found
    assert "" not in found


def test_examples_fit_the_schema() -> None:
    schema = {
        "paths": {},
        "components": {
            "schemas": {
                "Node": {
                    "type": "object",
                    "title": "Node",
                    "properties": {
                        "id": {"type": "integer"},
                        "on": {"type": "string", "format": "date"},
                        "kind": {"enum": ["a", "b"]},
                        "above": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                        "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                    },
                }
            }
        },
    }
    reader = Description(schema)
    node = {"$ref": "#/components/schemas/Node"}
    example = reader.example(node)
    assert (example["id"], example["on"], example["kind"], example["above"]) == (1, "2026-11-23", "a", 1)
    assert example["below"][0]["below"][0]["below"] == []  # ends somewhere
    fields = {one["name"]: one["type"] for one in reader.fields(reader.resolve(node))}
    assert fields == {
        "id": "integer",
        "on": "date",
        "kind": '"a" | "b"',
        "above": "integer | null",
        "below": "[Node]",
    }


def test_an_operation_without_a_right_is_found_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "ALL", [*house.ALL])
    api = CxmAPI(door=AccountsDoor(), page=api_docs, urls_namespace="loose")
    router = NinjaRouter()

    @router.get("/loose")
    def loose(request: HttpRequest) -> str:
        return "open to all"

    api.add_router("", router)
    [error] = house.every_operation_names_its_right(None)
    assert (error.id, "loose" in str(error.msg)) == ("cxm.E002", True)


class Here(TextChoices):
    """Where something is, in one room."""

    OPEN = "open", "Open"


class There(TextChoices):
    """The same word in another room."""

    SHUT = "shut", "Shut"


There.__name__ = There.__qualname__ = "Here"


class HereOut(Schema):
    """One room's."""

    state: Here


class ThereOut(Schema):
    """The other room's."""

    state: There


def described(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> dict[str, Any]:
    """The description of an API whose operations answer with these."""
    monkeypatch.setattr(house, "ALL", [*house.ALL])
    api = CxmAPI(door=AccountsDoor(), page=api_docs, urls_namespace="named")
    router = Router()
    for number, answer in enumerate(answers):

        def read(request: HttpRequest, at: Query[HereOut]) -> Any:
            """Nothing."""

        read.__name__ = f"read_{number}"
        router.get(f"/{number}", response=answer, permission=READ_API)(read)
    api.add_router("", router)
    return dict(api.get_openapi_schema(path_prefix=""))


def test_choices_of_one_name_keep_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = described(monkeypatch, HereOut, ThereOut)
    found = schema["components"]["schemas"]
    assert [found[name]["properties"]["state"]["enum"] for name in ("HereOut", "ThereOut")] == [
        ["open"],
        ["shut"],
    ]
    (parameter,) = schema["paths"]["/1"]["get"]["parameters"]
    assert parameter["schema"]["enum"] == ["open"]
    assert "Here" not in found


def test_two_things_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = type("HereOut", (Schema,), {"__annotations__": {"name": str}, "__doc__": "Another.", "name": ""})
    with pytest.raises(ValueError, match="'HereOut'"):
        described(monkeypatch, list[HereOut], list[other])  # type: ignore[valid-type]
