"""Results of a generated wave against an independent computation; small groups stay in the dark."""

from collections import Counter
from random import Random
from statistics import mean
from typing import Any

import pytest

from cxm.organisation.models import Unit
from surveys.assessment.gaps import Verdict
from surveys.assessment.results import EMPLOYEES, LEADERS, comments_of, results_of, summaries_of, trend_codes
from surveys.assessment.scoring import Stage
from surveys.questionnaires.actions.versions import draft_version, publish_version
from surveys.questionnaires.logic import UNKNOWN
from surveys.questionnaires.models import Publication, Question
from surveys.questionnaires.sheet import sheet_of
from tests.surveys.assessment.waves import closed_wave, codes_of
from tests.surveys.makers import make_people

pytestmark = pytest.mark.django_db

THEMES = {
    "bond": ["bond", "appreciation", "delight"], "service": ["service", "personal", "digital"],
    "dialogue": ["participation", "deepening", "innovation"], "learning": ["learning", "verification"],
    "steering": ["crm", "figures"],
}  # fmt: skip
FACTORS = ["leadership", "employees", "processes", "technology", "content", "data"]
ALL = [code for codes in THEMES.values() for code in codes] + FACTORS


def said(seed: int, group: str) -> dict[str, Any]:
    """What one person says: leaders higher, one answer of twelve “don't know”."""
    chance = Random(seed)
    low = 2 if group == "leaders" else 0
    return {code: UNKNOWN if chance.random() < 1 / 12 else chance.randint(low, 4) for code in ALL}


def score(people: list[dict[str, Any]], codes: list[str]) -> float:
    """Mean over those who answered half of it, of the mean of what they answered, in points."""
    found = []
    for answers in people:
        given = [answers[code] for code in codes if answers[code] != UNKNOWN]
        if len(given) * 2 >= len(codes):
            found.append(mean(given) * 25)
    return float(mean(found))


def test_a_wave_is_worked_out_as_by_hand() -> None:
    people, leaders = make_people(24), make_people(12)
    groups = {one.pk: "leaders" for one in leaders}
    wave = closed_wave(
        people, leaders, lambda number, one: said(number, groups.get(one.invitation.person_id or 0, "")),
        weights={"service": 3, "bond": 0},
    )  # fmt: skip
    answers = [said(number, "" if number < 24 else "leaders") for number in range(36)]
    found = results_of(wave)
    themes = {code: score(answers, codes) for code, codes in THEMES.items()}
    factors = {code: score(answers, [code]) for code in FACTORS}
    shown = {
        one.code: one.estimate.value for one in (*found.total.themes, *found.total.factors) if one.estimate
    }
    assert shown == pytest.approx(themes | factors)
    assert found.total.index
    weighed = (3 * themes["service"] + sum(themes[code] for code in ("dialogue", "learning", "steering"))) / 6
    assert found.total.index.score == pytest.approx((weighed + mean(factors.values())) / 2)
    assert found.total.index.unweighted == pytest.approx((mean(themes.values()) + mean(factors.values())) / 2)
    row = found.by_code["service"]
    given = [one["service"] for one in answers if one["service"] != UNKNOWN]
    assert row.mean == pytest.approx(mean(given))
    assert row.spread == tuple(Counter(given)[step] for step in range(5))
    assert row.total.unknown == pytest.approx(1 - len(given) / 36)
    assert row.total.invited == 36
    assert row.gap
    high = mean(one["service"] for one in answers[24:] if one["service"] != UNKNOWN)
    low = mean(one["service"] for one in answers[:24] if one["service"] != UNKNOWN)
    assert row.gap.difference.value == pytest.approx(high - low)


def test_a_census_decides_and_the_weakest_factor_holds_down() -> None:
    people, leaders = make_people(10), make_people(10)
    steps = dict.fromkeys(ALL, 4) | {"data": 0}
    wave = closed_wave(people, leaders, lambda number, one: steps | {"bond": 3 if number < 10 else 4})
    found = results_of(wave)
    gap = found.by_code["bond"].gap
    assert gap
    assert (gap.difference.value, gap.is_census, gap.verdict) == (1, True, Verdict.NOTABLE)
    assert found.total.index
    assert found.total.index.capped_by == "data"
    assert found.total.index.stage is Stage.BEGUN


def test_a_group_of_four_is_silent_and_so_is_what_would_tell_of_it() -> None:
    unit = Unit.objects.create(name="Versand")
    people = [*make_people(20), *make_people(4, unit=unit)]
    wave = closed_wave(people, [], lambda number, one: dict.fromkeys(ALL, 2))
    found = results_of(wave)
    silent = next(part for part in found.parts if part.population.unit == unit.pk)
    assert (silent.is_silent, silent.invited) == (True, 4)
    assert silent.index is None
    assert all(row.answers[silent.population.key].estimate is None for row in found.rows)
    assert found.total.index
    assert not Publication.objects.filter(population=silent.population.key, is_shown=True).exists()


def test_leaders_who_are_four_hide_the_employees_too() -> None:
    wave = closed_wave(make_people(20), make_people(4), lambda number, one: dict.fromkeys(ALL, 2))
    found = results_of(wave)
    silent = {part.population: part.is_silent for part in found.parts}
    assert silent[LEADERS]
    assert silent[EMPLOYEES]
    assert not found.total.is_silent
    assert found.by_code["bond"].gap is None


def test_four_answers_say_nothing_at_all() -> None:
    wave = closed_wave(make_people(8), [], lambda number, one: dict.fromkeys(ALL, 3) if number < 4 else None)
    found = results_of(wave)
    assert all(part.is_silent for part in found.parts)
    assert all(row.mean is None and row.spread is None for row in found.rows)
    assert [texts for _item, texts in comments_of(wave)] == [None]


def test_comments_appear_from_ten_on() -> None:
    def says(number: int, one: object) -> dict[str, Any]:
        return dict.fromkeys(ALL, 2) | ({"wish": f"Wunsch {number}"} if number < 9 else {})

    nine = closed_wave(make_people(12), [], says)
    assert [texts for _item, texts in comments_of(nine)] == [None]
    ten = closed_wave(make_people(12), [], lambda number, one: says(number % 9, one))
    [(_item, texts)] = comments_of(ten)
    assert texts is not None
    assert len(texts) == 12


def test_summaries_say_the_same_as_results_also_of_a_wave_nobody_looked_at() -> None:
    seen = closed_wave(make_people(12), [], lambda number, one: said(number, ""))
    full = results_of(seen)
    unseen = closed_wave(make_people(12), [], lambda number, one: said(number + 50, ""))
    first, second = summaries_of([seen, unseen])
    assert first.part.index == full.total.index
    assert second.part.index == results_of(unseen).total.index
    assert first.answers["bond"].estimate == full.by_code["bond"].total.estimate


def test_a_theme_of_other_questions_is_no_trend() -> None:

    before = closed_wave(make_people(5), [], lambda number, one: dict.fromkeys(ALL, 2))
    draft = draft_version(questionnaire=before.questionnaire, actor=None)
    Question.objects.filter(version=draft, concept__code="crm").update(theme="learning")
    after = publish_version(version=draft, actor=None)
    questions, themes = trend_codes(sheet_of(after), sheet_of(before.version))
    assert questions == set(codes_of(before))
    assert themes == {"bond", "service", "dialogue"}
