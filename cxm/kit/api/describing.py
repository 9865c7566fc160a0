"""The description of the API as the library makes it, without mixing up what has the same name in two rooms."""

from typing import Any

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation


class OneMeaning(OpenAPISchema):
    """Choices are written where they are used: several rooms have a `Status` or a `Kind` of their own.

    What else is described by a name is described once. Raises ValueError if two rooms mean different things by it.
    """

    choices: dict[str, Any]

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation."""
        self.choices = {}
        return dict(written_out(super().operation_details(operation), self.choices))

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Take over what a parameter, a body or an answer is made of."""
        self.choices |= {
            REF_TEMPLATE.format(model=name): {"type": body["type"], "enum": body["enum"]}
            for name, body in definitions.items()
            if "enum" in body
        }
        for name, body in definitions.items():
            said = written_out(body, self.choices)
            if "enum" not in body and self.schemas.setdefault(name, said) != said:
                raise ValueError(f"The API describes two things by the name {name!r}.")


def written_out(node: Any, choices: dict[str, Any]) -> Any:
    """A part of the description with choices in the place of references to them."""
    if isinstance(node, list):
        return [written_out(one, choices) for one in node]
    if not isinstance(node, dict):
        return node
    found = {name: written_out(one, choices) for name, one in node.items()}
    return choices[found.pop("$ref")] | found if found.get("$ref") in choices else found
