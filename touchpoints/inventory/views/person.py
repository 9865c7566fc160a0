"""What one person answers for, on his page."""

from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page
from cxm.organisation.models import Person
from touchpoints.inventory.choices import Part
from touchpoints.inventory.permissions import VIEW
from touchpoints.inventory.views.handover import held_by
from touchpoints.inventory.views.objects import HELP_PEOPLE, help_url

SHOWN = 12  # touchpoints on the page of a person; the list has all


@require_GET
@requires(VIEW)
def of_person(request: CxmRequest, pk: int) -> HttpResponse:
    """His parts today and later: how many of each, the first touchpoints, and the way to the hand-over."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    held = held_by(request, person, timezone.localdate())
    counts: dict[Part, int] = defaultdict(int)
    for item in held:
        for part in {Part(row.part) for row in item.parts}:
            counts[part] += 1
    context = {
        "person": person,
        "held": held[:SHOWN],
        "number": len(held),
        "counts": [(part, counts[part]) for part in Part if counts[part]],
        "today": timezone.localdate(),
        "page_help": help_url(HELP_PEOPLE),
    }
    return hx_or_page(request, "touchpoints/inventory/person.html", "panel", context)
