"""The one guard through which tables, charts, exports and the API read answers. No other module reads them.

    said = say(wave, measures, populations)
    said["mean:bond", "group=leaders"].figures   # {"n": 12, "total": "33", ...}; None if it is withheld

What is said is written down (`models.Publication`) with its figures and said again the same way, whoever asks; what
was withheld stays withheld. A wave that is open shows whole blocks of answers only, one of employees nothing at all.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count
from psycopg import sql

from cxm.organisation.models import Unit
from surveys.questionnaires.between import Neighbours, Told, told_of
from surveys.questionnaires.choices import Identity, Kind, Step
from surveys.questionnaires.disclosure import Population, is_safe
from surveys.questionnaires.measures import LEAST_FOR_SPREADS, Measure, Sort, Tally
from surveys.questionnaires.models import Answer, Publication, Response, Wave
from surveys.questionnaires.sheet import Item, sheet_of

type Atom = tuple[int, str, int | None]
"""Answers that no table tells apart: edition, respondent group, unit."""


@dataclass(frozen=True)
class Said:
    """What may be said of a population. `figures` is None where it is withheld."""

    measure: str
    population: str
    figures: Mapping[str, Any] | None

    @property
    def n(self) -> int | None:
        """Of how many answers, if that is said."""
        return None if self.figures is None else int(self.figures["n"])


type Table = dict[tuple[str, str], Said]
"""By key of measure and key of population."""


def shown_edition(wave: Wave) -> int:
    """Up to which block answers may be seen; 0 for none."""
    if wave.step == Step.CLOSED and wave.closed_at is not None:
        return wave.edition
    return 0 if wave.shows_after_closing_only else wave.edition - 1


def say(wave: Wave, measures: Sequence[Measure], populations: Sequence[Population]) -> Table:
    """What may be said of these populations, in the order asked for: the first that are asked for are said first.

    Reads only what was said before if all of it was; else locks the wave, so that two who ask at once cannot be told
    together what neither may be told alone. Where the last few answers of a survey that was read while it was open
    would stand out, it goes on saying what it said before them.
    """
    edition = shown_edition(wave)
    if not edition:
        return {(m.key, p.key): Said(m.key, p.key, None) for m in measures for p in populations}
    wanted = [(measure.key, population.key) for measure in measures for population in populations]
    keys = {measure.key for measure in measures}
    found = _said(wave, edition, keys)
    if any(pair not in found for pair in wanted):
        with transaction.atomic():
            Wave.objects.select_for_update().get(pk=wave.pk)
            _say_more(wave, edition, measures, populations)
            found = _said(wave, edition, keys)
    return {pair: found[pair] for pair in wanted}


def settle(wave: Wave, wanted: Sequence[tuple[Sequence[Measure], Sequence[Population]]]) -> None:
    """Decide about all of this, in this order, if that is not done; one query where it is."""
    edition = shown_edition(wave)
    pairs = {(m.key, p.key) for measures, populations in wanted for m in measures for p in populations}
    if not edition or not pairs:
        return
    decided = Publication.objects.filter(wave=wave, edition=edition).values_list("measure", "population")
    if not pairs <= set(decided):
        for measures, populations in wanted:
            if measures and populations:
                say(wave, measures, populations)


def rows(wave: Wave) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Every answer by itself, with the name of who gave it: of waves with names only, as everybody was told who filled
    it in. Headings, and the rows while they are fetched. Raises PermissionDenied for any other wave."""
    if wave.version.identity != Identity.NAMED:
        raise PermissionDenied("only answers with name are read one by one")
    items = sheet_of(wave.version).items
    heads = ["response", "name", "day", "language", "group", "unit", *(item.code for item in items)]
    return heads, _pivot(wave, items)


def hand_over(wave: Wave, edition: int) -> dict[str, Counter[int]]:
    """Recommendation, satisfaction and effort for the KPIs: how many chose which step in the blocks up to this one that
    were not handed over yet, if they are enough; by kind of question. It counts as told."""
    found: dict[str, Counter[int]] = {}
    told = told_of([wave])[wave.pk]
    for kind in (Kind.NPS, Kind.CSAT, Kind.CES):
        key = f"kpi:{kind}"
        since = max((one.edition for one in told if one.measure == key), default=0)
        rows = Response.objects.filter(
            wave=wave, edition__lte=edition, **{f"{kind}__isnull": False}
        ).order_by()
        sizes: Counter[Atom] = Counter()
        steps: Counter[int] = Counter()
        for *atom, step, n in rows.values_list("edition", "group", "unit_id", str(kind)).annotate(
            n=Count("pk")
        ):
            sizes[atom[0], atom[1], atom[2]] += n
            if atom[0] > since:
                steps[step] += n
        asked = [item.code for item in sheet_of(wave.version).items if item.kind == kind]
        keys = {key}.union(*(_telling(code, Sort.MEAN) for code in asked))
        table = Told(key, "", None, edition, since)
        if steps.total() >= max(wave.min_cell, LEAST_FOR_SPREADS) and _are_safe(
            sizes, [*(t for t in told if t.measure in keys), table], wave
        ):
            found[str(kind)] = steps
            Publication.objects.create(
                wave=wave, edition=edition, measure=key, population=Population().key, is_shown=True,
                figures={"since": since, "n": steps.total()},
            )  # fmt: skip
    return found


def _are_safe(sizes: Mapping[Atom, int], told: Sequence[Told], wave: Wave) -> bool:
    numbers = {atom: number for number, atom in enumerate(sizes)}
    tables = dict.fromkeys(frozenset(numbers[atom] for atom in _atoms(sizes, one)) for one in told)
    return is_safe({numbers[atom]: n for atom, n in sizes.items()}, list(tables), wave.min_cell)


PIVOT = """
select r.id::text, i.name, r.day, r.language, r."group", u.name, {columns}
from questionnaires_response r
left join questionnaires_invitation i on i.id = r.invitation_id
left join organisation_unit u on u.id = r.unit_id
left join questionnaires_answer a on a.response_id = r.id
left join questionnaires_choice c on c.id = a.choice_id
where r.wave_id = %s group by r.id, i.name, u.name order by r.day, r.id
"""
COLUMN = """string_agg(case when a.is_unknown then 'unknown'
  else coalesce(a.number::text, c.code, a.text, trim_scale(a.decimal)::text, a.day::text) end, ' ' order by a.item)
  filter (where a.question_id = {})"""


def _pivot(wave: Wave, items: Sequence[Item]) -> Iterator[tuple[Any, ...]]:
    """One row for each response, one column for each question; the database turns them round."""
    columns = sql.SQL(", ").join(sql.SQL(COLUMN).format(sql.Literal(item.pk)) for item in items)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(PIVOT).format(columns=columns), [wave.pk])
        while portion := cursor.fetchmany(1_000):
            yield from portion


def answers(wave: Wave) -> int | None:
    """How many answers there are, by whatever way they came; None if they are too few or it is too early to say."""
    edition = shown_edition(wave)
    if not edition:
        return None
    count = Response.objects.filter(wave=wave, edition__lte=edition).count()
    return count if count >= wave.min_cell else None


def _said(wave: Wave, edition: int, keys: Collection[str]) -> Table:
    """What was said of this edition; where that was nothing, what was said of an earlier one."""
    rows = Publication.objects.filter(wave=wave, edition__lte=edition, measure__in=keys).order_by("edition")
    found: Table = {}
    decided = set()
    for row in rows:
        pair = row.measure, row.population
        if row.is_shown or pair not in found:
            found[pair] = Said(*pair, row.figures if row.is_shown else None)
        if row.edition == edition:
            decided.add(pair)
    return {pair: said for pair, said in found.items() if pair in decided}


class _Saying:
    """What is decided in one go: the answers, what was told before, what is told now."""

    def __init__(self, wave: Wave, edition: int, measures: Sequence[Measure]) -> None:
        self.wave, self.edition = wave, edition
        self.parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
        self.below = _below(self.parents)
        self.parts = _parts(wave, measures)
        self.measures = _in_order([*self.parts.values(), *measures])
        self.tallies = collect(wave, self.measures)
        self.told = told_of([wave])[wave.pk]
        self.neighbours = Neighbours(wave, self.parents)
        self.known = set(
            Publication.objects.filter(wave=wave, edition=edition).values_list("measure", "population")
        )
        shown = Publication.objects.filter(wave=wave, edition=edition, is_shown=True)
        self.shown = set(shown.values_list("measure", "population"))
        self.new: list[Publication] = []

    def decide(self, measure: Measure, population: Population) -> None:
        """Whether this is told; written down either way."""
        if (measure.key, population.key) in self.known:
            return
        atoms = {atom: tally for atom, tally in self.tallies[measure.key].items() if atom[0] <= self.edition}
        units = None if population.unit is None else self.below.get(population.unit, frozenset())
        table = Told(measure.key, population.group, units, self.edition)
        safe = self._parts_are_told(measure, population) and self._may_be_told(measure, atoms, table)
        figures: dict[str, Any] = {}
        if safe:
            figures = _sum(atoms, _atoms(atoms, table)).figures(measure.sort)
            if measure.sort == Sort.MEAN and not self._spread_is_told(measure, population):
                figures |= widest(measure.item, figures)
            self.told.append(table)
            self.shown.add((measure.key, population.key))
        self.known.add((measure.key, population.key))
        self.new.append(
            Publication(
                wave=self.wave, edition=self.edition, measure=measure.key, population=population.key,
                units=None if units is None else sorted(units), is_shown=safe, figures=figures,
            )
        )  # fmt: skip

    def _spread_is_told(self, measure: Measure, population: Population) -> bool:
        spread = Measure(code=measure.code, sort=Sort.SPREAD)
        return measure.item is None or not measure.item.is_scale or (spread.key, population.key) in self.shown

    def _parts_are_told(self, measure: Measure, population: Population) -> bool:
        """A value of several questions is told only where each of them is: else it would tell of one that is not."""
        if measure.derive is None:
            return True
        parts = self.parts if measure.parts is None else [f"{Sort.MEAN}:{code}" for code in measure.parts]
        return all((part, population.key) in self.shown for part in parts)

    def _may_be_told(self, measure: Measure, atoms: Mapping[Atom, Tally], table: Told) -> bool:
        """Whether this table, with all that was told of the same question before, leaves every small group in the dark.

        Counted twice: once those with a value, once with those who do not know, since their number is told, too.
        """
        numbers = {atom: number for number, atom in enumerate(atoms)}
        for sort in measure.tells:
            least = Measure(code=measure.code, sort=sort).least(self.wave.min_cell)
            if sum(atoms[atom].n for atom in _atoms(atoms, table)) < least:
                return False
            telling = _telling(measure.code, sort) | ({f"kpi:{measure.item.kind}"} if measure.item else set())
            told = [*(one for one in self.told if one.measure in telling), table]
            tables = dict.fromkeys(frozenset(numbers[atom] for atom in _atoms(atoms, one)) for one in told)
            for sizes in (
                {numbers[atom]: tally.n for atom, tally in atoms.items()},
                {numbers[atom]: tally.n + tally.unknown for atom, tally in atoms.items()},
            ):
                if not is_safe(sizes, list(tables), least):
                    return False
            if not self.neighbours.leaves_dark(told, telling.__contains__, least):
                return False
        return True


def _say_more(
    wave: Wave, edition: int, measures: Sequence[Measure], populations: Sequence[Population]
) -> None:
    """Decide about what was not asked for before, and write it down."""
    saying = _Saying(wave, edition, measures)
    for population in populations:
        for measure in saying.measures:
            saying.decide(measure, population)
    Publication.objects.bulk_create(saying.new)


def _in_order(measures: Sequence[Measure]) -> list[Measure]:
    """Each once. With the mean of a scale its spread, which is decided first: from the mean's squares one could work
    out how few answers spread. Values of several questions come last."""
    found: dict[str, Measure] = {}
    for measure in sorted(measures, key=lambda one: one.derive is not None):
        if measure.sort == Sort.MEAN and measure.item is not None and measure.item.is_scale:
            spread = Measure(code=measure.code, sort=Sort.SPREAD, item=measure.item)
            found.setdefault(spread.key, spread)
        found.setdefault(measure.key, measure)
    return sorted(found.values(), key=lambda one: (one.derive is not None, one.code, one.sort != Sort.SPREAD))


def _parts(wave: Wave, measures: Sequence[Measure]) -> dict[str, Measure]:
    """The means of all scales, by key, if a value is worked out of some of them."""
    if all(measure.derive is None for measure in measures):
        return {}
    scales = (item for item in sheet_of(wave.version).items if item.is_scale)
    return {
        part.key: part for item in scales for part in [Measure(code=item.code, sort=Sort.MEAN, item=item)]
    }


def widest(item: Item | None, figures: Mapping[str, Any]) -> dict[str, str]:
    """The largest sum of squares that sum and number allow on this scale (Bhatia and Davis 2000, Am. Math. Monthly
    107:353): an interval worked out of it is never too narrow, and tells nothing of how the answers spread."""
    if item is None or item.low is None or item.high is None:
        return {}
    low, high, n, total = item.low, item.high, int(figures["n"]), Decimal(figures["total"])
    return {"squares": str(total * (low + high) - n * low * high)}


def _telling(code: str, sort: Sort) -> set[str]:
    """Keys of the measures from which a table of this sort can be worked out."""
    return {f"{other}:{code}" for other in Sort if sort in Measure(code=code, sort=other).tells}


def _atoms(atoms: Iterable[Atom], table: Told) -> frozenset[Atom]:
    """The atoms of a table, as of the edition and the units with which it was told."""
    return frozenset(
        atom for atom in atoms if table.since < atom[0] <= table.edition and table.holds(atom[1], atom[2])
    )


def _sum(atoms: Mapping[Atom, Tally], chosen: Iterable[Atom]) -> Tally:
    total = Tally()
    for atom in sorted(chosen, key=repr):
        total = total.plus(atoms[atom])
    return total


def _below(parents: Mapping[int, int | None]) -> dict[int, frozenset[int]]:
    """Each unit with all units below it."""
    found: dict[int, set[int]] = {pk: {pk} for pk in parents}
    for pk in parents:
        above = parents[pk]
        while above is not None:
            found[above].add(pk)
            above = parents[above]
    return {pk: frozenset(units) for pk, units in found.items()}


def collect(wave: Wave, measures: Sequence[Measure]) -> dict[str, dict[Atom, Tally]]:
    """The answers of a wave, counted by atom: one query for all scales and choices, one for the rest."""
    found: dict[str, dict[Atom, Tally]] = {measure.key: defaultdict(Tally) for measure in measures}
    by_question: dict[int, list[Measure]] = defaultdict(list)
    for measure in measures:
        if measure.item is not None:
            by_question[measure.item.pk].append(measure)
    if by_question:
        _count(wave, by_question, found)
    if derived := [measure for measure in measures if measure.derive is not None]:
        _derive(wave, derived, found)
    return found


PLACE = ("response__edition", "response__group", "response__unit_id")


def _count(wave: Wave, by_question: Mapping[int, list[Measure]], found: dict[str, dict[Atom, Tally]]) -> None:
    rows = Answer.objects.filter(response__wave=wave, question__in=by_question).order_by()
    names = ("question_id", *PLACE, "number", "choice__code", "decimal", "is_unknown")
    counted = rows.filter(text=None).values(*names).annotate(times=Count("*")).values_list(*names, "times")
    for question, edition, group, unit, number, choice, decimal, is_unknown, times in counted:
        for measure in by_question[question]:
            tally = found[measure.key][edition, group, unit]
            if is_unknown:
                tally.unknown += times
            else:
                value = decimal if number is None else Decimal(number)
                tally.add(value, times, key=choice or ("" if number is None else str(number)))
    for question, edition, group, unit, text in rows.exclude(text=None).values_list(
        "question_id", *PLACE, "text"
    ):
        for measure in by_question[question]:
            found[measure.key][edition, group, unit].add(None, 1, text=text)
    _count_people(wave, by_question, found)


def _count_people(
    wave: Wave, by_question: Mapping[int, list[Measure]], found: dict[str, dict[Atom, Tally]]
) -> None:
    """Of several choices one person makes several rows: n is the number of people, not of ticks."""
    rows = Answer.objects.filter(
        response__wave=wave, question__in=by_question, question__kind="multiple", is_unknown=False
    ).order_by()
    names = ("question_id", *PLACE)
    counted = (
        rows.values(*names).annotate(people=Count("response", distinct=True)).values_list(*names, "people")
    )
    for question, edition, group, unit, people in counted:
        for measure in by_question[question]:
            found[measure.key][edition, group, unit].n = people


def _derive(wave: Wave, derived: Sequence[Measure], found: dict[str, dict[Atom, Tally]]) -> None:
    """Values worked out of each person's scale answers."""
    rows = (
        Answer.objects.filter(response__wave=wave, number__isnull=False)
        .order_by("response_id")
        .values_list("response_id", *PLACE, "question__concept__code", "number")
    )
    people: dict[Any, tuple[Atom, dict[str, int]]] = {}
    for response, edition, group, unit, code, number in rows.iterator(chunk_size=5_000):
        people.setdefault(response, ((edition, group, unit), {}))[1][code] = number
    for atom, given in people.values():
        for measure in derived:
            value = measure.derive(given) if measure.derive else None
            if value is not None:
                found[measure.key][atom].add(Decimal(repr(value)), 1)


def turnout(wave: Wave) -> dict[Atom, int]:
    """How many answers each atom holds; for the guard's own callers and the attack on it only."""
    rows = Response.objects.filter(wave=wave).order_by().values_list("edition", "group", "unit_id")
    return {(edition, group, unit): n for edition, group, unit, n in rows.annotate(n=Count("*"))}


def has_spoken(wave: Wave) -> bool:
    """Whether anything was decided of it as it now stands, shown or withheld."""
    return Publication.objects.filter(wave=wave, edition=shown_edition(wave)).exists()


def said_of_all(waves: Sequence[Wave], population: Population | None = None) -> dict[int, Table]:
    """What was said already of each of these waves, of this population or of all: one query. It decides nothing: what
    nobody has asked for yet is left out, and `say` answers for it."""
    closed = {wave.pk: shown_edition(wave) for wave in waves if wave.closed_at is not None}
    rows = Publication.objects.filter(wave__in=closed)
    if population is not None:
        rows = rows.filter(population=population.key)
    found: dict[int, Table] = {pk: {} for pk in closed}
    for row in rows:
        if row.edition == closed[row.wave_id]:
            figures = row.figures if row.is_shown else None
            found[row.wave_id][row.measure, row.population] = Said(row.measure, row.population, figures)
    return found
