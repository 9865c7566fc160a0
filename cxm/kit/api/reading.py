"""The description of the API (OpenAPI) as plain lists for a page that people read."""

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

LEVELS = 4  # how deep an example goes
SAMPLES: dict[str, Any] = {
    "date": "2026-11-23",
    "date-time": "2026-11-23T09:30:00Z",
    "uuid": "0d5ab0a3-6a5c-4d0f-9b53-1b0a8f3f2f11",
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}


def more_than(description: str, summary: str) -> str:
    """The description where it says more than the summary."""
    return "" if description.rstrip(". \n") == summary else description


def as_it_is(text: str) -> str:
    """No translation."""
    return text


def texts_of(schema: dict[str, Any]) -> set[str]:
    """Everything that a page about this API would translate."""
    found: set[str] = set()

    def note(text: str) -> str:
        found.add(text)
        return text

    Description(schema, translate=note).groups()
    return found


class Description:
    """Reads an OpenAPI schema; resolves its references. What people read goes through `translate`."""

    def __init__(self, schema: dict[str, Any], translate: Callable[[str], str] = as_it_is) -> None:
        self.schema = schema
        self.translate = translate

    def say(self, text: str) -> str:
        """A text in the reader's language; line breaks within a paragraph are none of his."""
        plain = "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
        return self.translate(plain) if plain else ""

    def groups(self) -> list[dict[str, Any]]:
        """Operations by tag, in the order of their declaration."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for path, methods in self.schema["paths"].items():
            for method, operation in methods.items():
                found[(operation.get("tags") or [""])[0]].append(self.operation(path, method, operation))
        return [{"name": self.say(name), "operations": operations} for name, operations in found.items()]

    def operation(self, path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
        """One operation with its parameters, body and answers."""
        body = self.content(operation.get("requestBody", {}))
        return {
            "id": operation["operationId"],
            "method": method.upper(),
            "path": path,
            "summary": self.say(operation["summary"]),
            "description": self.say(more_than(operation.get("description", ""), operation["summary"])),
            "permission": operation.get("x-permission", ""),
            "parameters": [self.parameter(one) for one in operation.get("parameters", [])],
            "fields": self.fields(body),
            "body_example": self.text(body),
            "answers": [
                {
                    "status": status,
                    "example": self.text(self.content(answer)),
                    "fields": self.fields(self.content(answer)),
                }
                for status, answer in operation["responses"].items()
                if status != "default"
            ],
        }

    def parameter(self, one: dict[str, Any]) -> dict[str, Any]:
        """A parameter in the address or a header."""
        schema = self.resolve(one["schema"])
        return {
            "name": one["name"],
            "place": one["in"],
            "type": self.type_of(schema),
            "required": one.get("required", False),
            "description": self.say(one.get("description") or schema.get("description", "")),
            "default": schema.get("default"),
        }

    def content(self, holder: dict[str, Any]) -> dict[str, Any]:
        """The schema of a body, if there is one."""
        for media in holder.get("content", {}).values():
            return self.resolve(media["schema"])
        return {}

    def fields(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        """The fields of an object; those of the rows, if it is a page of rows."""
        properties = schema.get("properties", {})
        if set(properties) == {"items", "next"}:
            return self.fields(self.resolve(properties["items"]["items"]))
        required = schema.get("required", [])
        return [
            {
                "name": name,
                "type": self.type_of(self.resolve(one)),
                "required": name in required,
                "description": self.say(one.get("description", "")),
            }
            for name, one in properties.items()
        ]

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema behind a reference."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            found: dict[str, Any] = self.schema["components"]["schemas"][name]
            return found
        return schema

    def type_of(self, schema: dict[str, Any]) -> str:
        """A type in a few words."""
        if "anyOf" in schema:
            return " | ".join(self.type_of(self.resolve(one)) for one in schema["anyOf"])
        if "enum" in schema:
            return " | ".join(f'"{value}"' for value in schema["enum"])
        if schema.get("type") == "array":
            return f"[{self.type_of(self.resolve(schema.get('items', {})))}]"
        return str(
            schema.get("format") or schema.get("title" if schema.get("type") == "object" else "type", "any")
        )

    def example(self, schema: dict[str, Any], level: int = 0) -> Any:
        """A value that fits the schema."""
        schema = self.resolve(schema)
        for given in ("example", "default", "const"):
            if schema.get(given) is not None:
                return schema[given]
        if schema.get("examples"):
            return schema["examples"][0]
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0], level)
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "array":
            return [self.example(schema.get("items", {}), level + 1)] if level < LEVELS else []
        if "properties" in schema:
            return {name: self.example(one, level + 1) for name, one in schema["properties"].items()}
        return SAMPLES.get(schema.get("format", ""), SAMPLES.get(schema.get("type", ""), {}))

    def text(self, schema: dict[str, Any]) -> str:
        """An example as people read JSON; nothing for an empty body."""
        return json.dumps(self.example(schema), indent=2, ensure_ascii=False) if schema else ""
