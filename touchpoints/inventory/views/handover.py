"""Handing over what one person answers for to another: choose, look at it, do it in one transaction."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from cxm.kit.lists.selection import ticked
from cxm.organisation.models import Person
from touchpoints.inventory.actions.responsibility import hand_over
from touchpoints.inventory.choices import Part
from touchpoints.inventory.forms import HandOverForm, add_errors
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.permissions import ASSIGN
from touchpoints.inventory.views.objects import HELP_PEOPLE, help_url, rows
from touchpoints.inventory.views.people import gap_words


@dataclass
class Held:
    """A touchpoint and what the person is or will be there."""

    touchpoint: Touchpoint
    parts: list[Any] = field(default_factory=list)


def held_by(request: CxmRequest, person: Person, on: date) -> list[Held]:
    """The current touchpoints at which a person plays a part on that day or later, by name; one query."""
    held: dict[int, Held] = {}
    mine = Responsibility.objects.since(on).filter(person=person, touchpoint__in=rows(request).current())
    for row in mine.select_related("touchpoint__phase", "touchpoint__channel").order_by(
        "touchpoint__name_sort", "part"
    ):
        held.setdefault(row.touchpoint_id, Held(row.touchpoint)).parts.append(row)
    return list(held.values())


@require_http_methods(["GET", "POST"])
@requires(ASSIGN)
def handover(request: CxmRequest) -> HttpResponse:
    """Choose people and day (GET); see what goes along; hand it over (POST)."""
    person = _asked(request)
    first = {"person": person, "on": first_day(person)}
    data = request.POST or (request.GET if "successor" in request.GET else None)
    form = HandOverForm(data, initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return done(request, form)
            except ValidationError as error:
                add_errors(form, error)
    elif data is not None and not form.is_valid():
        status = 422
    return render(
        request, "touchpoints/inventory/handover.html", context_of(request, form, person), status=status
    )


def context_of(request: CxmRequest, form: HandOverForm, person: Person | None) -> dict[str, Any]:
    """What the person holds on the day, with how much of each part; all of it chosen at first."""
    chosen = getattr(form, "cleaned_data", {})
    person, on = chosen.get("person") or person, chosen.get("on") or timezone.localdate()
    held = held_by(request, person, on) if person else []
    counts: dict[Part, int] = defaultdict(int)
    for item in held:
        for row in item.parts:
            counts[Part(row.part)] += 1
    return {
        "form": form,
        "person": person,
        "successor": chosen.get("successor"),
        "on": on,
        "held": held,
        "counts": [(part, counts[part]) for part in Part if counts[part]],
        "ticked": set(ticked(request)) if request.method == "POST" else {item.touchpoint.pk for item in held},
        "ready": form.is_bound and not form.errors,
        "page_help": help_url(HELP_PEOPLE),
    }


def done(request: CxmRequest, form: HandOverForm) -> HttpResponse:
    """Hand over what was ticked."""
    person, successor, on = (form.cleaned_data[name] for name in ("person", "successor", "on"))
    outcome = hand_over(
        person=person,
        successor=successor,
        on=on,
        touchpoints=rows(request).current().filter(pk__in=ticked(request)).order_by("pk"),
        actor=request.user,
    )
    count = len(outcome.touchpoints)
    text = ngettext(
        "%(count)s touchpoint handed over to %(name)s.",
        "%(count)s touchpoints handed over to %(name)s.",
        count,
    )
    toast(request, text % {"count": count, "name": successor})
    if outcome.gaps:
        toast(request, gap_words(outcome.gaps), level="warning")
    return go_to(request, f"{reverse('inventory:list')}?person={successor.pk}")


def _asked(request: CxmRequest) -> Person | None:
    """The person of the address, if there is one."""
    asked = request.GET.get("person", "")
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 19
    return Person.objects.visible_to(request.user).filter(pk=asked).first() if is_id else None


def first_day(person: Person | None) -> date:
    """From the day on which somebody has left; else from today."""
    left = person.left_on if person else None
    return max(left, timezone.localdate()) if left else timezone.localdate()
