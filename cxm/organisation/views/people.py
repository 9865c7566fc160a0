"""People: the list, one person, new ones, and what is done with many at once."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once, invite
from cxm.accounts.permissions import INVITE
from cxm.audit.actions import record
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page, toast
from cxm.organisation.actions import change_person, create_person, move_people
from cxm.organisation.choices import PERSON_READ
from cxm.organisation.forms import IntoForm, InviteForm, PersonForm
from cxm.organisation.lists import PersonList
from cxm.organisation.models import Person, company_language
from cxm.organisation.panels import PANELS
from cxm.organisation.permissions import EDIT, VIEW

PAGE = "cxm/organisation/person.html"


@require_GET
@requires(VIEW)
def person_list(request: CxmRequest) -> HttpResponseBase:
    """All people."""
    return PersonList(request).respond()


def person_context(request: CxmRequest, person: Person) -> dict[str, Any]:
    """A person with what hangs on him, and what other rooms show of him, with the addresses of it."""
    return {
        "panels": [
            {"panel": panel, "url": reverse(panel.url_name, args=[person.pk])}
            for panel in PANELS
            if request.user.may(panel.permission)
        ],
        "person": person,
        "absences": list(person.absences.select_related("deputy").order_by("-during")[:20]),
        "reports": list(person.reports.present().select_related("unit")[:100]),
        "page_help": reverse("help_page", args=["organisation"]),
    }


@require_GET
@requires(VIEW)
def person(request: CxmRequest, pk: int) -> HttpResponse:
    """One person. That somebody else opened the entry is recorded."""
    found = get_object_or_404(
        Person.objects.visible_to(request.user).select_related("unit", "lead", "user"), pk=pk
    )
    if not request.htmx and found.user_id != request.user.pk:
        record(PERSON_READ, actor=request.user, target=found)
    return hx_or_page(request, PAGE, "facts", person_context(request, found))


@require_http_methods(["GET", "POST"])
@requires(EDIT)
def person_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change a person's entry, in place."""
    found = get_object_or_404(
        Person.objects.visible_to(request.user).select_related("unit", "lead", "user"), pk=pk
    )
    form = PersonForm(request.POST or None, instance=Person.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            found = change_person(actor=request.user, person=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if not request.htmx:
                toast(request, _("Saved."))
                return redirect(found)
            response = render(request, f"{PAGE}#facts", person_context(request, found))
            toast(request, _("Saved."), response=response)
            return response
    context = {"form": form, **person_context(request, found)}
    return hx_or_page(request, PAGE, "form", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(EDIT)
@counts_once
def person_new(request: CxmRequest) -> HttpResponse:
    """Add a person."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_person(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("%(name)s is added.") % {"name": made.name})
            return redirect(made)
    context = {"form": form, "page_help": reverse("help_page", args=["organisation"])}
    return render(request, "cxm/organisation/person_new.html", context, status=422 if form.errors else 200)


@require_POST
@requires(EDIT)
def move(request: CxmRequest) -> HttpResponse:
    """Put the selected people into a unit; asks which one first."""
    selection = PersonList.selected(request)
    form = IntoForm(request.POST if "go" in request.POST else None)
    if form.is_bound and form.is_valid():
        count = move_people(actor=request.user, people=selection.rows, unit=form.cleaned_data["into"])
        toast(request, ngettext("%(n)s person moved.", "%(n)s people moved.", count) % {"n": count})
        return redirect("organisation:people")
    context = {"form": form, "selection": selection, "page_help": reverse("help_page", args=["organisation"])}
    return render(request, "cxm/organisation/move.html", context, status=422 if form.errors else 200)


@require_POST
@requires(INVITE)
def invite_many(request: CxmRequest) -> HttpResponse:
    """Invite the selected people who have an e-mail and no account; asks first and says who is left out."""
    selection = PersonList.selected(request)
    people = selection.rows.without_account()  # type: ignore[attr-defined]  # a PersonQuerySet
    ready = list(people.exclude(email=""))
    asked = "go" in request.POST
    form = InviteForm(request.POST if asked else None, initial={"role": request.POST.get("role")})
    if not asked or not form.is_valid():
        context = {
            "selection": selection,
            "ready": ready,
            "without_email": list(people.filter(email="")),
            "form": form,
            "page_help": reverse("help_page", args=["accounts"]),
        }
        return render(request, "cxm/organisation/invite.html", context, status=422 if form.errors else 200)
    sent = sum(invited(request, one, form.cleaned_data["role"]) for one in ready)
    toast(
        request,
        ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", sent)
        % {"n": sent},
    )
    if sent < len(ready):
        toast(request, _("The others have an open invitation or an account already."), level="info")
    return redirect("organisation:people")


def invited(request: CxmRequest, one: Person, role: str) -> bool:
    """Invite one person; False if there is an invitation or account already."""
    try:
        invite(
            actor=request.user,
            email=one.email,
            name=one.name,
            roles=[role],
            language=company_language(),
        )
    except ValidationError:
        return False
    return True
