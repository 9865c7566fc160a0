"""The results of a wave in the words of one language: what the page, the paper and the workbook say alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cxm.kit.charts import Reading, reading
from cxm.kit.numbers import Formats
from cxm.kit.statistics import Estimate
from surveys.assessment.choices import STAGES, factor_name
from surveys.assessment.gaps import Gap, Verdict
from surveys.assessment.mirrors import CUSTOMERS, SYSTEM, Counted, Mirror, is_flattering
from surveys.assessment.radar import Spoke, radar
from surveys.assessment.results import EMPLOYEES, LEADERS, Answer, Part, Results, Row, Score
from surveys.assessment.scoring import FACTOR, weight_of
from surveys.assessment.spread import Slice, bar, slices_of
from surveys.questionnaires.choices import ANCHORS, Group, Slot, theme_name
from surveys.questionnaires.sheet import Item, Spoken
from touchpoints.kpis.figures import Figure


def wording(spoken: Spoken, slot: Slot = Slot.TEXT) -> str:
    """A text in the reader's language, or in another that it was written in."""
    language = (get_language() or "")[:2]
    others = (body for (found, _language), body in spoken.texts.items() if found == slot)
    return spoken.text(slot, language) or next(others, "")


def title_of(item: Item) -> str:
    """What a question is called where its wording is too long: the name of its factor, else its wording."""
    return factor_name(item.code) if item.theme == FACTOR else wording(item)


def part_name(part: Part) -> str:
    """Whom a part is made of."""
    if part.population.unit is not None:
        return part.name
    return str(Group(part.population.group).label) if part.population.group else _("All together")


def asked_parts(results: Results) -> list[Part]:
    """All together, and whoever was invited at all."""
    return [part for part in results.parts if part.invited or part is results.total]


def shown(estimate: Estimate | None, f: Formats, *, places: int = 1, top: float = 4.0) -> Reading | None:
    """A mean or a score as figure with interval and n; None where it is withheld."""
    if estimate is None:
        return None
    return reading(estimate, f=f, show=lambda value: f.decimal(value, places), scale=(0.0, top))


@dataclass(frozen=True)
class System:
    """What our own records show."""

    mirror: Mirror
    counted: Counted
    f: Formats

    @property
    def share(self) -> str:
        """As a share of how many."""
        if self.counted.share is None:
            return _("nothing to count yet")
        return _("%(part)s of %(whole)s (%(share)s)") % {
            "part": self.f.count(self.counted.part),
            "whole": self.f.count(self.counted.whole),
            "share": self.f.percent(self.counted.share),
        }


@dataclass(frozen=True)
class Line:
    """One question in words. `system` and `customers` are its mirrors, where there are any."""

    row: Row
    results: Results
    f: Formats
    system: System | None
    customers: Figure | None

    @property
    def code(self) -> str:
        """Of its concept."""
        return self.row.item.code

    @cached_property
    def text(self) -> str:
        """Its wording."""
        return wording(self.row.item)

    @property
    def theme(self) -> str:
        """Theme or factor that it belongs to; empty for a question of one's own without any."""
        theme = self.row.item.theme
        return factor_name(self.code) if theme == FACTOR else theme_name(theme)

    @cached_property
    def reading(self) -> Reading | None:
        """What all said."""
        return shown(self.row.total.estimate, self.f)

    @property
    def answered(self) -> str:
        """How many gave a step, of how many."""
        estimate = self.row.total.estimate
        if estimate is None:
            return ""
        if self.row.total.invited < estimate.n:  # more came on paper or by a link for many than were invited
            return self.f.count(estimate.n)
        return _("%(n)s of %(invited)s") % {
            "n": self.f.count(estimate.n),
            "invited": self.f.count(self.row.total.invited),
        }

    @property
    def unknown(self) -> str:
        """The share of those who do not know."""
        share = self.row.total.unknown
        return self.f.percent(share) if share is not None else ""

    @cached_property
    def slices(self) -> tuple[Slice, ...]:
        """The steps with their anchors; empty where the spread is withheld."""
        if self.row.spread is None:
            return ()
        return slices_of(self.row.spread, [wording(self.row.item, slot) for slot in ANCHORS])

    @property
    def spread(self) -> SafeString:
        """The same as a drawing."""
        words = (f"{one.step}: {self.f.percent(one.share)}" for one in self.slices)
        return bar(self.slices, ", ".join(words)) if self.slices else SafeString("")

    @property
    def gap(self) -> str:
        """How leaders and employees differ, and whether that can be said."""
        return gap_sentence(self.row.gap, self.f)

    @property
    def gap_value(self) -> str:
        """Leaders minus employees, with sign."""
        gap = self.row.gap
        return self.f.points(gap.difference.value, 1) if gap else ""

    @property
    def is_notable(self) -> bool:
        """Whether leaders and employees see it clearly differently."""
        return self.row.gap is not None and self.row.gap.verdict == Verdict.NOTABLE

    @property
    def is_flattering(self) -> bool:
        """Whether we think two steps better of ourselves than the system shows."""
        return is_flattering(self.row.mean, self.system.counted if self.system else None)

    @cached_property
    def said_by_customers(self) -> Reading | None:
        """The KPI in which customers answer the same question."""
        return self.customers.reading(self.f) if self.customers else None

    @property
    def has_mirrors(self) -> bool:
        """Whether there is anything to hold beside what we say."""
        return self.system is not None or self.customers is not None

    @property
    def url(self) -> str:
        """Its own page."""
        return reverse("assessment:question", args=[self.results.wave.pk, self.code])

    @property
    def parts(self) -> list[tuple[str, Reading | None, str]]:
        """What each population said: name, figure, and how many were invited."""
        found = []
        for part in asked_parts(self.results):
            answer: Answer = self.row.answers[part.population.key]
            found.append((part_name(part), shown(answer.estimate, self.f), self.f.count(answer.invited)))
        return found


def lines_of(
    results: Results, f: Formats, counted: Mapping[str, Counted], customers: Mapping[str, Figure]
) -> list[Line]:
    """All questions with their mirrors. Own questions of the same code as a shipped one share its mirrors."""
    found = []
    for row in results.rows:
        mirror = SYSTEM.get(row.item.code)
        system = System(mirror, counted[mirror.figure], f) if mirror and mirror.figure in counted else None
        found.append(Line(row, results, f, system, customers.get(CUSTOMERS.get(row.item.code, ""))))
    return found


def gap_sentence(gap: Gap | None, f: Formats) -> str:
    """Whether a gap can be told from chance, in one sentence."""
    if gap is None:
        return _("Leaders and employees cannot be compared here: one of the groups has too few answers.")
    value = gap.difference.value
    words = {
        "gap": f.decimal(abs(value), 1),
        "interval": f.interval(gap.difference.low, gap.difference.high, lambda bound: f.points(bound, 1)),
        "seen": f.decimal(gap.seen_from, 1) if gap.seen_from is not None else "",
    }
    if not value and gap.seen_from is None:
        return _("Decided: leaders and employees see it alike.")
    if gap.verdict == Verdict.OPEN:
        return (
            _(
                "Not decidable: chance alone may explain the gap of %(gap)s steps (interval %(interval)s). "
                "With so many answers a gap from about %(seen)s steps on would be seen."
            )
            % words
        )
    more = value > 0
    if gap.seen_from is None:
        sentence = (
            _("Decided, since there is nothing left to chance: leaders see it %(gap)s steps better.")
            if more
            else _("Decided, since there is nothing left to chance: leaders see it %(gap)s steps worse.")
        )
    else:
        sentence = (
            _("Decided: leaders see it %(gap)s steps better than employees (interval %(interval)s).")
            if more
            else _("Decided: leaders see it %(gap)s steps worse than employees (interval %(interval)s).")
        )
    small = "" if gap.verdict == Verdict.NOTABLE else " " + _("It is less than half a step.")
    return sentence % words + small


@dataclass(frozen=True)
class Whole:
    """Index, stage and scores of a wave in words."""

    results: Results
    f: Formats

    @property
    def index(self) -> str:
        """From 0 to 100; empty where a part of it is withheld."""
        index = self.results.total.index
        return self.f.decimal(index.score, 0) if index else ""

    @property
    def unweighted(self) -> str:
        """What it would be with equal weights."""
        index = self.results.total.index
        return self.f.decimal(index.unweighted, 0) if index else ""

    @property
    def stage(self) -> str:
        """How far the house has come."""
        index = self.results.total.index
        return str(STAGES[index.stage]) if index else ""

    @property
    def cap(self) -> str:
        """Why the stage is lower than the index says; empty if it is not."""
        index = self.results.total.index
        if not index or not index.capped_by:
            return ""
        lowest = next(score for score in self.results.total.factors if score.code == index.capped_by)
        return _(
            "The weakest link holds the stage down: %(factor)s is at “%(stage)s”, and the whole is at most one stage "
            "above its lowest factor."
        ) % {
            "factor": lowest.name,
            "stage": STAGES[lowest.stage] if lowest.stage is not None else "",
        }

    @property
    def weights(self) -> list[tuple[str, str]]:
        """How much each theme counts, as it was frozen when the wave opened."""
        weights = self.results.wave.weights
        return [
            (score.name, self.f.number(weight_of(weights, score.code))) for score in self.results.total.themes
        ]

    @property
    def radars(self) -> list[dict[str, Any]]:
        """Themes and factors, each as drawing with its table."""
        blocks = ((_("Themes"), "themes"), (_("Factors"), "factors"))
        return [
            self._radar(title, block)
            for title, block in blocks
            if len(getattr(self.results.total, block)) > 2
        ]

    def _radar(self, title: str, block: str) -> dict[str, Any]:
        names = {"": "all", LEADERS.group: "leaders", EMPLOYEES.group: "employees"}
        parts = self.results.parts[:3]
        series = [
            (names[part.population.group], [self._spoke(score) for score in getattr(part, block)])
            for part in parts
        ]
        total = ", ".join(
            f"{score.name} {self.points(score)}" for score in getattr(self.results.total, block)
        )
        rows = [
            [score.name, *(self.points(getattr(part, block)[place]) for part in parts)]
            for place, score in enumerate(getattr(self.results.total, block))
        ]
        return {
            "title": title,
            "drawing": radar(series, f"{title}: {total}"),
            "legend": [(css, part_name(part)) for (css, _spokes), part in zip(series, parts, strict=True)],
            "head": [title, *(part_name(part) for part in parts)],
            "rows": rows,
        }

    def _spoke(self, score: Score) -> Spoke:
        return Spoke(score.name, score.estimate.value if score.estimate else None)

    def points(self, score: Score) -> str:
        """A score from 0 to 100."""
        return self.f.decimal(score.estimate.value, 0) if score.estimate else _("too few answers")

    @property
    def heads(self) -> list[str]:
        """Headings of the table of parts."""
        total = self.results.total
        return [score.name for score in (*total.themes, *total.factors)]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Each population with its index and scores."""
        return [
            {
                "name": part_name(part),
                "invited": self.f.count(part.invited),
                "is_silent": part.is_silent,
                "is_unit": part.population.unit is not None,
                "index": self.f.decimal(part.index.score, 0) if part.index else "–",
                "stage": str(STAGES[part.index.stage]) if part.index else "",
                "scores": [
                    (shown(score.estimate, self.f, places=0, top=100.0), self.points(score))
                    for score in (*part.themes, *part.factors)
                ],
            }
            for part in asked_parts(self.results)
        ]

    @property
    def silent_units(self) -> list[dict[str, Any]]:
        """Those of which nothing may be said, most of them in a house of small teams: the page folds them away."""
        return [part for part in self.parts if part["is_silent"] and part["is_unit"]]

    @property
    def is_silent(self) -> bool:
        """Whether nothing may be said at all."""
        return all(part.is_silent for part in self.results.parts) and all(
            row.mean is None for row in self.results.rows
        )
