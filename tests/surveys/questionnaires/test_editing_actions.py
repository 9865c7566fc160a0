"""What is done to a draft: each act by itself, the order and its pages, two people at once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.questionnaires.actions import editing
from surveys.questionnaires.actions.editing import (
    add_question,
    arrange_questions,
    change_head,
    change_question,
    duplicate_question,
    head_of,
    layout_of,
    remove_question,
    restore_question,
)
from surveys.questionnaires.actions.merging import marks
from surveys.questionnaires.choices import Kind
from surveys.questionnaires.models import Choice, Label, Question, Version
from surveys.questionnaires.sheet import read
from tests.surveys.makers import choice, make_version, question
from touchpoints.inventory.actions.conflicts import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Words are compared."""
    with translation.override("en"):
        yield


def draft_with(*questions: dict[str, object]) -> Version:
    return make_version(*questions, published=False)


def codes(version: Version) -> list[str]:
    """The questions in order, pages by a bar."""
    return [" | ".join(" ".join(item.code for item in page) for page in read(version).pages)]


def one(version: Version, code: str) -> Question:
    return version.questions.get(concept__code=code)


def raw_of(version: Version, code: str) -> dict[str, Any]:
    return next(raw for raw in read(version).as_content()["questions"] if raw["code"] == code)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_question_of_every_kind_is_added_with_a_code_of_its_wording(mia: User, kind: str) -> None:
    draft = draft_with()
    add_question(version=draft, raw={"kind": kind, "texts": {"text.de": "Wie groß?"}}, actor=mia)
    item = read(draft).items[0]
    assert (item.code, item.kind, item.position, item.page) == ("wie-gross", kind, 1, 1)
    draft.refresh_from_db()
    assert draft.revision == 2
    entry = Entry.objects.about(draft.questionnaire).first()
    assert entry is not None
    assert (entry.verb, entry.actor, entry.data["did"]) == ("questionnaires.version.changed", mia, "added")


def test_a_question_stands_where_it_is_wanted() -> None:
    draft = draft_with(question("a"), question("b"), question("c", page=2))
    new = {"kind": "nps", "texts": {}}
    add_question(version=draft, raw={**new, "code": "d"}, after=one(draft, "a").pk, actor=None)
    assert codes(draft) == ["a d b | c"]
    add_question(version=draft, raw={**new, "code": "e"}, after=0, actor=None)
    assert codes(draft) == ["e a d b | c"]
    add_question(version=draft, raw={**new, "code": "f"}, new_page=True, actor=None)
    assert codes(draft) == ["e a d b | c | f"]
    add_question(version=draft, raw={**new, "code": "g"}, after=one(draft, "a").pk, new_page=True, actor=None)
    assert codes(draft) == ["e a | g d b | c | f"]
    with pytest.raises(ValidationError, match="asks for “g” already"):
        add_question(version=draft, raw={**new, "code": "g"}, actor=None)


def test_an_order_with_its_pages_is_taken_as_it_is_and_empty_pages_vanish() -> None:
    draft = draft_with(question("a"), question("b"), question("c"))
    a, b, c = (one(draft, code).pk for code in "abc")
    arrange_questions(version=draft, layout=[None, c, None, None, a, b, None], actor=None)
    assert codes(draft) == ["c | a b"]
    assert layout_of(draft) == [c, None, a, b]
    draft.refresh_from_db()
    revision = draft.revision
    arrange_questions(version=draft, layout=[c, None, a, b], actor=None)
    draft.refresh_from_db()
    assert draft.revision == revision  # nothing moved


@pytest.mark.parametrize(
    "wrong",
    [lambda a, b: [a], lambda a, b: [a, a, b], lambda a, b: [a, b, 0]],
    ids=["less", "twice", "strange"],
)
def test_an_order_of_other_questions_is_refused(wrong: Callable[[int, int], list[int | None]]) -> None:
    draft = draft_with(question("a"), question("b"))
    layout = wrong(one(draft, "a").pk, one(draft, "b").pk)
    with pytest.raises(ValidationError, match="added or removed a question meanwhile"):
        arrange_questions(version=draft, layout=layout, actor=None)
    assert codes(draft) == ["a b"]


@pytest.mark.parametrize("code", ["a", "b", "c", "d", "e"])
def test_what_is_removed_comes_back_to_its_place_as_it_was(mia: User, code: str) -> None:
    draft = draft_with(
        question("a"),
        question("b", page=2),
        question("c", "single", page=2, choices=[choice("x", 2, right=True), choice("y")]),
        question("d", page=3, show_if=[{"of": "c", "choices": ["x"]}]),
        question("e", page=4),
    )
    before = read(draft).content()
    entry = remove_question(question=one(draft, code), actor=mia)
    assert code not in read(draft).by_code
    restore_question(version=draft, entry=entry, actor=mia)
    assert read(draft).content() == before
    with pytest.raises(ValidationError, match="is back already"):
        restore_question(version=draft, entry=entry, actor=mia)


def test_a_copy_stands_right_behind_with_a_meaning_of_its_own() -> None:
    draft = draft_with(question("a", "single", choices=[choice("x", 2), choice("y")]), question("b"))
    copy = duplicate_question(question=one(draft, "a"), actor=None)
    assert codes(draft) == ["a a-2 b"]
    old, new = raw_of(draft, "a"), raw_of(draft, copy.concept.code)
    assert {**new, "code": "a"} == old
    duplicate_question(question=copy, actor=None)
    assert codes(draft) == ["a a-2 a-3 b"]


def test_texts_points_and_conditions_are_written_as_they_are_given() -> None:
    draft = draft_with(question("a"), question("b", "single", choices=[choice("x"), choice("y")]))
    raw = {
        "kind": "single", "required": True, "unknown": True, "theme": "trust", "weight": "2.50",
        "show_if": [{"of": "a", "from": 4}],
        "texts": {"text.de": "Neu?", "text.en": "", "help.de": " Hilfe ", "low.de": "has none"},
        "choices": [
            {"code": "y", "points": "1.50", "right": True, "texts": {"text.de": "Ja"}},
            {"code": "", "points": "0", "right": False, "texts": {"text.de": "Völlig neu"}},
        ],
    }  # fmt: skip
    change_question(question=one(draft, "b"), raw=raw, actor=None)
    now = raw_of(draft, "b")
    assert now["texts"] == {"text.de": "Neu?", "help.de": "Hilfe"}
    assert (now["required"], now["unknown"], now["theme"], now["weight"]) == (True, True, "trust", "2.5")
    assert now["show_if"] == [{"of": "a", "from": 4}]
    assert now["choices"] == [
        {"code": "y", "points": "1.5", "right": True, "texts": {"text.de": "Ja"}},
        {"code": "vollig-neu", "points": "0", "right": False, "texts": {"text.de": "Völlig neu"}},
    ]


def test_another_kind_takes_away_what_it_does_not_have() -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")], unknown=True))
    change_question(question=one(draft, "a"), raw={"kind": "long"}, actor=None)
    item = read(draft).items[0]
    assert (item.kind, item.options, item.allows_unknown) == ("long", (), False)
    change_question(question=one(draft, "a"), raw={"kind": "nps"}, actor=None)
    assert read(draft).items[0].steps == range(11)
    change_question(question=one(draft, "a"), raw={"kind": "number", "low": 1, "high": 9}, actor=None)
    item = read(draft).items[0]
    assert (item.low, item.high) == (1, 9)


def test_nothing_is_written_or_told_where_nothing_differs() -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]))
    entries, choices = Entry.objects.count(), set(Choice.objects.values_list("pk", flat=True))
    change_question(question=one(draft, "a"), raw=raw_of(draft, "a"), actor=None)
    change_head(version=draft, head=head_of(draft), actor=None)
    assert Entry.objects.count() == entries
    assert set(Choice.objects.values_list("pk", flat=True)) == choices


def test_two_who_change_different_things_both_win() -> None:
    draft = draft_with(question("a"))
    seen = raw_of(draft, "a")
    first = {**seen, "texts": {"text.de": "Erste?", "text.en": "a?"}}
    second = {**seen, "required": True, "texts": {"text.de": "a?", "text.en": "Second?"}}
    for raw in (first, second):
        change_question(question=one(draft, "a"), raw=raw, seen=marks(seen), actor=None)
    now = raw_of(draft, "a")
    assert now["texts"] == {"text.de": "Erste?", "text.en": "Second?"}
    assert now["required"] is True


def test_two_who_change_the_same_meet(mia: User) -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]))
    seen = raw_of(draft, "a")
    change_question(question=one(draft, "a"), raw={"kind": "single", "choices": [choice("x")]}, actor=mia)
    change_question(
        question=one(draft, "a"), raw={"kind": "single", "texts": {"text.de": "Erste"}}, actor=mia
    )
    mine = {**seen, "choices": [choice("z")], "texts": {"text.de": "Zweite"}}
    with pytest.raises(Conflict) as caught:
        change_question(question=one(draft, "a"), raw=mine, seen=marks(seen), actor=None)
    assert caught.value.by == mia
    assert {(clash.name, clash.theirs, clash.mine) for clash in caught.value.clashes} == {
        ("choices", "x", "z"),
        ("texts.text.de", "Erste", "Zweite"),
    }
    assert raw_of(draft, "a")["texts"]["text.de"] == "Erste"


def test_the_head_of_a_version_is_written_and_two_meet_there_too() -> None:
    draft = draft_with(question("a"))
    seen = head_of(draft)
    new = {
        "identity": "named",
        "languages": ["de"],
        "pass_mark": 80,
        "texts": {"title.de": "Neu", "thanks.de": "Danke"},
    }
    change_head(version=draft, head=new, seen=marks(seen), actor=None)
    draft.refresh_from_db()
    assert (draft.identity, draft.languages, draft.pass_mark) == ("named", ["de"], 80)
    assert head_of(draft)["texts"] == {"title.de": "Neu", "thanks.de": "Danke", "title.en": "Title"}
    with pytest.raises(Conflict) as caught:
        change_head(version=draft, head={**seen, "pass_mark": 50}, seen=marks(seen), actor=None)
    assert [clash.name for clash in caught.value.clashes] == ["pass_mark"]
    with pytest.raises(ValidationError):
        change_head(version=draft, head={**head_of(draft), "languages": []}, actor=None)


def test_no_act_reaches_a_published_version() -> None:
    version = make_version(question("a"))
    row, before = one(version, "a"), read(version).content()
    acts: list[Callable[[], object]] = [
        lambda: add_question(version=version, raw={"kind": "nps"}, actor=None),
        lambda: change_question(question=row, raw={"kind": "nps"}, actor=None),
        lambda: duplicate_question(question=row, actor=None),
        lambda: remove_question(question=row, actor=None),
        lambda: arrange_questions(version=version, layout=[row.pk], actor=None),
        lambda: change_head(version=version, head={**head_of(version), "pass_mark": 1}, actor=None),
    ]
    for act in acts:
        with pytest.raises(ValidationError, match="published or discarded meanwhile"):
            act()
    assert read(version).content() == before
    assert not Label.objects.filter(version=version, slot="thanks").exists()


def test_there_is_an_end_to_the_number_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "MOST_QUESTIONS", 2)
    draft = draft_with(question("a"), question("b"))
    entry = remove_question(question=one(draft, "b"), actor=None)
    duplicate_question(question=one(draft, "a"), actor=None)
    acts: list[Callable[[], object]] = [
        lambda: add_question(version=draft, raw={"kind": "nps"}, actor=None),
        lambda: duplicate_question(question=one(draft, "a"), actor=None),
        lambda: restore_question(version=draft, entry=entry, actor=None),
    ]
    for act in acts:
        with pytest.raises(ValidationError, match="at most 2 questions"):
            act()
    assert codes(draft) == ["a a-2"]
