"""Results of a closed wave: the whole, question by question, comments, and what has changed since earlier waves."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.audit.models import Entry
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from cxm.kit.numbers import formats
from cxm.organisation.models import Company
from surveys.assessment.mirrors import counted, counted_for, customers
from surveys.assessment.models import Task
from surveys.assessment.permissions import MANAGE, VIEW
from surveys.assessment.results import comments_of, results_of, summaries_of, with_asked
from surveys.assessment.trends import MOST_WAVES, trend_of_question, trends_of
from surveys.assessment.views.start import help_url
from surveys.assessment.weak_spots import maker
from surveys.assessment.words import Line, Whole, lines_of, wording
from surveys.questionnaires.choices import RESULTS_READ, Slot, Use
from surveys.questionnaires.models import Questionnaire, Wave
from surveys.questionnaires.sheet import sheet_of

FOLDER = "surveys/assessment"
A_DAY = timedelta(days=1)
WEAKEST = 3
"""Questions that the first page names."""


def closed_wave(request: CxmRequest, pk: int) -> Wave:
    """A closed wave of a self-assessment; that somebody reads it is recorded once a day."""
    wave = get_object_or_404(closed_waves(request), pk=pk)
    note_reading(request, wave)
    return wave


def closed_waves(request: CxmRequest) -> QuerySet[Wave]:
    """Those that the reader may see, with whether he has read their results within a day, and whose they are."""
    rows = Wave.objects.visible_to(request.user).closed().filter(questionnaire__use=Use.ASSESSMENT)
    reading = Entry.objects.filter(
        verb=RESULTS_READ.code, actor=request.user, target_type=Wave._meta.label_lower,
        target_id=OuterRef("pk"), at__gt=Now() - A_DAY,
    )  # fmt: skip
    company = Subquery(Company.objects.values("name")[:1])
    return rows.select_related("version", "questionnaire").annotate(is_read=Exists(reading), company=company)


def note_reading(request: CxmRequest, wave: Any) -> None:
    """Record it, unless that was done within a day."""
    if not wave.is_read:
        record(RESULTS_READ, actor=request.user, target=wave)


def frame(wave: Wave, page: str) -> dict[str, Any]:
    """What all pages of a wave share: its tabs and the way to the help."""
    tabs = [
        {"label": label, "url": reverse(f"assessment:{name}", args=[wave.pk]), "active": name == page}
        for name, label in (
            ("results", _("Overview")),
            ("questions", _("Questions")),
            ("comments", _("Comments")),
        )
    ]
    trend = reverse("assessment:trend", args=[wave.questionnaire_id])
    tabs.append({"label": _("Over time"), "url": trend, "active": page == "trend"})
    return {"wave": wave, "tabs": tabs, "page_help": help_url()}


@require_GET
@requires(VIEW)
def results(request: CxmRequest, pk: int) -> HttpResponse:
    """Index, radar, the scores of each group, and where it is weakest."""
    wave = closed_wave(request, pk)
    f = formats(request.user.language)
    found = results_of(wave)
    lines = [line for line in lines_of(found, f, {}, {}) if line.row.mean is not None]
    context = frame(wave, "results") | {
        "whole": Whole(found, f),
        "weakest": sorted(lines, key=lambda line: line.row.mean or 0.0)[:WEAKEST],
        "gaps": sorted(
            (line for line in lines if line.is_notable),
            key=lambda line: -abs(line.row.gap.difference.value if line.row.gap else 0.0),
        )[:WEAKEST],
        "tasks": Task.objects.open().filter(wave=wave).count(),
        "min_cell": wave.min_cell,
    }
    return render(request, f"{FOLDER}/results.html", context)


@require_GET
@requires(VIEW)
def questions(request: CxmRequest, pk: int) -> HttpResponse:
    """Every question with its figures, its gap and its three mirrors."""
    wave = closed_wave(request, pk)
    f = formats(request.user.language)
    lines = lines_of(results_of(wave), f, counted(), customers(request.user))
    context = frame(wave, "questions") | {
        "lines": lines,
        "flattering": [line for line in lines if line.is_flattering],
        "distributions": distributions(lines),
    }
    return render(request, f"{FOLDER}/questions.html", context)


def distributions(lines: Iterable[Line]) -> list[list[str]]:
    """The spread of each question as a row of a table: the alternative to the drawings."""
    return [
        [f"{number}. {line.text}", *(f"{one.count} ({line.f.percent(one.share)})" for one in line.slices)]
        for number, line in enumerate(lines, 1)
        if line.slices
    ]


@require_GET
@requires(VIEW)
def question(request: CxmRequest, pk: int, code: str) -> HttpResponse:
    """One question: its anchors and who chose them, each group, its mirrors, earlier waves, tasks from it."""
    waves = oldest_first(with_asked(closed_waves(request).filter(questionnaire__waves=pk)))
    wave = next((one for one in waves if one.pk == pk), None)
    if wave is None or code not in (items := sheet_of(wave.version).by_code) or not items[code].is_scale:
        raise Http404(code)
    note_reading(request, wave)
    f = formats(request.user.language)
    lines = lines_of(results_of(wave), f, counted_for(code), customers(request.user, code))
    line = next(one for one in lines if one.code == code)
    earlier = waves[: waves.index(wave) + 1]
    context = frame(wave, "question") | {
        "line": line,
        "help": wording(line.row.item, Slot.HELP),
        "waves": earlier,
        "trend": trend_of_question(code, line.text, summaries_of(earlier), f) if len(earlier) > 1 else None,
        "tasks": tasks_about(wave, code),
        "maker": maker() if request.user.may(MANAGE) else None,
        "maker_url": maker().url(wave, code),
    }
    return render(request, f"{FOLDER}/question.html", context)


def tasks_about(wave: Wave, code: str) -> QuerySet[Task]:
    """What was asked of somebody about the same question, also after other waves."""
    about = Task.objects.filter(concept__questionnaire=wave.questionnaire_id, concept__code=code)
    return about.select_related("person")


def oldest_first(waves: QuerySet[Wave]) -> list[Wave]:
    """The newest few of these, the oldest of them first."""
    return list(reversed(waves.order_by("-closed_at", "-pk")[:MOST_WAVES]))


@require_GET
@requires(VIEW)
def comments(request: CxmRequest, pk: int) -> HttpResponse:
    """What people wrote, where enough of them wrote something."""
    wave = closed_wave(request, pk)
    found = [(wording(item), texts) for item, texts in comments_of(wave)]
    return render(request, f"{FOLDER}/comments.html", frame(wave, "comments") | {"found": found})


@require_GET
@requires(VIEW)
def trend(request: CxmRequest, pk: int) -> HttpResponse:
    """Index, themes and factors over the closed waves of one questionnaire."""
    rows = Questionnaire.objects.visible_to(request.user).filter(use=Use.ASSESSMENT)
    questionnaire = get_object_or_404(rows, pk=pk)
    f = formats(request.user.language)
    waves = oldest_first(with_asked(closed_waves(request).filter(questionnaire=questionnaire)))
    context = {
        "questionnaire": questionnaire,
        "waves": waves,
        "trends": trends_of(summaries_of(waves), f) if waves else [],
        "page_help": help_url(),
    } | (frame(waves[-1], "trend") if waves else {})
    return render(request, f"{FOLDER}/trend.html", context)
