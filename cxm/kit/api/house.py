"""The API as a whole: its addresses, its description, its errors."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from cxm.kit.access import public
from cxm.kit.api.describing import OneMeaning
from cxm.kit.api.door import Door
from cxm.kit.api.parsing import StrictParser
from cxm.kit.api.problems import CONTENT_TYPE, Problem, problem_of

SECURITY = {
    "ApiKey": {"type": "http", "scheme": "bearer", "description": "An API key, made on the page “API keys”."}
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
ALL: list["CxmAPI"] = []


class CxmAPI(NinjaAPI):
    """All routers behind one door. `page` draws the description for people; it gets the API as `api`."""

    def __init__(self, *, door: Door, page: Callable[..., HttpResponseBase], **options: Any) -> None:
        super().__init__(docs_url=None, parser=StrictParser(), **options)
        self.door, self.page = door, page
        ALL.append(self)

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Every error as problem+json."""
        return problem_of(request, exc).response()

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description: ninja's, with the key and the form of errors."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        schema = OneMeaning(self, prefix)
        schema["components"]["securitySchemes"] = SECURITY
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        problem = {
            "description": "An error",
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"].setdefault("default", problem)
        return schema

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns: list[Any] = [
            path("", self._open(lambda request: redirect(f"{self.urls_namespace}:docs")), name="api-root"),
            path("openapi.json", self._open(self._description), name="openapi-json"),
            path("docs", wraps(self.page)(partial(self.page, api=self)), name="docs"),
        ]
        for router in self._get_bound_routers():
            for pattern in router.urls_paths(router.prefix):
                pattern.callback = self._open(pattern.callback)
                patterns.append(pattern)
        patterns.append(path("<path:rest>", self._open(self._nothing)))
        return patterns

    def _open(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """A view that guards itself (by the door), outside of sign-in and CSRF of pages; errors as problems."""

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:  # every error has an answer
                return self.on_exception(request, error)
            if response.status_code == 405:
                allow = {"Allow": response.headers.get("Allow", "")}
                return Problem(405, _("This address does not know the method."), headers=allow).response()
            return response

        answer.__module__ = __name__  # not ninja's: the check for rights looks at it
        return public(csrf_exempt(answer))

    def _description(self, request: HttpRequest) -> HttpResponse:
        """OpenAPI 3.1, for who has a key or is signed in."""
        self.door.enter(request)
        return JsonResponse(self.get_openapi_schema())

    def _nothing(self, request: HttpRequest, rest: str) -> HttpResponse:
        raise Http404(rest)


@register
def every_operation_names_its_right(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """cxm.E002: an operation of the API says nothing about who may use it."""
    return [
        Error(
            f"The operation {operation.methods} {route} says nothing about who may use it.",
            hint="Declare it with cxm.kit.api.Router and permission=...",
            id="cxm.E002",
        )
        for api in ALL
        for router in api._get_bound_routers()
        for route, view in router.path_operations.items()
        for operation in view.operations
        if not hasattr(operation.view_func, "permission") or not hasattr(operation.run, "__wrapped__")
    ]
