"""Every figure of a wave as one table: scores, questions and mirrors of all together, the groups and the units."""

from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from cxm.kit.statistics import Estimate
from cxm.kit.tables import Column, Value
from surveys.assessment.choices import STAGES
from surveys.assessment.mirrors import counted, customers
from surveys.assessment.results import Part, results_of
from surveys.assessment.scoring import weight_of
from surveys.assessment.words import Line, asked_parts, lines_of, part_name
from surveys.questionnaires.models import Wave

STEPS = range(5)


def columns() -> list[Column]:
    """Headings."""
    words: tuple[tuple[str | Promise, int], ...] = (
        (gettext_lazy("Who"), 24), (gettext_lazy("What"), 16), (gettext_lazy("Code"), 16),
        (gettext_lazy("Name"), 60), (gettext_lazy("Value"), 10), (gettext_lazy("From"), 10),
        (gettext_lazy("To"), 10), (gettext_lazy("Answers"), 10), (gettext_lazy("Invited"), 10),
        (gettext_lazy("Don't know"), 12), *((str(step), 6) for step in STEPS),
        (gettext_lazy("Weight"), 10), (gettext_lazy("Leaders − employees"), 14),
        (gettext_lazy("What the system shows"), 40), (gettext_lazy("What customers say"), 40),
        (gettext_lazy("Remark"), 60),
    )  # fmt: skip
    return [Column(title, width) for title, width in words]


type Cells = list[Value]


def rows_of(wave: Wave, user: User) -> list[Cells]:
    """What the guard says, and nothing else."""
    f = formats(user.language)
    found = results_of(wave)
    lines = lines_of(found, f, counted(), customers(user))
    rows: list[Cells] = []
    for part in asked_parts(found):
        rows += _scores(part, wave)
        rows += [_question(line, part) for line in lines]
    return rows


def _scores(part: Part, wave: Wave) -> Iterator[Cells]:
    name = part_name(part)
    index = part.index
    yield _row(
        name, _("Index"), "index", str(STAGES[index.stage]) if index else "", part.invited,
        value=index.score if index else None, remark="" if index else _("too few answers"),
    )  # fmt: skip
    yield _row(
        name, _("Index without weights"), "index-plain", "", part.invited,
        value=index.unweighted if index else None, remark="" if index else _("too few answers"),
    )  # fmt: skip
    for kind, scores in ((_("Theme"), part.themes), (_("Factor"), part.factors)):
        for score in scores:
            weight = weight_of(wave.weights, score.code) if score in part.themes else None
            yield _row(
                name,
                kind,
                score.code,
                score.name,
                part.invited,
                estimate=score.estimate,
                weight=weight,
            )


def _question(line: Line, part: Part) -> Cells:
    answer = line.row.answers[part.population.key]
    is_total = not part.population.group and part.population.unit is None
    cells = _row(
        part_name(part), _("Question"), line.code, line.text, answer.invited, estimate=answer.estimate,
        unknown=answer.unknown, spread=line.row.spread if is_total else None,
    )  # fmt: skip
    if is_total:
        said = line.said_by_customers
        cells[16] = line.row.gap.difference.value if line.row.gap else None
        cells[17] = f"{line.system.mirror.label}: {line.system.share}" if line.system else ""
        cells[18] = (
            f"{line.customers.kpi.name}: {said.value} ({said.detail})" if line.customers and said else ""
        )
        remarks = [str(cells[19])] if cells[19] else [line.gap]
        if line.is_flattering:
            remarks.append(_("We think at least two steps better of ourselves than the system shows."))
        cells[19] = " ".join(remarks)
    return cells


def _row(
    who: str,
    what: str,
    code: str,
    name: str,
    invited: int,
    *,
    estimate: Estimate | None = None,
    value: float | None = None,
    unknown: float | None = None,
    spread: Sequence[int] | None = None,
    weight: float | None = None,
    remark: str | None = None,
) -> Cells:
    shown = estimate.value if estimate else value
    bounds: Cells = [estimate.low, estimate.high, estimate.n] if estimate else [None, None, None]
    words = ("" if estimate else _("too few answers")) if remark is None else remark
    counts: Cells = list(spread) if spread else [None for _step in STEPS]
    return [who, what, code, name, shown, *bounds, invited, unknown, *counts, weight, None, "", "", words]
