"""The report of a wave on A4 paper: the same figures as on the pages, complete in itself, without script."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from surveys.assessment.mirrors import counted, customers
from surveys.assessment.results import comments_of, results_of
from surveys.assessment.words import Whole, lines_of, wording
from surveys.questionnaires.models import Wave
from touchpoints.dashboards.paper import pressed


def report_paper(user: User, wave: Wave) -> bytes:
    """The report as PDF in the user's language and time zone. Takes some seconds. Raises PaperError."""
    return pressed([report_html(user, wave)])


def report_html(user: User, wave: Wave) -> str:
    """What is printed."""
    f = formats(user.language)
    with translation.override(user.language), timezone.override(user.zone):
        found = results_of(wave)
        context: dict[str, Any] = {
            "wave": wave,
            "whole": Whole(found, f),
            "lines": lines_of(found, f, counted(), customers(user)),
            "comments": [(wording(item), texts) for item, texts in comments_of(wave, found.table)],
            "printed_at": timezone.localtime(),
            "language": user.language,
        }
        return render_to_string("surveys/assessment/report_paper.html", context)
