"""Cards of a touchpoint's page, edited side by side and with suggestions."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cxm.accounts.models import User
from tests.browser.conftest import Enter
from tests.makers import make_person, make_touchpoint

pytestmark = pytest.mark.browser


def test_what_is_written_about_care_survives_that_another_card_is_saved(
    page: Page, context: BrowserContext, mia: User, enter: Enter, live_server: object
) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    enter(context, mia)
    page.goto(f"{live_server.url}/touchpoints/{touchpoint.pk}/")  # type: ignore[attr-defined]
    page.locator("#edit-care").click()
    page.locator("#care [name=review_every]").fill("30")
    page.locator("#edit-weight").click()
    page.locator("#weight [name=contacts_per_month]").fill("1200")
    page.locator("#weight").get_by_role("button", name="Save").click()
    expect(page.locator("#weight")).to_contain_text("1,200")
    expect(page.locator("#care [name=review_every]")).to_have_value("30")
    page.locator("#care").get_by_role("button", name="Save").click()
    expect(page.locator("#care")).to_contain_text("every 30 days")
    expect(page.locator("#edit-care")).to_be_visible()
    page.locator("#edit-identity").click()
    page.locator("#identity [name=description]").fill("People pay")
    before = page.locator("#care progress").get_attribute("value")
    page.locator("#identity").get_by_role("button", name="Save").click()
    expect(page.locator("#care progress")).not_to_have_attribute("value", str(before))


def test_people_are_suggested_while_one_types(
    page: Page, context: BrowserContext, mia: User, enter: Enter, live_server: object
) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    make_person(name="Anna Ahlers", position="Head of service")
    make_person(name="Béla Bauer")
    enter(context, mia)
    page.goto(f"{live_server.url}/touchpoints/{touchpoint.pk}/")  # type: ignore[attr-defined]
    page.locator("#assign").click()
    line = page.locator("#people [name=person]")
    line.press_sequentially("ahl")
    expect(page.locator("#people datalist option")).to_have_count(1)
    line.fill(str(page.locator("#people datalist option").get_attribute("value")))
    page.locator("#people").get_by_role("button", name="Save").click()
    expect(page.locator("#people")).to_contain_text("Anna Ahlers")
    expect(page.locator("#care")).not_to_contain_text("Somebody who is accountable")
