"""One's own profile, and the quick switches of language and appearance."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.accounts.actions import save_profile, set_language, set_theme
from cxm.accounts.forms import ProfileForm, SwitchForm
from cxm.accounts.middleware import LANGUAGE_COOKIE
from cxm.accounts.models import Language, Theme, User
from cxm.accounts.permissions import PROFILE
from cxm.kit.access import public, requires
from cxm.kit.http import CxmRequest, go_to, toast

A_YEAR = 365 * 24 * 3600  # seconds


@require_http_methods(["GET", "POST"])
@requires(PROFILE)
def profile(request: CxmRequest) -> HttpResponse:
    """Name, language, time zone, appearance."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        user = save_profile(user=request.user, **form.cleaned_data)
        with translation.override(user.language):
            toast(request, _("Saved."))
        return redirect("accounts:profile")
    context = {"form": form, "page_help": reverse("help_page", args=["accounts"])}
    return render(request, "cxm/accounts/profile.html", context, status=422 if form.errors else 200)


def back(request: HttpRequest) -> str:
    """Where the person came from, if that lies in this house."""
    url = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if url and inside else reverse("home")


@require_POST
@public
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, before sign-in by a cookie."""
    form = SwitchForm(request.POST)
    response = go_to(request, back(request))
    if form.is_valid() and (chosen := form.cleaned_data["language"]):
        if isinstance(request.user, User):
            set_language(user=request.user, language=Language(chosen))
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=A_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
        )
    return response


@require_POST
@public
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light and dark; before sign-in pages look as the device does."""
    form = SwitchForm(request.POST)
    if form.is_valid() and (chosen := form.cleaned_data["theme"]) and isinstance(request.user, User):
        set_theme(user=request.user, theme=Theme(chosen))
    return go_to(request, back(request))
