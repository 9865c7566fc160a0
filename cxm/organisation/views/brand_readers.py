"""Who has read vision and brand: for the CX manager only."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.actions import remind_readers
from cxm.organisation.lists_brand import BrandReaders
from cxm.organisation.models import BrandVersion
from cxm.organisation.permissions import SEE_READERS
from cxm.organisation.readers import remindable


@require_GET
@requires(SEE_READERS)
def brand_readers(request: CxmRequest) -> HttpResponseBase:
    """Everybody with his confirmation; exports as CSV and XLSX."""
    return BrandReaders(request).respond()


@require_POST
@requires(SEE_READERS)
def brand_remind(request: CxmRequest) -> HttpResponse:
    """Remind the selected people; asks first and says who is left out."""
    selection = BrandReaders.selected(request)
    if "go" in request.POST:
        result = remind_readers(actor=request.user, people=selection.rows)
        text = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", result.sent)
        toast(request, text % {"n": result.sent})
        return redirect("organisation:brand_readers")
    valid = BrandVersion.objects.published().first()
    chosen = list(selection.rows)
    ready = list(remindable(valid).filter(pk__in=[one.pk for one in chosen])) if valid else []
    context = {
        "selection": selection,
        "ready": ready,
        "left_out": len(chosen) - len(ready),
        "page_help": reverse("help_page", args=["brand"]),
    }
    return render(request, "cxm/organisation/brand_remind.html", context)
