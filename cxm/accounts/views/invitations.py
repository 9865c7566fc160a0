"""Invitations: sent by administrators, accepted by whoever has the link."""

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import accept_invitation, invite, send_invitation_again, withdraw_invitation
from cxm.accounts.forms import AcceptForm, InviteForm
from cxm.accounts.lists import InvitationList, role_names
from cxm.accounts.models import Invitation, usual_language
from cxm.accounts.permissions import MANAGE
from cxm.kit.access import Role, public, requires
from cxm.kit.http import CxmRequest, toast


@require_GET
@requires(MANAGE)
def invitation_list(request: CxmRequest) -> HttpResponseBase:
    """All invitations."""
    return InvitationList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def invite_person(request: CxmRequest) -> HttpResponse:
    """Invite somebody; name and e-mail may be given in the address."""
    given = {name: request.GET[name] for name in ("name", "email") if name in request.GET}
    initial = {"roles": [Role.EMPLOYEE], "language": usual_language(), **given}
    form = InviteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect("accounts:invitations")
    context = {"form": form, "page_help": reverse("help_page", args=["accounts"])}
    return render(request, "cxm/accounts/invite.html", context, status=422 if form.errors else 200)


@require_GET
@requires(MANAGE)
def invitation(request: CxmRequest, pk: int) -> HttpResponse:
    """One invitation: where it stands, and what can be done with it."""
    found = get_object_or_404(Invitation.objects.select_related("invited_by"), pk=pk)
    context = {
        "invitation": found,
        "roles": role_names(found.roles),
        "page_help": reverse("help_page", args=["accounts"]),
    }
    return render(request, "cxm/accounts/invitation.html", context)


@require_POST
@requires(MANAGE)
def resend(request: CxmRequest, pk: int) -> HttpResponse:
    """Send a new link."""
    found = get_object_or_404(Invitation, pk=pk)
    try:
        send_invitation_again(actor=request.user, invitation=found)
    except ValidationError as error:
        toast(request, error.messages[0], level="error")
    else:
        toast(request, _("A new link is on its way; the old one no longer works."))
    return redirect(found)


@require_POST
@requires(MANAGE)
def withdraw(request: CxmRequest, pk: int) -> HttpResponse:
    """Make the link stop working."""
    found = get_object_or_404(Invitation, pk=pk)
    try:
        withdraw_invitation(actor=request.user, invitation=found)
    except ValidationError as error:
        toast(request, error.messages[0], level="error")
    else:
        toast(request, _("The invitation is withdrawn."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@public
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Open one's account with the link of an invitation, in the invited person's language."""
    found = Invitation.objects.open().with_token(token).first()
    if found is None:
        return render(request, "cxm/accounts/accept_gone.html", status=404)
    with translation.override(found.language):
        form = AcceptForm(request.POST or None, email=found.email, initial={"name": found.name})
        if request.method == "POST" and form.is_valid():
            try:
                user = accept_invitation(token=token, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages[0])
            else:
                login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
                toast(request, _("Welcome to cxm!"))
                return redirect("home")
        context = {"form": form, "invitation": found, "roles": role_names(found.roles)}
        response = render(request, "cxm/accounts/accept.html", context, status=422 if form.errors else 200)
        response.headers["Content-Language"] = found.language
        return response
