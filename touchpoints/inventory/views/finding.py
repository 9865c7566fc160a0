"""Suggestions for a field in which one types a name."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from cxm.kit.access import requires
from cxm.kit.fields import sort_key
from cxm.kit.http import CxmRequest
from touchpoints.inventory.forms_finding import KINDS, label_of
from touchpoints.inventory.models import ContentItem, Touchpoint
from touchpoints.inventory.permissions import VIEW

OFFERED = 20


@require_GET
@requires(VIEW)
def find(request: CxmRequest, kind: str) -> HttpResponse:
    """Options that have all words of the field `in`; where several things are named, of its last one."""
    if kind not in KINDS:
        raise Http404(kind)
    text = request.GET.get(request.GET.get("in", ""), "").replace("\x00", "")[:500]
    before, semicolon, last = text.rpartition(";") if kind not in ("people", "holders") else ("", "", text)
    found = KINDS[kind]().visible_to(request.user)
    field = "name_sort" if kind in ("systems", "contents") else "search_key"
    for word in sort_key(last.partition(" – ")[0]).split():
        found = found.filter(**{f"{field}__contains": word})
    if kind in ("people", "holders"):
        found = found.select_related("unit")
    rows = found.order_by("name_sort", "pk")[:OFFERED]
    start = f"{before}{semicolon} " if before else ""
    options = [(f"{start}{value}", label) for value, label in map(option, rows)]
    return HttpResponse(format_html_join("\n", '<option value="{}">{}</option>', options))


def option(row: Any) -> tuple[str, str]:
    """What is written into the field, and what is shown beside it; touchpoints go by their code, which is unique."""
    if isinstance(row, Touchpoint):
        return row.code, row.name
    if isinstance(row, ContentItem):
        return row.title, row.get_kind_display()
    return (row.name, row.get_kind_display()) if hasattr(row, "vendor") else (label_of(row), "")
