"""When somebody leaves, is away, or gets an account."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.accounts.permissions import MANAGE as MANAGE_USERS
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import (
    link_account,
    record_absence,
    record_leaving,
    remove_absence,
    unlink_account,
    withdraw_leaving,
)
from cxm.organisation.forms import AbsenceForm, AccountForm, LeavingForm
from cxm.organisation.models import Absence, Person
from cxm.organisation.permissions import EDIT, OWN_ABSENCE

HELP = "organisation"


def hand_over_url(person: Person) -> str:
    """The page on which his touchpoints are handed over, which is a room above this one; nothing without it."""
    try:
        return f"{reverse('inventory:hand_over')}?person={person.pk}"
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def leave(request: CxmRequest, pk: int) -> HttpResponse:
    """Note a person's last day; leads on to the hand-over of his touchpoints."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    form = LeavingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_leaving(actor=request.user, person=found, left_on=form.left_on)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            toast(request, _("Noted. Now hand over what %(name)s answers for.") % {"name": found.name})
            return redirect(hand_over_url(found) or found)
    context = {
        "form": form,
        "person": found,
        "hand_over_url": hand_over_url(found),
        "page_help": reverse("help_page", args=[HELP]),
    }
    return render(request, "cxm/organisation/leave.html", context, status=422 if form.errors else 200)


@require_POST
@requires(EDIT)
def stay(request: CxmRequest, pk: int) -> HttpResponse:
    """The person stays after all, or comes back."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    withdraw_leaving(actor=request.user, person=found)
    toast(request, _("Saved."))
    return redirect(found)


def own_or_all(request: CxmRequest) -> QuerySet[Person]:
    """Whose absences this person may record: everybody's, or his own."""
    people = Person.objects.visible_to(request.user)
    return people if request.user.may(EDIT) else people.filter(user=request.user)


@require_http_methods(["GET", "POST"])
@requires(OWN_ABSENCE)
def absence_new(request: CxmRequest, pk: int) -> HttpResponse:
    """Record an absence with its deputy."""
    found = get_object_or_404(own_or_all(request), pk=pk)
    form = AbsenceForm(request.POST or None, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            record_absence(actor=request.user, person=found, **form.cleaned_data)
        except ValidationError as error:
            known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if known else error.messages[0])
        else:
            toast(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "person": found, "page_help": reverse("help_page", args=[HELP])}
    return render(request, "cxm/organisation/absence.html", context, status=422 if form.errors else 200)


@require_POST
@requires(OWN_ABSENCE)
def absence_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take an absence back."""
    found = get_object_or_404(Absence.objects.select_related("person"), pk=pk, person__in=own_or_all(request))
    remove_absence(actor=request.user, absence=found)
    toast(request, _("The absence is removed."))
    return redirect(found.person)


@require_http_methods(["GET", "POST"])
@requires(MANAGE_USERS)
def account_link(request: CxmRequest, pk: int) -> HttpResponse:
    """Say which account belongs to a person."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link_account(actor=request.user, person=found, user=form.cleaned_data["user"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "person": found, "page_help": reverse("help_page", args=["accounts"])}
    return render(request, "cxm/organisation/account.html", context, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE_USERS)
def account_unlink(request: CxmRequest, pk: int) -> HttpResponse:
    """The account belongs to nobody from now on."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    unlink_account(actor=request.user, person=found)
    toast(request, _("Saved."))
    return redirect(found)
