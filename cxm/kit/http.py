"""Typed requests and the few ways in which a view answers."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from cxm.accounts.models import User


class CxmRequest(HttpRequest):
    """A request of a signed-in person, as the middleware leaves it."""

    user: "User"
    htmx: HtmxDetails


class Refusal(Exception):
    """What was asked cannot be done: the person is told why and led to `url`. Raised anywhere below a view."""

    def __init__(self, text: str, url: str) -> None:
        super().__init__(text)
        self.text, self.url = text, url


class RefusalMiddleware:
    """Answers for a view that was refused on its way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django asks; None leaves the error to others."""
        if not isinstance(exception, Refusal):
            return None
        toast(request, exception.text, level="error")
        return go_to(request, exception.url)


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (not for a whole one, as when it restores the history)."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def hx_or_page(
    request: HttpRequest, template: str, partial: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page, or for an htmx request (not a history restore) only its partial; varies by HX-Request."""
    name = f"{template}#{partial}" if wants_partial(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def toast(
    request: HttpRequest, text: Any, *, level: str = "success", response: HttpResponse | None = None
) -> None:
    """Tell the person what happened: on the htmx `response` itself, else on the next page."""
    if response is None:
        messages.add_message(request, getattr(messages, level.upper()), text)
        return
    triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
    triggers["toast"] = {"text": str(text), "level": level}
    response["HX-Trigger"] = json.dumps(triggers)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the browser to `url`, also from within an htmx request."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return redirect(url)
