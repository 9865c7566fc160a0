"""Errors of the API as problem+json (RFC 9457): each says what is wrong, and at which field."""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as NinjaValidationError

from cxm.kit.api.faults import reason_of
from cxm.kit.http import COLLISION, is_collision

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


class FieldError(TypedDict):
    """What is wrong with one field of the request; `field` is a path such as `unit` or `items.0.name`."""

    field: str
    reason: str


class Problem(Exception):
    """An error that is told to the caller as it is."""

    def __init__(
        self,
        status: int,
        detail: str | Promise,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(str(detail))
        self.status, self.detail, self.errors, self.headers = status, str(detail), list(errors), headers or {}

    def response(self) -> HttpResponse:
        """The answer."""
        content: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            content["errors"] = self.errors
        return HttpResponse(
            json.dumps(content, ensure_ascii=False),
            status=self.status,
            content_type=CONTENT_TYPE,
            headers=self.headers,
        )


def problem_of(request: HttpRequest, error: Exception) -> Problem:
    """What the caller is told of an error. Unforeseen ones go to the log, and only their existence to the caller."""
    if isinstance(error, HttpError) and isinstance(error.__cause__, Problem):
        error = error.__cause__  # of our parser, which the library covers with words of its own
    match error:
        case Problem():
            return error
        case NinjaValidationError():
            return Problem(
                422, _("The request does not fit the description."), errors=fields_of(error.errors)
            )
        case ValidationError():
            return Problem(422, _("This is not possible."), errors=refusals_of(error))
        case PermissionDenied():
            return Problem(403, _("You are not allowed to do this."))
        case Http404():
            return Problem(404, _("There is nothing here, or nothing that you may see."))
        case RequestDataTooBig():
            return Problem(413, _("The request is too large."))
        case HttpError():
            return Problem(error.status_code, str(error))
    if is_collision(error):
        return Problem(409, COLLISION, headers={"Retry-After": "1"})
    log.exception("%s %s", request.method, request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return Problem(500, _("Something went wrong on our side. It is noted."))


def fields_of(errors: Sequence[dict[str, Any]]) -> list[FieldError]:
    """The faults that the description of the operation finds. `loc` begins with the place and the parameter's name."""
    found = []
    for error in errors:
        place, *rest = error["loc"]
        path = rest[1:] if place in ("body", "form") and len(rest) > 1 else rest
        found.append(FieldError(field=".".join(str(part) for part in path), reason=reason_of(error)))
    return found


def refusals_of(error: ValidationError) -> list[FieldError]:
    """The faults that an action finds."""
    if not hasattr(error, "error_dict"):
        return [FieldError(field="", reason=message) for message in error.messages]
    return [
        FieldError(field="" if name == "__all__" else name, reason=message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]
