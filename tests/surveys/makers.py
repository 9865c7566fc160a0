"""Questionnaires and waves for tests, as plain as can be."""

from itertools import count
from typing import Any

from cxm.organisation.models import Person
from surveys.questionnaires.actions.answering import begin, finish, save_answers
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.versions import create_questionnaire, publish_version
from surveys.questionnaires.actions.waves import open_wave, plan_wave
from surveys.questionnaires.choices import Identity, Use
from surveys.questionnaires.models import Response, Version, Wave
from tests.makers import make_person

_number = count(1)
ANCHORS = {f"anchor{step}.{language}": f"{step}" for step in range(5) for language in ("de", "en")}


def question(code: str, kind: str = "likert", **more: Any) -> dict[str, Any]:
    """The content of one question, worded in both languages."""
    texts = {"text.de": f"{code}?", "text.en": f"{code}?"} | (ANCHORS if kind == "maturity" else {})
    return {"code": code, "kind": kind, "texts": texts | more.pop("texts", {})} | more


def choice(code: str, points: int = 0, **more: Any) -> dict[str, Any]:
    """The content of one choice."""
    return {"code": code, "points": str(points), "texts": {"text.de": code, "text.en": code}} | more


def make_version(
    *questions: dict[str, Any],
    use: Use = Use.ASSESSMENT,
    identity: Identity = Identity.ANONYMOUS,
    published: bool = True,
    **fields: Any,
) -> Version:
    """A version with these questions, in German and English."""
    code = f"q{next(_number)}"
    version = create_questionnaire(
        code=code, name=code, use=use, identity=identity, languages=["de", "en"], actor=None,
        content={"texts": {"title.de": "Titel", "title.en": "Title"}, "questions": list(questions)}, **fields,
    )  # fmt: skip
    return publish_version(version=version, actor=None) if published else version


def make_wave(version: Version, **fields: Any) -> Wave:
    """A planned wave."""
    return plan_wave(questionnaire=version.questionnaire, name=f"W{next(_number)}", actor=None, **fields)


def make_people(number: int, **fields: Any) -> list[Person]:
    """So many people."""
    return [make_person(**fields) for _ in range(number)]


def opened(
    version: Version, people: list[Person], leaders: list[Person] | None = None
) -> tuple[Wave, list[Invited]]:
    """A wave that is open for these people."""
    wave = make_wave(version)
    invited = open_wave(wave=wave, people=people, leaders=leaders or [], actor=None)
    wave.refresh_from_db()
    return wave, invited


def answer(invited: Invited, **answers: Any) -> Response | None:
    """Fill in and hand in."""
    draft = begin(invitation=invited.invitation, token=invited.token, language="de")
    draft = save_answers(draft=draft, answers=answers, page=1, language="de")
    return finish(draft=draft)
