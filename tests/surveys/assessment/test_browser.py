"""From a phone to the sponsor: filled in in two sittings, closed, read; and every page of the room against WCAG."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.audit.actions import deliver_next
from cxm.organisation.models import Person, Unit
from surveys.assessment.actions import give_task, take_over
from surveys.questionnaires.actions.inviting import Invited
from surveys.questionnaires.actions.waves import close_wave, open_wave, plan_wave
from surveys.questionnaires.models import Concept, Draft, Wave
from tests.browser.conftest import DEFAULTS
from tests.browser.test_axe import AXE, OVERFLOW, RUN, TAGS, Scheme
from tests.surveys.assessment.test_results import ALL
from tests.surveys.makers import answer, make_people
from touchpoints.inventory.models import PhaseModel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS: tuple[tuple[Literal["de", "en"], Scheme], ...] = (
    ("de", "light"), ("en", "dark"), ("de", "dark"), ("en", "light"),
)  # fmt: skip


@pytest.fixture
def invited(transactional_db: None, mia: User) -> list[Invited]:
    """An open wave: twenty employees, four of the packing room, ten leaders."""
    if not PhaseModel.objects.exists():  # an earlier test with a server of its own emptied all tables
        DEFAULTS.add_defaults(apps, None)
    questionnaire = take_over(code="cx-house", actor=mia)
    wave = plan_wave(questionnaire=questionnaire, name="Herbst", weights={"service": 2}, actor=mia)
    people = [*make_people(20), *make_people(4, unit=Unit.objects.create(name="Packerei"))]
    return open_wave(wave=wave, people=people, leaders=make_people(10), actor=mia)


def close(invited: list[Invited], mia: User, *, but: int = 0) -> Wave:
    """All others answer: leaders see it better; then the wave closes and whoever listens has heard of it."""
    for number, one in enumerate(invited[but:], but):
        steps = dict.fromkeys(ALL, number % 2 + 3 if number >= 24 else number % 3)
        answer(one, **steps)
    wave = close_wave(wave=Wave.objects.get(), actor=mia)
    while deliver_next():
        pass
    return wave


def enter(context: BrowserContext, user: User, live_server: LiveServer) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=live_server.url, locale="de", has_touch=True, viewport={"width": 360, "height": 740}
    )
    yield context
    context.close()


def choose(page: Page, step: int) -> None:
    """The same step in every question of a page."""
    for group in page.locator("input[type=radio][id$='-0']").all():
        name = str(group.get_attribute("id")).removesuffix("-0")
        page.locator(f"#{name}-{step}").check()


def test_filled_in_on_a_phone_in_two_sittings_and_read_by_the_sponsor(
    phone: BrowserContext,
    browser: Browser,
    live_server: LiveServer,
    invited: list[Invited],
    mia: User,
    sofia: User,
) -> None:
    start = reverse("filling:answer", args=[invited[0].token])
    page = phone.new_page()
    page.goto(start)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("h1")).to_have_text("Wie gut führen wir das Kundenerlebnis?")
    page.locator("form#fill button").click()
    choose(page, 3)
    page.locator("#q-service-unknown").check()
    page.locator("button[value=next]").click()
    expect(page.locator("#q-personal-0")).to_be_visible()
    page.close()
    assert Draft.objects.get().answers == {
        "bond": 3,
        "service": "unknown",
        "appreciation": 3,
        "participation": 3,
    }

    later = phone.new_page()
    later.goto(start)
    later.locator("form#fill button").click()
    for first in ("personal", "verification", "figures", "technology"):
        expect(later.locator(f"#q-{first}-0")).to_be_visible()
        choose(later, 3)
        later.locator("button[value=next]").click()
    for _page in range(3):
        if later.locator("#q-wish").count():
            break
        choose(later, 3)
        later.locator("button[value=next]").click()
    later.locator("#q-wish").fill("Schneller antworten")
    later.locator("button[value=next]").click()
    expect(later.locator(".fill-summary")).to_contain_text("Schneller antworten")
    later.locator("button[value=send]").click()
    expect(later.locator(".fill-thanks")).to_be_visible()

    wave = close(invited, mia, but=1)
    User.objects.filter(pk=sofia.pk).update(language="de")
    context = browser.new_context(
        base_url=live_server.url, locale="de", viewport={"width": 1280, "height": 900}
    )
    enter(context, sofia, live_server)
    desk = context.new_page()
    desk.goto(reverse("assessment:start"))
    desk.get_by_role("link", name="Herbst").first.click()
    expect(desk.locator("h1")).to_have_text("Herbst")
    expect(desk.locator(".tile-value").first).to_have_text(re.compile(r"^\d+ "))
    expect(desk.locator("svg.radar")).to_have_count(2)
    expect(desk.locator("tr", has_text="Packerei")).not_to_contain_text(re.compile(r"[5-9]|\d\d"))
    desk.goto(reverse("assessment:questions", args=[wave.pk]))
    expect(desk.locator(".line-gap").first).to_contain_text("2,")
    desk.goto(reverse("assessment:question", args=[wave.pk, "bond"]))
    row = desk.locator("tr", has_text="Packerei")
    expect(row).not_to_contain_text("n =")
    expect(row.locator(".is-missing")).to_have_count(1)
    desk.goto(reverse("assessment:comments", args=[wave.pk]))
    expect(desk.locator("body")).not_to_contain_text("Schneller antworten")
    context.close()


def test_every_page_is_accessible_and_fits_a_small_phone(
    browser: Browser, live_server: LiveServer, invited: list[Invited], mia: User
) -> None:
    wave = close(invited, mia)
    task = give_task(
        wave=wave, concept=Concept.objects.get(code="bond"), title="Fragen", person=Person.objects.get(user=mia),
        due_on=timezone.localdate() + timedelta(days=1), actor=mia,
    )  # fmt: skip
    paths = [reverse(f"assessment:{name}") for name in ("start", "tasks", "mine")]
    paths += [reverse(f"assessment:{name}", args=[wave.pk]) for name in ("results", "questions", "comments")]
    paths += [reverse("assessment:trend", args=[wave.questionnaire_id])]
    paths += [reverse(f"assessment:{name}", args=[wave.pk, "bond"]) for name in ("question", "task_new")]
    paths += [reverse(f"assessment:{name}", args=[task.pk]) for name in ("task", "task_edit")]
    paths += [reverse("help_page", args=["assessment"])]
    wrong: dict[str, Any] = {}
    for language, scheme in WAYS:
        User.objects.filter(pk=mia.pk).update(language=language, theme="auto")
        context = browser.new_context(
            base_url=live_server.url, locale=language, color_scheme=scheme, viewport={"width": 320, "height": 700}
        )  # fmt: skip
        enter(context, mia, live_server)
        page = context.new_page()
        for path in paths:
            answered = page.goto(path)
            assert answered is not None
            assert answered.status == 200, path
            page.wait_for_function("() => document.fonts.status === 'loaded'")
            for summary in page.locator("main details > summary").all():
                summary.click()
            page.evaluate(AXE)
            found = page.evaluate(RUN, TAGS)
            found += filter(None, [page.evaluate(OVERFLOW)])
            if found:
                wrong[f"{path} {language} {scheme}"] = found
        context.close()
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())
