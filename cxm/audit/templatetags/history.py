"""Where the history of an object is read."""

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse

from cxm.audit.timeline import may_know

register = template.Library()


@register.simple_tag(takes_context=True)
def history_url(context: Context, target: Model) -> str:
    """The part of a page with the history of `target`; nothing if the reader may not know it."""
    if not may_know(context["request"].user, type(target), target.pk):
        return ""
    return reverse("audit:about", args=[target._meta.label_lower, target.pk])
