"""Certificates: as PDF for their holders, and the public page on which anybody sees whether one is genuine."""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from cxm.kit.access import public, requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.models import Company
from surveys.training.models import Certificate
from surveys.training.permissions import MINE
from surveys.training.views.mine import FOLDER
from touchpoints.dashboards.paper import PaperError, pressed


def paper(certificate: Certificate) -> bytes:
    """The certificate as one sheet, in the language of its course. Takes a second or two. Raises PaperError."""
    address = settings.SITE_URL.rstrip("/") + certificate.get_absolute_url()
    with (
        translation.override(certificate.course.language),
        timezone.override(timezone.get_default_timezone()),
    ):
        sheet = render_to_string(
            f"{FOLDER}/certificate_paper.html",
            {
                "certificate": certificate,
                "company": Company.objects.first(),
                "standards": certificate.evidence.get("standards", []),
                "address": address,
                "language": certificate.course.language,
                "code": mark_safe(
                    segno.make(address, error="m").svg_inline(border=0, dark="#17212e", omitsize=True)
                ),
            },
        )
    return pressed([sheet])


@require_GET
@requires(MINE)
def pdf(request: CxmRequest, pk: UUID) -> HttpResponse:
    """The certificate as PDF, for its holder and for who manages training."""
    rows = Certificate.objects.visible_to(request.user).select_related("course", "person")
    certificate = get_object_or_404(rows, pk=pk)
    try:
        sheet = paper(certificate)
    except PaperError as error:
        toast(request, str(error), level="error")
        return redirect("training:mine")
    name = f"certificate-{certificate.issued_on}-{str(certificate.pk)[:8]}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)


@require_GET
@public
def verify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whether a certificate is genuine and still holds. Tells no more than what is printed on it."""
    certificate = Certificate.objects.filter(pk=pk).select_related("course").first()
    context: dict[str, Any] = {"certificate": certificate, "company": Company.objects.first()}
    if certificate is not None:
        context |= {
            "is_genuine": certificate.is_genuine,
            "is_valid": certificate.is_valid(),
            "standards": certificate.evidence.get("standards", []),
            "person": certificate.evidence.get("person", ""),
            "course": certificate.evidence.get("course", ""),
        }
    response = render(request, f"{FOLDER}/verify.html", context, status=200 if certificate else 404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
