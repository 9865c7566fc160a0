"""Waves of any size for the benchmarks: thirteen questions, as many answers as asked for."""

from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from cxm.organisation.models import Person
from surveys.questionnaires.actions import answering
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.versions import create_questionnaire, publish_version
from surveys.questionnaires.actions.waves import close_wave, open_wave, plan_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Draft, Version, Wave, digest_of

QUESTIONS = 13
PORTION = 2_000


def version_of(code: str, identity: Identity, questions: int = QUESTIONS) -> Version:
    """Questions of maturity, worded in English."""
    anchors = {f"anchor{step}.en": str(step) for step in range(5)}
    asked = [
        {
            "code": f"q{n}", "kind": "maturity", "unknown": True, "weight": str(Decimal(1)),
            "texts": {"text.en": f"Q{n}"} | anchors,
        }
        for n in range(questions)
    ]  # fmt: skip
    version = create_questionnaire(
        code=code, name=code, use=Use.ASSESSMENT, identity=identity, languages=["en"], actor=None,
        content={"texts": {"title.en": code}, "questions": asked},
    )  # fmt: skip
    return publish_version(version=version, actor=None)


def people(number: int, name: str) -> list[Person]:
    """So many people with an address."""
    return Person.objects.bulk_create(
        (Person(name=f"{name} {n}", email=f"{name}{n}@example.org") for n in range(number)),
        batch_size=PORTION,
    )


def planned(version: Version, name: str) -> Wave:
    """A wave that is not open yet."""
    return plan_wave(questionnaire=version.questionnaire, name=name, actor=None)


def open_for(version: Version, members: list[Person], name: str) -> list[Invited]:
    """An open wave for these people."""
    return open_wave(wave=planned(version, name), people=members, actor=None)


def answered(version: Version, number: int, name: str) -> Wave:
    """A closed wave that so many people have answered."""
    invited = open_for(version, people(number, name), name)
    wave = Wave.objects.select_related("version", "questionnaire").get(pk=invited[0].invitation.wave_id)
    for start in range(0, number, PORTION):
        portion = invited[start : start + PORTION]
        drafts = Draft.objects.bulk_create(
            Draft(
                wave=wave, invitation=one.invitation, token_digest=digest_of(one.token),
                answers={f"q{q}": (place + q) % 5 for q in range(QUESTIONS)},
            )
            for place, one in enumerate(portion)
        )  # fmt: skip
        places = [(one.invitation.group, one.invitation.unit_id) for one in portion]
        with transaction.atomic():
            answering.write(list(zip(drafts, places, strict=True)), day=timezone.localdate())
    wave.invitations.update(status="completed")
    wave = close_wave(wave=wave, actor=None)
    with connection.cursor() as cursor:
        cursor.execute("analyze questionnaires_response, questionnaires_answer, questionnaires_invitation")
    return wave
