"""The one guard through which tables, charts, exports and the API read answers. No other module reads them.

    said = say(wave, measures, populations)
    said["mean:bond", "group=leaders"].figures   # {"n": 12, "total": "33", ...}; None if it is withheld

What is said is written down (`models.Publication`) with its figures and said again the same way, whoever asks; what
was withheld stays withheld. A wave that is open shows whole blocks of answers only, one of employees nothing at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count

from cxm.organisation.models import Unit
from surveys.questionnaires.choices import Step
from surveys.questionnaires.disclosure import Population, is_safe
from surveys.questionnaires.measures import Measure, Sort, Tally
from surveys.questionnaires.models import Answer, Publication, Response, Wave

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
    together what neither may be told alone.
    """
    edition = shown_edition(wave)
    if not edition:
        return {(m.key, p.key): Said(m.key, p.key, None) for m in measures for p in populations}
    wanted = [(measure, population) for measure in measures for population in populations]
    found = _said(wave, edition, measures)
    if any((measure.key, population.key) not in found for measure, population in wanted):
        with transaction.atomic():
            Wave.objects.select_for_update().get(pk=wave.pk)
            found = _said(wave, edition, measures)
            found |= _say_more(wave, edition, measures, populations, found)
    return {(m.key, p.key): found[m.key, p.key] for m, p in wanted}


def _said(wave: Wave, edition: int, measures: Sequence[Measure]) -> Table:
    rows = Publication.objects.filter(wave=wave, edition=edition, measure__in=[m.key for m in measures])
    return {
        (row.measure, row.population): Said(
            row.measure, row.population, row.figures if row.is_shown else None
        )
        for row in rows
    }


def _say_more(
    wave: Wave, edition: int, measures: Sequence[Measure], populations: Sequence[Population], known: Table
) -> Table:
    """Decide about what was not asked for before, and write it down."""
    tallies = collect(wave, measures)
    below = _below()
    earlier = list(Publication.objects.filter(wave=wave, is_shown=True).order_by("pk"))
    told = {(row.measure, row.population, row.edition) for row in earlier}
    found: Table = {}
    new = []
    for measure in measures:
        atoms = {atom: tally for atom, tally in tallies[measure.key].items() if atom[0] <= edition}
        for population in populations:
            if (measure.key, population.key) in known:
                continue
            chosen = _atoms(atoms, population, edition, below)
            safe = _may_be_told(wave, measure, atoms, chosen, told, below)
            figures = _sum(atoms, chosen).figures(measure.sort) if safe else {}
            new.append(
                Publication(
                    wave=wave, edition=edition, measure=measure.key, population=population.key, is_shown=safe,
                    figures=figures,
                )
            )  # fmt: skip
            if safe:
                told.add((measure.key, population.key, edition))
            found[measure.key, population.key] = Said(measure.key, population.key, figures if safe else None)
    Publication.objects.bulk_create(new)
    return found


def _may_be_told(
    wave: Wave,
    measure: Measure,
    atoms: Mapping[Atom, Tally],
    chosen: frozenset[Atom],
    told: Iterable[tuple[str, str, int]],
    below: Mapping[int, frozenset[int]],
) -> bool:
    """Whether this table, with all that was told of the same question before, leaves every small group in the dark.

    Counted twice: once those with a value, once with those who do not know, since their number is told, too.
    """
    numbers = {atom: number for number, atom in enumerate(atoms)}
    for sort in measure.tells:
        same = Measure(code=measure.code, sort=sort)
        least = same.least(wave.min_cell)
        if sum(atoms[atom].n for atom in chosen) < least:
            return False
        tables = {chosen}
        for key, population, edition in told:
            if key in _telling(measure.code, sort):
                tables.add(_atoms(atoms, _read(population), edition, below))
        shown = [frozenset(numbers[atom] for atom in table) for table in tables]
        for sizes in (
            {numbers[atom]: tally.n for atom, tally in atoms.items()},
            {numbers[atom]: tally.n + tally.unknown for atom, tally in atoms.items()},
        ):
            if not is_safe(sizes, shown, least):
                return False
    return True


def _telling(code: str, sort: Sort) -> set[str]:
    """Keys of the measures from which a table of this sort can be worked out."""
    return {f"{other}:{code}" for other in Sort if sort in Measure(code=code, sort=other).tells}


def _atoms(
    atoms: Iterable[Atom], population: Population, edition: int, below: Mapping[int, frozenset[int]]
) -> frozenset[Atom]:
    """The atoms of a population as it was shown with that edition."""
    units = below.get(population.unit, frozenset()) if population.unit is not None else None
    return frozenset(
        atom
        for atom in atoms
        if atom[0] <= edition
        and (not population.group or atom[1] == population.group)
        and (units is None or atom[2] in units)
    )


def _read(key: str) -> Population:
    parts = dict(part.split("=") for part in key.split("&") if "=" in part)
    return Population(parts.get("group", ""), int(parts["unit"]) if "unit" in parts else None)


def _sum(atoms: Mapping[Atom, Tally], chosen: Iterable[Atom]) -> Tally:
    total = Tally()
    for atom in sorted(chosen, key=repr):
        total = total.plus(atoms[atom])
    return total


def _below() -> dict[int, frozenset[int]]:
    """Each unit with all units below it."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
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
        response__wave=wave, question__in=by_question, question__kind="multiple"
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
    for atom, answers in people.values():
        for measure in derived:
            value = measure.derive(answers) if measure.derive else None
            if value is not None:
                found[measure.key][atom].add(Decimal(repr(value)), 1)


def turnout(wave: Wave) -> dict[Atom, int]:
    """How many answers each atom holds; for the guard's own callers and the attack on it only."""
    rows = Response.objects.filter(wave=wave).order_by().values_list("edition", "group", "unit_id")
    return {(edition, group, unit): n for edition, group, unit, n in rows.annotate(n=Count("*"))}


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
