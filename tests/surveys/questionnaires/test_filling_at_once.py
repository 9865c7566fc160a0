"""Handing in at the same moment: each link counts once, and nothing is left in the box of a wave that closes."""

from functools import partial

import pytest

from surveys.questionnaires.actions.answering import answer
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity
from surveys.questionnaires.models import Draft, Invitation, Response, Wave
from tests.surveys.makers import make_people, make_version, opened, question
from tests.surveys.questionnaires.test_editing_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 6


def hand_in(one: Invited, value: int) -> None:
    seen = Invitation.objects.select_related("wave__version", "wave__questionnaire").get(pk=one.invitation.pk)
    answer(invitation=seen, token=one.token, answers={"a": value}, language="de")


@pytest.mark.parametrize("identity", list(Identity))
def test_two_windows_count_once(identity: Identity) -> None:
    _wave, invited = opened(make_version(question("a"), identity=identity), make_people(TIMES))
    for one in invited:
        found = at_once(partial(hand_in, one, 1), partial(hand_in, one, 5))
        assert sorted(found) == ["", "completed"]
    kept = (
        Draft.objects.filter(is_finished=True) if identity == Identity.ANONYMOUS else Response.objects.all()
    )
    assert kept.count() == TIMES


def test_people_who_hand_in_together_fill_blocks_without_gaps() -> None:
    wave, invited = opened(make_version(question("a"), identity=Identity.CONFIDENTIAL), make_people(8))
    assert set(at_once(*(partial(hand_in, one, 3) for one in invited))) == {""}
    wave.refresh_from_db()
    assert (wave.min_cell, wave.edition, wave.fresh) == (5, 2, 3)
    blocks = Response.objects.order_by("edition").values_list("edition", flat=True)
    assert list(blocks) == [1] * 5 + [2] * 3


@pytest.mark.parametrize("identity", [Identity.CONFIDENTIAL, Identity.ANONYMOUS])
def test_a_wave_that_closes_meanwhile_counts_the_answer_or_refuses_it(identity: Identity) -> None:
    for _time in range(TIMES):
        wave, invited = opened(make_version(question("a"), identity=identity), make_people(8))
        for one in invited[:6]:
            hand_in(one, 2)
        late = [partial(hand_in, one, 4) for one in invited[6:]]
        found = at_once(*late, partial(close, wave))
        assert found[2] == ""
        assert set(found[:2]) <= {"", "closed"}
        assert Response.objects.filter(wave=wave).count() == 6 + found[:2].count("")
        assert not Draft.objects.filter(wave=wave, is_finished=True).exists()


def close(wave: Wave) -> None:
    close_wave(wave=wave, actor=None)
