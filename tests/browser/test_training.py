"""Training in a browser: a new owner learns and is qualified until the standard changes; each page is accessible."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from surveys.training.actions.assigning import add_rule
from surveys.training.choices import RuleKind
from surveys.training.models import Assignment, Certificate
from tests.browser.conftest import Enter, listen
from tests.browser.test_axe import AXE, OVERFLOW, RUN, SETTLED, TAGS, Scheme
from tests.house import company
from tests.house.samples import sample
from tests.makers import make_touchpoint
from tests.surveys.school import hear, make_course, publish_text
from touchpoints.inventory.models import Touchpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hotline(mia: User, otto: User) -> Touchpoint:
    """A touchpoint with a standard, and a course on it for whoever is accountable; nobody is yet."""
    touchpoint = make_touchpoint(name="Hotline")
    publish_text(touchpoint, mia, text="Wir rufen am selben Tag zurück.")
    course = make_course(actor=mia, touchpoint=touchpoint, name="Am Telefon", refresh_months=12)
    add_rule(course=course, actor=mia, kind=RuleKind.ACCOUNTABLE, touchpoint=touchpoint)
    return touchpoint


def desk(browser: Browser, live_server: LiveServer, enter: Enter, user: User, heard: list[str]) -> Page:
    """A window of somebody who is signed in."""
    context: BrowserContext = browser.new_context(
        base_url=live_server.url, viewport={"width": 1200, "height": 900}
    )
    enter(context, user)
    page = context.new_page()
    listen(page, heard)
    return page


def learn(page: Page) -> None:
    """From “My training” through the lessons and the quiz to the result."""
    page.goto(reverse("training:mine"))
    page.get_by_role("link", name="Begin Am Telefon").click()
    page.get_by_role("button", name="Done, go on").click()
    page.get_by_role("button", name="I have read and understood it").click()
    page.get_by_role("button", name="Begin the quiz").click()
    page.get_by_label("Am selben Tag").check()
    page.get_by_label("Der Name").check()
    page.get_by_label("Das Datum").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passed")


def test_a_new_owner_learns_and_is_asked_again_when_the_standard_changes(
    browser: Browser, live_server: LiveServer, enter: Enter, mia: User, otto: User, hotline: Touchpoint
) -> None:
    heard: list[str] = []
    manager = desk(browser, live_server, enter, mia, heard)
    owner = desk(browser, live_server, enter, otto, heard)
    manager.goto(hotline.get_absolute_url())
    manager.locator("#assign").click()
    manager.locator("#people [name=person]").fill("Otto Özdemir")
    manager.locator("#people").get_by_role("button", name="Save").click()
    expect(manager.locator("#people")).to_contain_text("Otto Özdemir")
    hear()

    owner.goto(reverse("notices:inbox"))
    expect(owner.locator("main")).to_contain_text("You have a course to take")
    learn(owner)
    with owner.expect_download() as coming:
        owner.get_by_role("link", name="Download the certificate").click()
    paper = PdfReader(BytesIO(Path(coming.value.path()).read_bytes()))
    assert "Otto Özdemir" in paper.pages[0].extract_text()

    manager.goto(hotline.get_absolute_url())
    panel = manager.locator("[aria-labelledby=panel-training]")
    panel.scroll_into_view_if_needed()
    expect(panel).to_contain_text("1 of 1")
    expect(panel.locator(".light-good")).to_have_text("qualified")
    proof = Certificate.objects.get()

    manager.goto(reverse("inventory:standard_edit", args=[hotline.pk]))
    manager.locator("[name=ideal_experience]").fill("Wir rufen in einer Stunde zurück.")
    manager.locator("[name=is_material]").check()
    manager.get_by_role("button", name="Save and publish").click()
    expect(manager.locator("main")).to_contain_text("Wir rufen in einer Stunde zurück.")
    hear()

    owner.goto(reverse("training:mine"))
    expect(owner.get_by_role("link", name="Begin Am Telefon")).to_be_visible()
    assert Assignment.objects.open().get().cycle == 2
    manager.goto(hotline.get_absolute_url())
    panel.scroll_into_view_if_needed()
    expect(panel.locator(".light-bad")).to_have_text("not qualified")
    stranger = browser.new_context(base_url=live_server.url, locale="en").new_page()
    listen(stranger, heard)
    stranger.goto(proof.get_absolute_url())
    expect(stranger.locator("main .light-good")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(proof.sha256)
    assert heard == []


@pytest.fixture
def loaded(tmp_path: Path, db: None) -> Iterator[User]:
    """Somebody of the demo who may do everything, on a fixed day."""
    with company.on_that_day(tmp_path):
        yield company.load()


LOOKS: tuple[tuple[str, Scheme], ...] = (("de", "light"), ("en", "dark"), ("de", "dark"), ("en", "light"))
PARTS = {"media", "captions", "certificate_pdf"}


def paths() -> dict[str, str]:
    """The addresses of all pages of training, and the public one."""
    names = {
        "mine": (), "team": (), "learn": ("pk",), "lesson": ("pk", "lesson"), "quiz": ("pk",), "courses": (),
        "result": ("pk", "number"), "course_new": (), "course": ("pk",), "course_edit": ("pk",), "matrix": (),
        "lesson_new": ("pk",), "lesson_edit": ("pk",), "lesson_preview": ("pk",), "quiz_write": ("pk",),
        "rule_new": ("pk",), "assignments": (), "waive": ("pk",),
    }  # fmt: skip
    found = {
        name: reverse(
            f"training:{name}", kwargs={place: sample(f"training:{name}", place) for place in places}
        )
        for name, places in names.items()
    }
    return found | {
        "certificate": reverse("certificate", args=[sample("certificate", "pk")]),
        "help": reverse("help_page", args=["training"]),
    }


def test_a_file_that_is_too_large_is_refused_where_it_was_chosen(
    browser: Browser, live_server: LiveServer, enter: Enter, loaded: User
) -> None:
    context = browser.new_context(base_url=live_server.url)
    enter(context, loaded)
    page = context.new_page()
    page.goto(paths()["lesson_new"])
    page.locator("[name=title]").fill("Film")
    captions = page.locator("[name=captions]")
    captions.set_input_files({"name": "film.vtt", "mimeType": "text/vtt", "buffer": b"x" * (1024**2 + 1)})
    error = page.locator(".field-error[role=alert]")
    expect(error).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate(RUN, TAGS) == []
    page.locator("main form .btn-primary").click()
    expect(captions).to_be_focused()
    expect(page.locator("[name=title]")).to_have_value("Film")  # nothing was sent
    captions.set_input_files({"name": "film.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT"})
    expect(error).to_have_count(0)


def test_every_page_of_training_is_accessible_at_320_pixels(
    browser: Browser, live_server: LiveServer, enter: Enter, loaded: User
) -> None:
    wrong: dict[str, list[str]] = {}
    for language, scheme in LOOKS:
        User.objects.update(language=language)
        context = browser.new_context(
            base_url=live_server.url, color_scheme=scheme, viewport={"width": 320, "height": 800}
        )
        enter(context, loaded)
        page = context.new_page()
        heard: list[str] = []
        listen(page, heard)
        for name, path in paths().items():
            heard.clear()
            page.goto(path, wait_until="load")
            page.wait_for_function(SETTLED)
            page.evaluate(AXE)
            found = page.evaluate(RUN, TAGS) + list(filter(None, [page.evaluate(OVERFLOW)])) + heard
            if found:
                wrong[f"{name} {language} {scheme}"] = found
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())
