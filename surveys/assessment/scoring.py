"""From answers 0 to 4 to themes, factors, index and stage. Pure functions; scores are 0 to 100.

A theme's score of one person is the mean of what he answered, if he answered half of it, times 25; a group's score is
the mean of its people. Block A is the weighted mean of the themes, block B the plain mean of the factors, the index the
mean of the blocks that an instrument has. It is worked out of the scores that are shown, so it tells nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from surveys.questionnaires.choices import HEAVIEST, Kind
from surveys.questionnaires.sheet import Item, Sheet

FACTOR = "factor"
"""The theme whose questions each stand for themselves."""
POINTS = 25.0
"""Points of one step of the scale."""


class Stage(IntEnum):
    """How far a house has come."""

    ACCIDENTAL, BEGUN, DEFINED, STEERED, LIVED = range(5)


BOUNDS = (20.0, 40.0, 60.0, 80.0)
"""Scores from which the second to the fifth stage begin."""


def stage_of(score: float) -> Stage:
    """The stage of a score from 0 to 100."""
    return Stage(sum(score >= bound for bound in BOUNDS))


def themes_of(sheet: Sheet) -> dict[str, list[Item]]:
    """The questions of each theme in the order of the sheet, without factors; those without a theme count nowhere."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in rated(sheet):
        if item.theme and item.theme != FACTOR:
            found[item.theme].append(item)
    return dict(found)


def factors_of(sheet: Sheet) -> list[Item]:
    """The questions that are a factor each."""
    return [item for item in rated(sheet) if item.theme == FACTOR]


def rated(sheet: Sheet) -> list[Item]:
    """The questions answered by a step from 0 to 4."""
    return [item for item in sheet.items if item.kind == Kind.MATURITY]


def theme_score(codes: Sequence[str]) -> Callable[[Mapping[str, int]], float | None]:
    """What works one person's score of a theme out of his answers: None if he left more than half of them open."""

    def score(answers: Mapping[str, int]) -> float | None:
        given = [answers[code] for code in codes if code in answers]
        return sum(given) / len(given) * POINTS if given and 2 * len(given) >= len(codes) else None

    return score


@dataclass(frozen=True)
class Index:
    """The figure of the whole and its stage; `capped_by` is the code of the factor that holds the stage down."""

    score: float
    stage: Stage
    unweighted: float
    capped_by: str = ""


def weight_of(weights: Mapping[str, object], theme: str) -> float:
    """How much a theme counts, 0 to 3; 1 unless something was set before opening."""
    raw = weights.get(theme, 1)
    try:
        weight = float(str(raw))
    except ValueError:
        return 1.0
    return min(max(weight, 0.0), float(HEAVIEST)) if isfinite(weight) else 1.0


def index_of(
    themes: Mapping[str, float | None], factors: Mapping[str, float | None], weights: Mapping[str, object]
) -> Index | None:
    """The index of one population. None as soon as one of its scores is not known: half an index misleads.

    The weakest link: its stage is at most one above that of the lowest factor.
    """
    if None in themes.values() or None in factors.values():
        return None
    known = {theme: score for theme, score in themes.items() if score is not None}
    links = {code: score for code, score in factors.items() if score is not None}
    plain = [*([_mean(known, {})] if known else []), *([_mean(links, {})] if links else [])]
    weighed = [*([_mean(known, weights)] if known else []), *([_mean(links, {})] if links else [])]
    if not plain:
        return None
    score = sum(weighed) / len(weighed)
    stage, capped_by = stage_of(score), ""
    if links:
        lowest = min(links, key=lambda code: links[code])
        cap = stage_of(links[lowest]) + 1
        if stage > cap:
            stage, capped_by = Stage(cap), lowest
    return Index(score, stage, sum(plain) / len(plain), capped_by)


def _mean(scores: Mapping[str, float], weights: Mapping[str, object]) -> float:
    """The weighted mean; the plain one if all weights are 0."""
    factors = {code: weight_of(weights, code) for code in scores}
    total = sum(factors.values())
    if not total:
        return sum(scores.values()) / len(scores)
    return sum(scores[code] * factors[code] for code in scores) / total
