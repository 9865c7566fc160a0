"""Who answers for a touchpoint: assign, end, take a plan back."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from touchpoints.inventory.actions.responsibility import (
    Outcome,
    assign,
    end_responsibility,
    withdraw_plan,
)
from touchpoints.inventory.cards import people_card
from touchpoints.inventory.choices import Part
from touchpoints.inventory.coverage import Gap
from touchpoints.inventory.forms import AssignForm, EndForm, add_errors, day_text
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.permissions import ASSIGN, VIEW
from touchpoints.inventory.views.objects import HELP_PEOPLE, help_url, is_part, rows, visible
from touchpoints.inventory.views.touchpoint import head_context, loaded

TEMPLATE = "touchpoints/inventory/people.html"


@require_GET
@requires(VIEW)
def people(request: CxmRequest, pk: int) -> HttpResponse:
    """Who answers for a touchpoint."""
    return show(request, visible(request, pk))


def show(request: CxmRequest, touchpoint: Touchpoint, *, status: int = 200, **more: Any) -> HttpResponse:
    """The card of people, or a page of it; `more` may carry a form in work."""
    context = {
        "touchpoint": touchpoint,
        "people": people_card(touchpoint),
        "page_help": help_url(HELP_PEOPLE),
        **more,
    }
    return hx_or_page(request, TEMPLATE, "card", context, status=status)


def done(request: CxmRequest, touchpoint: Touchpoint, outcome: Outcome) -> HttpResponse:
    """The people as they are now, with the card of care, which follows from them; a gap that was left is said."""
    words, level = (gap_words(outcome.gaps), "warning") if outcome.gaps else (_("Saved."), "success")
    if not is_part(request):
        toast(request, words, level=level)
        return go_to(request, f"{touchpoint.get_absolute_url()}#people")
    row = loaded(request, touchpoint.pk)
    context = head_context(request, row, can_edit=row.can_edit) | {"people": people_card(touchpoint)}
    response = hx_or_page(request, TEMPLATE, "saved", context)
    toast(request, words, level=level, response=response)
    return response


def gap_words(gaps: list[Gap]) -> str:
    """In words, from when on nobody is accountable."""
    day = day_text(min(gap.days.start for gap in gaps))
    count = len({gap.touchpoint.pk for gap in gaps})
    text = ngettext(
        "Saved, but from %(day)s nobody is accountable.",
        "Saved, but from %(day)s nobody is accountable for %(count)s touchpoints.",
        count,
    )
    return text % {"day": day, "count": count}


@require_http_methods(["GET", "POST"])
@requires(ASSIGN)
def people_assign(request: CxmRequest, pk: int) -> HttpResponse:
    """Give somebody a part, today or on a later day."""
    touchpoint = visible(request, pk)
    if request.method == "GET":
        part = request.GET.get("part", "")
        first = {"part": part if part in Part else Part.ACCOUNTABLE, "since": timezone.localdate()}
        return show(
            request, touchpoint, form=AssignForm(initial=first | {"seen": accountable_now(touchpoint)})
        )
    form = AssignForm(request.POST)
    if form.is_valid():
        try:
            outcome = assign(
                touchpoint=touchpoint,
                person=form.cleaned_data["person"],
                part=Part(form.cleaned_data["part"]),
                since=form.cleaned_data["since"],
                until=form.until,
                note=form.cleaned_data["note"],
                seen=seen_then(touchpoint, form),
                actor=request.user,
            )
            return done(request, touchpoint, outcome)
        except ValidationError as error:
            add_errors(form, error)
            again = request.POST.copy()
            again["seen"] = str(accountable_now(touchpoint))
            form.data = again
    return show(request, touchpoint, form=form, status=422)


def accountable_now(touchpoint: Touchpoint) -> int:
    """The id of the row that is accountable today; 0 for nobody."""
    row = touchpoint.responsibilities.accountable().on().first()
    return row.pk if row else 0


def seen_then(touchpoint: Touchpoint, form: AssignForm) -> int | None:
    """What the editor saw counts only for a change that begins today: later days he has not been shown."""
    return form.cleaned_data["seen"] if form.cleaned_data["since"] == timezone.localdate() else None


def row_of(request: CxmRequest, pk: int) -> Responsibility:
    """A responsibility at a touchpoint that this person may see."""
    found = Responsibility.objects.select_related("touchpoint", "person").filter(touchpoint__in=rows(request))
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
@requires(ASSIGN)
def people_end(request: CxmRequest, pk: int) -> HttpResponse:
    """End a part on a day."""
    row = row_of(request, pk)
    form = EndForm(request.POST or None, initial={"last_day": timezone.localdate()}, prefix="end")
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["last_day"] + timedelta(days=1)
        try:
            outcome = end_responsibility(responsibility=row, on=on, actor=request.user)
            return done(request, row.touchpoint, outcome)
        except ValidationError as error:
            form.add_error("last_day", error.messages)
    status = 422 if form.errors else 200
    return show(request, row.touchpoint, end_form=form, ending=row, status=status)


@require_POST
@requires(ASSIGN)
def people_withdraw(request: CxmRequest, pk: int) -> HttpResponse:
    """Take back what has not begun."""
    row = row_of(request, pk)
    try:
        outcome = withdraw_plan(responsibility=row, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
        return go_to(request, f"{row.touchpoint.get_absolute_url()}#people")
    return done(request, row.touchpoint, outcome)
