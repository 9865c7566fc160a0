"""Sets language and time zone of the signed-in person, and keeps everybody else outside."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

LANGUAGE_COOKIE = "cxm_language"
SIGNED_IN_AT = "signed_in_at"  # key in the session; seconds since 1970


class PreferencesMiddleware:
    """Answers in the person's language and time zone; before sign-in in that of the cookie or the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_over(request):
            logout(request)
        user: Any = request.user
        if user.is_authenticated:
            language, zone = user.language, user.zone
        else:
            language, zone = self.visitor_language(request), timezone.get_default_timezone()
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language  # as Django's LocaleMiddleware does
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def visitor_language(self, request: HttpRequest) -> str:
        """The language chosen before (cookie), else the browser's, else German."""
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in ("de", "en") else translation.get_language_from_request(request)


def is_over(request: HttpRequest) -> bool:
    """Whether somebody signed in longer ago than a session may last, however busy he was since."""
    since = request.session.get(SIGNED_IN_AT)
    return since is not None and time.time() - since > settings.SESSION_COOKIE_AGE


class SignInMiddleware(LoginRequiredMiddleware):
    """Deny by default. A page part asked for by htmx leads the whole page to sign-in, not into a table."""

    def handle_no_permission(  # type: ignore[override]  # the stub promises a redirect only
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(resolve_url(self.get_login_url(view_func)))
        return super().handle_no_permission(request, view_func)
