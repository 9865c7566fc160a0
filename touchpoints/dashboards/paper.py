"""The sponsor's page on paper: one sheet of A4 landscape, tagged, without script."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxm.accounts.models import User
from cxm.organisation.models import Company
from touchpoints.dashboards import press
from touchpoints.dashboards.board import board_of
from touchpoints.kpis.choices import Aspect
from touchpoints.kpis.periods import Period

log = logging.getLogger(__name__)

ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
)
"""What the press may know of ours: where libraries and fonts are, no secrets."""
PATIENCE = 15  # seconds beyond those that the press gives itself


class PaperError(Exception):
    """The sheet could not be printed; the text is for the reader."""


@dataclass(frozen=True)
class Room:
    """How much of long texts and lists is printed: characters of names and of sentences, lines of lists."""

    names: int
    sentences: int
    lines: int


ROOMS = (Room(120, 200, 8), Room(80, 110, 8), Room(60, 72, 8), Room(50, 72, 5), Room(34, 34, 3))
"""From generous to tight: the first that fits on one sheet is taken. The page itself has everything."""


def sponsor_paper(user: User, asked: Period | None) -> tuple[Period, bytes]:
    """The period and the page as PDF, in the user's language and time zone. Takes some seconds. Raises PaperError."""
    with translation.override(user.language), timezone.override(user.zone):
        board = board_of(user, asked)
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
        drafts = [
            render_to_string("touchpoints/dashboards/sponsor_paper.html", context | {"room": room})
            for room in ROOMS
        ]
    return board.period, pressed(drafts)


def pressed(drafts: Sequence[str]) -> bytes:
    """The drafts on their way through the press, a process that ends with its sheet and gives its memory back."""
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
            [sys.executable, "-I", str(Path(press.__file__))], input=json.dumps(drafts).encode(),
            capture_output=True, env=environment, timeout=press.SECONDS + PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PaperError(_("The PDF took too long. Please try again later.")) from error
    if done.returncode == 0 and done.stdout:
        return done.stdout
    log.error("The press ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[-2000:])
    if done.returncode == press.MISSING:
        raise PaperError(
            _("PDFs need the libraries Pango and HarfBuzz, which are not installed on this machine.")
        )
    raise PaperError(_("The PDF could not be made. The reason stands in the log of the server."))
