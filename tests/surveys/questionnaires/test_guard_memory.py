"""What the guard remembers of what it told: over moved units, new blocks, values of several questions, other waves."""

import pytest

from cxm.organisation.models import Person, Unit
from surveys.questionnaires.actions.answering import enter_paper
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.guard import say
from surveys.questionnaires.measures import Measure, Sort, measures_of
from surveys.questionnaires.models import Wave
from surveys.questionnaires.sheet import sheet_of
from tests.surveys.makers import answer, make_people, make_version, make_wave, opened, question

pytestmark = pytest.mark.django_db
ALL = Population()


def mean_of(wave: Wave, code: str = "a") -> Measure:
    return next(m for m in measures_of(sheet_of(wave.version).by_code[code]) if m.sort == Sort.MEAN)


def n_of(wave: Wave, population: Population, code: str = "a") -> int | None:
    """Of how many answers the mean is told."""
    measure = mean_of(wave, code)
    return say(wave, [measure], [population])[measure.key, population.key].n


def closed_for(people: list[Person], identity: Identity = Identity.CONFIDENTIAL) -> Wave:
    """A closed wave in which all of these answer 3."""
    wave, invited = opened(make_version(question("a"), identity=identity), people)
    for one in invited:
        answer(one, a=3)
    return close_wave(wave=wave, actor=None)


def test_moving_units_about_does_not_make_it_forget_what_they_held() -> None:
    house, other = Unit.objects.create(name="House"), Unit.objects.create(name="Other")
    north, south, small = (
        Unit.objects.create(name=name, parent=house) for name in ("North", "South", "Small")
    )
    late = Unit.objects.create(name="Late")
    people = [
        p for unit, n in ((north, 8), (south, 8), (small, 3), (late, 20)) for p in make_people(n, unit=unit)
    ]
    wave = closed_for(people)
    assert n_of(wave, Population(unit=house.pk)) == 19
    Unit.objects.filter(pk__in=[north.pk, south.pk]).update(parent=other)
    Unit.objects.filter(pk=late.pk).update(parent=house)
    assert n_of(wave, Population(unit=other.pk)) is None  # 19 less 16 would tell of the three


def test_the_last_few_of_a_survey_that_was_read_before_stay_untold_and_the_rest_told() -> None:
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL, use=Use.CUSTOMER)
    wave, invited = opened(version, make_people(12))
    for one in invited:
        answer(one, a=3)
    wave.refresh_from_db()
    assert n_of(wave, ALL) == 10
    wave = close_wave(wave=wave, actor=None)
    assert n_of(wave, ALL) == 10


def test_the_mean_of_six_says_nothing_of_how_they_spread() -> None:
    figures = []
    for values in ((1, 1, 1, 5, 5, 5), (3, 3, 3, 3, 3, 3)):
        wave, invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), make_people(6))
        for one, value in zip(invited, values, strict=True):
            answer(one, a=value)
        wave = close_wave(wave=wave, actor=None)
        measure = mean_of(wave)
        figures.append(say(wave, [measure], [ALL])[measure.key, "all"].figures)
    assert figures[0] == figures[1]


def test_a_value_of_several_questions_is_told_only_where_each_of_them_is() -> None:
    version = make_version(question("a"), question("b", unknown=True), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(20), make_people(6))
    for place, one in enumerate(invited):
        is_silent = one.invitation.group == "leaders" and place % 2
        answer(one, a=4, b="unknown" if is_silent else 2)
    wave = close_wave(wave=wave, actor=None)
    leaders = Population("leaders")
    index = Measure(code="index", sort=Sort.MEAN, derive=lambda given: sum(given.values()) / len(given))
    only_a = Measure(code="only_a", sort=Sort.MEAN, parts=("a",), derive=lambda given: float(given["a"]))
    said = say(wave, [index, only_a], [leaders])
    assert n_of(wave, leaders, "a") == 6
    assert n_of(wave, leaders, "b") is None
    assert said["mean:index", "group=leaders"].n is None
    assert said["mean:only_a", "group=leaders"].n == 6


@pytest.mark.parametrize(
    ("joining", "leaving", "told"), [(0, 0, 8), (1, 0, None), (0, 2, None), (1, 1, 8), (5, 0, 13)]
)
def test_a_group_to_which_a_few_came_is_withheld_in_the_later_wave(
    joining: int, leaving: int, told: int | None
) -> None:
    unit = Unit.objects.create(name="North")
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL)
    people = make_people(8, unit=unit)
    for members in (people, [*people[leaving:], *make_people(joining, unit=unit)]):
        wave = make_wave(version)
        for one in open_wave(wave=wave, people=members, actor=None):
            answer(one, a=3)
        wave = close_wave(wave=wave, actor=None)
        found = n_of(wave, Population(unit=unit.pk))
    assert found == told


def test_answers_on_paper_count_with_everybody() -> None:
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL, use=Use.CUSTOMER)
    wave, _invited = opened(version, [])
    for _ in range(5):
        enter_paper(wave=wave, answers={"a": 3}, language="de", actor=None)  # type: ignore[arg-type]
    wave.refresh_from_db()
    assert n_of(wave, ALL) == 5
