"""A phone without scripts: all kinds of questions in two sittings; and every page of it against WCAG."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.organisation.models import Company
from surveys.questionnaires.actions.waves import close_wave
from surveys.questionnaires.choices import Identity
from surveys.questionnaires.models import Answer, Draft, Invitation
from tests.browser.test_axe import AXE, OVERFLOW, RUN, TAGS, Scheme
from tests.surveys.makers import make_people, make_version, opened, question
from tests.surveys.questionnaires.test_filling_pages import ALL_KINDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = question("why", "long", page=1, show_if=[{"of": "nps", "to": 6}], required=True)
WAYS: tuple[tuple[str, Scheme], ...] = (("de", "light"), ("en", "dark"), ("de", "dark"), ("en", "light"))
ASKED = [*ALL_KINDS[:3], WHY, *ALL_KINDS[3:]]


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> BrowserContext:
    """A small phone on which scripts are off."""
    return browser.new_context(
        base_url=live_server.url, locale="de", java_script_enabled=False, has_touch=True,
        viewport={"width": 320, "height": 640},
    )  # fmt: skip


@pytest.fixture
def token(transactional_db: None) -> str:
    """The link of somebody who was invited."""
    Company.objects.create(name="Holzwerk Nord GmbH")
    _wave, [one] = opened(make_version(*ASKED, identity=Identity.NAMED), make_people(1))
    return one.token


def short_link() -> str:
    """The link to a questionnaire of one page."""
    asked = [question("csat", "csat"), question("short", "short"), question("must", "long", required=True)]
    _wave, invited = opened(make_version(*asked, identity=Identity.ANONYMOUS), make_people(5))
    return invited[0].token


def test_one_page_on_a_phone_without_scripts(phone: BrowserContext, transactional_db: None) -> None:
    page, link = phone.new_page(), reverse("filling:answer", args=[short_link()])
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator("#q-csat-4").check()
    page.locator("#q-short").fill("schnell")
    page.locator("#q-short").press("Enter")  # hands in, and does not save for later
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#q-must")
    page.locator("#q-must").fill("Alles gut 🚚")
    page.locator("button[value=send]").dblclick()
    expect(page.locator(".fill-thanks")).to_be_visible()
    page.goto(link)
    expect(page.locator("h1")).to_contain_text("bereits")
    draft = Draft.objects.get()
    assert (draft.is_finished, draft.answers) == (
        True,
        {"csat": 5, "short": "schnell", "must": "Alles gut 🚚"},
    )


def go_on(page: Page) -> None:
    page.locator("button[value=next]").click()


def test_on_a_phone_without_scripts_in_two_sittings(phone: BrowserContext, token: str) -> None:
    page = phone.new_page()
    page.goto(reverse("filling:answer", args=[token]))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator("form#fill button").click()
    page.locator("#q-mat-unknown").check()
    page.locator("#q-nps-2").check()
    page.locator("#q-csat-4").focus()
    page.keyboard.press("Space")
    go_on(page)
    expect(page.locator("#q-why")).to_be_visible()  # brought up by the answer above
    go_on(page)
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#q-why")
    expect(page.locator("#q-csat-4")).to_be_checked()
    page.locator("#q-why").fill("Zu langsam")
    page.locator("button[lang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#q-why")).to_have_value("Zu langsam")
    go_on(page)
    expect(page.locator("#q-ces-0")).to_be_visible()
    page.close()

    later = phone.new_page()
    later.goto(reverse("filling:answer", args=[token]))
    later.locator("form#fill button").click()
    later.locator("#q-ces-6").check()
    later.locator("#q-lik-0").check()
    later.locator("#q-how-1").check()
    later.locator("#q-ways-0").check()
    later.locator("#q-ways-2").check()
    go_on(later)
    later.locator("#q-num").fill("12.5")
    later.locator("#q-day").fill("2026-02-03")
    later.locator("#q-short").fill("kurz")
    later.locator("#q-long").fill("lang\nund länger")
    later.locator("#q-short").press("Enter")  # goes on, and neither back nor into another language
    expect(later.locator(".fill-summary")).to_contain_text("Zu langsam")
    later.locator("button[value=send]").click()
    expect(later.locator(".fill-thanks")).to_be_visible()
    later.go_back()
    rows = Answer.objects.order_by("question__position", "item")
    assert [
        row.is_unknown or row.text or row.decimal or row.day or (row.choice and row.choice.code) or row.number
        for row in rows
    ] == [
        True, 2, 5, "Zu langsam", 7, 1, "bad", "shop", "post", Decimal("12.5"), date(2026, 2, 3), "kurz",
        "lang\nund länger",
    ]  # fmt: skip


def test_every_page_is_accessible_and_fits_a_small_phone(
    browser: Browser, live_server: LiveServer, token: str
) -> None:
    wrong: dict[str, list[str]] = {}
    short = short_link()
    for language, scheme in WAYS:
        context = browser.new_context(
            base_url=live_server.url, locale=language, color_scheme=scheme, viewport={"width": 320, "height": 700}
        )  # fmt: skip
        page = context.new_page()

        def look(name: str, page: Page = page, way: str = f"{language} {scheme}") -> None:
            page.wait_for_function("() => document.fonts.status === 'loaded'")
            page.evaluate(AXE)
            found = page.evaluate(RUN, TAGS)
            found += filter(None, [page.evaluate(OVERFLOW)])
            if found:
                wrong[f"{name} {way}"] = found

        start = reverse("filling:answer", args=[token])
        page.goto(f"{start}?language={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        look("start")
        page.locator("form#fill button").click()
        look("page 1")
        page.locator("#q-nps-1").check()
        go_on(page)
        go_on(page)
        expect(page.locator(".error-summary")).to_be_visible()
        look("errors")
        for name, place in (("page 2", "2/"), ("page 3", "3/"), ("check", "check/"), ("decline", "decline/")):
            page.goto(start + place)
            look(name)
        page.goto(f"{reverse('filling:answer', args=[short])}?language={language}")
        look("one page")
        page.locator("#q-csat-3").check()
        page.locator("button[value=send]").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.locator("#q-csat-3")).to_be_checked()
        look("one page, errors")
        page.locator("button[value=back]").click()
        expect(page.locator(".alert")).to_be_visible()
        look("one page, kept")
        page.goto(reverse("filling:answer", args=["x"]))
        look("unknown")
        if (language, scheme) == ("en", "light"):
            close_wave(wave=Invitation.objects.with_token(token).get().wave, actor=None)
            page.goto(start)
            expect(page.locator(".fill-summary")).to_be_visible()  # what was written
            look("closed")
        context.close()
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())
