"""Sets language and time zone of the signed-in person, and keeps everybody else outside."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

LANGUAGE_COOKIE = "cxm_language"


class PreferencesMiddleware:
    """Answers in the person's language and time zone; before sign-in in that of the cookie or the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            language, zone = user.language, user.zone
        else:
            language, zone = self.visitor_language(request), timezone.get_default_timezone()
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's LocaleMiddleware does
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def visitor_language(self, request: HttpRequest) -> str:
        """The language chosen before (cookie), else the browser's, else German."""
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in ("de", "en") else translation.get_language_from_request(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Deny by default. A page part asked for by htmx leads the whole page to sign-in, not into a table."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(resolve_url(self.get_login_url(view_func)))
        return super().handle_no_permission(request, view_func)
