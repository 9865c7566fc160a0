"""Lists in little room: the order is chosen where there are no headings."""

import pytest
from playwright.sync_api import Browser, Page, expect

from cxm.accounts.models import User
from tests.browser.conftest import Enter
from tests.browser.test_axe import AXE, OVERFLOW, RUN, TAGS
from tests.makers import make_touchpoint

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 700}


@pytest.fixture
def points(mia: User) -> None:
    """Three touchpoints."""
    for name in ("Catalogue", "Hotline", "Invoice"):
        make_touchpoint(name=name)


def names(page: Page) -> list[str]:
    """The rows in their order."""
    return page.locator("tbody .row-link").all_inner_texts()


@pytest.mark.usefixtures("points", "silent")
def test_on_a_phone_a_field_sorts_at_once_and_keeps_the_focus(
    page: Page, mia: User, enter: Enter, live_server: object
) -> None:
    enter(page.context, mia)
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/touchpoints/", wait_until="load")  # type: ignore[attr-defined]
    order = page.get_by_label("Sort by")
    expect(order).to_have_value("name")
    order.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("tbody .row-link").first).to_have_text("Invoice")
    assert names(page) == ["Invoice", "Hotline", "Catalogue"]
    assert "sort=-name" in page.url
    expect(order).to_be_focused()
    assert page.evaluate(OVERFLOW) == ""
    page.evaluate(AXE)
    assert page.evaluate(RUN, TAGS) == []


@pytest.mark.usefixtures("points", "silent")
def test_where_there_are_headings_the_field_is_not_seen_and_follows_them(
    page: Page, mia: User, enter: Enter, live_server: object
) -> None:
    enter(page.context, mia)
    page.goto(f"{live_server.url}/touchpoints/", wait_until="load")  # type: ignore[attr-defined]
    expect(page.get_by_label("Sort by")).to_be_hidden()
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.locator("tbody .row-link").first).to_have_text("Invoice")
    expect(page.locator("select[name=sort]")).to_have_value("-name")
    page.locator("input[name=q]").fill("i")
    expect(page.locator("tbody .row-link")).to_have_count(2)
    assert names(page) == ["Invoice", "Hotline"], "still in the chosen order"


@pytest.mark.usefixtures("points")
def test_without_scripts_a_button_applies_the_order(
    browser: Browser, mia: User, enter: Enter, live_server: object
) -> None:
    with browser.new_context(java_script_enabled=False, viewport=SMALL) as context:  # type: ignore[arg-type]
        enter(context, mia)
        page = context.new_page()
        page.goto(f"{live_server.url}/touchpoints/")  # type: ignore[attr-defined]
        page.get_by_label("Sort by").select_option("-name")
        page.get_by_role("button", name="Apply").click()
        assert names(page) == ["Invoice", "Hotline", "Catalogue"]
