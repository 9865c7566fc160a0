"""The sponsor's page on paper: one sheet of A4 landscape, tagged, without script."""

from django.template.loader import render_to_string
from django.utils import timezone, translation

from cxm.accounts.models import User
from cxm.organisation.models import Company
from touchpoints.dashboards.board import build_board
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.periods import Period


def sponsor_paper(user: User, asked: Period | None) -> tuple[Period, bytes]:
    """The period and the page as PDF, in the user's language and time zone. Takes about a second."""
    from weasyprint import HTML  # noqa: PLC0415 - 60 MB of memory that only processes which print should carry

    with translation.override(user.language), timezone.override(user.zone):
        board = build_board(user, asked)
        context = {
            "board": board,
            "rows": [
                {"label": aspect.label, "cells": [dict(column.cells)[aspect] for column in board.columns]}
                for aspect in Aspect
            ],
            "company": Company.objects.first(),
            "printed_at": timezone.localtime(),
            "language": user.language,
        }
        html = render_to_string("touchpoints/dashboards/sponsor_paper.html", context)
    pdf: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(pdf_variant="pdf/ua-1")
    return board.period, pdf


def refuse(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    """The sheet is complete in itself; nothing is fetched, whatever a text on it may name."""
    raise ValueError(f"not fetched: {url}")
