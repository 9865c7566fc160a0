"""Publishing: what stands in the way leads to its place, and what reworded questions mean is decided."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from surveys.questionnaires.actions.versions import draft_version
from surveys.questionnaires.models import Concept, Label, Question, Version
from surveys.questionnaires.sheet import read
from tests.surveys.makers import choice, make_version, question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Words are compared."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(client: Client, mia: User) -> Client:
    """Mia at her desk."""
    client.force_login(mia)
    return client


def page(draft: Version) -> str:
    return reverse("questionnaires:publish", args=[draft.pk])


def draft_after(*questions: dict[str, Any]) -> Version:
    """The draft that follows a published version with these questions."""
    return draft_version(questionnaire=make_version(*questions).questionnaire, actor=None)


def one(version: Version, code: str) -> Question:
    return version.questions.get(concept__code=code)


def reword(draft: Version, code: str, text: str) -> None:
    Label.objects.filter(version=draft, question__concept__code=code, slot="text", language="en").update(
        body=text
    )


LOST = {"text.de": "", "text.en": "Only English"}


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        (question("a", texts=LOST), "Question 1 has no wording in German.", "a"),
        (
            question("a", "maturity", texts={"anchor3.en": ""}),
            "Question 1 lacks the anchor for 3 in English.",
            "a",
        ),
        (question("a", "single", choices=[choice("x")]), "Question 1 offers fewer than two answers.", "a"),
        (
            question("a", "single", choices=[choice("x"), choice("y", texts=LOST)]),
            "Answer 2 of question 1 has no wording in German.",
            "a",
        ),
        (
            question("a", show_if=[{"of": "z", "answered": True}]),
            "Question 1 is shown after an answer to “z”, which is not asked before it.",
            "a",
        ),
        (question("a", texts={"text.en": "{nobody}?"}), "“{nobody}” is no placeholder.", "a"),
    ],
)
def test_what_stands_in_the_way_leads_to_its_question(
    desk: Client, content: dict[str, Any], words: str, code: str
) -> None:
    draft = make_version(content, published=False)
    link = reverse("questionnaires:question", args=[one(draft, code).pk])
    body = desk.get(page(draft)).content.decode()
    assert words in body
    assert f'href="{link}"' in body
    refused = desk.post(page(draft), {"revision": draft.revision})
    assert refused.status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    ("show_if", "words"),
    [
        ([{"of": "nps", "from": 11}], "Question 2 can never be reached: its conditions exclude one another."),
        (
            [{"of": "nps", "to": 3}, {"of": "nps", "from": 7}],
            "Question 2 can never be reached: its conditions exclude one another.",
        ),
        ([{"of": "nps", "choices": ["x"]}], "Question 2 waits for an answer to “nps” that nobody can give."),
        (
            [{"of": "why", "answered": True}],
            "Question 2 is shown after an answer to “why”, which is not asked before it.",
        ),
        (
            [{"of": "end", "answered": True}],
            "Question 2 is shown after an answer to “end”, which is not asked before it.",
        ),
    ],
)
def test_a_dead_path_is_refused_with_the_sentence_at_the_question(
    desk: Client, show_if: list[dict[str, Any]], words: str
) -> None:
    draft = make_version(
        question("nps", "nps"), question("why", "long", show_if=show_if), question("end"), published=False
    )
    editor = desk.get(reverse("questionnaires:edit", args=[draft.pk]))
    assert [line.obstacles for line in editor.context["lines"]] == [(), (words,), ()]
    assert words in desk.post(page(draft), {"revision": draft.revision}).content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_page_that_was_left_behind_is_no_way_to_a_question(desk: Client) -> None:
    draft = make_version(
        question("a", page=2), question("b", show_if=[{"of": "a", "from": 4}]), published=False
    )
    words = "Question 2 stands on an earlier page than the question before it."
    editor = desk.get(reverse("questionnaires:edit", args=[draft.pk]))
    assert [line.obstacles for line in editor.context["lines"]] == [(), (words,)]
    assert words in desk.post(page(draft), {"revision": draft.revision}).content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_what_is_missing_of_the_version_itself_leads_to_its_head(desk: Client) -> None:
    draft = make_version(question("a"), published=False)
    Label.objects.filter(version=draft, slot="title", language="de").delete()
    body = desk.get(page(draft)).content.decode()
    assert "The title is missing in German." in body
    assert f'href="{reverse("questionnaires:head", args=[draft.pk])}"' in body
    empty = make_version(published=False)
    assert "Nothing is asked yet." in desk.get(page(empty)).content.decode()


def test_a_first_version_is_published(desk: Client, mia: User) -> None:
    draft = make_version(question("a"), published=False)
    answer = desk.post(page(draft), {"revision": draft.revision, "change_note": "All new"}, follow=True)
    assert "Version 1 is valid from now on." in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.status, draft.change_note, draft.published_by) == ("published", "All new", mia)
    assert draft.digest == read(draft).digest


def test_a_reworded_question_waits_until_somebody_says_what_it_means(desk: Client) -> None:
    draft = draft_after(question("a"), question("b"))
    reword(draft, "a", "Other words?")
    shown = desk.get(page(draft))
    assert [one["change"].item.code for one in shown.context["asked"]] == ["a"]
    refused = desk.post(page(draft), {"revision": draft.revision})
    assert refused.status_code == 422
    assert "Please say whether it still means the same." in refused.content.decode()
    desk.post(page(draft), {"revision": draft.revision, "meaning_a": "same"})
    draft.refresh_from_db()
    assert draft.status == "published"
    assert list(read(draft).by_code) == ["a", "b"]
    before = draft.questionnaire.versions.get(number=1)
    assert one(draft, "a").concept == one(before, "a").concept


def test_a_new_meaning_is_a_new_concept_and_conditions_follow_it(desk: Client) -> None:
    draft = draft_after(question("a"), question("b", show_if=[{"of": "a", "from": 4}]))
    reword(draft, "a", "Something else?")
    desk.post(page(draft), {"revision": draft.revision, "meaning_a": "new"})
    draft.refresh_from_db()
    sheet = read(draft)
    assert draft.status == "published"
    assert list(sheet.by_code) == ["a-2", "b"]
    assert list(sheet.by_code["b"].show_if) == [{"of": "a-2", "from": 4}]
    assert set(Concept.objects.filter(questionnaire=draft.questionnaire).values_list("code", flat=True)) == {
        "a", "a-2", "b",
    }  # fmt: skip


def test_another_scale_is_always_a_new_meaning(desk: Client) -> None:
    draft = draft_after(question("a", "csat"))
    draft.questions.update(kind="ces", low=1, high=7)
    body = desk.get(page(draft)).content.decode()
    assert "It is answered in another way, so its trend begins anew." in body
    desk.post(page(draft), {"revision": draft.revision})
    draft.refresh_from_db()
    assert draft.status == "published"
    assert list(read(draft).by_code) == ["a-2"]


def test_reordered_weighted_and_new_questions_ask_for_no_meaning(desk: Client) -> None:
    draft = draft_after(question("a"), question("b"))
    draft.questions.filter(concept__code="a").update(weight=2, is_required=True)
    shown = desk.get(page(draft))
    assert shown.context["asked"] == []
    assert [(c.item.code, [d.label for d in c.differences]) for c in shown.context["changes"]] == [
        ("a", ["Must be answered", "Weight"])
    ]
    assert desk.post(page(draft), {"revision": draft.revision}).status_code == 302


def test_other_words_of_an_answer_ask_for_the_meaning_too(desk: Client) -> None:
    draft = draft_after(question("a", "single", choices=[choice("x"), choice("y")]))
    Label.objects.filter(version=draft, choice__code="x", language="en").update(body="z")
    assert [one["change"].item.code for one in desk.get(page(draft)).context["asked"]] == ["a"]


def test_nothing_changed_is_not_published_again(desk: Client) -> None:
    draft = draft_after(question("a"))
    assert desk.get(page(draft)).context["is_same"] is True
    refused = desk.post(page(draft), {"revision": draft.revision})
    assert "Nothing has changed since version 1." in refused.content.decode()


def test_nobody_publishes_words_that_he_has_not_seen(desk: Client) -> None:
    draft = make_version(question("a"), published=False)
    Version.objects.filter(pk=draft.pk).update(revision=7)
    refused = desk.post(page(draft), {"revision": "1"})
    assert refused.status_code == 422
    assert "Somebody has changed the draft meanwhile." in refused.content.decode()
    assert refused.context["form"]["revision"].value() == "7"
    assert desk.post(page(draft), {"revision": "7"}).status_code == 302


def test_a_draft_is_thrown_away(desk: Client) -> None:
    draft = draft_after(question("a"))
    url = reverse("questionnaires:discard", args=[draft.pk])
    answer = desk.post(url, follow=True)
    assert "The draft is discarded." in answer.content.decode()
    assert not draft.questionnaire.versions.draft().exists()
    assert desk.post(url).status_code == 404
