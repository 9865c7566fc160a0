"""Every page of waves and results on a small phone, in both languages, light and dark, against WCAG."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.organisation.models import Unit
from surveys.questionnaires.actions.versions import draft_version, publish_version
from surveys.questionnaires.actions.waves import close_wave, open_wave
from surveys.questionnaires.choices import Identity, Slot
from surveys.questionnaires.models import Label, Version, Wave
from tests.browser.conftest import enter
from tests.browser.test_axe import AXE, OVERFLOW, RUN, TAGS, Scheme
from tests.surveys.makers import answer, choice, make_people, make_version, make_wave, question

__all__ = ["enter"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS: tuple[tuple[str, Scheme], ...] = (("de", "light"), ("en", "dark"), ("de", "dark"), ("en", "light"))
SHOTS = os.environ.get("SHOTS", "")  # a folder, to look at the pages


def answered(version: Version, shift: int) -> Wave:
    """A closed wave of 26 people in two units, six of them leaders."""
    units = [
        Unit.objects.get_or_create(name=name)[0] for name in ("Kundendienstinnendienst Nord", "Werkstatt")
    ]
    people = [person for unit in units for person in make_people(10, unit=unit)]
    wave = make_wave(version, weights={"bond": "1", "care": "2"})
    for place, one in enumerate(open_wave(wave=wave, people=people, leaders=make_people(6), actor=None)):
        value = (place + shift) % 5
        unknown = "unknown" if place % 5 == 0 else value
        answer(one, a=value, b=unknown, n=place % 11, c="x" if place % 3 else "y", t=f"Wort {place} " * 12)
    return close_wave(wave=wave, actor=None)


def results() -> Wave:
    """Two waves, the later one in other words."""
    version = make_version(
        question("a", "maturity", theme="bond"), question("b", "maturity", theme="care", unknown=True),
        question("n", "nps"), question("c", "single", choices=[choice("x"), choice("y")]), question("t", "long"),
        identity=Identity.CONFIDENTIAL,
    )  # fmt: skip
    answered(version, 0)
    draft = draft_version(questionnaire=version.questionnaire, actor=None)
    Label.objects.filter(version=draft, slot=Slot.TEXT, question__concept__code="a").update(
        body="Anders gefragt?"
    )
    publish_version(version=draft, actor=None)
    return answered(version, 1)


def paths(closed: Wave) -> list[tuple[str, str]]:
    """Each page in each of its states."""
    planned = make_wave(closed.version)
    opened = make_wave(closed.version)
    open_wave(wave=opened, people=make_people(7), actor=None)

    def page(wave: Wave, name: str, *more: object) -> str:
        return reverse(f"questionnaires:{name}", args=[wave.pk, *more])

    new = reverse("questionnaires:wave_new")
    return [
        ("list", reverse("questionnaires:waves")),
        ("choose", new),
        ("plan", f"{new}?questionnaire={closed.questionnaire_id}"),
        ("planned", page(planned, "wave")),
        ("opening", page(planned, "wave_open")),
        ("open", page(opened, "wave")),
        ("edit", page(opened, "wave_edit")),
        ("hidden", page(opened, "results")),
        ("closed", page(closed, "wave")),
        ("results", page(closed, "results") + "?of=all"),
        ("withheld", page(closed, "results") + "?of=group=leaders"),
        ("compare", page(closed, "results_compare")),
        ("trend", page(closed, "results_trend", "a")),
        ("help", reverse("help_page", args=["waves"])),
    ]


def judged(page: Page) -> list[str]:
    """What axe and the width complain of."""
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.evaluate(AXE)
    return [*page.evaluate(RUN, TAGS), *filter(None, [page.evaluate(OVERFLOW)])]


def test_every_page_is_accessible_and_fits_a_small_phone(
    browser: Browser, live_server: LiveServer, mia: User, enter: object
) -> None:
    wrong: dict[str, list[str]] = {}
    looked_at = paths(results())
    for language, scheme in WAYS:
        User.objects.filter(pk=mia.pk).update(language=language)
        context = browser.new_context(
            base_url=live_server.url, locale=language, color_scheme=scheme, viewport={"width": 320, "height": 700}
        )  # fmt: skip
        enter(context, mia)  # type: ignore[operator]
        page = context.new_page()
        for name, path in looked_at:
            answered = page.goto(path)
            assert answered
            assert answered.status == 200, path
            if found := judged(page):
                wrong[f"{name} {language} {scheme}"] = found
            if SHOTS:
                page.set_viewport_size({"width": 360 if scheme == "dark" else 1440, "height": 900})
                page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{scheme}.png", full_page=True)
                page.set_viewport_size({"width": 320, "height": 700})
        page.goto(next(path for name, path in looked_at if name == "open"))
        page.locator("form[action$='/link/'] button").click()
        if page.locator("#confirm[open]").count():
            page.locator("[data-confirm-button]").click()
        page.wait_for_selector("img[src^='data:image/svg+xml']")
        if found := judged(page):
            wrong[f"link {language} {scheme}"] = found
        context.close()
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())
