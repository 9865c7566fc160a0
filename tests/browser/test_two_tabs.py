"""Two windows, impatient fingers, the way back: nothing is lost, nothing is done twice."""

import re

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.browser.conftest import Enter
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Comment, Touchpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHANGED = "inventory.touchpoint.changed"


@pytest.fixture
def point(mia: User) -> Touchpoint:
    """A touchpoint with a text."""
    return make_touchpoint(name="Hotline", description="Old text")


@pytest.fixture
def context(context: BrowserContext, live_server: LiveServer, mia: User, enter: Enter) -> BrowserContext:
    """Mia is signed in, in all windows."""
    enter(context, mia)
    return context


def opened(context: BrowserContext, live_server: LiveServer, point: Touchpoint) -> Page:
    """The touchpoint with its first group being edited."""
    page = context.new_page()
    page.goto(f"{live_server.url}/touchpoints/{point.pk}/")
    page.locator("#edit-identity").click()
    expect(page.locator("#identity [name=description]")).to_have_value("Old text")
    return page


def save(page: Page) -> None:
    page.locator("#identity").get_by_role("button", name="Save").click()


def test_the_second_of_two_windows_sees_both_versions(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    first, second = (opened(context, live_server, point) for _window in range(2))
    first.locator("#identity [name=description]").fill("From the first window")
    save(first)
    expect(first.locator("#identity")).to_contain_text("From the first window")

    second.locator("#identity [name=description]").fill("From the second window")
    save(second)
    conflict = second.locator("#identity").get_by_role("alert")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("From the first window")
    expect(conflict).to_contain_text("From the second window")
    point.refresh_from_db()
    assert point.description == "From the first window"
    expect(second.locator("#identity [name=description]")).to_have_value("From the second window")

    second.locator("#identity [name=description]").fill("From both windows")
    save(second)
    expect(second.locator("#identity")).to_contain_text("From both windows")
    expect(second.get_by_role("alert")).to_have_count(0)
    point.refresh_from_db()
    assert point.description == "From both windows"


def test_two_windows_that_change_different_fields_do_not_disturb_one_another(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    first, second = (opened(context, live_server, point) for _window in range(2))
    first.locator("#identity [name=description]").fill("From the first window")
    save(first)
    expect(first.locator("#identity")).to_contain_text("From the first window")
    second.locator("#identity [name=name]").fill("Service hotline")
    save(second)
    expect(second.locator("#identity")).to_contain_text("Service hotline")
    point.refresh_from_db()
    assert (point.name, point.description) == ("Service hotline", "From the first window")


def test_pressing_twice_has_one_effect(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    page = context.new_page()
    page.goto(f"{live_server.url}/touchpoints/{point.pk}/")
    form = page.locator("#comments form").last
    form.locator("textarea").fill("Only once, please")
    form.get_by_role("button").last.dblclick()
    expect(page.locator("#comments")).to_contain_text("Only once, please")
    expect(form.locator("textarea")).to_have_value("")

    page.goto(f"{live_server.url}/touchpoints/new/")
    page.locator("[name=name]").fill("Only one")
    page.locator("main form button.btn-primary").dblclick()
    expect(page.get_by_role("heading", name="Only one", level=1)).to_be_visible()

    assert Comment.objects.count() == 1
    assert Touchpoint.objects.filter(name="Only one").count() == 1


def test_pressing_again_while_the_answer_is_slow_has_one_effect(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    page = opened(context, live_server, point)
    waiting: list[Route] = []
    page.route("**/edit/identity/", lambda route: waiting.append(route))
    page.locator("#identity [name=description]").fill("Said once")
    save(page)
    button = page.locator("#identity").get_by_role("button", name="Save")
    expect(button).to_be_disabled()
    page.locator("#identity [name=name]").press("Enter")
    page.wait_for_function("() => document.querySelector('#identity form').hasAttribute('data-sending')")
    assert len(waiting) == 1
    waiting[0].continue_()
    expect(page.locator("#identity")).to_contain_text("Said once")
    assert Entry.objects.filter(verb=CHANGED).count() == 1


def test_the_way_back_after_saving_shows_what_was_saved(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    page = opened(context, live_server, point)
    page.locator("#identity [name=description]").fill("Saved before leaving")
    save(page)
    expect(page.locator("#identity")).to_contain_text("Saved before leaving")
    page.get_by_role("link", name="Touchpoints", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/touchpoints/$"))
    page.go_back()
    expect(page.locator("#identity")).to_contain_text("Saved before leaving")
    expect(page.locator("[data-sending]")).to_have_count(0)

    page.goto(f"{live_server.url}/touchpoints/new/")
    page.locator("[name=name]").fill("Made once")
    page.locator("main form button.btn-primary").click()
    expect(page.get_by_role("heading", name="Made once", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator("main form button.btn-primary")).to_be_enabled()
    assert Touchpoint.objects.filter(name="Made once").count() == 1


def test_leaving_with_unsaved_words_asks_first(
    context: BrowserContext, live_server: LiveServer, point: Touchpoint
) -> None:
    page = opened(context, live_server, point)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#identity [name=description]").press_sequentially("!")
    page.get_by_role("link", name="Touchpoints", exact=True).first.click(no_wait_after=True)
    expect(page.locator("#identity [name=description]")).to_have_value(re.compile("!"))
    page.wait_for_function("() => document.readyState === 'complete'")
    assert asked == ["beforeunload"]
