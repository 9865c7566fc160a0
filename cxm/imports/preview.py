"""What the preview shows: rows with their cells, counts with their filters, unknown words with their answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.imports.models import ImportRow, ImportRun
from cxm.imports.parsing import CellParser, Choices, as_shown
from cxm.kit.importers import Field, Problem, Verdict
from cxm.kit.sheets.header import plain

PAGE_SIZE = 50
IN_SELECT = 60  # values that a select box offers; more are typed, with suggestions
IN_SUGGESTIONS = 2_000

FILTERS: dict[str, tuple[str | Promise, str]] = {
    "": (gettext_lazy("All rows"), "list"),
    "wrong": (gettext_lazy("Wrong"), "alert-triangle"),
    "new": (gettext_lazy("New"), "plus"),
    "changed": (gettext_lazy("Changed"), "pencil"),
    "unchanged": (gettext_lazy("Unchanged"), "equal"),
    "skipped": (gettext_lazy("Left out"), "ban"),
}
VERDICTS: dict[str, tuple[str | Promise, str, str]] = {
    Verdict.NEW: (gettext_lazy("New"), "plus", "green"),
    Verdict.CHANGED: (gettext_lazy("Changed"), "pencil", "blue"),
    Verdict.UNCHANGED: (gettext_lazy("Unchanged"), "equal", "secondary"),
    Verdict.WRONG: (gettext_lazy("Wrong"), "alert-triangle", "red"),
}


@dataclass(frozen=True)
class CellView:
    """One cell of the preview."""

    field: Field
    text: str
    meant: str = ""
    problems: tuple[Problem, ...] = ()
    before: str | None = None
    corrected: bool = False

    @property
    def wrong(self) -> bool:
        """It keeps its row out."""
        return any(not problem.hint for problem in self.problems)

    @property
    def has_options(self) -> bool:
        """Its field has a known set of values (which a template must not ask for: it would call for them)."""
        return self.field.options is not None


@dataclass(frozen=True)
class RowView:
    """One row of the preview."""

    row: ImportRow
    cells: list[CellView]
    about: list[Problem]  # the row as a whole
    word: str | Promise
    icon: str
    colour: str


class Preview:
    """Everything that the page of a checked import shows."""

    def __init__(self, run: ImportRun, show: str = "", page: str | None = None) -> None:
        self.run = run
        self.show = show if show in FILTERS else ""
        self.number = page
        self.fields = [field for field in run.kind.fields if field.code in run.mapping]

    @cached_property
    def choices(self) -> Mapping[str, Choices]:
        """Values of the fields that have a known set; asked for only where a cell is to be corrected."""
        return CellParser(self.run).choices

    @cached_property
    def page(self) -> Page[ImportRow]:
        """The rows of this page."""
        rows = self.run.rows.order_by("number")
        if self.show == "skipped":
            rows = rows.filter(included=False)
        elif self.show:
            rows = rows.filter(included=True, verdict=self.show)
        return Paginator(rows, PAGE_SIZE).get_page(self.number)

    def rows(self, rows: Iterable[ImportRow] | None = None) -> list[RowView]:
        """The rows as they are shown."""
        return [self.row(row) for row in (self.page if rows is None else rows)]

    def row(self, row: ImportRow) -> RowView:
        """One row as it is shown."""
        about = [problem for problem in row.issues if problem.field not in row.cells]
        word, icon, colour = VERDICTS[row.verdict]
        if not row.included:
            word, icon, colour = FILTERS["skipped"][0], "ban", "secondary"
        return RowView(row, [self.cell(row, field) for field in self.fields], about, word, icon, colour)

    def cell(self, row: ImportRow, field: Field) -> CellView:
        """One cell as it is shown."""
        change = row.changes.get(field.code)
        return CellView(
            field,
            as_shown(row.cells.get(field.code, "")),
            row.meant.get(field.code, ""),
            tuple(problem for problem in row.issues if problem.field == field.code),
            change[0] if change else None,
            field.code in row.corrected,
        )

    def tabs(self) -> list[dict[str, Any]]:
        """The counts, each a filter."""
        counts = self.run.counts | {"": self.run.count("total")}
        return [
            {
                "url": f"?show={key}",
                "label": label,
                "icon": icon,
                "count": counts.get(key, 0),
                "active": key == self.show,
            }
            for key, (label, icon) in FILTERS.items()
            if counts.get(key) or key in ("", self.show)
        ]

    def labels(self, field: Field) -> list[str]:
        """What is suggested while one types: the values of the field."""
        return list(self.choices[field.code].labels.values())[:IN_SUGGESTIONS] if field.options else []

    def suggestions(self) -> dict[str, list[str]]:
        """The labels of those fields in which something on this page is wrong."""
        needed = {problem[1] for row in self.page for problem in row.problems}
        return {
            field.code: self.labels(field) for field in self.fields if field.code in needed and field.options
        }

    def words(self) -> list[dict[str, Any]]:
        """Unknown words field by field, with what they may mean; long sets of values are typed instead of chosen."""
        return [
            self._meanings(code) | {"words": [self._word(code, *word) for word in words]}
            for code, words in self.run.unknown.items()
        ]

    def _meanings(self, code: str) -> dict[str, Any]:
        """What words of a field may mean."""
        field, labels = self.run.kind.field(code), self.choices[code].labels
        return {
            "field": field,
            "options": list(labels.items()) if len(labels) <= IN_SELECT else [],
            "labels": self.labels(field) if len(labels) > IN_SELECT else [],
        }

    def answers(self) -> list[dict[str, Any]]:
        """Field by field the answers, of this list and of earlier ones, by which its words are read."""
        codes = [field.code for field in self.fields if field.options and self.run.decisions.get(field.code)]
        found: dict[str, dict[str, str]] = {code: {} for code in codes}
        for cells in self._cells(codes):
            for code, cell in zip(codes, cells, strict=True):
                for word in self.choices[code].words(str(cell or "")):
                    found[code].setdefault(plain(word.text), word.text)
        groups = []
        for code, texts in found.items():
            answered = [self._answer(code, text) for text in sorted(texts.values(), key=plain)]
            if given := [answer for answer in answered if answer]:
                groups.append(self._meanings(code) | {"words": given})
        return groups

    def _cells(self, codes: list[str]) -> Iterable[tuple[Any, ...]]:
        """The different cells of these fields; of a very long list, whose rows are not kept, all answered words."""
        if not codes:
            return []
        if self.run.bulk:
            words = [list(self.run.decisions[code]) for code in codes]
            return zip_longest(*words)
        return self.run.rows.order_by().values_list(*(f"cells__{code}" for code in codes)).distinct()

    def _answer(self, code: str, text: str) -> dict[str, Any] | None:
        """A word and its answer as the boxes need it; None if the answer is not in force."""
        choices = self.choices[code]
        answer = choices.answer(text)
        if answer is None:
            return None
        offers = {offer.code: offer.label for offer in choices.field.offers}
        if "value" in answer:
            key, label = f"value:{answer['value']}", choices.labels[answer["value"]]
        elif "offer" in answer:
            key, label = f"offer:{answer['offer']}", str(offers.get(answer["offer"], ""))
        else:
            key, label = "empty", _("Leave empty")
        return {"text": text, "key": key, "label": label}

    def _word(self, code: str, text: str, rows: int, like: str) -> dict[str, Any]:
        return {"text": text, "rows": rows, "like": like, "label": self.choices[code].labels.get(like, "")}


def grouped(number: int) -> str:
    """A number with its thousands apart, as the person writes it."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def shown_counts(run: ImportRun) -> dict[str, str]:
    """The counts as they are written."""
    names = ("total", "good", "new", "changed", "unchanged", "skipped", "wrong")
    return {name: grouped(run.count(name)) for name in names}


def bulk_rows(run: ImportRun) -> Sequence[dict[str, Any]]:
    """The first rows of a very long list as they are shown."""
    fields = [field for field in run.kind.fields if field.code in run.mapping]
    wrong = {
        row.number: row for row in run.rows.filter(number__in=[number for number, _cells in run.preview])
    }
    return [
        {
            "number": number,
            "cells": [as_shown(cells.get(field.code, "")) for field in fields],
            "problems": wrong[number].issues if number in wrong else [],
        }
        for number, cells in run.preview
    ]


def kinds_of_problems(run: ImportRun) -> list[dict[str, Any]]:
    """Problems of a very long list, counted."""
    labels = {field.code: field.label for field in run.kind.fields}
    return [
        {"field": labels.get(code, _("Whole row")), "message": message, "count": grouped(count), "rows": rows}
        for code, message, count, rows in run.kinds
    ]
