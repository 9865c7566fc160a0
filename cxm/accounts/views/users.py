"""Accounts, for administrators."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import (
    change_user,
    deactivate_user,
    reactivate_user,
    reset_two_factor,
    send_password_link,
)
from cxm.accounts.choices import USER_READ
from cxm.accounts.forms import UserForm
from cxm.accounts.lists import UserList
from cxm.accounts.models import User
from cxm.accounts.permissions import MANAGE
from cxm.audit.actions import record
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast


@require_GET
@requires(MANAGE)
def user_list(request: CxmRequest) -> HttpResponseBase:
    """All accounts."""
    return UserList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def user(request: CxmRequest, pk: int) -> HttpResponse:
    """One account: who it is, its roles, its sign-in."""
    found = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=get_object_or_404(User, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            change_user(actor=request.user, user=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            toast(request, _("Saved."))
            return redirect(found)
    elif request.method == "GET" and found != request.user:
        record(USER_READ, actor=request.user, target=found)
    context = {"account": found, "form": form, **sign_in_facts(found)}
    return render(request, "cxm/accounts/user.html", context, status=422 if form.errors else 200)


def sign_in_facts(account: User) -> dict[str, Any]:
    """What an administrator wants to know about somebody's sign-in."""
    factors = Authenticator.objects.filter(user=account).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return {
        "factors": [str(Authenticator.Type(kind).label) for kind in factors.values_list("type", flat=True)],
        "keys": account.api_keys.valid().count(),
        "person_url": page_of_person(account),
        "page_help": reverse("help_page", args=["accounts"]),
    }


def page_of_person(account: User, page: str = "organisation:person") -> str:
    """A page about the person behind an account, of a room above this one; nothing if there is none."""
    person = User.objects.filter(pk=account.pk).values_list("person", flat=True).first()
    try:
        return reverse(page, args=[person]) if person else ""
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def deactivate(request: CxmRequest, pk: int) -> HttpResponse:
    """Close an account; asks what becomes of the work that hangs on the person."""
    found = get_object_or_404(User.objects.active(), pk=pk)
    leave_url = page_of_person(found, "organisation:leave")
    context = {
        "account": found,
        "leave_url": leave_url,
        "keys": found.api_keys.valid().count(),
        "page_help": reverse("help_page", args=["accounts"]),
    }
    if request.method == "GET":
        return render(request, "cxm/accounts/deactivate.html", context)
    try:
        deactivate_user(actor=request.user, user=found)
    except ValidationError as error:
        return render(
            request, "cxm/accounts/deactivate.html", context | {"error": error.messages[0]}, status=422
        )
    toast(request, _("The account of %(name)s is closed.") % {"name": found.name})
    return redirect(leave_url if leave_url and request.POST.get("then") == "leave" else found)


def deed(act: Callable[..., None], done: Promise) -> Callable[..., HttpResponseBase]:
    """A view for a button on the page of an account: does `act`, says `done` or why not, and goes back."""

    @require_POST
    @requires(MANAGE)
    def view(request: CxmRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(User, pk=pk)
        try:
            act(actor=request.user, user=found)
        except ValidationError as error:
            toast(request, error.messages[0], level="error")
        else:
            toast(request, done)
        return redirect(found)

    return view


reactivate = deed(reactivate_user, gettext_lazy("The account is open again."))
two_factor_reset = deed(reset_two_factor, gettext_lazy("Second factor and passkeys are removed."))
password_link = deed(send_password_link, gettext_lazy("The link is on its way by e-mail."))
