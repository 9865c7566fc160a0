"""The same for several accounts that were selected in the list: ask, then act in one transaction."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cxm.accounts.actions import deactivate_users, give_role
from cxm.accounts.forms import RoleForm
from cxm.accounts.lists import UserList
from cxm.accounts.models import User
from cxm.accounts.permissions import MANAGE
from cxm.kit.access import Role, requires
from cxm.kit.http import CxmRequest, toast
from cxm.kit.lists import Selection


@require_POST
@requires(MANAGE)
def close(request: CxmRequest) -> HttpResponse:
    """Close the selected accounts; asks first and names them."""
    selection, error = UserList.selected(request), ""
    if "go" in request.POST:
        try:
            count = deactivate_users(actor=request.user, users=selection.rows)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            toast(request, ngettext("%(n)s account closed.", "%(n)s accounts closed.", count) % {"n": count})
            return redirect(back(selection))
    return ask(request, selection, title=_("Close these accounts?"), verb=_("Close accounts"), error=error)


@require_POST
@requires(MANAGE)
def role(request: CxmRequest) -> HttpResponse:
    """Give the selected accounts one more role; asks which one first."""
    selection = UserList.selected(request)
    form = RoleForm(request.POST if "go" in request.POST else None)
    if form.is_bound and form.is_valid():
        given = Role(form.cleaned_data["role"])
        count = give_role(actor=request.user, users=selection.rows, role=given)
        words = ngettext("%(n)s account has the role now.", "%(n)s accounts have the role now.", count)
        toast(request, words % {"n": count})
        return redirect(back(selection))
    return ask(request, selection, title=_("Give a role"), verb=_("Give the role"), form=form)


def back(selection: Selection[User]) -> str:
    """The list from which the accounts were taken."""
    return reverse("accounts:users") + (f"?{selection.query}" if selection.query else "")


def ask(request: CxmRequest, selection: Selection[User], **more: Any) -> HttpResponse:
    """The question, with the first of those it is about."""
    context = {
        "selection": selection,
        "names": list(selection.rows.order_by("name_sort", "pk")[:10]),
        "back": back(selection),
        "page_help": reverse("help_page", args=["accounts"]),
        **more,
    }
    wrong = bool(more.get("error")) or ("form" in more and bool(more["form"].errors))
    return render(request, "cxm/accounts/users_bulk.html", context, status=422 if wrong else 200)
