"""The map of all touchpoints: how many stand in each phase and channel, and what is missing there.

A touchpoint counts where its phase is; with `further` also where it reaches into. In a model of one's own it counts
in every phase that covers its place. Totals count it once. Each number carries the query that lists its rows.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import product
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cxm.kit.icons import icon
from cxm.kit.numbers import formats
from touchpoints.inventory.filters_landscape import NONE
from touchpoints.inventory.gaps import TRAITS, Trait, condition
from touchpoints.inventory.models import Channel, Phase, PhaseModel, Touchpoint

ALL = "all"
SHADES = 4  # steps of background, besides none


@dataclass(frozen=True)
class Group:
    """Touchpoints of one channel with the same places: how many, and how many of them with each trait."""

    channel: int | None
    places: frozenset[int]  # ids of default phases
    unplaced: bool
    counts: Counter[str]


def groups_of(
    touchpoints: QuerySet[Touchpoint], traits: Sequence[str], *, further: bool, at: date | None = None
) -> list[Group]:
    """The touchpoints by channel and places. One query, however many they are."""
    rows = Touchpoint.objects.filter(pk__in=touchpoints.order_by().values("pk")).order_by()
    keys = ["channel_id", "phase_id"]
    if further:
        reached = Touchpoint.further_phases.through.objects.filter(touchpoint=OuterRef("pk"))
        rows = rows.annotate(reached=ArraySubquery(reached.order_by("phase_id").values("phase_id")))
        keys.append("reached")
    numbers = {f"n_{code}": Count("pk", filter=condition(code, at)) for code in traits}
    return [_group(row) for row in rows.values(*keys).annotate(n_all=Count("pk"), **numbers)]


def _group(row: dict[str, Any]) -> Group:
    phase: int | None = row["phase_id"]
    places = {*row.get("reached", ()), *(() if phase is None else (phase,))}
    counts = Counter({key.removeprefix("n_"): number for key, number in row.items() if key.startswith("n_")})
    return Group(row["channel_id"], frozenset(places), phase is None, counts)


@dataclass(frozen=True)
class Head:
    """A heading: what it is called, how the list of touchpoints is asked for it, which default phases it stands for."""

    label: str
    values: tuple[str, ...]
    url: str = ""
    hint: str = ""
    places: frozenset[int] = frozenset()
    is_gap: bool = False


@dataclass(frozen=True)
class Mark:
    """How many of a cell's touchpoints have a trait, and how to list them."""

    trait: Trait
    count: int
    query: str

    def drawn(self, url: str, *, in_words: bool = False) -> str:
        """The mark as a link; `in_words` for phones, which show no titles. In a template it would cost three times
        as much, and a full table has a thousand of them."""
        trait = self.trait
        count = formats().count(self.count) if self.count >= 1000 else self.count
        sign, start = icon(trait.icon), f'<a class="matrix-mark" href="{url}?{escape(self.query)}"'
        if in_words:
            return f"{start}>{sign}{count} {escape(str(trait.short))}</a>"
        label = escape(str(trait.label))
        return f'{start} title="{label}">{sign}{count}<span class="visually-hidden"> {label}</span></a>'


@dataclass(frozen=True)
class Cell:
    """A number with its marks."""

    count: int
    query: str
    marks: tuple[Mark, ...]
    shade: int = 0
    head: Head | None = None  # the column's, for lists on phones

    @property
    def signs(self) -> SafeString:
        """All marks, for the table."""
        url = reverse("inventory:list")
        return mark_safe("".join(mark.drawn(url) for mark in self.marks))  # escaped in Mark.drawn

    @property
    def signs_in_words(self) -> SafeString:
        """All marks, for phones."""
        url = reverse("inventory:list")
        return mark_safe(
            " ".join(mark.drawn(url, in_words=True) for mark in self.marks)
        )  # escaped in Mark.drawn


@dataclass(frozen=True)
class Row:
    """A line: its heading, one cell a column, its total."""

    head: Head
    cells: tuple[Cell, ...]
    total: Cell


@dataclass
class Matrix:
    """The table. `query` holds the filters in force; `traits` are shown in the cells."""

    model: PhaseModel
    groups: list[Group]
    channels: Sequence[Channel]
    traits: Sequence[str] = ()
    further: bool = False
    dense: bool = False  # leaves out lines without touchpoints
    query: QueryDict = field(default_factory=QueryDict)

    @cached_property
    def columns(self) -> list[Head]:
        """The phases of the model, then what it does not cover and what has no phase, if there is any."""
        heads: list[Head] = []
        covered: set[int] = set()
        for phase in self.model.phases.all():
            places = frozenset(p.pk for p in ([phase] if self.model.is_default else phase.covers.all()))
            covered |= places
            heads.append(Head(phase.name, (str(phase.pk),), self._page_of(phase), phase.question, places))
        uncovered = {place for group in self.groups for place in group.places} - covered
        if uncovered:
            values = tuple(str(pk) for pk in sorted(uncovered))
            heads.append(Head(_("Not covered"), values, places=frozenset(uncovered), is_gap=True))
        if any(group.unplaced for group in self.groups):
            heads.append(Head(_("Not placed in a phase"), (NONE,), is_gap=True))
        return heads

    def _page_of(self, phase: Phase) -> str:
        own = self.model.is_default
        return phase.get_absolute_url() if own else f"{self.model.get_absolute_url()}#phase-{phase.pk}"

    @cached_property
    def rows(self) -> list[Row]:
        """A line for each channel in use or with touchpoints, then those without channel."""
        filled = {group.channel for group in self.groups}
        heads: list[tuple[int | None, Head]] = [
            (channel.pk, Head(channel.name, (str(channel.pk),), channel.get_absolute_url()))
            for channel in self.channels
            if channel.pk in filled or not (channel.is_archived or self.dense)
        ]
        if None in filled:
            heads.append((None, Head(_("Not placed in a channel"), (NONE,), is_gap=True)))
        return [self._row(head, [g for g in self.groups if g.channel == pk]) for pk, head in heads]

    @cached_property
    def totals(self) -> list[Cell]:
        """One cell a column: all channels together."""
        return [self._cell(self._in(column, self.groups), column, None) for column in self.columns]

    @cached_property
    def total(self) -> Cell:
        """All touchpoints, each counted once."""
        return self._cell(self.groups, None, None)

    @cached_property
    def by_phase(self) -> list[tuple[Head, Cell, list[tuple[Head, Cell]]]]:
        """The same for narrow screens: each phase with its total and the channels that have touchpoints there."""
        return [
            (column, self.totals[at], [(row.head, row.cells[at]) for row in self.rows if row.cells[at].count])
            for at, column in enumerate(self.columns)
        ]

    @property
    def overlaps(self) -> bool:
        """Whether a touchpoint may be counted in several columns, so that they add up to more than the total."""
        return sum(cell.count for cell in self.totals) > self.total.count

    @cached_property
    def _most(self) -> int:
        sums: Counter[tuple[int | None, int]] = Counter()
        for group in self.groups:
            for at, column in enumerate(self.columns):
                if self._in(column, [group]):
                    sums[group.channel, at] += group.counts[ALL]
        return max(sums.values(), default=0)

    def _row(self, head: Head, groups: list[Group]) -> Row:
        cells = [self._cell(self._in(column, groups), column, head) for column in self.columns]
        return Row(head, tuple(cells), self._cell(groups, None, head))

    @staticmethod
    def _in(column: Head, groups: Iterable[Group]) -> list[Group]:
        if column.values == (NONE,):
            return [group for group in groups if group.unplaced]
        return [group for group in groups if group.places & column.places]

    def _cell(self, groups: Iterable[Group], column: Head | None, row: Head | None) -> Cell:
        counts: Counter[str] = sum((group.counts for group in groups), Counter())
        marks = [
            Mark(TRAITS[code], counts[code], self._link(column, row, TRAITS[code]))
            for code in self.traits
            if counts[code]
        ]
        number, inner = counts[ALL], column is not None and row is not None
        shade = -(-SHADES * number // self._most) if inner and number else 0
        return Cell(number, self._link(column, row), tuple(marks), shade, column)

    def _link(self, column: Head | None, row: Head | None, trait: Trait | None = None) -> str:
        parts = [self._bases[column is not None, row is not None]]
        if column is not None:
            parts += [f"phase={value}" for value in column.values]
        if row is not None:
            parts += [f"channel={value}" for value in row.values]
        if self.further:
            parts.append("further=on")
        if trait is not None:
            name = "gap" if trait.is_gap else "mark"
            if trait.code not in self.query.getlist(name):
                parts.append(f"{name}={trait.code}")
        return "&".join(filter(None, parts))

    @cached_property
    def _bases(self) -> dict[tuple[bool, bool], str]:
        """The filters in force, without the places that a link with a column or a row names itself."""
        bases = {}
        for by_column, by_row in product((False, True), repeat=2):
            query = self.query.copy()
            for name, own in (("phase", by_column), ("channel", by_row), ("further", self.further)):
                if own:
                    query.pop(name, None)
            bases[by_column, by_row] = query.urlencode()
        return bases


def load(pk: int | None) -> PhaseModel:
    """The phase model with this id, else the default one; with its phases and what they cover."""
    models = PhaseModel.objects.prefetch_related("phases__covers")
    return (models.filter(pk=pk).first() if pk else None) or models.get(is_default=True)
