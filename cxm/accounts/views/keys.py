"""API keys."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import create_api_key, withdraw_api_key
from cxm.accounts.forms import KeyForm
from cxm.accounts.lists import KeyList
from cxm.accounts.models import ApiKey, Scope
from cxm.accounts.permissions import API_KEYS, MANAGE
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast


@require_GET
@requires(API_KEYS)
def key_list(request: CxmRequest) -> HttpResponseBase:
    """One's own keys; all of them for administrators."""
    return KeyList(request).respond()


@require_http_methods(["GET", "POST"])
@never_cache
@requires(API_KEYS)
def key_new(request: CxmRequest) -> HttpResponse:
    """Make a key and show it, this once."""
    form = KeyForm(request.POST or None, user=request.user, may_choose=request.user.may(MANAGE))
    page_help = reverse("help_page", args=["api"])
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = create_api_key(
                actor=request.user,
                user=form.cleaned_data.get("user", request.user),
                name=form.cleaned_data["name"],
                scope=Scope(form.cleaned_data["scope"]),
                expires_at=form.expires_at,
            )
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            context = {"key": key, "secret": secret, "page_help": page_help}
            return render(request, "cxm/accounts/key_made.html", context)
    context = {"form": form, "page_help": page_help}
    return render(request, "cxm/accounts/key_new.html", context, status=422 if form.errors else 200)


@require_GET
@requires(API_KEYS)
def key(request: CxmRequest, pk: int) -> HttpResponse:
    """One key: for what, for whom, how much it is used."""
    found = get_object_or_404(ApiKey.objects.visible_to(request.user).select_related("user"), pk=pk)
    uses = found.uses.order_by("-minute").first()
    context = {"key": found, "last_minute": uses, "page_help": reverse("help_page", args=["api"])}
    return render(request, "cxm/accounts/key.html", context)


@require_POST
@requires(API_KEYS)
def key_withdraw(request: CxmRequest, pk: int) -> HttpResponse:
    """Make a key useless."""
    found = get_object_or_404(ApiKey.objects.visible_to(request.user), pk=pk)
    withdraw_api_key(actor=request.user, key=found)
    toast(request, _("The key no longer works."))
    return redirect(found)
