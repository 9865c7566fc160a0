"""Merging duplicates: the records side by side, the value that counts chosen field by field."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from cxm.kit.numbers import formats
from touchpoints.inventory.actions.conflicts import comparable, label_of
from touchpoints.inventory.actions.merging import CHOOSABLE, MOST, merge_touchpoints
from touchpoints.inventory.groups import readable
from touchpoints.inventory.likeness import likely_duplicates
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.permissions import EDIT
from touchpoints.inventory.views.objects import help_url, rows

SHOWN = 100  # pairs on the page of likely duplicates


@dataclass(frozen=True)
class Choice:
    """A field in which the records differ: one text for each, and whose counts at first."""

    name: str
    label: str | Promise
    cells: list[tuple[Touchpoint, str]]
    chosen: int


def choices_of(records: list[Touchpoint], keep: Touchpoint, asked: dict[str, int]) -> list[Choice]:
    """Fields with different values; at first the kept record's, or the first that is filled. Reasons go with flags."""
    found = []
    for name in CHOOSABLE:
        values = [comparable(getattr(record, name)) for record in records]
        if name in Touchpoint.EXPLAINED.values() or all(value == values[0] for value in values):
            continue
        filled = [record.pk for record in [keep, *records] if getattr(record, name) not in (None, "", [])]
        cells = [(record, readable(record.field_text(name))) for record in records]
        chosen = asked.get(name) or (filled[0] if filled else keep.pk)
        found.append(Choice(name, label_of(keep, name), cells, chosen))
    return found


@require_GET
@requires(EDIT)
def duplicates(request: CxmRequest) -> HttpResponse:
    """Touchpoints whose names are alike, two by two, each with the way to compare and merge them."""
    shape = formats(request.user.language)
    pairs = [
        {"one": pair.one, "two": pair.two, "percent": shape.percent(pair.alike)}
        for pair in likely_duplicates(rows(request).with_owner(), most=SHOWN + 1)
    ]
    context = {"pairs": pairs[:SHOWN], "is_cut": len(pairs) > SHOWN, "page_help": help_url()}
    return render(request, "touchpoints/inventory/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def merge(request: CxmRequest) -> HttpResponse:
    """Compare up to five records, choose which one stays and whose values count."""
    records = chosen_records(request)
    if not 2 <= len(records) <= MOST:
        toast(request, _("Choose two to five touchpoints to merge."), level="warning")
        return go_to(request, reverse("inventory:list"))
    keep = next((record for record in records if str(record.pk) == request.POST.get("keep")), records[0])
    asked = taken(request, records)
    problem = ""
    if "confirmed" in request.POST:
        others = [record for record in records if record.pk != keep.pk]
        try:
            merge_touchpoints(keep=keep, duplicates=others, take=asked, actor=request.user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            toast(request, _("Merged. On the page of a duplicate this can be undone."))
            return go_to(request, keep.get_absolute_url())
    context: dict[str, Any] = {
        "records": records,
        "keep": keep,
        "choices": choices_of(records, keep, asked),
        "problem": problem,
        "owners_clash": len({record.owner_id for record in records} - {None}) > 1,
        "page_help": help_url(),
    }
    return render(request, "touchpoints/inventory/merge.html", context, status=422 if problem else 200)


def chosen_records(request: CxmRequest) -> list[Any]:
    """The selection of the list, or the ids of the address; the fullest record first."""
    if request.method == "POST":
        found = TouchpointList.selected(request).rows
    else:
        ids = [int(pk) for pk in request.GET.getlist("ids") if pk.isascii() and pk.isdigit() and len(pk) < 19]
        found = rows(request).filter(pk__in=ids)
    current = found.filter(is_archived=False, duplicate_of=None)
    full = current.with_owner().select_related("phase", "channel")  # type: ignore[attr-defined]  # our own reads
    return list(full.order_by("-completeness", "pk")[: MOST + 1])


def taken(request: CxmRequest, records: list[Touchpoint]) -> dict[str, int]:
    """Whose value was chosen, by field; what is no record of these is left out."""
    ids = {str(record.pk): record.pk for record in records}
    asked = {name: request.POST.get(f"take-{name}", "") for name in CHOOSABLE}
    return {name: ids[value] for name, value in asked.items() if value in ids}
