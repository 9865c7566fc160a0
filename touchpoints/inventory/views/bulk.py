"""The same for many touchpoints that were selected in the list: ask, then act in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from cxm.accounts.models import User
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, toast
from cxm.kit.lists import Selection
from touchpoints.inventory.actions.responsibility import Outcome, assign_many
from touchpoints.inventory.actions.touchpoints import archive_touchpoints, change_many
from touchpoints.inventory.choices import Part
from touchpoints.inventory.forms import (
    BulkArchiveForm,
    BulkChannelForm,
    BulkOwnerForm,
    BulkPhaseForm,
    BulkRhythmForm,
    BulkTagForm,
    add_errors,
)
from touchpoints.inventory.lists import TouchpointList
from touchpoints.inventory.models import Responsibility, Touchpoint
from touchpoints.inventory.permissions import ASSIGN, EDIT
from touchpoints.inventory.views.objects import HELP, HELP_PEOPLE, help_url
from touchpoints.inventory.views.people import gap_words

SAVE = gettext_lazy("Save")

type Act = Callable[[QuerySet[Touchpoint], dict[str, Any], User], Outcome]


@dataclass(frozen=True)
class Bulk:
    """What is asked, and what is done with the answer."""

    title: str | Promise
    form: type[forms.Form]
    act: Act
    verb: str | Promise = SAVE
    help_topic: str = HELP
    danger: bool = False
    note: Callable[[QuerySet[Touchpoint]], str] | None = None  # what one may overlook, in words


def ask_and_act(
    request: CxmRequest,
    bulk: Bulk,
    selection: Selection[Touchpoint],
    *,
    back: str = "inventory:list",
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form for the selection; once it is confirmed and valid, the act and a word about it."""
    confirmed = "confirmed" in request.POST
    form = bulk.form(request.POST if confirmed else None, initial=initial)
    url = reverse(back) + (f"?{selection.query}" if selection.query else "")
    if confirmed and form.is_valid():
        try:
            outcome = bulk.act(selection.rows.order_by("pk"), form.cleaned_data, request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            tell(request, outcome)
            return go_to(request, url)
    context = {
        "bulk": bulk,
        "form": form,
        "selection": selection,
        "names": list(selection.rows[:10]),
        "note": bulk.note(selection.rows) if bulk.note else "",
        "back": url,
        "page_help": help_url(bulk.help_topic),
    }
    status = 422 if form.errors else 200
    return render(request, "touchpoints/inventory/bulk.html", context, status=status)


def tell(request: CxmRequest, outcome: Outcome) -> None:
    """How many touchpoints changed, and whether somebody is missing now."""
    count = len(outcome.touchpoints)
    text = ngettext("%(count)s touchpoint changed.", "%(count)s touchpoints changed.", count)
    toast(request, text % {"count": count})
    if outcome.gaps:
        toast(request, gap_words(outcome.gaps), level="warning")


def already_answered(rows: QuerySet[Touchpoint]) -> str:
    """How many of these have somebody accountable, who would make way; "" if nobody has."""
    held = Responsibility.objects.on().accountable().by_present_people()
    count = held.filter(touchpoint__in=rows.order_by().values("pk")).count()
    text = ngettext(
        "%(count)s of them has somebody who is accountable today. Whoever you choose takes over from the first day.",
        "%(count)s of them have somebody who is accountable today. Whoever you choose takes over from the first day.",
        count,
    )
    return text % {"count": count} if count else ""


def _assign(rows: QuerySet[Touchpoint], data: dict[str, Any], user: User) -> Outcome:
    return assign_many(
        touchpoints=rows, person=data["person"], part=Part.ACCOUNTABLE, since=data["since"], actor=user
    )


def _change(rows: QuerySet[Touchpoint], data: dict[str, Any], user: User) -> Outcome:
    return change_many(touchpoints=rows, fields=data, actor=user)


def _tag(rows: QuerySet[Touchpoint], data: dict[str, Any], user: User) -> Outcome:
    return change_many(touchpoints=rows, add_tags=[data["tag"]], actor=user)


def _archive(rows: QuerySet[Touchpoint], data: dict[str, Any], user: User) -> Outcome:
    return Outcome(archive_touchpoints(touchpoints=rows, actor=user))


OWNER = Bulk(
    gettext_lazy("Assign somebody who is accountable"),
    BulkOwnerForm,
    _assign,
    help_topic=HELP_PEOPLE,
    note=already_answered,
)
PHASE = Bulk(gettext_lazy("Set the phase"), BulkPhaseForm, _change)
CHANNEL = Bulk(gettext_lazy("Set the channel"), BulkChannelForm, _change)
TAG = Bulk(gettext_lazy("Add a tag"), BulkTagForm, _tag)
RHYTHM = Bulk(gettext_lazy("Set the review rhythm"), BulkRhythmForm, _change)
ARCHIVE = Bulk(
    gettext_lazy("Archive touchpoints"), BulkArchiveForm, _archive, verb=gettext_lazy("Archive"), danger=True
)


@require_POST
@requires(ASSIGN)
def bulk_owner(request: CxmRequest) -> HttpResponse:
    """Make somebody accountable for many."""
    return ask_and_act(request, OWNER, TouchpointList.selected(request))


@require_POST
@requires(EDIT)
def bulk_phase(request: CxmRequest) -> HttpResponse:
    """Place many in a phase."""
    return ask_and_act(request, PHASE, TouchpointList.selected(request))


@require_POST
@requires(EDIT)
def bulk_channel(request: CxmRequest) -> HttpResponse:
    """Place many in a channel."""
    return ask_and_act(request, CHANNEL, TouchpointList.selected(request))


@require_POST
@requires(EDIT)
def bulk_tag(request: CxmRequest) -> HttpResponse:
    """Add a tag to many."""
    return ask_and_act(request, TAG, TouchpointList.selected(request))


@require_POST
@requires(EDIT)
def bulk_rhythm(request: CxmRequest) -> HttpResponse:
    """Say how often many are looked after."""
    return ask_and_act(request, RHYTHM, TouchpointList.selected(request))


@require_POST
@requires(EDIT)
def bulk_archive(request: CxmRequest) -> HttpResponse:
    """Put many away."""
    return ask_and_act(request, ARCHIVE, TouchpointList.selected(request))
