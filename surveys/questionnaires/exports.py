"""Results as a table for spreadsheets and other programs: one row for each figure that the guard says."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from cxm.kit.tables import Column, Value
from surveys.questionnaires.choices import Kind
from surveys.questionnaires.results import Cut, Line, Results, share_estimate

COLUMNS = (
    Column(_("Wave"), 24), Column(_("Version"), 8), Column(_("Group or unit"), 24), Column(_("Key of the group"), 16),
    Column(_("Concept"), 16), Column(_("Question"), 50), Column(_("Kind"), 12), Column(_("Figure"), 12),
    Column(_("Code of the answer"), 14), Column(_("Value"), 12), Column(_("Lower bound"), 12),
    Column(_("Upper bound"), 12), Column("n", 8), Column(_("Don't know"), 12), Column(_("Invited"), 10),
)  # fmt: skip
NAMES = (
    "wave", "version", "population", "population_key", "concept", "question", "kind", "figure", "code", "value", "low",
    "high", "n", "unknown_share", "invited",
)  # fmt: skip


def table(results: Results) -> Iterator[list[Value]]:
    """All cuts of the menu, all questions. What is withheld is not there: an empty row would tell that it exists."""
    lines = results.lines_of(results.cuts)
    for cut in results.cuts:
        for line in lines[cut.key]:
            yield from rows(results, cut, line)


def rows(results: Results, cut: Cut, line: Line) -> Iterator[list[Value]]:
    """The figure of a question, its distribution, its comments."""
    wave, item = results.wave, line.item
    head: list[Value] = [
        wave.name, wave.version.number, cut.label, cut.key, item.code, line.text, str(item.kind),
    ]  # fmt: skip
    if line.is_withheld:
        return
    foot: list[Value] = [line.n, round_(line.unknown), cut.invited]
    if estimate := line.estimate:
        bounds = [None, None] if line.is_bare or not estimate.is_bounded else [estimate.low, estimate.high]
        yield [*head, line.figure, None, round_(estimate.value), *map(round_, bounds), *foot]
    elif item.kind == Kind.DATE:
        yield [*head, "count", None, line.n, None, None, *foot]
    for bar in line.bars:
        share = share_estimate(bar, line.n or 1)
        yield [*head, "answers", bar.code, *map(round_, (share.value, share.low, share.high)), *foot]
    for text in line.texts:
        yield [*head, "comment", text, None, None, None, *foot]


def round_(value: float | None) -> Decimal | None:
    """Four places: a share of 10,000 to one answer."""
    return None if value is None else Decimal(str(round(value, 4)))


def as_json(results: Results) -> list[dict[str, Any]]:
    """The same as objects."""
    return [dict(zip(NAMES, map(plain, row), strict=True)) for row in table(results)]


def plain(value: Value) -> Any:
    """A value as JSON knows it."""
    return float(value) if isinstance(value, Decimal) else value


def single_answers(heads: Iterable[str]) -> list[Column]:
    """Headings of the table of answers with name: codes, so that programs find them in every language."""
    return [Column(head, 16) for head in heads]
