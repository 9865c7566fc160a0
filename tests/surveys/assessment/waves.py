"""Closed waves for tests: answers as they are wished for, through the real actions."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from cxm.organisation.models import Person
from surveys.assessment.actions import take_over
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave, open_wave, plan_wave
from surveys.questionnaires.models import Questionnaire, Wave
from surveys.questionnaires.sheet import sheet_of
from tests.surveys.makers import answer

type Answers = Mapping[str, Any]

_number = count(1)


def closed_wave(
    people: Sequence[Person],
    leaders: Sequence[Person],
    says: Callable[[int, Invited], Answers | None],
    *,
    questionnaire: Questionnaire | None = None,
    weights: Mapping[str, Any] | None = None,
) -> Wave:
    """A wave in which each of the invited says what `says` makes of his number; None: he does not answer."""
    questionnaire = questionnaire or take_over(code="cx-house", actor=None)
    wave = plan_wave(questionnaire=questionnaire, name=f"A{next(_number)}", weights=weights, actor=None)
    invited = open_wave(wave=wave, people=people, leaders=leaders, actor=None)
    for number, one in enumerate(invited):
        given = says(number, one)
        if given is not None:
            answer(one, **given)
    close_wave(wave=wave, actor=None)
    return Wave.objects.select_related("version", "questionnaire").get(pk=wave.pk)


def codes_of(wave: Wave) -> list[str]:
    """The codes of the questions that are answered by a step."""
    return [item.code for item in sheet_of(wave.version).items if item.is_scale]
