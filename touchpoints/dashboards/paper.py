"""The sponsor's page on paper: one sheet of A4 landscape, tagged, without script."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from cxm.accounts.models import User
from cxm.organisation.models import Company
from touchpoints.dashboards.board import build_board
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.periods import Period

VARIANT = "pdf/ua-1"


@dataclass(frozen=True)
class Room:
    """How much of long texts and lists is printed: characters of names and of sentences, lines of lists."""

    names: int
    sentences: int
    lines: int


ROOMS = (Room(120, 200, 8), Room(80, 110, 8), Room(60, 72, 8), Room(50, 72, 5), Room(34, 34, 3))
"""From generous to tight: the first that fits on one sheet is taken. The page itself has everything."""


def sponsor_paper(user: User, asked: Period | None) -> tuple[Period, bytes]:
    """The period and the page as PDF, in the user's language and time zone. Takes about a second."""
    from weasyprint import HTML  # noqa: PLC0415 - 60 MB of memory that only processes which print should carry

    with translation.override(user.language), timezone.override(user.zone):
        board = build_board(user, asked)
        context: dict[str, Any] = {
            "board": board,
            "rows": [
                {"label": aspect.label, "cells": [dict(column.cells)[aspect] for column in board.columns]}
                for aspect in Aspect
            ],
            "company": Company.objects.first(),
            "printed_at": timezone.localtime(),
            "language": user.language,
        }
        for room in ROOMS:
            html = render_to_string("touchpoints/dashboards/sponsor_paper.html", context | {"room": room})
            sheet = HTML(string=html, url_fetcher=refuse).render(pdf_variant=VARIANT)
            if len(sheet.pages) == 1:
                break
    return board.period, sheet.write_pdf(pdf_variant=VARIANT)


def refuse(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    """The sheet is complete in itself; nothing is fetched, whatever a text on it may name."""
    raise ValueError(f"not fetched: {url}")
