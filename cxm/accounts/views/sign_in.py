"""The page that takes the sign-in code, also from the link of the mail."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from cxm.kit.access import public
from cxm.kit.http import toast

LONGEST = 20  # characters of a code that an address may bring


class ConfirmCode(ConfirmLoginCodeView):  # type: ignore[misc]  # untyped library
    """The library's page, with the code of the address filled in. Only its button signs in: mail scanners open
    links, too."""

    def get_initial(self) -> dict[str, Any]:
        return {"code": self.request.GET.get("code", "")[:LONGEST]}


@public
def confirm_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code; whoever opened the link in another browser than he asked in is told so."""
    response: HttpResponseBase = ConfirmCode.as_view()(request)
    if "code" in request.GET and request.user.is_anonymous and not hasattr(request, "_login_stage"):
        text = _(
            "Please open the link in the browser in which you asked for the code, or type the code there."
        )
        toast(request, text, level="warning")
    return response
