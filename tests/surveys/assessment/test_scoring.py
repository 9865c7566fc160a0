"""Themes, index, stage and gaps against figures worked out by hand."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.kit.statistics import MeanSample, difference
from surveys.assessment.gaps import Asked, Verdict, gap
from surveys.assessment.scoring import Stage, index_of, stage_of, theme_score, weight_of

SCORES = st.floats(0, 100)


def sample(*values: int) -> MeanSample:
    return MeanSample(len(values), float(sum(values)), float(sum(value * value for value in values)))


@pytest.mark.parametrize(
    ("score", "stage"),
    [
        (0, Stage.ACCIDENTAL), (19.99, Stage.ACCIDENTAL), (20, Stage.BEGUN), (40, Stage.DEFINED),
        (59.99, Stage.DEFINED), (60, Stage.STEERED), (80, Stage.LIVED), (100, Stage.LIVED),
    ],
)  # fmt: skip
def test_stages_begin_at_their_bounds(score: float, stage: Stage) -> None:
    assert stage_of(score) is stage


def test_a_person_s_theme_is_the_mean_of_what_he_answered() -> None:
    score = theme_score(["a", "b", "c"])
    assert score({"a": 4, "b": 2, "c": 0}) == 50
    assert score({"a": 4, "b": 2, "other": 0}) == 75
    assert score({"a": 4}) is None  # a third is less than half
    assert score({}) is None
    assert theme_score(["a", "b"])({"b": 1}) == 25  # half is enough
    assert theme_score(["a"])({"a": 0}) == 0


def test_the_index_is_half_themes_and_half_factors() -> None:
    found = index_of({"bond": 60.0, "service": 80.0}, {"leadership": 50.0, "data": 30.0}, {})
    assert found
    assert found.score == found.unweighted == (70 + 40) / 2
    assert found.stage is Stage.DEFINED
    assert found.capped_by == ""


def test_weights_count_for_the_themes_and_the_plain_index_stands_beside() -> None:
    found = index_of({"bond": 60.0, "service": 80.0}, {"leadership": 50.0}, {"service": 3})
    assert found
    assert isclose(found.score, ((60 + 3 * 80) / 4 + 50) / 2)
    assert found.unweighted == (70 + 50) / 2
    nothing = index_of({"bond": 60.0}, {"leadership": 50.0}, {"bond": 0})
    assert nothing
    assert nothing.score == 55


@pytest.mark.parametrize(
    ("raw", "weight"), [(0, 0), ("2.5", 2.5), (3, 3), (9, 3), (-1, 0), ("x", 1), (None, 1), ("NaN", 1)]
)
def test_a_weight_is_from_0_to_3(raw: object, weight: float) -> None:
    assert weight_of({"bond": raw}, "bond") == weight
    assert weight_of({}, "bond") == 1


def test_the_weakest_factor_holds_the_stage_down() -> None:
    found = index_of({"bond": 100.0}, {"leadership": 90.0, "data": 10.0}, {})
    assert found
    assert found.score == 75
    assert found.stage is Stage.BEGUN
    assert found.capped_by == "data"


def test_half_an_index_is_none() -> None:
    assert index_of({"bond": 60.0, "service": None}, {"leadership": 50.0}, {}) is None
    assert index_of({"bond": 60.0}, {"leadership": None}, {}) is None
    assert index_of({}, {}, {}) is None
    short = index_of({}, {"persona": 50.0}, {})
    assert short
    assert short.score == 50


@given(
    st.dictionaries(st.sampled_from("abcde"), SCORES, min_size=1),
    st.dictionaries(st.sampled_from("fghijk"), SCORES, min_size=1),
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3)),
)
def test_the_index_lies_within_its_scores_and_never_two_stages_above_the_weakest(
    themes: dict[str, float | None], factors: dict[str, float | None], weights: dict[str, object]
) -> None:
    found = index_of(themes, factors, weights)
    assert found
    known = [score for score in (*themes.values(), *factors.values()) if score is not None]
    assert min(known) - 1e-9 <= found.score <= max(known) + 1e-9
    weakest = min(score for score in factors.values() if score is not None)
    assert found.stage <= stage_of(weakest) + 1


def test_a_gap_is_welch_s_where_few_of_many_answered() -> None:
    leaders, employees = sample(4, 4, 3, 4, 2), sample(1, 2, 1, 2, 2, 3, 1, 2, 1, 2)
    found = gap(Asked(leaders, 10**9), Asked(employees, 10**9))
    assert found
    expected = difference(employees, leaders)
    assert isclose(found.difference.value, expected.value)
    assert isclose(found.difference.low, expected.low, rel_tol=1e-6)
    assert isclose(found.difference.high, expected.high, rel_tol=1e-6)
    assert found.verdict is Verdict.NOTABLE
    assert not found.is_census


def test_who_has_asked_everybody_knows() -> None:
    found = gap(Asked(sample(4, 4, 3, 4, 2), 5), Asked(sample(3, 4, 3, 3, 3), 5))
    assert found
    assert found.is_census
    assert isclose(found.difference.value, 0.2)
    assert found.verdict is Verdict.SMALL
    assert found.seen_from is None


def test_the_nearer_to_everybody_the_narrower() -> None:
    leaders, employees = sample(4, 4, 3, 4, 2), sample(3, 3, 2, 3, 3, 2, 4, 3, 3, 2)
    widths = [
        found.difference.high - found.difference.low
        for invited in (1_000, 20, 12, 11)
        if (found := gap(Asked(leaders, invited), Asked(employees, invited)))
    ]
    assert widths == sorted(widths, reverse=True)
    assert len(widths) == 4


def test_what_chance_explains_is_open_and_says_what_could_be_seen() -> None:
    found = gap(Asked(sample(4, 0, 4, 0, 3), 400), Asked(sample(2, 1, 3, 0, 4, 2), 400))
    assert found
    assert found.verdict is Verdict.OPEN
    assert found.seen_from
    half = (found.difference.high - found.difference.low) / 2
    assert isclose(found.seen_from, half * (1 + 0.8416212 / 1.9599640), rel_tol=1e-5)


def test_five_leaders_and_twenty_employees_see_only_large_gaps() -> None:
    """sd 1, power 80 %: about 1.4 steps (half the width times 1.43)."""
    leaders = MeanSample(5, 10.0, 24.0)  # mean 2, sd 1
    employees = MeanSample(20, 40.0, 99.0)
    found = gap(Asked(leaders, 10**9), Asked(employees, 10**9))
    assert found
    assert found.seen_from
    assert 1.3 < found.seen_from < 1.9


def test_without_one_group_there_is_no_gap() -> None:
    assert gap(None, Asked(sample(1, 2, 3, 4, 4), 9)) is None
    assert gap(Asked(sample(1), 9), Asked(sample(1, 2), 9)) is None
