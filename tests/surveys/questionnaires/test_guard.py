"""What the guard says of a wave, and what it keeps to itself."""

import pytest

from cxm.organisation.models import Unit
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.disclosure import Population
from surveys.questionnaires.guard import Table, say
from surveys.questionnaires.measures import Measure, Sort, measures_of
from surveys.questionnaires.models import Publication, Wave
from surveys.questionnaires.sheet import sheet_of
from tests.surveys.makers import answer, make_people, make_version, opened, question

pytestmark = pytest.mark.django_db
ALL, LEADERS, EMPLOYEES = Population(), Population("leaders"), Population("employees")


def asked(wave: Wave, *populations: Population, code: str = "a") -> Table:
    """Everything that is said of one question."""
    return say(wave, measures_of(sheet_of(wave.version).by_code[code]), populations)


def closed_wave(employees: int, leaders: int, identity: Identity = Identity.CONFIDENTIAL) -> Wave:
    """A closed wave in which employees answered 2 and leaders 4."""
    version = make_version(question("a", unknown=True), identity=identity)
    wave, invited = opened(version, make_people(employees), make_people(leaders))
    for one in invited:
        answer(one, a=4 if one.invitation.group == "leaders" else 2)
    return close_wave(wave=wave, actor=None)


def test_means_and_spreads_of_groups_that_are_large_enough() -> None:
    said = asked(closed_wave(12, 8), ALL, LEADERS, EMPLOYEES)
    assert said["mean:a", "all"].figures == {"n": 20, "unknown": 0, "total": "56", "squares": "176"}
    assert said["spread:a", "group=leaders"].figures == {
        "n": 8, "unknown": 0, "total": "32", "squares": "128", "counts": {"4": 8},
    }  # fmt: skip


def test_a_group_of_four_shows_nothing_and_neither_does_what_it_could_be_worked_out_from() -> None:
    said = asked(closed_wave(20, 4), ALL, LEADERS, EMPLOYEES)
    assert said["mean:a", "all"].n == 24
    assert said["mean:a", "group=leaders"].n is None
    assert said["mean:a", "group=employees"].n is None


def test_what_is_asked_first_is_said_and_stays_said() -> None:
    wave = closed_wave(20, 4)
    assert asked(wave, EMPLOYEES)["mean:a", "group=employees"].n == 20
    said = asked(wave, ALL, LEADERS, EMPLOYEES)
    assert said["mean:a", "group=employees"].n == 20
    assert said["mean:a", "all"].n is None
    assert Publication.objects.count() == 6


def test_a_spread_needs_eight_and_a_mean_five() -> None:
    said = asked(closed_wave(20, 6), LEADERS)
    assert said["mean:a", "group=leaders"].n == 6
    assert said["spread:a", "group=leaders"].n is None


def test_an_open_wave_of_employees_says_nothing() -> None:
    wave, invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), make_people(12))
    for one in invited:
        answer(one, a=3)
    wave.refresh_from_db()
    assert asked(wave, ALL)["mean:a", "all"].figures is None
    assert not Publication.objects.exists()


def test_an_open_survey_of_customers_shows_whole_blocks() -> None:
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL, use=Use.CUSTOMER)
    wave, invited = opened(version, make_people(12))
    seen = []
    for one in invited:
        answer(one, a=3)
        wave.refresh_from_db()
        seen.append(asked(wave, ALL)["mean:a", "all"].n)
    assert seen == [None] * 4 + [5] * 5 + [10] * 3


def test_units_hold_what_stands_below_them() -> None:
    house = Unit.objects.create(name="House")
    north, south = (Unit.objects.create(name=name, parent=house) for name in ("North", "South"))
    version = make_version(question("a"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(6, unit=north) + make_people(7, unit=south) + make_people(9))
    for one in invited:
        answer(one, a=3)
    wave = close_wave(wave=wave, actor=None)
    said = asked(wave, ALL, Population(unit=house.pk), Population(unit=north.pk), Population(unit=south.pk))
    assert [said["mean:a", key].n for key in ("all", f"unit={house.pk}", f"unit={north.pk}", f"unit={south.pk}")] == [
        22, 13, 6, 7,
    ]  # fmt: skip


def test_four_who_do_not_know_are_not_shown_either() -> None:
    version = make_version(question("a", unknown=True), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(20), make_people(4))
    for one in invited:
        answer(one, a="unknown" if one.invitation.group == "leaders" else 2)
    said = asked(close_wave(wave=wave, actor=None), ALL, EMPLOYEES)
    assert said["mean:a", "all"].figures == {"n": 20, "unknown": 4, "total": "40", "squares": "80"}
    assert said["mean:a", "group=employees"].figures is None


def test_a_value_of_several_questions() -> None:
    version = make_version(question("a"), question("b"), identity=Identity.CONFIDENTIAL)
    wave, invited = opened(version, make_people(5))
    for number, one in enumerate(invited, 1):
        answer(one, a=number, b=1)
    both = Measure(code="both", sort=Sort.MEAN, derive=lambda answers: (answers["a"] + answers["b"]) / 2)
    said = say(close_wave(wave=wave, actor=None), [both], [ALL])
    assert said["mean:both", "all"].figures == {"n": 5, "unknown": 0, "total": "10.0", "squares": "22.50"}
