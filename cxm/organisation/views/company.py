"""Settings of the company, and its executive sponsor."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.kit.access import Role, requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import change_company, dismiss_sponsor, name_sponsor
from cxm.organisation.forms import CompanyForm, SponsorForm
from cxm.organisation.models import Company, Person
from cxm.organisation.permissions import MANAGE, NAME_SPONSOR


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def company(request: CxmRequest) -> HttpResponse:
    """Name and language of the company."""
    found = get_object_or_404(Company)
    form = CompanyForm(request.POST or None, instance=Company.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        change_company(actor=request.user, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("organisation:company")
    context = {"form": form, "company": found, **sponsor_context()}
    return render(request, "cxm/organisation/company.html", context, status=422 if form.errors else 200)


def sponsor_context() -> dict[str, object]:
    """The executive sponsor and whether he can do his part."""
    sponsor = Person.objects.filter(is_sponsor=True).select_related("user").first()
    account = sponsor.user if sponsor else None
    return {
        "sponsor": sponsor,
        "sponsor_sees": bool(account and account.is_active and Role.SPONSOR in account.roles),
        "page_help": reverse("help_page", args=["organisation"]),
    }


@require_http_methods(["GET", "POST"])
@requires(NAME_SPONSOR)
def sponsor(request: CxmRequest) -> HttpResponse:
    """Name the executive sponsor."""
    form = SponsorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name_sponsor(actor=request.user, person=form.cleaned_data["person"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Saved."))
            return redirect("organisation:sponsor")
    context = {"form": form, **sponsor_context()}
    return render(request, "cxm/organisation/sponsor.html", context, status=422 if form.errors else 200)


@require_POST
@requires(NAME_SPONSOR)
def sponsor_dismiss(request: CxmRequest) -> HttpResponse:
    """Nobody is executive sponsor from now on."""
    if person := Person.objects.filter(is_sponsor=True).first():
        dismiss_sponsor(actor=request.user, person=person)
        toast(request, _("Saved."))
    return redirect("organisation:sponsor")
