"""The editor in a real browser: dragging, the keyboard, two windows; every page of it against WCAG."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from surveys.questionnaires.actions.versions import draft_version
from surveys.questionnaires.models import Label, Version
from surveys.questionnaires.sheet import read
from tests.browser.conftest import Enter, enter, listen
from tests.browser.test_axe import AXE, OVERFLOW, RUN, SETTLED, TAGS, Scheme
from tests.surveys.makers import choice, make_version, question

__all__ = ["enter"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS: tuple[tuple[str, Scheme, int], ...] = (
    ("de", "light", 320),
    ("en", "dark", 1440),
    ("en", "light", 320),
    ("de", "dark", 320),
    ("de", "light", 1440),
    ("en", "dark", 320),
)


@pytest.fixture
def context(context: BrowserContext, live_server: LiveServer, mia: User, enter: Enter) -> BrowserContext:
    """Mia is signed in, in all windows."""
    enter(context, mia)
    return context


@pytest.fixture
def draft(mia: User) -> Version:
    """Three questions on two pages."""
    return make_version(question("a"), question("b"), question("c", page=2), published=False)


def opened(context: BrowserContext, live_server: LiveServer, draft: Version) -> Page:
    page = context.new_page()
    page.goto(live_server.url + reverse("questionnaires:edit", args=[draft.pk]))
    return page


def order(draft: Version) -> str:
    """The questions, pages by a bar."""
    return " | ".join(" ".join(item.code for item in page) for page in read(draft).pages)


def test_questions_are_reordered_by_the_keyboard_and_the_focus_stays(
    context: BrowserContext, live_server: LiveServer, draft: Version
) -> None:
    page = opened(context, live_server, draft)
    page.get_by_role("button", name="Move question 1 down").focus()
    page.keyboard.press("Enter")
    moved = page.get_by_role("button", name="Move question 2 down")
    expect(moved).to_be_focused()
    expect(page.locator(".sheet-text").first).to_contain_text("b?")
    assert order(draft) == "b a | c"
    page.keyboard.press("Enter")  # over the page break: to the beginning of the next page
    expect(page.locator(".sheet-item, .sheet-break").nth(1)).to_have_class(re.compile("sheet-break"))
    expect(moved).to_be_focused()
    assert order(draft) == "b | a c"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move question 3 down")).to_be_focused()
    assert order(draft) == "b | c a"


def test_questions_and_page_breaks_are_dragged(
    context: BrowserContext, live_server: LiveServer, draft: Version
) -> None:
    page = opened(context, live_server, draft)
    grips = page.locator("[data-order-grip]")
    for start, end, expected in ((3, 0, "c a b"), (0, 1, "a c b")):
        here, there = grips.nth(start).bounding_box(), grips.nth(end).bounding_box()
        assert here
        assert there
        page.mouse.move(here["x"] + 8, here["y"] + 8)
        page.mouse.down()
        page.mouse.move(here["x"] + 8, (here["y"] + there["y"]) / 2, steps=8)
        down = 30 if start < end else -10
        with page.expect_response("**/move/"):
            page.mouse.move(there["x"] + 8, there["y"] + down, steps=12)
            page.mouse.up()
        expect(page.locator(".sheet-text").first).to_contain_text(f"{expected[0]}?")
        assert order(draft).replace(" | ", " ") == expected


def test_a_question_is_added_answered_and_made_to_wait_without_leaving_the_page(
    context: BrowserContext, live_server: LiveServer, draft: Version
) -> None:
    page = opened(context, live_server, draft)
    heard: list[str] = []
    listen(page, heard)
    page.get_by_role("link", name="Add question", exact=True).click()
    page.get_by_label("How it is answered").select_option("single")
    page.get_by_label("Wording (German)").fill("Welcher Weg?")
    page.get_by_label("Wording (English)").fill("Which way?")
    page.get_by_role("button", name="Add question").click()
    for number, (german, english) in enumerate((("Laden", "Shop"), ("Post", "Mail"))):
        page.locator(f"#id_choices-{number}-text_de").fill(german)
        page.locator(f"#id_choices-{number}-text_en").fill(english)
    page.get_by_role("button", name="Add an answer").press("Enter")
    expect(page.locator("#id_choices-2-text_de")).to_be_focused()
    page.locator("#id_choices-2-text_de").fill("Netz")
    page.locator("#id_choices-2-text_en").fill("Web")
    page.get_by_role("button", name="Move answer 3 up").press("Enter")
    expect(page.get_by_role("button", name="Move answer 2 up")).to_be_focused()
    expect(page.locator("#id_choices-1-text_en")).to_have_value("Web")
    page.get_by_role("button", name="Add a condition").click()
    expect(page.locator("#id_conditions-0-of")).to_be_focused()
    page.locator("#id_conditions-0-of").select_option("a")
    expect(page.get_by_label("is at least")).to_be_visible()
    expect(page.locator("#id_conditions-0-of")).to_be_focused()
    page.get_by_label("is at least").fill("4")
    page.get_by_label("is at least").press("Enter")  # saves, and presses none of the buttons of the rows
    expect(page.locator("#sheet form[data-order]")).to_be_visible()
    item = read(draft).items[-1]
    assert (item.kind, [option.code for option in item.options]) == ("single", ["laden", "netz", "post"])
    assert list(item.show_if) == [{"of": "a", "from": 4}]
    assert page.url.endswith(reverse("questionnaires:edit", args=[draft.pk]))
    page.get_by_role("button", name="Remove question 1").click()
    expect(page.locator(".sheet-obstacles")).to_contain_text("which is not asked before it")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".sheet-obstacles")).to_have_count(0)
    assert order(draft) == "a b | c welcher-weg"
    assert heard == []


def test_the_second_of_two_windows_sees_both_versions(
    context: BrowserContext, live_server: LiveServer, draft: Version
) -> None:
    first, second = (opened(context, live_server, draft) for _window in range(2))
    for page, words in ((first, "From the first window"), (second, "From the second window")):
        page.get_by_role("link", name="Edit question 1").click()
        page.get_by_label("Wording (English)").fill(words)
    second.get_by_label("Explanation (English)").fill("Only here")
    first.get_by_role("button", name="Save").click()
    expect(first.locator("#sheet")).to_contain_text("From the first window")

    second.get_by_role("button", name="Save").click()
    conflict = second.get_by_role("alert")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("From the first window")
    expect(conflict).to_contain_text("From the second window")
    assert read(draft).items[0].texts["text", "en"] == "From the first window"
    expect(second.get_by_label("Wording (English)")).to_have_value("From the second window")
    second.get_by_label("Wording (English)").fill("From both windows")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("#sheet")).to_contain_text("From both windows")
    texts = read(draft).items[0].texts
    assert (texts["text", "en"], texts["help", "en"]) == ("From both windows", "Only here")


def test_what_was_moved_in_another_window_is_not_lost(
    context: BrowserContext, live_server: LiveServer, draft: Version
) -> None:
    first, second = (opened(context, live_server, draft) for _window in range(2))
    first.get_by_role("button", name="Duplicate question 1").click()
    expect(first.locator(".sheet-item")).to_have_count(4)
    second.get_by_role("button", name="Move question 2 up").click()
    expect(second.locator("#toasts")).to_contain_text("added or removed a question meanwhile")
    expect(second.locator(".sheet-item")).to_have_count(4)
    assert order(draft) == "a a-2 b | c"


def all_kinds() -> Version:
    """A published version, and a draft after it with everything that a page can show."""
    version = make_version(
        question("far", "maturity", unknown=True, theme="trust", weight="2"),
        question("way", "single", page=2, choices=[choice("x"), choice("y")]),
        question(
            "why",
            "long",
            page=2,
            show_if=[{"of": "way", "choices": ["x"]}, {"of": "far", "from": 1, "to": 3}],
        ),
        question("n", "number", page=3, low=1, high=9),
    )
    draft = draft_version(questionnaire=version.questionnaire, actor=None)
    Label.objects.filter(version=draft, question__concept__code="far", slot="text", language="en").update(
        body="New?"
    )
    draft.questions.filter(concept__code="way").update(kind="multiple")
    Label.objects.filter(version=draft, question__concept__code="n", language="de").delete()
    return draft


def test_every_page_is_accessible_and_fits_a_small_phone(
    browser: Browser, live_server: LiveServer, mia: User, enter: Enter
) -> None:
    draft = all_kinds()
    row = {item.code: item.pk for item in read(draft).items}
    pages = {
        "list": reverse("questionnaires:list"),
        "new": reverse("questionnaires:new"),
        "file": reverse("questionnaires:import"),
        "questionnaire": draft.questionnaire.get_absolute_url(),
        "compared": reverse("questionnaires:version", args=[draft.questionnaire_id, 2]),
        "change": reverse("questionnaires:change", args=[draft.questionnaire_id]),
        "editor": reverse("questionnaires:edit", args=[draft.pk]),
        "head": reverse("questionnaires:head", args=[draft.pk]),
        "add": reverse("questionnaires:question_add", args=[draft.pk]),
        "anchors": reverse("questionnaires:question", args=[row["far"]]),
        "choices": reverse("questionnaires:question", args=[row["way"]]),
        "conditions": reverse("questionnaires:question", args=[row["why"]]),
        "publish": reverse("questionnaires:publish", args=[draft.pk]),
    }
    wrong: dict[str, list[str]] = {}
    for language, scheme, width in WAYS:
        User.objects.update(language=language)
        context = browser.new_context(
            base_url=live_server.url, locale=language, color_scheme=scheme, viewport={"width": width, "height": 800}
        )  # fmt: skip
        enter(context, mia)
        page = context.new_page()
        heard: list[str] = []
        listen(page, heard)
        for name, path in pages.items():
            page.goto(path)
            page.wait_for_function(SETTLED)
            page.evaluate(AXE)
            found = [*page.evaluate(RUN, TAGS), *filter(None, [page.evaluate(OVERFLOW)]), *heard]
            heard.clear()
            if found:
                wrong[f"{name} {language} {scheme} {width}"] = found
        context.close()
    assert wrong == {}
