"""Vision and brand in a browser: accessible and fitting at 320 and 1440 pixels, read and confirmed by keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.organisation.actions import draft_brand
from cxm.organisation.models import BrandConfirmation
from tests.browser.conftest import Enter, listen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Axe().axe_script
RUN = """
async (tags) => {
  window.scrollTo({top: 0, behavior: "instant"});
  const found = await axe.run({runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 300)}`);
}
"""
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
SETTLED = "() => document.fonts.status === 'loaded' && !document.querySelector('.htmx-request')"
PAGES = ("", "versions/1/", "versions/2/", "support/", "readers/", "draft/")


@pytest.fixture
def mia(db: None) -> User:
    """The CX manager of the demo, with a draft begun."""
    call_command("demo", verbosity=0)
    user: User = User.objects.get(email__startswith="mia@")
    draft_brand(actor=user)
    return user


def test_every_page_of_the_brand_is_accessible_and_fits(
    browser: Browser, live_server: LiveServer, mia: User, enter: Enter
) -> None:
    wrong: dict[str, Any] = {}
    for language, scheme, width in (
        ("de", "light", 320), ("en", "dark", 320), ("de", "dark", 320), ("en", "light", 320), ("de", "light", 1440)
    ):  # fmt: skip
        User.objects.update(language=language)
        context = browser.new_context(
            base_url=live_server.url,
            color_scheme=scheme,  # type: ignore[arg-type]  # one of the two it knows
            viewport={"width": width, "height": 900},
        )
        enter(context, mia)
        page = context.new_page()
        heard: list[str] = []
        listen(page, heard)
        for path in PAGES:
            heard.clear()
            page.goto(f"/organisation/brand/{path}", wait_until="load")
            page.wait_for_function(SETTLED)
            page.evaluate(AXE)
            found = [*page.evaluate(RUN, TAGS), *heard]
            found += ["too wide"] if page.evaluate(WIDE) else []
            if found:
                wrong[f"{path} {language} {scheme} {width}"] = found
        context.close()
    assert not wrong, wrong


def test_an_employee_confirms_by_keyboard(
    browser: Browser, live_server: LiveServer, mia: User, enter: Enter
) -> None:
    emil = User.objects.get(email__startswith="emil@")
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 800})
    enter(context, emil)
    page = context.new_page()
    page.goto("/organisation/brand/")
    button = page.locator("form[action$='/brand/confirm/'] button")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    expect(button).to_have_count(0)
    assert BrandConfirmation.objects.filter(person__user=emil, version__version=2).count() == 1
    context.close()
