"""Saved views of list pages: keep, open by default, forget."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.accounts.actions import delete_view, save_view, set_default_view
from cxm.accounts.actions.profile import PAGING
from cxm.accounts.forms import ViewForm
from cxm.accounts.permissions import SAVE_VIEWS, SHARE_VIEWS
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast


def path_back(request: CxmRequest) -> str:
    """The list that the person comes from: a path of this house."""
    path = request.POST.get("back") or request.GET.get("back") or ""
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@require_http_methods(["GET", "POST"])
@requires(SAVE_VIEWS)
def views(request: CxmRequest) -> HttpResponse:
    """Keep a list as it stands (its state comes in the address), and tidy up what was kept."""
    back, may_share = path_back(request), request.user.may(SHARE_VIEWS)
    state = urlencode([(k, v) for k, values in request.GET.lists() if k not in PAGING for v in values])
    initial = {"page": request.GET.get("page", ""), "back": back, "query": state}
    form = ViewForm(request.POST or None, initial=initial, may_share=may_share)
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "back"}
        try:
            view = save_view(user=request.user, **data)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            toast(request, _("The view “%(name)s” is kept.") % {"name": view.name})
            return redirect(f"{back}?{view.query}&view=1")
    page = form["page"].value() or ""
    context = {"form": form, "back": back, "saved": list(request.user.views_of(page)) if page else []}
    return render(request, "cxm/accounts/views.html", context, status=422 if form.errors else 200)


def here(page: str, back: str) -> str:
    """The page with the saved views of a list."""
    return f"{reverse('accounts:views')}?{urlencode({'page': page, 'back': back})}"


@require_POST
@requires(SAVE_VIEWS)
def view_delete(request: CxmRequest, pk: int) -> HttpResponse:
    """Forget an own view."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    delete_view(user=request.user, view=view)
    toast(request, _("The view is deleted."))
    return redirect(here(view.page, path_back(request)))


@require_POST
@requires(SAVE_VIEWS)
def view_default(request: CxmRequest, pk: int) -> HttpResponse:
    """Open the list with this view from now on; a second time: no longer."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    set_default_view(user=request.user, view=view, is_default=not view.is_default)
    toast(request, _("Saved."))
    return redirect(here(view.page, path_back(request)))
