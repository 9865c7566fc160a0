"""Template tags of the house; loaded in every template."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from cxm.kit import icons
from cxm.kit.access import PERMISSIONS
from cxm.kit.numbers import formats

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with `label` it is read aloud, without it is decoration."""
    return icons.icon(name, label)


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
