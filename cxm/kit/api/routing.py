"""Routers whose operations name the right they need."""

from collections.abc import Callable
from functools import wraps
from inspect import cleandoc
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router as NinjaRouter
from ninja.operation import Operation

from cxm.kit.access import Permission
from cxm.kit.api.problems import Problem

READING = ("GET", "HEAD", "OPTIONS")
IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "A text of your own, new for each act. Sent again within 24 hours, the request does nothing and is "
    "answered as the first time.",
}

type Run = Callable[..., HttpResponseBase]


class Router(NinjaRouter):
    """The operations of one room."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_decorator(guarded, mode="view")

    def get(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Run], Run]:  # type: ignore[override]
        """Declare an operation that reads."""
        return self._declare("GET", path, permission, options)

    def post(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Run], Run]:  # type: ignore[override]
        """Declare an operation that adds or does something."""
        return self._declare("POST", path, permission, options)

    def patch(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Run], Run]:  # type: ignore[override]
        """Declare an operation that changes some fields."""
        return self._declare("PATCH", path, permission, options)

    def put(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Run], Run]:  # type: ignore[override]
        """Declare an operation that replaces."""
        return self._declare("PUT", path, permission, options)

    def delete(self, path: str, *, permission: Permission, **options: Any) -> Callable[[Run], Run]:  # type: ignore[override]
        """Declare an operation that deletes."""
        return self._declare("DELETE", path, permission, options)

    def _declare(
        self, method: str, path: str, permission: Permission, options: dict[str, Any]
    ) -> Callable[[Run], Run]:
        def register(view: Run) -> Run:
            view.permission = permission  # type: ignore[attr-defined]  # read by the guard and the system check
            summary, _newline, description = cleandoc(view.__doc__ or view.__name__).partition("\n")
            extra = {"security": [{"ApiKey": []}], "x-permission": permission.code}
            if method not in READING:
                extra["parameters"] = [IDEMPOTENCY_HEADER]
            self.api_operation(
                [method],
                path,
                **{
                    "summary": summary.rstrip("."),
                    "description": description.strip(),
                    "openapi_extra": extra,
                    **options,
                },
            )(view)
            return view

        return register


def guarded(run: Run) -> Run:
    """Around each operation: who calls, may he, not too often, and not twice."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]  # ninja hands over the bound method

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
        try:
            return _answer(operation, run, request, path)
        except Exception as error:  # every error has an answer
            return operation.api.on_exception(request, error)

    return answer


def _answer(operation: Operation, run: Run, request: HttpRequest, path: dict[str, Any]) -> HttpResponseBase:
    door = operation.api.door  # type: ignore[attr-defined]  # a CxmAPI
    permission: Permission = operation.view_func.permission  # type: ignore[attr-defined]
    caller = door.enter(request)
    request.user = caller.user
    if seconds := door.wait(caller):
        raise Problem(429, _("Too many requests."), headers={"Retry-After": str(seconds)})
    writes = request.method not in READING
    if writes and not caller.may_write:
        raise Problem(403, _("This key may only read."))
    if not caller.user.may(permission):
        raise PermissionDenied(permission.code)
    key = request.headers.get("Idempotency-Key", "")
    if writes and key:
        replayed: HttpResponseBase = door.once(request, caller, key, lambda: run(request, **path))
        return replayed
    return run(request, **path)
