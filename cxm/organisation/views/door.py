"""The first page of a new installation, and the one-click sign-in of the demo."""

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cxm.kit.access import public
from cxm.kit.http import toast
from cxm.organisation.actions import set_up_company
from cxm.organisation.forms import SetUpForm
from cxm.organisation.models import Company


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
@public
def set_up(request: HttpRequest) -> HttpResponse:
    """Found the company and its first administrator; closed for good once that has happened."""
    if Company.objects.exists():
        return redirect("account_login")
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = set_up_company(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            toast(request, _("cxm is set up. Begin with your people and touchpoints."))
            return redirect("help_page", topic="start")
    return render(request, "cxm/organisation/set_up.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@public
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the people of the demo company; there is no such page anywhere else."""
    email = request.POST.get("email", "").lower()
    user = next((user for user in Company.objects.demo_cast() if user.email == email), None)
    if user is None:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")
