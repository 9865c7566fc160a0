"""The shipped instruments are complete, and are taken over once."""

import pytest

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.assessment.actions import take_over
from surveys.assessment.choices import FACTORS
from surveys.assessment.instruments import shipped
from surveys.assessment.scoring import factors_of, themes_of
from surveys.questionnaires.choices import ANCHORS, THEMES, Identity, Kind, Slot, Status, Use
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.publishing import obstacles
from surveys.questionnaires.sheet import sheet_of

pytestmark = pytest.mark.django_db
CODES = [one.code for one in shipped()]


def test_thirteen_questions_six_factors_and_six_c_factors_ship() -> None:
    house, short = shipped()
    assert [one["kind"] for one in house.content["questions"]] == ["maturity"] * 19 + ["long"]
    themes = [one.get("theme") for one in house.content["questions"]]
    assert len([theme for theme in themes if theme in THEMES and theme != "factor"]) == 13
    assert themes.count("factor") == 6
    assert [one["theme"] for one in short.content["questions"]] == ["factor"] * 6


@pytest.mark.parametrize("code", CODES)
def test_an_instrument_is_published_and_anonymous_in_both_languages(code: str, mia: User) -> None:
    questionnaire = take_over(code=code, actor=mia)
    version = questionnaire.versions.get()
    sheet = sheet_of(version)
    assert (questionnaire.use, version.status, version.identity) == (
        Use.ASSESSMENT, Status.PUBLISHED, Identity.ANONYMOUS,
    )  # fmt: skip
    assert obstacles(sheet) == []
    for language in ("de", "en"):
        for slot in (Slot.TITLE, Slot.INTRO, Slot.THANKS):
            assert sheet.text(slot, language)
        for item in sheet.items:
            assert item.text(Slot.TEXT, language)
            if item.kind == Kind.MATURITY:
                anchors = [item.text(slot, language) for slot in ANCHORS]
                assert len(set(anchors)) == 5
                assert all(anchors)
                assert item.allows_unknown
    assert all(theme in THEMES for theme in themes_of(sheet))
    assert {item.code for item in factors_of(sheet)} <= set(FACTORS)


def test_who_comes_second_finds_what_is_there(mia: User) -> None:
    first = take_over(code="cx-house", actor=mia)
    assert take_over(code="cx-house", actor=mia) == first
    assert Questionnaire.objects.count() == 1
    assert Entry.objects.filter(verb="assessment.taken_over").count() == 1
