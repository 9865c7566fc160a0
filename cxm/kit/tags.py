"""Template tags of the house; loaded in every template."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cxm.kit import icons
from cxm.kit.access import PERMISSIONS
from cxm.kit.numbers import formats

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with `label` it is read aloud, without it is decoration."""
    return icons.icon(name, label)


@register.simple_tag
def component(file: str, **values: Hashable) -> SafeString:
    """A template that shows these values and nothing else; unlike with `include`, the same ones are drawn only once.

    Values are texts, numbers and frozen dataclasses of such, never models: those are equal by their key, not by what
    they say.
    """
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn  # who edits a template wants to see it
    return draw(file, get_language(), **values)


@lru_cache(maxsize=4096, typed=True)  # typed: a text is not the same as one that is safe to show as it is
def _drawn(file: str, language: str | None, /, **values: Hashable) -> SafeString:
    return render_to_string(file, values)


@register.simple_tag(takes_context=True)
def may(context: Context, code: str) -> bool:
    """Whether the signed-in person holds the permission `code`; an unknown code fails loudly."""
    user: Any = context["request"].user
    return bool(user.is_authenticated and user.may(PERMISSIONS[code]))


@register.filter
def number(value: float | None) -> str:
    """A count as the reader's language writes it; a dash for nothing."""
    return formats().count(value)


@register.filter
def initials(name: str) -> str:
    """Up to two letters that stand for a person: of the first and the last name."""
    words = str(name).replace("-", " ").split()
    return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()
