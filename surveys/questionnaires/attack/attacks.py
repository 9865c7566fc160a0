"""Four attacks against the real tables and pages. Each says how many groups below the limit it could work out."""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from cxm.organisation.models import Person, Unit
from surveys.questionnaires import guard
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.attack import company
from surveys.questionnaires.attack.solving import determinable
from surveys.questionnaires.ballot import Cell
from surveys.questionnaires.choices import Group, Identity, Use
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.measures import Measure, Sort, measures_of
from surveys.questionnaires.models import Wave
from surveys.questionnaires.results import Results
from surveys.questionnaires.sheet import sheet_of

LIMIT = 5
ORDERS = 2  # random orders in which everything is asked, beside that of the pages
LIKELY = 10  # hits of guessing by order that chance alone has once in millions of tries


@dataclass(frozen=True)
class Outcome:
    """What one attack has read, and what it could work out."""

    name: str
    read: int
    determined: int


type Answered = dict[str, list[tuple[int, Cell, bool]]]
"""By question: person, cell and whether he knew, in the order of answering."""


def truth(wave: Wave, order: Sequence[int]) -> Answered:
    """Who answered what, as only the attacked know: read from the comments, which say who it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select q.code, c.text, r."group", r.unit_id, not a.is_unknown from questionnaires_answer a
            join questionnaires_response r on r.id = a.response_id
            join questionnaires_question s on s.id = a.question_id
            join questionnaires_concept q on q.id = s.concept_id
            join questionnaires_answer c on c.response_id = r.id and c.text is not null
            where r.wave_id = %s""",
            [wave.pk],
        )
        rows = cursor.fetchall()
    place = {person: number for number, person in enumerate(order)}
    found: Answered = defaultdict(list)
    for code, text, group, unit, knew in rows:
        found[code].append((int(text.split()[1]), (group, unit), knew))
    return {code: sorted(people, key=lambda one: place[one[0]]) for code, people in found.items()}


class Loot:
    """The sums that an attacker has gathered, by question: of which people each of them is."""

    def __init__(self, *, least: int = LIMIT) -> None:
        self.tables: dict[str, set[frozenset[int]]] = defaultdict(set)
        self.read, self.least = 0, least

    def take(self, said: guard.Table, answered: Answered, below: dict[int, frozenset[int]]) -> None:
        """Keep what was said. A sum of n is that of the first n who have answered and belong to it."""
        for (key, population), one in said.items():
            sort, code = key.split(":", 1)
            if one.figures is None or sort == Sort.TEXTS:
                continue
            self.read += 1
            people = [row for row in answered[code] if _belongs(row[1], population, below)]
            knew = [person for person, _cell, known in people if known][: one.n]
            self.tables[code].add(frozenset(knew))
            if unknown := int(one.figures["unknown"]):
                silent = [person for person, _cell, known in people if not known][:unknown]
                self.tables[f"{code}, don't know"].add(frozenset(silent) | frozenset(knew))

    def determined(self, *, sums_only: bool = False) -> int:
        """How many groups below the limit follow from it."""
        return sum(
            len(determinable(tables, self.least, sums_only=sums_only)) for tables in self.tables.values()
        )


def _belongs(cell: Cell, population: str, below: dict[int, frozenset[int]]) -> bool:
    parts = dict(part.split("=") for part in population.split("&") if "=" in part)
    in_group = "group" not in parts or cell[0] == parts["group"]
    return in_group and ("unit" not in parts or cell[1] in below[int(parts["unit"])])


def units_below() -> dict[int, frozenset[int]]:
    """Each unit with those below it."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent"))
    found: dict[int, set[int]] = {pk: {pk} for pk in parents}
    for pk, parent in parents.items():
        while parent is not None:
            found[parent].add(pk)
            parent = parents[parent]
    return {pk: frozenset(units) for pk, units in found.items()}


def figures_of(wave: Wave) -> list[Measure]:
    """Everything that can be asked of a wave but comments."""
    found = [measure for item in sheet_of(wave.version).items for measure in measures_of(item)]
    return [measure for measure in found if measure.sort != Sort.TEXTS]


def live(people: company.Company, chance: random.Random) -> list[Outcome]:
    """Read again after each answer, everything each time: the change is the answer of the last one."""
    found = []
    below = units_below()
    for use, identity in (
        (Use.CUSTOMER, Identity.CONFIDENTIAL),
        (Use.ASSESSMENT, Identity.CONFIDENTIAL),
        (Use.ASSESSMENT, Identity.ANONYMOUS),
    ):  # fmt: skip
        wave, invited = company.open_for(
            company.questionnaire(use, identity), people.people[:70], people.leaders[:6]
        )
        chance.shuffle(invited)
        loot, order = Loot(), [one.invitation.person_id or 0 for one in invited]
        populations = [Population(), *(Population(group=group) for group in Group)]
        for one in invited[:40]:
            company.hand_in(one, chance)
            wave.refresh_from_db()
            loot.take(guard.say(wave, figures_of(wave), populations), truth(wave, order), below)
        wave = close_wave(wave=wave, actor=None)
        loot.take(guard.say(wave, figures_of(wave), populations), truth(wave, order), below)
        found.append(Outcome(f"live, {use.value}, {identity.value}", loot.read, loot.determined()))
    return found


def filters(people: company.Company, chance: random.Random) -> list[Outcome]:
    """Ask for all groups, units and crossings of both, in the order of the pages and in others, and combine."""
    found = []
    for identity in (Identity.CONFIDENTIAL, Identity.ANONYMOUS):
        version = company.questionnaire(Use.ASSESSMENT, identity)
        wave, invited = company.open_for(version, people.people, people.leaders)
        chance.shuffle(invited)
        company.hand_in_all(
            wave, {one: company.said_by(one, chance) for one in invited if chance.random() < 0.7}
        )
        wave = close_wave(wave=wave, actor=None)
        answered = truth(wave, [one.invitation.person_id or 0 for one in invited])
        for number in range(ORDERS + 1):
            with transaction.atomic():
                loot = asked_in_some_order(wave, answered, chance if number else None)
                transaction.set_rollback(True)
            order = "order of the pages" if not number else f"random order {number}"
            found.append(Outcome(f"filter, {identity.value}, {order}", loot.read, loot.determined()))
    return found


def asked_in_some_order(wave: Wave, answered: Answered, chance: random.Random | None) -> Loot:
    """First what pages and files show, then all that one could ask the guard for; or all of it in random order."""
    below, loot = units_below(), Loot()
    here = {cell[1] for _person, cell, _knew in answered[company.QUESTIONS[0]] if cell[1]}
    units = [pk for pk, held in below.items() if held & here]
    groups = ["", *Group.values]
    crossed = [Population(group, unit) for group in groups for unit in (None, *units)]
    if chance is None:
        results = Results(wave, "en")
        loot.take(
            guard.say(wave, figures_of(wave), [cut.population for cut in results.cuts]), answered, below
        )
    else:
        chance.shuffle(crossed)
    for population in crossed:
        loot.take(guard.say(wave, figures_of(wave), [population]), answered, below)
    return loot


def waves(people: company.Company, chance: random.Random) -> list[Outcome]:
    """Two waves between which a few came and went; everybody else answers as before. One less the other is the few."""
    found = []
    for identity in (Identity.CONFIDENTIAL, Identity.ANONYMOUS):
        version = company.questionnaire(Use.ASSESSMENT, identity)
        loot, below = Loot(), units_below()
        newcomers = [_somebody_new(unit) for unit in _some_units(people, 6)]
        leavers = {person.pk for person in people.people[20:200:45]}
        stayers = [person for person in people.people if person.pk not in leavers]
        for members in (people.people, [*stayers, *newcomers]):
            wave, invited = company.open_for(version, members, people.leaders)
            company.hand_in_all(
                wave, {one: company.said_by(one, _same_chance(one), always=True) for one in invited}
            )
            wave = close_wave(wave=wave, actor=None)
            order = [one.invitation.person_id or 0 for one in invited]
            populations = [cut.population for cut in Results(wave, "en").cuts]
            loot.take(guard.say(wave, figures_of(wave), populations), truth(wave, order), below)
        found.append(Outcome(f"wave, {identity.value}", loot.read, loot.determined(sums_only=True)))
    return found


def _same_chance(one: Invited) -> random.Random:
    """Everybody answers as before."""
    return random.Random(one.invitation.person_id)  # noqa: S311 - no secret


def _some_units(people: company.Company, number: int) -> list[Any]:
    return [leader.unit for leader in people.leaders[-number:]]


def _somebody_new(unit: Unit) -> Person:
    return Person.objects.create(name="Somebody new", unit=unit)


def transactions(people: company.Company, chance: random.Random) -> list[Outcome]:
    """Transaction numbers, places and orders of rows in all tables against the roll of an anonymous wave."""
    wave, invited = company.open_for(
        company.questionnaire(Use.ASSESSMENT, Identity.ANONYMOUS), people.people, people.leaders
    )
    chance.shuffle(invited)
    for one in invited:
        company.hand_in(one, chance)
    close_wave(wave=wave, actor=None)
    roll = _rows(
        "select person_id, xmin::text::bigint, ctid::text, id from questionnaires_invitation where wave_id = %s",
        wave,
    )
    answers = _rows(
        """select split_part(c.text, ' ', 2)::bigint, r.xmin::text::bigint, r.ctid::text, r.id::text
        from questionnaires_response r join questionnaires_answer c on c.response_id = r.id and c.text is not null
        where r.wave_id = %s""",
        wave,
    )
    return [
        Outcome("transaction numbers", len(answers), linked(roll, answers)),
        Outcome("order of rows", len(answers), ordered(roll, answers)),
        Outcome("rows of other tables", *mentioned(answers, min(row[1] for row in roll))),
    ]


def _rows(query: str, wave: Wave) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [wave.pk])
        return list(cursor.fetchall())


def linked(roll: Iterable[tuple[Any, ...]], answers: Iterable[tuple[Any, ...]]) -> int:
    """Answers whose transaction is that of fewer than `LIMIT` entries of the roll, one of them the right one."""
    people: dict[int, set[int]] = defaultdict(set)
    for person, number, *_more in roll:
        people[number].add(person)
    return sum(person in people[number] and len(people[number]) < LIMIT for person, number, *_more in answers)


def ordered(roll: Sequence[tuple[Any, ...]], answers: Sequence[tuple[Any, ...]]) -> int:
    """The best guess “the nth answer is of the nth person” over all orders of both, unless chance does as well."""
    best = 0
    for one in (1, 2, 3):
        people = [row[0] for row in sorted(roll, key=lambda row: _place(row[one]))]
        for other in (1, 2, 3):
            authors = [row[0] for row in sorted(answers, key=lambda row: _place(row[other]))]
            for guess in (people, people[::-1]):
                best = max(best, sum(a == b for a, b in zip(guess, authors, strict=False)))
    return best if best >= LIKELY else 0


def _place(value: Any) -> Any:
    """Where a row lies: (page,line) as numbers."""
    if isinstance(value, str) and value.startswith("("):
        return tuple(int(part) for part in value.strip("()").split(","))
    return value


def mentioned(answers: Collection[tuple[Any, ...]], since: int) -> tuple[int, int]:
    """Answers that a row of any other table, written since then, names by their id; how many tables were read, and how
    many answers."""
    ids = {row[3] for row in answers}
    named: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            """select quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'm') and n.nspname = 'public'
              and c.relname not in ('questionnaires_response', 'questionnaires_answer')"""
        )
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(
                f"select distinct m[1] from {table} t, "  # noqa: S608 - names of our own tables, quoted by the database
                "regexp_matches(t::text, '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') m "
                "where t.xmin::text::bigint >= %s",
                [since],
            )
            named.update(row[0] for row in cursor.fetchall() if row[0] in ids)
    return len(tables), len(named)
