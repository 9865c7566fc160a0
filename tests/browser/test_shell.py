"""The frame of every page in a real browser: keyboard, menus, questions, sign-in; no fault against WCAG or the CSP."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.organisation.models import Company
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[[User, str], Page]


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser's console complains about, refused styles and scripts among it; none at the end of a test."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


@pytest.fixture
def open_as(page: Page, live_server: LiveServer, complaints: list[str]) -> Open:
    """Opens a page as a user, without the sign-in page."""

    def open_page(user: User, path: str) -> Page:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return open_page


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found.response["violations"]]


def test_a_person_signs_in_with_password(
    page: Page, live_server: LiveServer, ada: User, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/sign-in/login/?next=/accounts/profile/")
    page.locator("[name=login]").fill(ada.email)
    page.locator("[name=password]").fill("wrong")
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.btn-primary").click()
    expect(page).to_have_url(f"{live_server.url}/accounts/profile/")
    expect(page.get_by_role("button", name="Menu of Ada Admin")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("de", 360, "dark"), ("de", 1440, "light"), ("en", 360, "light"), ("en", 1440, "dark")],
)
def test_the_pages_of_the_account_are_accessible(
    open_as: Open, live_server: LiveServer, ada: User, language: str, width: int, scheme: str
) -> None:
    User.objects.update(language=language)
    page = open_as(ada, "/accounts/profile/")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/accounts/profile/", "/sign-in/2fa/", "/sign-in/password/change/"):
        page.goto(live_server.url + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in/login/")
    assert violations(page) == []


def test_the_user_menu_works_from_the_keyboard(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/accounts/profile/")
    button = page.get_by_role("button", name="Menu of Ada Admin")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="Profile and settings")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()


def test_the_appearance_is_kept(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/accounts/profile/")
    page.get_by_role("button", name="Menu of Ada Admin").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_list_is_searched_and_walked_by_keyboard(open_as: Open, ada: User, mia: User, otto: User) -> None:
    page = open_as(ada, "/accounts/users/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tbody tr").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("tbody tr").nth(0).locator("a").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-list-search]")).to_be_focused()
    page.keyboard.type("özd")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("[data-list-search]")).to_be_focused()


def test_the_help_with_the_keyboard_opens_and_closes(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/accounts/users/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_a_group_of_links_stays_as_it_was_folded(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/touchpoints/")
    rare, usual = page.get_by_role("link", name="API keys"), page.get_by_role("link", name="Phase × channel")
    expect(rare).to_be_hidden()
    page.get_by_text("Administration").click()
    expect(rare).to_be_visible()
    page.reload()
    expect(rare).to_be_visible()
    expect(usual).to_be_visible()

    page.locator("summary", has_text="Touchpoints").focus()
    page.keyboard.press("Enter")
    expect(usual).to_be_hidden()
    page.goto(page.url.replace("/touchpoints/", "/help/"))
    expect(usual).to_be_hidden()
    expect(rare).to_be_visible()
    page.get_by_text("Administration").click()
    page.goto(page.url.replace("/help/", "/history/"))
    expect(rare).to_be_visible()  # where one is, one sees what is beside


def test_the_navigation_opens_on_a_phone(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/accounts/profile/")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#sidebar")).to_be_hidden()
    page.get_by_role("button", name="Open navigation").click()
    expect(page.locator("#sidebar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_a_question_is_asked_before_a_destructive_act(open_as: Open, ada: User, company: Company) -> None:
    page = open_as(ada, "/accounts/profile/")
    page.evaluate(
        """() => {
          const button = document.createElement("button");
          button.textContent = "Delete it";
          Object.assign(button.dataset, {confirm: "It is gone for good.", confirmYes: "Delete"});
          button.addEventListener("click", () => (document.title = "gone"));
          document.querySelector("main").append(button);
        }"""
    )
    button = page.get_by_role("button", name="Delete it")
    button.click()
    expect(page.get_by_role("dialog")).to_contain_text("It is gone for good.")
    page.keyboard.press("Escape")
    assert page.title() != "gone"
    expect(button).to_be_focused()
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).to_have_title("gone")


def test_a_form_cannot_be_sent_twice(open_as: Open, ada: User) -> None:
    page = open_as(ada, "/accounts/profile/")
    sent = page.evaluate(
        """() => {
          let sent = 0;
          document.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent++;
            event.preventDefault();
          });
          const form = document.querySelector("main form");
          form.requestSubmit();
          form.requestSubmit();
          return sent;
        }"""
    )
    assert sent == 1
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    expect(page.locator("main form").first).to_have_attribute("aria-busy", "true")


def test_a_lost_connection_is_said_and_can_be_tried_again(
    open_as: Open, ada: User, complaints: list[str]
) -> None:
    page = open_as(ada, "/accounts/users/")
    page.context.set_offline(True)
    page.locator("[data-list-search]").fill("ada")
    note = page.locator("#toasts .note", has_text="No connection to the server")
    expect(note).to_be_visible()
    assert page.locator("[data-list-search]").input_value() == "ada"
    page.context.set_offline(False)
    note.get_by_role("button", name="Try again").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    complaints.clear()  # the browser itself logs that it was offline
