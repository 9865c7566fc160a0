"""System checks of the house: no url without a declared right."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

OWN_GUARD = ("allauth.", "ninja", "django.views.", "django.contrib.staticfiles.", "whitenoise.")
"""Views of libraries that guard themselves; everything of ours must say who may come in."""


def url_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the project with its full path pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from url_patterns(entry, path)
        else:
            yield path, entry


@register
def every_view_says_who_may_enter(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """cxm.E001: a view of ours has neither `@requires(...)` nor `@public`."""
    return [
        Error(
            f"The view of '{path}' says nothing about who may enter.",
            hint="Add @requires(PERMISSION) or @public from cxm.kit.access.",
            id="cxm.E001",
        )
        for path, pattern in url_patterns()
        if not getattr(pattern.callback, "func", pattern.callback).__module__.startswith(OWN_GUARD)
        and not hasattr(pattern.callback, "permission")
        and not hasattr(pattern.callback, "is_public")
    ]
