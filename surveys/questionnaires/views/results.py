"""Results of a wave: figures, two groups side by side, the trend over waves, files. All of it through the guard."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cxm.audit.actions import record
from cxm.kit import tables
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from surveys.questionnaires import exports, guard
from surveys.questionnaires.choices import RESULTS_EXPORTED, RESULTS_READ, Identity
from surveys.questionnaires.models import Wave
from surveys.questionnaires.panels import page_of
from surveys.questionnaires.permissions import EXPORT, RESULTS
from surveys.questionnaires.results import Cut, Results
from surveys.questionnaires.trends import figures_over_waves, has_trend, trend_chart
from surveys.questionnaires.views.waves import help_url, visible

FOLDER = "surveys/questionnaires/waves"
ENDINGS = ("csv", "xlsx", "json")


def read(request: CxmRequest, pk: int) -> Results:
    """The results of a wave in the reader's language; that he read them is recorded."""
    wave = visible(request, pk)
    found = Results(wave, language_of(wave))
    if not found.is_hidden:
        record(RESULTS_READ, actor=request.user, target=wave)
    return found


def language_of(wave: Wave) -> str:
    """The reader's language, if the questionnaire speaks it."""
    languages = wave.version.languages
    spoken = get_language() or ""
    return spoken if spoken in languages else languages[0]


def cut_of(results: Results, key: str) -> Cut:
    """The asked entry of the menu; nothing for what stands on no menu."""
    found = results.cut(key or "all")
    if found is None:
        raise Http404(key)
    return found


@require_GET
@requires(RESULTS)
def results(request: CxmRequest, pk: int) -> HttpResponse:
    """The figures of everybody, of a group or of a unit.

    Where another room has a page for the results one is led there, unless one asks for figures `of` somebody.
    """
    if (
        "of" not in request.GET
        and (page := page_of(visible(request, pk)))
        and request.user.may(page.permission)
    ):
        return redirect(page.url_name, pk)
    found = read(request, pk)
    cut = cut_of(found, request.GET.get("of", ""))
    lines = [] if found.is_hidden else found.lines(cut)
    context: dict[str, Any] = {
        "wave": found.wave,
        "results": found,
        "cut": cut,
        "lines": lines,
        "answers": guard.answers(found.wave),
        "is_empty": all(line.is_withheld for line in lines),
        "has_names": found.wave.version.identity == Identity.NAMED,
        "trends": {line.item.code for line in lines if has_trend(line.item)},
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/results.html", context)


@require_GET
@requires(RESULTS)
def compare(request: CxmRequest, pk: int) -> HttpResponse:
    """Two groups side by side, with the interval of their difference and whether it decides."""
    found = read(request, pk)
    groups = [cut for cut in found.cuts if cut.population.group]
    default = [cut.key for cut in groups] if len(groups) == 2 else ["", ""]
    keys = [request.GET.get(name, usual) for name, usual in zip(("one", "other"), default, strict=True)]
    chosen = [cut_of(found, key) for key in keys if key]
    fits = len(chosen) == 2 and chosen[0].is_apart_from(chosen[1])
    context = {
        "wave": found.wave,
        "results": found,
        "cuts": found.cuts[1:],
        "keys": keys,
        "is_chosen": len(chosen) == 2,
        "fits": fits,
        "one": chosen[0] if fits else None,
        "other": chosen[1] if fits else None,
        "pairs": found.pairs(*chosen) if fits and not found.is_hidden else [],
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/compare.html", context)


@require_GET
@requires(RESULTS)
def trend(request: CxmRequest, pk: int, code: str) -> HttpResponse:
    """One question over all closed waves of the questionnaire."""
    found = read(request, pk)
    item = found.sheet.by_code.get(code)
    if item is None or not has_trend(item):
        raise Http404(code)
    over = figures_over_waves(found.wave, item, found.language)
    line = next((line for wave, line in over if wave.pk == found.wave.pk), None)
    title = line.text if line else item.code
    known = [line for _wave, line in over if not line.is_withheld]
    context = {
        "wave": found.wave,
        "title": title,
        "over": over,
        "chart": trend_chart(item, over, title) if len(known) > 1 else None,
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/trend.html", context)


@require_GET
@requires(EXPORT)
def export(request: CxmRequest, pk: int, ending: str) -> HttpResponseBase:
    """The figures as CSV, XLSX or JSON; with `single` the answers one by one, of waves with names only."""
    if ending not in ENDINGS:
        raise Http404(ending)
    wave = visible(request, pk)
    single = "single" in request.GET
    record(RESULTS_EXPORTED, actor=request.user, target=wave, data={"as": ending, "single": single})
    name = slugify(f"{wave.questionnaire.code}-{wave.name}") or f"wave-{wave.pk}"
    if single:
        if not request.user.may(RESULTS):
            raise PermissionDenied(RESULTS.code)
        heads, rows = guard.rows(wave)
        columns = exports.single_answers(heads)
    else:
        found = Results(wave, language_of(wave))
        heads, columns, rows = list(exports.NAMES), list(exports.COLUMNS), exports.table(found)  # type: ignore[assignment]
    language = request.user.language
    if ending == "json":
        content = [dict(zip(heads, map(exports.plain, row), strict=True)) for row in rows]
        response: HttpResponseBase = JsonResponse({"wave": wave.name, "rows": content})
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return response
    if ending == "xlsx":
        book = tables.write_xlsx(rows, columns, lang=language, title=wave.name)
        return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx")
    return StreamingHttpResponse(
        tables.write_csv(rows, columns, lang=language), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )  # fmt: skip
