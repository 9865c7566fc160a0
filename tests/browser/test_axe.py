"""Every page of the app in a real browser, and what opens there: WCAG 2.2 AA, nothing wider than a phone, nothing in
the console.

There are eight ways to look at a page: German or English, light or dark, 1440 or 360 pixels. Each page is seen in two
that differ in all three, and in one of the other six in turn, so that all eight are seen over the pages of every room.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm import pages
from cxm.accounts.models import User
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS
from cxm.pages import HELP
from tests.browser.conftest import Enter, listen
from tests.house import company
from tests.house.addresses import ALL, PAGES
from tests.house.samples import sample
from touchpoints.inventory.groups import GROUPS
from touchpoints.inventory.models import Comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

type Scheme = Literal["light", "dark"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Axe().axe_script
RUN = """
async (tags) => {
  window.scrollTo({top: 0, behavior: "instant"}); // a field with the focus moves the page under the bar above
  const found = await axe.run({runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 300)}`);
}
"""
OVERFLOW = """
() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return "";
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > edge + 1);
  return `wider than ${edge}: ` + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
}
"""
WAYS: tuple[tuple[str, Scheme, int], ...] = (
    ("de", "light", 1440),
    ("en", "dark", 360),
    ("de", "dark", 360),
    ("en", "light", 1440),
    ("de", "light", 360),
    ("en", "dark", 1440),
    ("de", "dark", 1440),
    ("en", "light", 360),
)
OUTSIDE = (
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "accounts:accept",
)
ACCOUNT = (
    "account_change_password",
    "account_email",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
)
SETTLED = """
() => document.fonts.status === "loaded" && !document.querySelector(".htmx-request")
  && document.getAnimations().every(
    (one) => one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity)
"""


@dataclass
class Look:
    """One way to look at pages; somebody signed in and somebody who is not."""

    inside: Page
    outside: Page
    language: str
    heard: list[str] = field(default_factory=list)

    def complaints(self, path: str, *, signed_in: bool, status: int = 200) -> list[str]:
        """What is wrong with a page."""
        page = self.inside if signed_in else self.outside
        self.heard.clear()
        User.objects.update(language=self.language)
        answer = page.goto(path, wait_until="load")
        wrong = [] if answer and answer.status == status else [f"answer {answer and answer.status}"]
        if status != 200 and self.heard:
            self.heard.pop(0)  # that the page itself was answered so
        return wrong + self.judged(page)

    def opened(self, path: str, open_it: "Open") -> list[str]:
        """What is wrong with a page after something was opened there."""
        self.heard.clear()
        User.objects.update(language=self.language)
        self.inside.goto(path, wait_until="load")
        open_it(self.inside)
        return self.judged(self.inside)

    def judged(self, page: Page) -> list[str]:
        """What is wrong with a page as it stands."""
        page.wait_for_function(SETTLED)
        page.evaluate(AXE)
        wrong: list[str] = page.evaluate(RUN, TAGS)
        wrong += filter(None, [page.evaluate(OVERFLOW)])
        return wrong + self.heard


type Open = Callable[[Page], Any]


def click(selector: str, shows: str) -> Open:
    """Click something, and wait for what it opens."""

    def do(page: Page) -> None:
        page.locator(selector).first.click()
        expect(page.locator(shows).first).to_be_visible()

    return do


def toasts(page: Page) -> None:
    """A short message of each kind, as htmx announces it."""
    page.evaluate(
        """() => ["success", "info", "warning", "error"].forEach((level) => {
          const detail = {text: "Gespeichert.", level, action: {label: "Öffnen", url: "/help/"}};
          document.body.dispatchEvent(new CustomEvent("toast", {detail}));
        })"""
    )
    expect(page.locator("#toasts .note")).to_have_count(4)


OPENED: dict[str, tuple[str, Open]] = {
    "columns": ("/touchpoints/", click(".list-buttons .dropdown >> nth=0 >> button", ".dropdown-menu.show")),
    "saved views": (
        "/touchpoints/",
        click(".list-buttons .dropdown >> nth=1 >> button", ".dropdown-menu.show"),
    ),
    "export": ("/touchpoints/", click(".list-buttons .dropdown >> nth=2 >> button", ".dropdown-menu.show")),
    "filters": ("/touchpoints/", click("details.list-more summary", ".list-filters")),
    "filters in force": ("/touchpoints/?q=a&gap=owner", click("details.list-more summary", ".list-tools")),
    "nothing found": ("/touchpoints/?q=nirgends", click("details.list-more summary", ".list-filters")),
    "ticked rows": ("/touchpoints/", click("[data-row-select]", "[data-bulk-bar]")),
    "own menu": ("/help/", click(".user-menu >> xpath=.. >> button", ".user-menu.show")),
    "keyboard shortcuts": ("/help/", lambda page: page.keyboard.press("?")),
    "question": ("touchpoint", click("form[data-confirm] button", "dialog#confirm[open]")),
    "group in work": ("touchpoint", click("#edit-identity", "#identity [name=name]")),
    "toasts": ("/help/", toasts),
}


@pytest.fixture(autouse=True)
def that_day(tmp_path: Path) -> Iterator[None]:
    """The demo depends on the day."""
    with company.on_that_day(tmp_path):
        yield


@pytest.fixture
def mia(that_day: None, db: None) -> User:
    """Somebody of the demo company who may do everything."""
    return company.load()


@pytest.fixture
def looks(browser: Browser, live_server: LiveServer, mia: User, enter: Enter) -> Iterator[list[Look]]:
    """The eight ways, each with its windows."""
    found = []
    for language, scheme, width in WAYS:
        pages = []
        for _inside in (True, False):
            context = browser.new_context(
                base_url=live_server.url,
                locale=language,
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
            )
            pages.append(context.new_page())
        look = Look(pages[0], pages[1], language)
        enter(look.inside.context, mia)
        for page in pages:
            listen(page, look.heard)
        found.append(look)
    yield found
    for look in found:
        look.inside.context.close()
        look.outside.context.close()


@pytest.fixture
def inside(mia: User) -> list[str]:
    """The address of every page that somebody who is signed in can have."""
    paths = [one.url for one in PAGES]
    paths += [reverse("help_page", args=[topic]) for topic in HELP]
    paths += [reverse("inventory:group", args=[sample("inventory:group", "pk"), code]) for code in GROUPS]
    paths += [reverse("imports:upload", args=[importer.code]) for importer in IMPORTERS]
    paths += [
        f"{run.get_absolute_url()}{page}" for run in ImportRun.objects.all() for page in ("", "columns/")
    ]
    paths += [reverse(name) for name in ACCOUNT]
    client = Client()
    client.force_login(mia)
    return [path for path in dict.fromkeys(paths) if is_page(client, path)]


def is_page(client: Client, path: str) -> bool:
    """Whether this is a whole page, and not a part, a file, or the way to another page."""
    answer = client.get(path)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and html and b"<html" in answer.content


def test_every_page_is_accessible_fits_a_phone_and_keeps_the_console_silent(
    looks: list[Look], inside: list[str]
) -> None:
    assert len(inside) > 100
    wrong: dict[str, list[str]] = {}
    outside = [one.url for one in ALL if one.name in OUTSIDE]
    for number, path in enumerate([*inside, *outside]):
        for at in (0, 1, 2 + number % 6):
            found = looks[at].complaints(path, signed_in=path not in outside)
            if found:
                wrong[f"{path} {' '.join(map(str, WAYS[at]))}"] = found
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())


def test_no_page_is_wider_than_a_tablet(
    browser: Browser, live_server: LiveServer, mia: User, enter: Enter, inside: list[str]
) -> None:
    context = browser.new_context(
        base_url=live_server.url, locale="de", viewport={"width": 768, "height": 1024}
    )
    enter(context, mia)
    User.objects.update(language="de")
    page = context.new_page()
    wrong = {}
    for path in inside:
        page.goto(path, wait_until="load")
        page.wait_for_function(SETTLED)
        if found := page.evaluate(OVERFLOW):
            wrong[path] = found
    context.close()
    assert wrong == {}


def test_what_opens_on_a_page_is_accessible(looks: list[Look]) -> None:
    wrong: dict[str, list[str]] = {}
    touchpoint = reverse("inventory:touchpoint", args=[sample("inventory:touchpoint", "pk")])
    for number, (name, (path, open_it)) in enumerate(OPENED.items()):
        for at in (0, 1, 2 + number % 6):
            found = looks[at].opened(touchpoint if path == "touchpoint" else path, open_it)
            if found:
                wrong[f"{name} {' '.join(map(str, WAYS[at]))}"] = found
    assert wrong == {}


def test_pages_that_say_what_went_wrong_are_accessible(
    looks: list[Look], mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_else = Comment.objects.exclude(author=mia).latest("pk")
    refused = reverse("inventory:comment_edit", args=[somebody_else.pk])
    monkeypatch.setattr(pages, "get_template", broken)
    wrong = {}
    for path, signed_in, status in (
        ("/nothing/", True, 404),
        ("/nothing/", False, 404),
        (refused, True, 403),
        ("/help/start/", True, 500),
        (reverse("accounts:accept", args=["made-up"]), False, 404),
    ):
        for at in range(len(WAYS)):
            if found := looks[at].complaints(path, signed_in=signed_in, status=status):
                wrong[f"{path} {' '.join(map(str, WAYS[at]))}"] = found
    assert wrong == {}


def broken(name: str) -> None:
    raise RuntimeError("planted")


def test_the_first_page_of_an_empty_installation_is_accessible(
    browser: Browser, live_server: LiveServer, db: None
) -> None:
    for language, scheme, width in WAYS:
        context = browser.new_context(
            base_url=live_server.url,
            locale=language,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
        )
        page = context.new_page()
        look = Look(page, page, language)
        listen(page, look.heard)
        assert look.complaints("/", signed_in=False) == []
        assert page.url.endswith("/organisation/set-up/")
        context.close()
