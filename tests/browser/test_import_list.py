"""From the Excel list that somebody has kept for years to the sponsor's page: all in the browser, in German."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.imports.models import ImportRun
from tests.browser.conftest import Enter, Work, listen
from tests.makers import make_person, make_system
from tests.touchpoints.inventory.imports.messy import (
    DECISIONS,
    DOUBLES,
    KNOWN_SYSTEMS,
    PEOPLE,
    PHASES,
    TOTAL,
    messy_list,
)
from touchpoints.inventory.models import Touchpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASSIGNED = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def german(text: str, context: str = "") -> str:
    """A text of the pages as a German reads it."""
    with override("de"):
        return pgettext(context, text) if context else gettext(text)


@pytest.fixture
def known(mia: User, sofia: User, settings: Any, tmp_path: Path) -> None:
    """The people and systems whom the list speaks of; everybody reads German."""
    settings.MEDIA_ROOT = tmp_path
    User.objects.update(language="de")
    for name, email in PEOPLE:
        make_person(name=name, email=email)
    for name in KNOWN_SYSTEMS:
        make_system(name=name)


def press(page: Page, text: str, context: str = "") -> None:
    page.get_by_role("button", name=german(text, context), exact=True).click()


def counted(page: Page, label: str) -> str:
    """A number of the summary above the preview."""
    return page.locator(".import-counts div", has_text=german(label)).locator("dd").inner_text()


def send_list(page: Page, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        FilePayload(name="touchpoints.xlsx", mimeType=XLSX, buffer=content)
    )
    press(page, "Send and continue")


def answer_what_is_unknown(page: Page) -> None:
    """Say what each unknown word means: one of ours, a new one, a new person."""
    for code, words in DECISIONS.items():
        for text, meaning in words.items():
            word = page.locator(
                ".import-word", has=page.locator(f'input[name="word_{code}"][value="{text}"]')
            )
            [(kind, value)] = meaning.items()
            word.locator("select").select_option(f"{kind}:{value}")
    press(page, "Use these meanings")


def correct_the_two_cells(page: Page, run: ImportRun, faults: Any) -> None:
    """Where they stand, one with Enter and one with its button."""
    for at, fault in enumerate(faults):
        row = page.locator(f"#row-{fault.row}")
        box = row.locator(
            f'form[action^="/imports/{run.pk}/rows/{fault.row}/{fault.field}/"] input[name=text]'
        )
        expect(box).to_have_value(fault.text)
        expect(box).to_have_attribute("aria-invalid", "true")
        box.fill(fault.right)
        if at:
            row.get_by_role("button", name=german("Save cell")).first.click()
        else:
            box.press("Enter")
        expect(row).not_to_have_class(re.compile("is-wrong"))


def test_from_the_messy_list_to_the_gaps_on_the_sponsors_page(
    browser: Browser, live_server: LiveServer, mia: User, sofia: User, known: None, enter: Enter, work: Work
) -> None:
    messy = messy_list()
    heard: list[str] = []
    pages = {}
    for user in (mia, sofia):
        context = browser.new_context(
            base_url=live_server.url, locale="de", viewport={"width": 1440, "height": 1000}
        )
        enter(context, user)
        pages[user.pk] = context.new_page()
        listen(pages[user.pk], heard)
    page, sponsor = pages[mia.pk], pages[sofia.pk]

    # Upload, columns: one that the computer did not know
    page.goto("/imports/new/touchpoints/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    send_list(page, messy.content)
    expect(page.get_by_label("Kontakte / Monat")).to_have_value("contacts_per_month")
    expect(page.get_by_label("Verantwortlich", exact=True)).to_have_value("accountable")
    page.get_by_label("Bemerkung").select_option("description")
    press(page, "Check rows")
    expect(page.locator("#progress")).to_be_visible()
    work()

    # Unknown words, wrong cells, doubles
    expect(page.locator("#words")).to_be_visible()
    run = ImportRun.objects.get()
    answer_what_is_unknown(page)
    work()
    expect(page.locator("#decision")).to_be_visible()
    assert counted(page, "Wrong") == str(DOUBLES + len(messy.faults))
    page.goto(f"/imports/{run.pk}/?show=wrong")
    correct_the_two_cells(page, run, messy.faults)
    assert counted(page, "Wrong") == str(DOUBLES)
    press(page, "Leave out all wrong rows")
    expect(page.locator("#decision .is-wrong")).to_have_count(0)
    assert counted(page, "New") == str(TOTAL)
    press(page, "Import", "verb")
    work()
    expect(page.get_by_text(german("What happened"))).to_be_visible()
    assert Touchpoint.objects.count() == TOTAL
    assert Touchpoint.objects.exclude(description="").exists()

    # Owners for some of those without one
    orphans = {row.name: row.phase for row in messy.meant if row.is_orphan}
    assert Touchpoint.objects.orphaned().count() == len(orphans)
    page.goto("/touchpoints/?gap=no_owner")
    boxes = page.locator("tbody input[data-row-select]")
    for at in range(ASSIGNED):
        boxes.nth(at).check()
        name = page.locator("tbody tr").nth(at).locator("a").first.inner_text()
        del orphans[name]
    press(page, "Assign")
    page.get_by_label(german("Accountable")).fill("Anna Müller")
    press(page, "Save")
    expect(page).to_have_url(re.compile("gap=no_owner"))
    assert Touchpoint.objects.orphaned().count() == len(orphans)

    # What the sponsor sees
    sponsor.goto("/dashboards/")
    shown = sponsor.locator(".board-gap.is-bad").all_inner_texts()
    numbers = [int(re.findall(r"\d+", text)[0]) for text in shown]
    by_phase = Counter(phase for phase in orphans.values() if phase)
    assert numbers == [by_phase[phase] for phase in PHASES if by_phase[phase]]
    sponsor.locator(".board-gap.is-bad").first.click()
    expect(sponsor.locator("tbody tr")).to_have_count(min(numbers[0], 50))
    assert heard == []
    for one in pages.values():
        one.context.close()


def test_without_scripts_a_list_comes_in_by_plain_forms(
    browser: Browser, live_server: LiveServer, mia: User, known: None, enter: Enter, work: Work
) -> None:
    context: BrowserContext = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="de"
    )
    enter(context, mia)
    page = context.new_page()
    page.goto("/imports/new/touchpoints/")
    send_list(page, messy_list().content)
    press(page, "Check rows")
    work()
    page.get_by_role("link", name=german("Show how far it is")).click()
    answer_what_is_unknown(page)
    work()
    page.get_by_role("link", name=german("Show how far it is")).click()

    # A wrong cell on its own, and the rest without the wrong rows
    run, fault = ImportRun.objects.get(), messy_list().faults[0]
    page.goto(f"/imports/{run.pk}/?show=wrong")
    form = page.locator(f'form[action^="/imports/{run.pk}/rows/{fault.row}/{fault.field}/"]')
    form.locator("input[name=text]").fill(fault.right)
    form.locator("button").click()
    assert counted(page, "Wrong") == str(DOUBLES + 1)
    press(page, "Import the good rows")
    work()
    page.get_by_role("link", name=german("Show how far it is")).click()
    expect(page.get_by_text(german("What happened"))).to_be_visible()
    assert Touchpoint.objects.count() == TOTAL - 1
    context.close()
