"""The editor of a draft over the web: in place for htmx, as pages without a script."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from cxm.audit.models import Entry
from surveys.questionnaires.choices import Kind, Use
from surveys.questionnaires.models import Question, Version
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


def draft_with(*questions: dict[str, Any], **fields: Any) -> Version:
    return make_version(*questions, published=False, **fields)


def one(version: Version, code: str) -> Question:
    return version.questions.get(concept__code=code)


def url(name: str, of: Version | Question) -> str:
    return reverse(f"questionnaires:{name}", args=[of.pk])


def typed(desk: Client, row: Question, /, **changes: Any) -> dict[str, Any]:
    """The form of a question as the browser would send it, with changes."""
    editor = desk.get(url("question", row)).context["editor"]
    found: dict[str, Any] = {}
    for form in (editor.form, editor.choices.management_form, editor.conditions.management_form):
        found |= sent(form)
    for form in [*editor.choices, *editor.conditions]:
        found |= sent(form)
    return {name: value for name, value in (found | changes).items() if value is not None}


def sent(form: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody has touched."""
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


@pytest.mark.parametrize("kind", Kind.values)
def test_a_question_of_every_kind_is_added_and_its_form_is_open(desk: Client, kind: str) -> None:
    draft = draft_with()
    fields = {"kind": kind, "text_de": "Wie?", "text_en": "How?"}
    answer = desk.post(url("question_add", draft), fields)
    row = draft.questions.get()
    assert answer.headers["Location"] == url("question", row)
    page = desk.get(url("question", row))
    assert page.status_code == 200
    assert 'lang="en"' in page.content.decode()
    saved = desk.post(url("question", row), typed(desk, row, help_en="Help", required="on"))
    assert saved.headers["Location"] == f"{url('edit', draft)}#q-{row.pk}"
    item = read(draft).items[0]
    assert (item.kind, item.is_required) == (kind, True)
    assert item.texts["text", "de"] == "Wie?"
    assert item.texts["help", "en"] == "Help"


def test_by_htmx_the_form_of_the_new_question_comes_at_once(desk: Client) -> None:
    draft = draft_with(question("a"))
    first = one(draft, "a")
    opened = desk.get(f"{url('question_add', draft)}?after={first.pk}", headers={"HX-Request": "true"})
    assert b"<html" not in opened.content
    fields = {"kind": "maturity", "text_en": "How far?", "after": str(first.pk), "new_page": "on"}
    answer = desk.post(url("question_add", draft), fields, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert "<html" not in body
    assert (
        body.count("<textarea") == 16
    )  # wording, explanation, five anchors, words above: in two languages each
    assert [item.page for item in read(draft).items] == [1, 2]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "nps"}, "Please write what is asked."),
        ({"kind": "poll", "text_de": "A"}, "Select a valid choice."),
        ({"kind": "nps", "text_de": "A", "code": "a"}, "asks for “a” already"),
        ({"kind": "nps", "text_de": "A", "code": "a b"}, "Enter a valid"),
        ({"kind": "nps", "text_de": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_question_that_cannot_be_added_is_shown_with_the_reason(
    desk: Client, fields: dict[str, str], words: str
) -> None:
    draft = draft_with(question("a"))
    answer = desk.post(url("question_add", draft), fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert draft.questions.count() == 1


def test_anchors_are_written_side_by_side(desk: Client) -> None:
    draft = draft_with(question("a", "maturity"))
    row = one(draft, "a")
    anchors = {
        f"anchor{step}_{language}": f"{language}{step}" for step in range(5) for language in ("de", "en")
    }
    desk.post(
        url("question", row),
        typed(desk, row, **anchors, unknown="on", theme="trust", weight="1.5"),
    )
    item = read(draft).items[0]
    assert {item.texts[f"anchor{step}", "en"] for step in range(5)} == {f"en{step}" for step in range(5)}
    assert (item.allows_unknown, item.theme, str(item.weight)) == (True, "trust", "1.50")


def test_answers_are_added_moved_and_taken_away_without_saving(desk: Client) -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]))
    row, before = one(draft, "a"), read(draft).content()
    for press, expected in (
        ("choices-add", ["x", "y", ""]),
        ("choices-down-0", ["y", "x"]),
        ("choices-up-1", ["y", "x"]),
        ("choices-take-0", ["y"]),
        ("choices-take-9", ["x", "y"]),
        ("nonsense", ["x", "y"]),
    ):
        page = desk.post(url("question", row), typed(desk, row, row=press, text_de="Not saved"))
        assert page.status_code == 200
        editor = page.context["editor"]
        assert [form["text_de"].value() or "" for form in editor.choices] == expected
        assert editor.form["text_de"].value() == "Not saved"
    assert read(draft).content() == before


@pytest.mark.parametrize(
    "press", ["choices-up-0", "choices-take-0", "choices-down-5", "conditions-up-0", "-", "x-add-1-2"]
)
@pytest.mark.parametrize("total", ["0", "-1", "x", "9" * 30, None])
def test_a_press_that_means_nothing_changes_nothing(desk: Client, press: str, total: str | None) -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]))
    row, before = one(draft, "a"), read(draft).content()
    fields = typed(desk, row, row=press, **{"choices-TOTAL_FORMS": total, "conditions-TOTAL_FORMS": total})
    page = desk.post(url("question", row), fields)
    assert page.status_code == 200
    assert "data-dirty" in page.content.decode()  # leaving asks first
    assert read(draft).content() == before


def test_a_form_without_its_counters_is_refused(desk: Client) -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]))
    row, before = one(draft, "a"), read(draft).content()
    fields = {name: value for name, value in typed(desk, row, text_de="New").items() if "FORMS" not in name}
    assert desk.post(url("question", row), fields).status_code == 422
    assert desk.post(url("question", row), {}).status_code == 422
    assert read(draft).content() == before


def test_answers_with_points_and_feedback_are_saved_in_a_quiz(desk: Client) -> None:
    draft = draft_with(question("a", "single", choices=[choice("x"), choice("y")]), use=Use.QUIZ)
    row = one(draft, "a")
    added = desk.post(url("question", row), typed(desk, row, row="choices-add")).context["editor"]
    parts = (added.form, added.choices.management_form, added.conditions.management_form, *added.choices)
    fields = {name: value for form in parts for name, value in sent(form).items()}
    fields |= {
        "choices-0-points": "2.5", "choices-0-right": "on", "choices-0-feedback_en": "Well done",
        "choices-2-text_de": "Neu", "choices-2-text_en": "New", "choices-2-points": "-1",
    }  # fmt: skip
    assert desk.post(url("question", row), fields).status_code == 302
    options = read(draft).items[0].options
    assert [(o.code, str(o.points), o.is_correct) for o in options] == [
        ("x", "2.50", True),
        ("y", "0.00", False),
        ("neu", "-1.00", False),
    ]
    assert options[0].texts["feedback", "en"] == "Well done"


def test_a_condition_is_built_of_the_answers_of_an_earlier_question(desk: Client) -> None:
    draft = draft_with(
        question("way", "single", choices=[choice("x"), choice("y")]),
        question("nps", "nps"),
        question("why", "long"),
    )
    row = one(draft, "why")
    fields = typed(desk, row)
    empty = desk.post(url("question", row), fields | {"row": "conditions-add"}).context["editor"]
    assert [code for code, _label in empty.conditions[0].fields["of"].choices] == ["", "way", "nps"]
    fields |= {"conditions-TOTAL_FORMS": "2", "conditions-0-of": "way", "conditions-1-of": "nps"}
    offered = desk.post(url("question", row), fields | {"row": "refresh"}).context["editor"]
    assert offered.conditions[0].fields["chosen"].choices == [("x", "x"), ("y", "y")]
    assert offered.conditions[1].fields["low"].max_value == 10
    fields |= {"conditions-0-chosen": ["y"], "conditions-1-high": "6"}
    assert desk.post(url("question", row), fields).status_code == 302
    item = read(draft).by_code["why"]
    assert list(item.show_if) == [{"of": "way", "choices": ["y"]}, {"of": "nps", "to": 6}]
    page = desk.get(url("edit", draft)).content.decode()
    assert "“way?” is answered by: y" in page
    assert "“nps?” is 6 or less" in page


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"conditions-0-of": "nps"}, [{"of": "nps", "answered": True}]),
        ({"conditions-0-of": "nps", "conditions-0-low": "9"}, [{"of": "nps", "from": 9}]),
        ({"conditions-0-of": ""}, []),
    ],
)
def test_a_condition_may_ask_for_any_answer_or_for_a_range(
    desk: Client, fields: dict[str, str], expected: list[Any]
) -> None:
    draft = draft_with(question("nps", "nps"), question("why", "long"))
    row = one(draft, "why")
    desk.post(url("question", row), typed(desk, row, **{"conditions-TOTAL_FORMS": "1"}, **fields))
    assert list(read(draft).by_code["why"].show_if) == expected


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"conditions-0-of": "why"}, "Select a valid choice."),
        ({"conditions-0-of": "nps", "conditions-0-low": "11"}, "less than or equal to 10"),
        (
            {"conditions-0-of": "nps", "conditions-0-low": "7", "conditions-0-high": "3"},
            "No answer is at least 7",
        ),
        ({"weight": "101"}, "less than or equal to 100"),
        ({"weight": ""}, "This field is required."),
        ({"theme": "zwei Worte"}, "Enter a valid"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_at_its_field_and_nothing_is_lost(
    desk: Client, fields: dict[str, str], words: str
) -> None:
    draft = draft_with(question("nps", "nps"), question("why", "long"))
    row, before = one(draft, "why"), read(draft).content()
    sent_fields = typed(desk, row, **({"conditions-TOTAL_FORMS": "1", "text_de": "Kept"} | fields))
    answer = desk.post(url("question", row), sent_fields)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert words in body
    assert "Kept</textarea>" in body
    assert read(draft).content() == before


def test_the_ends_of_a_number_stand_in_their_order(desk: Client) -> None:
    draft = draft_with(question("age", "number"))
    row = one(draft, "age")
    wrong = desk.post(url("question", row), typed(desk, row, low="9", high="1"))
    assert "must be greater than the lowest" in wrong.content.decode()
    assert desk.post(url("question", row), typed(desk, row, low="1", high="9")).status_code == 302
    item = read(draft).items[0]
    assert (item.low, item.high) == (1, 9)


def test_another_kind_opens_the_form_once_more_with_its_fields(desk: Client) -> None:
    draft = draft_with(question("a", "short"))
    row = one(draft, "a")
    answer = desk.post(url("question", row), typed(desk, row, kind="maturity"))
    assert answer.headers["Location"] == url("question", row)
    body = desk.post(
        url("question", row), typed(desk, row, kind="single"), headers={"HX-Request": "true"}
    ).content.decode()
    assert "Answer 2" in body


def test_the_second_of_two_people_sees_what_the_first_wrote_and_may_insist(desk: Client, mia: User) -> None:
    draft = draft_with(question("a"))
    row = one(draft, "a")
    first, second = typed(desk, row, text_en="First?"), typed(desk, row, text_en="Second?", help_en="Mine")
    desk.post(url("question", row), first)
    answer = desk.post(url("question", row), second)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert [(c.theirs, c.mine) for c in answer.context["clashes"]] == [("First?", "Second?")]
    assert f"{mia.name} has changed this meanwhile" in body
    assert "Second?</textarea>" in body
    again = second | {"seen": answer.context["editor"].form["seen"].value()}
    assert desk.post(url("question", row), again).status_code == 302
    texts = read(draft).items[0].texts
    assert (texts["text", "en"], texts["help", "en"]) == ("Second?", "Mine")


def test_what_was_removed_comes_back_by_a_button(desk: Client) -> None:
    draft = draft_with(question("a"), question("b", page=2), question("c", page=3))
    before = read(draft).content()
    gone = desk.post(url("remove", one(draft, "b")))
    entry = Entry.objects.about(draft.questionnaire).first()
    assert entry is not None
    assert gone.headers["Location"] == f"{url('edit', draft)}?removed={entry.pk}"
    page = desk.get(gone.headers["Location"])
    assert url("undo", draft) in page.content.decode()
    desk.post(url("undo", draft), {"entry": str(entry.pk)})
    assert read(draft).content() == before
    for nonsense in (str(entry.pk), "0", "x", "9" * 30):
        assert desk.post(url("undo", draft), {"entry": nonsense}).status_code == 302
    assert read(draft).content() == before


def test_a_removed_question_leaves_those_that_wait_for_it_with_a_word(desk: Client) -> None:
    draft = draft_with(question("a"), question("b", show_if=[{"of": "a", "answered": True}]))
    answer = desk.post(url("remove", one(draft, "a")), headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert "Question 1 is shown after an answer to “a”, which is not asked before it." in body
    assert "Undo" in body
    form = desk.get(url("question", one(draft, "b")))
    assert "“a”, which is not asked before" in form.content.decode()


def test_a_question_is_duplicated(desk: Client) -> None:
    draft = draft_with(question("a"), question("b"))
    desk.post(url("duplicate", one(draft, "a")))
    assert list(read(draft).by_code) == ["a", "a-2", "b"]


@pytest.mark.parametrize(
    ("press", "expected"),
    [
        (lambda a, b, c: {"up": b}, "b a | c"),
        (lambda a, b, c: {"down": a}, "b a | c"),
        (lambda a, b, c: {"down": b}, "a | b c"),
        (lambda a, b, c: {"up": c}, "a b c"),
        (lambda a, b, c: {"up": a}, "a b | c"),
        (lambda a, b, c: {"down": c}, "a b | c"),
        (lambda a, b, c: {"break": b}, "a | b | c"),
        (lambda a, b, c: {"join": "page-2"}, "a b c"),
        (lambda a, b, c: {"up": "page-2"}, "a | b c"),
        (lambda a, b, c: {"ids": [c, "page-2", b, a]}, "c | b a"),
        (lambda a, b, c: {"ids": [c]}, "a b | c"),
        (lambda a, b, c: {"ids": ["x", "-1", "9" * 40]}, "a b | c"),
    ],
    ids=["up", "down", "over the break", "first of a page up", "first up", "last down", "break", "join", "page up",
         "dragged", "one only", "nonsense"],
)  # fmt: skip
def test_questions_and_pages_are_moved_by_buttons_and_by_dragging(
    desk: Client, press: Callable[..., dict[str, Any]], expected: str
) -> None:
    draft = draft_with(question("a"), question("b"), question("c", page=2))
    a, b, c = (str(one(draft, code).pk) for code in "abc")
    desk.post(url("move", draft), {"ids": [a, b, "page-2", c]} | press(a, b, c))
    assert " | ".join(" ".join(item.code for item in page) for page in read(draft).pages) == expected


def test_the_button_that_moved_keeps_the_focus(desk: Client) -> None:
    draft = draft_with(question("a"), question("b"))
    a, b = (str(one(draft, code).pk) for code in "ab")
    body = desk.post(
        url("move", draft), {"ids": [a, b], "up": b}, headers={"HX-Request": "true"}
    ).content.decode()
    assert f'name="up" value="{b}" autofocus' in body
    assert body.count("autofocus") == 1


def test_title_languages_and_identity_are_written(desk: Client) -> None:
    draft = draft_with(question("a"))
    form = desk.get(url("head", draft)).context["form"]
    fields = sent(form) | {
        "title_en": "New title",
        "languages": ["en"],
        "identity": "named",
        "pass_mark": "70",
    }
    assert desk.post(url("head", draft), fields).headers["Location"] == url("edit", draft)
    draft.refresh_from_db()
    assert (draft.languages, draft.identity, draft.pass_mark) == (["en"], "named", 70)
    lost = desk.post(url("head", draft), fields | {"title_en": "Other"})
    assert lost.status_code == 422
    assert [(c.theirs, c.mine) for c in lost.context["clashes"]] == [("New title", "Other")]
    wrong = desk.post(url("head", draft), fields | {"pass_mark": "101"})
    assert wrong.status_code == 422


def test_a_published_version_leads_to_its_questionnaire(desk: Client) -> None:
    version = make_version(question("a"))
    row = one(version, "a")
    for name, of in (
        ("edit", version),
        ("head", version),
        ("question_add", version),
        ("publish", version),
        ("question", row),
    ):
        answer = desk.get(url(name, of), follow=True)
        assert answer.redirect_chain[0][0] == version.questionnaire.get_absolute_url()
        assert "is published and never changes" in answer.content.decode()


def test_script_in_every_text_stays_text(desk: Client) -> None:
    evil = "<script>alert(1)</script>"
    texts = {"text.de": evil, "text.en": evil, "help.en": evil}
    draft = draft_with(
        question("a", "single", texts=texts, choices=[choice("x", texts={"text.en": evil}), choice("y")])
    )
    for page in (
        url("edit", draft),
        url("question", one(draft, "a")),
        draft.questionnaire.get_absolute_url(),
    ):
        assert evil not in desk.get(page).content.decode()


def test_the_editor_asks_twelve_times_at_most_however_many_questions(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    few = draft_with(question("a"))
    many = draft_with(*(question(f"q{n}", "single", choices=[choice("x"), choice("y")]) for n in range(40)))
    for draft in (few, many):
        row = draft.questions.earliest("position")
        for page in (url("edit", draft), url("question", row), url("publish", draft), url("head", draft)):
            with django_assert_max_num_queries(12):
                assert desk.get(page).status_code == 200


def test_a_theme_goes_by_its_name_and_is_stored_by_its_code(desk: Client) -> None:
    draft = draft_with(question("mood", "maturity", theme="bond"), question("way", "maturity", theme="trust"))
    mood, way = one(draft, "mood"), one(draft, "way")
    shown = desk.get(url("edit", draft)).content.decode()
    assert ("Theme: Bond<" in shown, "Theme: trust<" in shown) == (True, True)
    assert typed(desk, mood)["theme"] == "Bond"
    before = read(draft).digest
    desk.post(url("question", mood), typed(desk, mood))
    assert read(draft).digest == before
    for said, code in (
        ("dialogue", "dialogue"),
        ("Bindung", "bond"),
        ("LEARNING", "learning"),
        ("Trust", "Trust"),
    ):
        desk.post(url("question", way), typed(desk, way, theme=said))
        assert one(draft, "way").theme == code
    assert typed(desk, way)["theme"] == "Trust"


def test_two_people_who_choose_another_theme_read_its_name(desk: Client, mia: User) -> None:
    draft = draft_with(question("mood", "maturity", theme="bond"))
    row = one(draft, "mood")
    form = typed(desk, row, theme="Steering")
    desk.post(url("question", row), typed(desk, row, theme="Learning"))
    answer = desk.post(url("question", row), form)
    assert answer.status_code == 422
    (clash,) = answer.context["clashes"]
    assert (clash.label, clash.theirs, clash.mine) == ("Theme", "Learning", "Steering")
