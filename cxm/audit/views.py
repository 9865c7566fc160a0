"""The history of everything for administrators, and that of one object for who sees it."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cxm.audit.actions import retry_deliveries
from cxm.audit.lists import EntryList
from cxm.audit.permissions import ABOUT, VIEW
from cxm.audit.timeline import find, timeline
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page, toast


@require_GET
@requires(VIEW)
def entry_list(request: CxmRequest) -> HttpResponseBase:
    """Everything that happened."""
    return EntryList(request).respond()


@require_POST
@requires(VIEW)
def retry(request: CxmRequest) -> HttpResponse:
    """Have reactions that failed tried again at once."""
    if count := retry_deliveries(actor=request.user):
        text = ngettext("%(n)s reaction is tried again.", "%(n)s reactions are tried again.", count)
        toast(request, text % {"n": count})
    return redirect("audit:list")


@require_GET
@requires(ABOUT)
def about(request: CxmRequest, label: str, pk: int) -> HttpResponse:
    """What happened to one object: a part of its page."""
    target = find(request.user, label, pk)
    if target is None:
        raise Http404(label)
    context = {
        "target": target,
        "moments": timeline(target),
        "all_of": f"{label}:{pk}" if request.user.may(VIEW) else "",
    }
    return hx_or_page(request, "cxm/audit/about.html", "moments", context)
