"""Index, themes and questions over the closed waves of one questionnaire, each only where it means the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cxm.kit.charts import sparkline
from cxm.kit.numbers import Formats
from surveys.assessment.choices import STAGES, factor_name
from surveys.assessment.gaps import Verdict, gap
from surveys.assessment.results import Answer, Summary, trend_codes
from surveys.assessment.scoring import POINTS, factors_of, themes_of
from surveys.questionnaires.choices import Kind, theme_name

MOST_WAVES = 12
"""How far back a trend reaches."""


@dataclass(frozen=True)
class Spot:
    """One wave in a trend: the figure, n, and whether the wave before it can be compared with it."""

    value: float | None
    words: str
    more: str
    continues: bool


@dataclass(frozen=True)
class Trend:
    """A row of the table: oldest wave first."""

    name: str
    spots: tuple[Spot, ...]
    change: str

    @property
    def as_list(self) -> list["Trend"]:
        """As the only row of a table."""
        return [self]

    @property
    def drawing(self) -> SafeString:
        """A line that breaks where something else was asked."""
        values: list[float | None] = []
        for place, spot in enumerate(self.spots):
            if place and not spot.continues:
                values.append(None)
            values.append(spot.value)
        words = ", ".join(spot.words for spot in self.spots)
        known = [value for value in values if value is not None]
        return sparkline(values, f"{self.name}: {words}") if len(known) > 1 else SafeString("")


def trends_of(waves: Sequence[Summary], f: Formats) -> list[Trend]:
    """Index, themes and factors of waves in their order, oldest first."""
    newest = waves[-1].sheet
    found = [_index(waves, f)]
    for theme in themes_of(newest):
        found.append(
            _trend(
                theme_name(theme), waves, lambda one, code=theme: one.scores.get(code),  # type: ignore[misc]
                lambda now, before, code=theme: code in trend_codes(now.sheet, before.sheet)[1], f,  # type: ignore[misc]
            )
        )  # fmt: skip
    for item in factors_of(newest):
        found.append(
            _trend(
                factor_name(item.code), waves, lambda one, code=item.code: one.answers.get(code),  # type: ignore[misc]
                lambda now, before, code=item.code: _same(code, now, before), f, factor=POINTS,  # type: ignore[misc]
            )
        )  # fmt: skip
    return found


def trend_of_question(code: str, name: str, waves: Sequence[Summary], f: Formats) -> Trend:
    """One question, in steps."""
    return _trend(
        name, waves, lambda one: one.answers.get(code), lambda now, before: _same(code, now, before), f,
        places=1,
    )  # fmt: skip


def _same(code: str, now: Summary, before: Summary) -> bool:
    return code in trend_codes(now.sheet, before.sheet)[0]


def _trend(
    name: str,
    waves: Sequence[Summary],
    answer_of: Callable[[Summary], Answer | None],
    continues: Callable[[Summary, Summary], bool],
    f: Formats,
    *,
    factor: float = 1.0,
    places: int = 0,
) -> Trend:
    spots = []
    for place, one in enumerate(waves):
        answer = answer_of(one)
        estimate = answer.estimate if answer else None
        words = more = ""
        if estimate:
            words = f.decimal(estimate.value * factor, places)
            more = _("n = {n}").format(n=f.count(estimate.n))
        elif answer:
            words = _("too few answers")
        else:
            words = _("not asked")
        joined = place > 0 and answer is not None and continues(one, waves[place - 1])
        spots.append(Spot(estimate.value * factor if estimate else None, words, more, joined))
    return Trend(name, tuple(spots), _change(waves, answer_of, continues, f, factor, places))


def _change(
    waves: Sequence[Summary],
    answer_of: Callable[[Summary], Answer | None],
    continues: Callable[[Summary, Summary], bool],
    f: Formats,
    factor: float,
    places: int,
) -> str:
    """Newest against the one before, and whether it is more than chance."""
    if len(waves) < 2:
        return ""
    if not continues(waves[-1], waves[-2]):
        return _("asked differently before")
    now, before = answer_of(waves[-1]), answer_of(waves[-2])
    found = gap(now.asked if now else None, before.asked if before else None)
    if found is None:
        return ""
    value = f.points(found.difference.value * factor, places)
    if found.verdict == Verdict.OPEN:
        return _("%(change)s, not decidable") % {"change": value}
    return _("%(change)s, more than chance") % {"change": value}


def _index(waves: Sequence[Summary], f: Formats) -> Trend:
    """The index goes on as long as it is made of the same questions with the same weights."""
    spots = []
    for place, one in enumerate(waves):
        index = one.part.index
        joined = place > 0 and _codes(one) == _codes(waves[place - 1])
        spots.append(
            Spot(
                index.score if index else None,
                f.decimal(index.score, 0) if index else _("too few answers"),
                str(STAGES[index.stage]) if index else "",
                joined,
            )
        )
    change = ""
    if len(spots) > 1:
        now, before = spots[-1], spots[-2]
        if not now.continues:
            change = _("asked or weighed differently before")
        elif now.value is not None and before.value is not None:
            change = f.points(now.value - before.value, 0)
    return Trend(_("Index"), tuple(spots), change)


def _codes(one: Summary) -> tuple[object, ...]:
    rated = frozenset((item.code, item.theme) for item in one.sheet.items if item.kind == Kind.MATURITY)
    return rated, tuple(sorted((key, str(value)) for key, value in one.wave.weights.items()))
