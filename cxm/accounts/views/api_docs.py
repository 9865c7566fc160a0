"""The description of the API for people."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cxm.accounts.permissions import READ_API
from cxm.kit.access import PERMISSIONS, requires
from cxm.kit.api import CxmAPI
from cxm.kit.api.reading import Description
from cxm.kit.http import CxmRequest


@require_GET
@requires(READ_API)
def api_docs(request: CxmRequest, api: CxmAPI) -> HttpResponse:
    """Every operation with parameters, fields and examples; drawn on the server from the OpenAPI schema.

    The schema itself stays English; `manage.py messages` collects its texts for the translation of this page.
    """
    groups = Description(api.get_openapi_schema(), translate=gettext).groups()
    for group in groups:
        for operation in group["operations"]:
            right = PERMISSIONS.get(operation["permission"])
            operation["right"] = right.label if right else ""
            operation["allowed"] = bool(right and request.user.may(right))
    context = {
        "groups": groups,
        "site": settings.SITE_URL,
        "limit": settings.API_REQUESTS_PER_MINUTE,
        "page_help": reverse("help_page", args=["api"]),
    }
    return render(request, "cxm/accounts/api_docs.html", context)
