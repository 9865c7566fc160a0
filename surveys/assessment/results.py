"""The results of a closed wave as values: what the guard says, worked into scores, gaps and mirrors.

Reads answers through `surveys.questionnaires.guard` alone. The total is asked for first, then the respondent groups,
then the units, so that what matters most is said wherever it may be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.db.models import Count, QuerySet

from cxm.kit.statistics import Estimate, Interval, MeanSample
from cxm.organisation.models import Unit
from surveys.assessment.choices import factor_name
from surveys.assessment.gaps import Asked, Gap, gap
from surveys.assessment.scoring import (
    POINTS,
    Index,
    Stage,
    factors_of,
    index_of,
    rated,
    stage_of,
    theme_score,
    themes_of,
)
from surveys.questionnaires.choices import TEXTS, Group, theme_name
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.guard import Said, Table, said_of_all, say
from surveys.questionnaires.measures import Measure, Sort, measures_of
from surveys.questionnaires.models import Invitation, Wave
from surveys.questionnaires.sheet import Item, Sheet, sheet_of

EVERYBODY = Population()
LEADERS, EMPLOYEES = Population(Group.LEADERS), Population(Group.EMPLOYEES)
SCALE = Interval(0.0, 4.0)
SCORES = Interval(0.0, 100.0)


@dataclass(frozen=True)
class Answer:
    """What one population said to one question, or its score of a theme: None where it is withheld."""

    said: Said
    invited: int
    bounds: Interval = SCALE

    @cached_property
    def sample(self) -> MeanSample | None:
        """The sums behind it."""
        figures = self.said.figures
        if figures is None or not figures["n"]:
            return None
        return MeanSample(figures["n"], float(figures["total"]), float(figures["squares"]), self.bounds)

    @cached_property
    def estimate(self) -> Estimate | None:
        """Mean with interval, in steps or points."""
        return self.sample.estimate() if self.sample else None

    @property
    def unknown(self) -> float | None:
        """The share of those who answered “don't know”, of all who answered."""
        figures = self.said.figures
        if figures is None or "unknown" not in figures:
            return None
        return float(figures["unknown"]) / ((figures["n"] + figures["unknown"]) or 1)

    @property
    def asked(self) -> Asked | None:
        """As a side of a gap."""
        return Asked(self.sample, max(self.invited, self.sample.n)) if self.sample else None


@dataclass(frozen=True)
class Row:
    """One question: what each population said, how the answers spread, how leaders and employees differ."""

    item: Item
    answers: Mapping[str, Answer]
    spread: tuple[int, ...] | None
    gap: Gap | None

    @property
    def total(self) -> Answer:
        """What all said."""
        return self.answers[EVERYBODY.key]

    @property
    def mean(self) -> float | None:
        """In steps; None where it is withheld."""
        return self.total.estimate.value if self.total.estimate else None


@dataclass(frozen=True)
class Score:
    """A theme or a factor of one population, from 0 to 100."""

    code: str
    estimate: Estimate | None
    is_factor: bool = False

    @property
    def name(self) -> str:
        """What it is called in the reader's language."""
        return factor_name(self.code) if self.is_factor else theme_name(self.code)

    @property
    def stage(self) -> Stage | None:
        """How far it has come."""
        return stage_of(self.estimate.value) if self.estimate else None


@dataclass(frozen=True)
class Part:
    """One population: who they are, how many were asked, its scores and its index."""

    population: Population
    name: str
    invited: int
    themes: tuple[Score, ...]
    factors: tuple[Score, ...]
    index: Index | None

    @property
    def is_silent(self) -> bool:
        """Whether nothing at all may be said of it."""
        return not any(score.estimate for score in (*self.themes, *self.factors))


@dataclass(frozen=True)
class Results:
    """Everything that a page, a report and an export show of a wave."""

    wave: Wave
    sheet: Sheet
    parts: tuple[Part, ...]
    rows: tuple[Row, ...]
    table: Table

    @property
    def total(self) -> Part:
        """All together."""
        return self.parts[0]

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """The rows by the code of their concept."""
        return {row.item.code: row for row in self.rows}


def results_of(wave: Wave) -> Results:
    """Ask the guard for everything that the pages of an assessment show, always in the same order."""
    sheet = sheet_of(wave.version)
    invited, units = _roll(wave)
    places = [Population(unit=unit.pk) for unit in units]
    populations = [EVERYBODY, LEADERS, EMPLOYEES, *places]
    names = {unit.pk: unit.name for unit in units}
    items = rated(sheet)
    themes = measures_of_themes(sheet)
    means = [Measure(code=item.code, sort=Sort.MEAN, item=item) for item in items] + list(themes.values())
    spreads = [Measure(code=item.code, sort=Sort.SPREAD, item=item) for item in items]
    table = said_of_all([wave]).get(wave.pk, {})
    wanted = [(measure.key, one.key) for measure in means for one in populations]
    wanted += [(measure.key, EVERYBODY.key) for measure in spreads]
    if not set(wanted) <= set(table):
        # Spreads of small parts are shown nowhere: not asked for, they take nothing away from the means.
        table = say(wave, means, [EVERYBODY]) | say(wave, spreads, [EVERYBODY])
        table |= say(wave, means, populations[1:])
    rows = tuple(_row(table, item, populations, invited) for item in items)
    return Results(
        wave=wave,
        sheet=sheet,
        parts=tuple(_part(table, wave, sheet, themes, one, names, invited) for one in populations),
        rows=rows,
        table=table,
    )


def measures_of_themes(sheet: Sheet) -> dict[str, Measure]:
    """One measure for each theme."""
    return {theme: theme_measure(theme, found) for theme, found in themes_of(sheet).items()}


def theme_measure(theme: str, items: Sequence[Item]) -> Measure:
    """How a theme is scored: person by person, by those of its questions that were answered."""
    return Measure(code=f"theme-{theme}", sort=Sort.MEAN, derive=theme_score([item.code for item in items]))


def _roll(wave: Wave) -> tuple[dict[str, int], list[Unit]]:
    """How many of each population were invited, and the units they belong to with all above. Two queries."""
    people = (
        Invitation.objects.filter(wave=wave).order_by().values_list("group", "unit").annotate(n=Count("pk"))
    )
    units = {unit.pk: unit for unit in Unit.objects.all()}
    invited: Counter[str] = Counter()
    for group, unit, number in people:
        invited[EVERYBODY.key] += number
        if group:
            invited[Population(group).key] += number
        above: int | None = unit
        while above is not None:
            invited[Population(unit=above).key] += number
            above = units[above].parent_id
    concerned = [unit for unit in units.values() if invited[Population(unit=unit.pk).key]]
    # A unit in which everybody works tells no more than the whole.
    kept = [one for one in concerned if invited[Population(unit=one.pk).key] < invited[EVERYBODY.key]]
    return dict(invited), kept


def _row(table: Table, item: Item, populations: Sequence[Population], invited: Mapping[str, int]) -> Row:
    answers = {
        one.key: Answer(table[f"{Sort.MEAN}:{item.code}", one.key], invited.get(one.key, 0))
        for one in populations
    }
    figures = table[f"{Sort.SPREAD}:{item.code}", EVERYBODY.key].figures
    counts = figures["counts"] if figures else None
    return Row(
        item,
        answers,
        tuple(counts.get(str(step), 0) for step in item.steps) if counts is not None else None,
        gap(answers[LEADERS.key].asked, answers[EMPLOYEES.key].asked),
    )


def _part(
    table: Table,
    wave: Wave,
    sheet: Sheet,
    themes: Mapping[str, Measure],
    population: Population,
    names: Mapping[int, str],
    invited: Mapping[str, int],
) -> Part:
    number = invited.get(population.key, 0)
    scores = tuple(
        Score(theme, Answer(table[measure.key, population.key], number, SCORES).estimate)
        for theme, measure in themes.items()
    )
    links = tuple(
        Score(
            item.code,
            _in_points(Answer(table[f"{Sort.MEAN}:{item.code}", population.key], number)),
            is_factor=True,
        )
        for item in factors_of(sheet)
    )
    known = {score.code: score.estimate.value if score.estimate else None for score in scores}
    factors = {score.code: score.estimate.value if score.estimate else None for score in links}
    name = names.get(population.unit, "") if population.unit is not None else ""
    return Part(population, name, number, scores, links, index_of(known, factors, wave.weights))


def _in_points(answer: Answer) -> Estimate | None:
    return answer.estimate.scaled(POINTS) if answer.estimate else None


@dataclass(frozen=True)
class Summary:
    """A closed wave in a list of waves: the scores of all together, and each question's answer by its code."""

    wave: Wave
    sheet: Sheet
    part: Part
    answers: Mapping[str, Answer]
    scores: Mapping[str, Answer]


def summaries_of(waves: Sequence[Wave]) -> list[Summary]:
    """All together of many closed waves, which bear the number of those `asked` (`with_asked`).

    One query, if their results were asked for before; as a rule they were, since the room hears of a wave that closes.
    """
    said = said_of_all(waves, EVERYBODY)
    return [_summary(wave, said.get(wave.pk, {}), getattr(wave, "asked", 0)) for wave in waves]


def with_asked(waves: QuerySet[Wave]) -> QuerySet[Wave]:
    """With how many were invited, and with what their results need."""
    return waves.select_related("version", "questionnaire").annotate(asked=Count("invitations"))


def _summary(wave: Wave, table: Table, number: int) -> Summary:
    sheet = sheet_of(wave.version)
    themes = measures_of_themes(sheet)
    keys = {item.code: f"{Sort.MEAN}:{item.code}" for item in rated(sheet)}
    wanted = {*keys.values(), *(measure.key for measure in themes.values())}
    if not {(key, EVERYBODY.key) for key in wanted} <= set(table):
        results_of(wave)
        table = said_of_all([wave], EVERYBODY)[wave.pk]
    answers = {code: Answer(table[key, EVERYBODY.key], number) for code, key in keys.items()}
    scores = {
        theme: Answer(table[measure.key, EVERYBODY.key], number, SCORES) for theme, measure in themes.items()
    }
    part = _part(table, wave, sheet, themes, EVERYBODY, {}, {EVERYBODY.key: number})
    return Summary(wave, sheet, part, answers, scores)


def decide(wave: Wave) -> None:
    """Decide once and for all what is said of a wave that has closed, what matters most first."""
    results = results_of(wave)
    list(comments_of(wave, results.table))


def comments_of(wave: Wave, known: Table | None = None) -> Iterator[tuple[Item, tuple[str, ...] | None]]:
    """The texts of each open question, of all together; None where there are too few to hide among.

    `known` is what was read already (`Results.table`).
    """
    sheet = sheet_of(wave.version)
    asked = [item for item in sheet.items if item.kind in TEXTS]
    table = known or {}
    if any((f"{Sort.TEXTS}:{item.code}", EVERYBODY.key) not in table for item in asked):
        table = say(wave, [measure for item in asked for measure in measures_of(item)], [EVERYBODY])
    for item in asked:
        figures = table[f"{Sort.TEXTS}:{item.code}", EVERYBODY.key].figures
        yield item, _mixed(figures["texts"]) if figures else None


def _mixed(texts: Sequence[str]) -> tuple[str, ...]:
    """In an order that tells nothing and stays the same: by their digests."""
    return tuple(sorted(texts, key=lambda text: sha256(text.encode()).digest()))


def trend_codes(now: Sheet, before: Sheet) -> tuple[set[str], set[str]]:
    """The questions and the themes that mean the same in both: a theme as long as it is made of the same questions."""
    same = {item.code for item in rated(now)} & {item.code for item in rated(before)}
    here, there = themes_of(now), themes_of(before)
    themes = {
        theme
        for theme, items in here.items()
        if theme in there and {item.code for item in items} == {item.code for item in there[theme]}
    }
    return same, themes
