"""What a request brings, before any operation looks at it: an object of JSON, without what a database cannot keep."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict

from cxm.kit.api.problems import FieldError, Problem

NUL = "\x00"


class Input(Schema):
    """The body of a request. A field that it does not know is an error, else a slip of the pen would be lost."""

    model_config = ConfigDict(extra="forbid")


class StrictParser(Parser):
    """Refuses what is no JSON object, numbers that are none, and texts with NUL, which PostgreSQL cannot keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body as an object."""
        try:
            data = json.loads(request.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Problem(400, _("The body is no valid JSON.")) from None
        if not isinstance(data, dict):
            raise Problem(422, _("The body must be a JSON object."))
        if b"\\u0000" in request.body:  # raw ones are no JSON
            refuse_nul(data.items())
        return data

    def parse_querydict(
        self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The parameters of the address."""
        refuse_nul(data.lists())
        return super().parse_querydict(data, list_fields, request)


def _no_number(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's own, not JSON's


def refuse_nul(items: Any) -> None:
    """Raise a Problem that names the fields whose text holds NUL."""
    found = [name for name, value in items if any(NUL in text for text in texts({name: value}))]
    if found:
        reason = _("The character NUL is not allowed.")
        errors = [FieldError(field=name.replace(NUL, ""), reason=reason) for name in found]
        raise Problem(422, _("The request does not fit the description."), errors=errors)


def texts(value: Any) -> Iterator[str]:
    """All texts within a value."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case dict(inner):
                waiting += [*inner, *inner.values()]
            case list(inner):
                waiting += inner
