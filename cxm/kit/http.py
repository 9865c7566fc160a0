"""Typed requests and the few ways in which a view answers."""

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails
from psycopg import errors

if TYPE_CHECKING:
    from cxm.accounts.models import User


log = logging.getLogger(__name__)

READING = ("GET", "HEAD", "OPTIONS")
COLLISIONS = (
    errors.UniqueViolation,
    errors.ExclusionViolation,
    errors.ForeignKeyViolation,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)
MOST_BODY = 25 * 1024**2
"""Bytes of a form with its files: see `takes`."""
TOO_LARGE = _(
    "What you sent is larger than %(limit)s MB and was not read. Please go back, choose a smaller file and send the"
    " form again."
)
COLLISION = _("Somebody changed this at the same time. Please look at it again and repeat what you did.")


class CxmRequest(HttpRequest):
    """A request of a signed-in person, as the middleware leaves it."""

    user: "User"
    htmx: HtmxDetails


class Refusal(Exception):
    """What was asked cannot be done: the person is told why and led to `url`. Raised anywhere below a view."""

    def __init__(self, text: str, url: str) -> None:
        super().__init__(text)
        self.text, self.url = text, url


def takes(most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view that takes files of so many bytes; others take `MOST_BODY` with everything that comes along."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.most_body = most + MOST_BODY  # type: ignore[attr-defined]  # read by the middleware
        return view

    return mark


class BodySizeMiddleware:
    """Refuses what is too large before anything reads it: the look at the form's secret would take all of it in.

    Views without that look (the API, public forms) see to it themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Django asks; None goes on."""
        most = getattr(view, "most_body", MOST_BODY)
        if getattr(view, "csrf_exempt", False) or body_size(request) <= most:
            return None
        text = TOO_LARGE % {"limit": most // 1024**2}
        if not wants_partial(request):
            return render(request, "413.html", {"text": text}, status=413)
        response = HttpResponse(status=413)
        toast(request, text, level="error", response=response)
        return response


def body_size(request: HttpRequest) -> int:
    """Bytes that the browser announces; without an announcement nothing is read."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


class RefusalMiddleware:
    """Answers for a view that was refused on its way, by us or by the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django asks; None leaves the error to others."""
        if isinstance(exception, Refusal):
            toast(request, exception.text, level="error")
            return go_to(request, exception.url)
        if request.method in READING or not is_collision(exception):
            return None
        log.warning("%s %s met another write", request.method, request.path, exc_info=exception)
        if not wants_partial(request):
            return render(request, "409.html", status=409)
        response = HttpResponse(status=409)
        toast(request, COLLISION, level="warning", response=response)
        return response


def is_collision(error: BaseException) -> bool:
    """Whether the database refused a write because of another one at the same moment: what the action had looked at
    before was true no more. Nothing was changed."""
    return isinstance(error, DatabaseError) and isinstance(error.__cause__, COLLISIONS)


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
