"""The results of a wave as they may be read: a fixed menu of cuts, each question in figures, two groups side by side.

Everything goes through the guard, for all cuts of the menu at once and always in the same order: so what one reader is
told never depends on what another one has asked for.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from cxm.kit.numbers import Formats, formats
from cxm.kit.statistics import (
    Difference,
    Estimate,
    Interval,
    MeanSample,
    NpsSample,
    Sample,
    ShareSample,
    difference,
    share,
)
from cxm.organisation.models import Unit
from surveys.questionnaires import guard
from surveys.questionnaires.choices import ANCHORS, CHOOSING, TEXTS, TOP_BOX, Group, Kind, Slot
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.measures import Measure, Sort, measures_of
from surveys.questionnaires.models import Wave
from surveys.questionnaires.panels import decide_first
from surveys.questionnaires.sheet import Item, Sheet, sheet_of

MOST_UNITS = 40
"""Units in the menu: the largest ones. More tables could not be checked against one another in the time of a page."""
SHUFFLE = random.SystemRandom()
ALL = Population()


@dataclass(frozen=True)
class Cut:
    """One entry of the menu. `holds` are the units that it consists of, for units."""

    population: Population
    label: str
    invited: int
    holds: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return self.population.key

    def is_apart_from(self, other: "Cut") -> bool:
        """Whether nobody can be in both: only then the two can be compared as independent."""
        if self.population.group and other.population.group:
            return self.population.group != other.population.group
        return bool(self.holds and other.holds) and not self.holds & other.holds


def menu(wave: Wave) -> list[Cut]:
    """Everybody, the respondent groups, the units from the largest down; two queries."""
    rows = wave.invitations.order_by().values_list("group", "unit").annotate(n=Count("pk"))
    found = [(group, unit, n) for group, unit, n in rows]
    cuts = [Cut(ALL, _("Everybody"), sum(n for _group, _unit, n in found))]
    if len({group for group, _unit, _n in found}) > 1:
        for group in Group:
            invited = sum(n for name, _unit, n in found if name == group)
            cuts.append(Cut(Population(group=group), str(group.label), invited))
    return cuts + _unit_cuts(wave, found)


def _unit_cuts(wave: Wave, found: Sequence[tuple[str, int | None, int]]) -> list[Cut]:
    if all(unit is None for _group, unit, _n in found):
        return []
    units = {unit.pk: unit for unit in Unit.objects.all()}
    below: dict[int, set[int]] = {}
    for pk in units:
        here: int | None = pk
        while here is not None:
            below.setdefault(here, set()).add(pk)
            here = units[here].parent_id
    cuts = []
    for pk, unit in units.items():
        invited = sum(n for _group, place, n in found if place in below[pk])
        if invited >= wave.min_cell:
            cuts.append(Cut(Population(unit=pk), unit.name, invited, frozenset(below[pk])))
    return sorted(cuts, key=lambda cut: (-cut.invited, cut.population))[:MOST_UNITS]


@dataclass(frozen=True)
class Bar:
    """One answer of a distribution."""

    code: str
    label: str
    count: int
    share: float

    @property
    def share_text(self) -> str:
        """The share as the reader writes it."""
        return formats().percent(self.share)


class Line:
    """One question of one cut, as far as it is said."""

    def __init__(self, item: Item, number: int, said: Mapping[str, guard.Said], language: str) -> None:
        self.item, self.number, self.language = item, number, language
        self._said = {
            sort: said[key].figures
            for sort in Sort
            for key in [Measure(code=item.code, sort=sort).key]
            if key in said and said[key].figures is not None
        }

    @property
    def spread(self) -> Mapping[str, Any] | None:
        """How the answers spread, if that is said."""
        return self._said.get(Sort.SPREAD)

    @property
    def figures(self) -> Mapping[str, Any] | None:
        """The most that is said."""
        return self.spread or self._said.get(Sort.MEAN) or self._said.get(Sort.TEXTS)

    @property
    def is_withheld(self) -> bool:
        """Whether nothing is said."""
        return self.figures is None

    @property
    def text(self) -> str:
        """How it is worded."""
        return self.item.text(Slot.TEXT, self.language) or self.item.code

    @property
    def n(self) -> int | None:
        """Of how many answers."""
        return None if self.figures is None else int(self.figures["n"])

    @property
    def unknown(self) -> float | None:
        """Share of those who say that they do not know, 0 to 1."""
        if self.figures is None or not self.item.allows_unknown or self.item.kind in TEXTS:
            return None
        asked = int(self.figures["n"]) + int(self.figures["unknown"])
        return int(self.figures["unknown"]) / asked if asked else None

    @property
    def unknown_text(self) -> str:
        """The same as the reader writes it."""
        return "" if self.unknown is None else formats().percent(self.unknown)

    @property
    def figure(self) -> str:
        """What the number is: mean, nps or share."""
        if self.spread is not None and self.item.kind == Kind.NPS:
            return "nps"
        return "share" if self.spread is not None and self.item.kind in TOP_BOX else "mean"

    @cached_property
    def sample(self) -> Sample | None:
        """The answers as they can be estimated and compared; None where only the mean itself is said."""
        item, said = self.item, self.figures
        if said is None or item.kind in (*CHOOSING, *TEXTS, Kind.DATE) or not int(said["n"]):
            return None
        n = int(said["n"])
        if self.figure == "mean":
            bounds = None if item.low is None or item.high is None else Interval(item.low, item.high)
            return MeanSample(n, float(said["total"]), float(said["squares"]), bounds)
        counts = {int(code): count for code, count in said["counts"].items()}
        if self.figure == "share":
            return ShareSample(sum(c for step, c in counts.items() if step >= TOP_BOX[item.kind]), n)
        promoters = sum(c for step, c in counts.items() if step >= 9)
        return NpsSample(promoters, sum(c for step, c in counts.items() if step <= 6), n)

    @property
    def is_bare(self) -> bool:
        """Whether the mean is said without an interval: from that one could work out how a few answers spread."""
        return self.item.is_scale and self.spread is None

    @property
    def estimate(self) -> Estimate | None:
        """The figure with its interval."""
        return self.sample.estimate() if self.sample else None

    @property
    def value(self) -> str:
        """The figure in words."""
        return shown(self.figure, self.estimate.value, formats()) if self.estimate else ""

    @property
    def interval(self) -> str:
        """The interval in words; empty where none is said."""
        found, f = self.estimate, formats()
        if found is None or self.is_bare or not found.is_bounded:
            return ""
        return f.interval(found.low, found.high, lambda value: shown(self.figure, value, f))

    @cached_property
    def bars(self) -> list[Bar]:
        """The distribution, every possible answer once."""
        if self.spread is None:
            return []
        n, counts = int(self.spread["n"]), self.spread["counts"]
        if self.item.is_scale:
            anchors = (
                dict(zip(self.item.steps, ANCHORS, strict=False)) if self.item.kind == Kind.MATURITY else {}
            )
            named = [
                (
                    str(step),
                    f"{step} – {self.item.text(anchors[step], self.language)}"
                    if step in anchors
                    else str(step),
                )
                for step in self.item.steps
            ]
        else:
            named = [(o.code, o.text(Slot.TEXT, self.language) or o.code) for o in self.item.options]
        return [
            Bar(code, label, int(counts.get(code, 0)), int(counts.get(code, 0)) / n) for code, label in named
        ]

    @cached_property
    def texts(self) -> list[str]:
        """Comments in random order."""
        said = self._said.get(Sort.TEXTS) or {}
        found = list(said.get("texts", ()))
        SHUFFLE.shuffle(found)
        return found


def shown(figure: str, value: float | None, f: Formats) -> str:
    """A figure as people write it."""
    if figure == "nps":
        return f.points(value)
    return f.percent(value) if figure == "share" else f.decimal(value, 2)


class Results:
    """The results of a wave in one language; decides about everything on the menu when it is made."""

    def __init__(self, wave: Wave, language: str) -> None:
        self.wave, self.language = wave, language
        self.sheet: Sheet = sheet_of(wave.version)
        self.cuts = menu(wave)
        found = [measure for item in self.sheet.items for measure in measures_of(item)]
        self.figures = [measure for measure in found if measure.sort != Sort.TEXTS]
        self.comments = [measure for measure in found if measure.sort == Sort.TEXTS]
        populations = [cut.population for cut in self.cuts]
        # Comments of the whole wave only: with a group beside it, a comment tells who wrote it.
        decide_first(wave)
        guard.settle(wave, [(self.figures, populations), (self.comments, [ALL])])

    @property
    def is_hidden(self) -> bool:
        """Whether nothing is shown yet: the wave is open, or too few have answered."""
        return not guard.shown_edition(self.wave)

    def cut(self, key: str) -> Cut | None:
        """The entry of the menu with this key."""
        return next((cut for cut in self.cuts if cut.key == key), None)

    def lines(self, cut: Cut) -> list[Line]:
        """Every question of a cut; one query."""
        return self.lines_of([cut])[cut.key]

    def lines_of(self, cuts: Sequence[Cut]) -> dict[str, list[Line]]:
        """Every question of several cuts, by their keys; two queries."""
        populations = [cut.population for cut in cuts]
        said = guard.say(self.wave, self.figures, populations)
        if any(population == ALL for population in populations):
            said |= guard.say(self.wave, self.comments, [ALL])
        by_cut: dict[str, dict[str, guard.Said]] = {cut.key: {} for cut in cuts}
        for (measure, population), one in said.items():
            by_cut[population][measure] = one
        return {
            key: [Line(item, number, found, self.language) for number, item in enumerate(self.sheet.items, 1)]
            for key, found in by_cut.items()
        }

    def pairs(self, one: Cut, other: Cut) -> list["Pair"]:
        """Two cuts side by side, question by question; questions without figures are left out."""
        found = self.lines_of([one, other])
        return [
            Pair(first, second, one.label, other.label)
            for first, second in zip(found[one.key], found[other.key], strict=True)
            if first.item.kind not in (*CHOOSING, *TEXTS, Kind.DATE)
        ]


@dataclass(frozen=True)
class Pair:
    """One question of two groups."""

    one: Line
    other: Line
    one_label: str
    other_label: str

    @cached_property
    def difference(self) -> Difference | None:
        """The first less the second; None where either is withheld. Where a mean is said without its interval the
        widest possible one is taken: so what is decidable then is decidable."""
        if self.one.sample is None or self.other.sample is None:
            return None
        if self.one.figure != self.other.figure or min(self.one.sample.size, self.other.sample.size) < 2:
            return None
        return difference(self.other.sample, self.one.sample)

    @property
    def value(self) -> str:
        """The difference in words, with its sign."""
        return self._signed(self.difference.value) if self.difference else ""

    @property
    def interval(self) -> str:
        """Its interval in words."""
        if self.difference is None:
            return ""
        return formats().interval(self.difference.low, self.difference.high, self._signed)

    def _signed(self, value: float | None) -> str:
        f = formats()
        if value is None or self.one.figure == "nps":
            return f.points(value)
        if self.one.figure == "share":
            return _("%(points)s points") % {"points": f.points(value * 100)}
        return f.points(value, 2)

    @property
    def sentence(self) -> str:
        """Whether the difference is decidable."""
        words = {"one": self.one_label, "other": self.other_label}
        if self.difference is None:
            return _("Too few answers to compare.")
        if not self.difference.is_significant:
            return _("Not decidable: chance alone could explain the difference.")
        if self.difference.value > 0:
            return _("Decidable: %(one)s answer higher than %(other)s.") % words
        return _("Decidable: %(one)s answer lower than %(other)s.") % words


def share_estimate(bar: Bar, n: int) -> Estimate:
    """The share of one answer with its interval."""
    return share(bar.count, n)
