"""A company of 300 for the attacks: units of all sizes, leaders, and what each of its people answers."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils import timezone

from cxm.organisation.models import Person, Unit
from surveys.questionnaires.actions import answering
from surveys.questionnaires.actions.answering import begin, finish, save_answers
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.versions import create_questionnaire, publish_version
from surveys.questionnaires.actions.waves import open_wave, plan_wave
from surveys.questionnaires.choices import Identity, Turnout, Use
from surveys.questionnaires.models import Draft, Version, Wave, digest_of

PEOPLE = 300
TEAMS = (3, 4, 5, 6, 6, 7, 8, 9, 11, 13, 15, 18, 21, 24, 28, 32, 36, 42)
"""Sizes of the teams; with six heads of divisions and the managing board of six, 300."""
DIVISIONS = 6
QUESTIONS = ("promise", "bond", "care")
_number = count(1)


@dataclass(frozen=True)
class Company:
    """Its people and who of them leads."""

    people: list[Person]
    leaders: list[Person]


def found() -> Company:
    """Divisions with teams of 3 to 42; each team has a leader, each division a head, six people work for no unit."""
    mark = next(_number)
    divisions = Unit.objects.bulk_create(Unit(name=f"Attack {mark} division {n}") for n in range(DIVISIONS))
    people = [Person(name=f"Board {n}") for n in range(PEOPLE - sum(TEAMS) - DIVISIONS)]
    leaders = [Person(name=f"Head {n}", unit=division) for n, division in enumerate(divisions)]
    for number, size in enumerate(TEAMS):
        team = Unit.objects.create(name=f"Attack {mark} team {number}", parent=divisions[number % DIVISIONS])
        leaders.append(Person(name=f"Leader {number}", unit=team))
        people += [Person(name=f"Person {number}-{place}", unit=team) for place in range(size - 1)]
    people += leaders
    Person.objects.bulk_create(people)
    return Company(people, leaders)


def questionnaire(use: Use, identity: Identity, kind: str = "maturity") -> Version:
    """Three scales, of which one may be answered by “don't know”, and one comment."""
    code = f"anonymity-attack-{next(_number)}"
    anchors = {f"anchor{step}.en": str(step) for step in range(5)} if kind == "maturity" else {}
    asked: list[dict[str, Any]] = [
        {"code": name, "kind": kind, "unknown": name == "care", "texts": {"text.en": name} | anchors}
        for name in QUESTIONS
    ]
    asked.append({"code": "comment", "kind": "long", "texts": {"text.en": "comment"}})
    version = create_questionnaire(
        code=code, name=code, use=use, identity=identity, languages=["en"], actor=None,
        content={"texts": {"title.en": code}, "questions": asked},
    )  # fmt: skip
    return publish_version(version=version, actor=None)


def open_for(
    version: Version, people: Sequence[Person], leaders: Sequence[Person]
) -> tuple[Wave, list[Invited]]:
    """A wave that asks these people; nobody is written to, since none of them has an address."""
    wave = plan_wave(questionnaire=version.questionnaire, name=f"Wave {next(_number)}", actor=None)
    invited = open_wave(wave=wave, people=people, leaders=leaders, actor=None)
    wave.refresh_from_db()
    return wave, invited


def said_by(one: Invited, chance: random.Random, *, always: bool = False) -> dict[str, Any]:
    """What somebody answers. The comment says who it was, so that the attacks can see whether they were right."""
    answers: dict[str, Any] = {name: chance.randint(1, 4) for name in QUESTIONS}
    if not always and chance.random() < 0.15:
        answers["care"] = "unknown"
    return answers | {"comment": f"person {one.invitation.person_id}"}


def hand_in(one: Invited, chance: random.Random) -> None:
    """Fill in and hand in, as on the pages: each step in a transaction of its own."""
    draft = begin(invitation=one.invitation, token=one.token, language="en")
    draft = save_answers(draft=draft, answers=said_by(one, chance), page=1, language="en")
    finish(draft=draft)


def hand_in_all(wave: Wave, answers: Mapping[Invited, dict[str, Any]]) -> None:
    """The same for many at once, where it does not matter when who did."""
    waits = answering.waits_in_the_box(wave)
    drafts = Draft.objects.bulk_create(
        Draft(
            wave=wave,
            invitation=one.invitation,
            token_digest=digest_of(one.token),
            answers=said,
            is_finished=waits,
        )
        for one, said in answers.items()
    )
    wave.invitations.filter(pk__in=[draft.invitation_id for draft in drafts]).update(status=Turnout.COMPLETED)
    if not waits:
        places = [(one.invitation.group, one.invitation.unit_id) for one in answers]
        answering.write(list(zip(drafts, places, strict=True)), day=timezone.localdate())
