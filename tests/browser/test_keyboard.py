"""A day's work without a mouse: sign in, find, open, change, leave; dialogs that keep the focus and give it back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from tests.browser.conftest import Enter
from tests.cast import PASSWORD
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Touchpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 60  # presses of Tab until something must have been reached


@pytest.fixture
def points(mia: User) -> list[Touchpoint]:
    """Three touchpoints."""
    return [
        make_touchpoint(name=name, description="Old text") for name in ("Catalogue", "Hotline", "Invoice")
    ]


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, mia: User, enter: Enter, silent: list[str]) -> Page:
    enter(page.context, mia)
    page.goto(f"{live_server.url}/touchpoints/")
    return page


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the focus is there, as somebody without a mouse has to."""
    for _press in range(MOST):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Not reached with {MOST} presses of Tab: {goal}")


def focus_is_visible(page: Page) -> bool:
    """Whether one can see where the focus is."""
    return bool(
        page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
              return outlined || style.boxShadow !== "none";
            }"""
        )
    )


def test_sign_in_search_walk_open_change_and_leave(
    page: Page, live_server: LiveServer, mia: User, points: list[Touchpoint], silent: list[str]
) -> None:
    page.goto(f"{live_server.url}/sign-in/login/?next=/touchpoints/")
    tab_to(page, page.locator("[name=login]"))
    page.keyboard.type(mia.email)
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/touchpoints/")

    # Find and open
    page.wait_for_load_state()  # the keys are the script's
    page.keyboard.press("/")
    expect(page.locator("input[type=search][name=q]").first).to_be_focused()
    page.keyboard.type("hotl")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(3)
    tab_to(page, rows.nth(0).locator("a.row-link"))
    assert focus_is_visible(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2).locator("a.row-link")).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1).locator("a.row-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hotline", level=1)).to_be_visible()

    # Change a group where it stands
    tab_to(page, page.locator("#edit-identity"))
    assert focus_is_visible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#identity [name=name]")).to_be_focused()
    tab_to(page, page.locator("#identity [name=description]"))
    page.keyboard.press("Control+a")
    page.keyboard.type("People call us")
    tab_to(page, page.locator("#identity").get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(page.locator("#identity")).to_contain_text("People call us")
    expect(page.locator("#edit-identity")).to_be_focused()
    assert Touchpoint.objects.get(name="Hotline").description == "People call us"

    # Leave
    menu = page.get_by_role("button", name="Menu of Mia Meyer")
    menu.focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_giving_up_a_change_returns_to_where_it_began(signed_in: Page, points: list[Touchpoint]) -> None:
    page = signed_in
    page.goto(page.url + f"{points[1].pk}/")
    page.locator("#edit-place").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place [name=phase]")).to_be_focused()
    tab_to(page, page.locator("#place").get_by_role("link", name="Cancel"))
    page.keyboard.press("Enter")
    expect(page.locator("#edit-place")).to_be_focused()


def test_the_first_stop_leads_past_the_navigation(signed_in: Page, points: list[Touchpoint]) -> None:
    page = signed_in
    page.reload()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_question_keeps_the_focus_and_gives_it_back(signed_in: Page, points: list[Touchpoint]) -> None:
    page = signed_in
    page.goto(page.url + f"{points[0].pk}/")
    button = page.get_by_role("button", name="Archive")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    for key in ("Tab", "Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
        page.keyboard.press(key)
        outside = page.evaluate(
            "!document.activeElement.closest('dialog[open]') && document.activeElement !== document.body"
        )
        assert not outside
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert not Touchpoint.objects.get(pk=points[0].pk).is_archived

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This touchpoint is in the archive.")).to_be_visible()


def test_rows_are_chosen_and_assigned_by_keyboard(
    signed_in: Page, points: list[Touchpoint], otto: User
) -> None:
    page = signed_in
    page.reload()
    rows = page.locator("tbody tr")
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(rows.locator("input[data-row-select]:checked")).to_have_count(2)
    tab_to(page, page.get_by_role("button", name="Assign"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/touchpoints/bulk/owner/"))
    tab_to(page, page.get_by_label("Accountable"))
    page.keyboard.type("Otto")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(rows.filter(has_text="Otto Özdemir")).to_have_count(2)
