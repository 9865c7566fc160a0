"""Every page of the app in a real browser: WCAG 2.2 AA, nothing wider than a phone, nothing in the console.

There are eight ways to look at a page: German or English, light or dark, 1440 or 360 pixels. Each page is seen in two
that differ in all three, and in one of the other six in turn, so that all eight are seen over the pages of every room.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.actions import invite
from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, start_import, upload_list
from cxm.imports.models import ImportRun
from cxm.kit.access import Role
from cxm.kit.importers import IMPORTERS
from cxm.pages import HELP
from tests.browser.conftest import Enter, listen
from tests.house.samples import sample
from tests.house.test_every_url import GUARDED, filled
from touchpoints.inventory.groups import GROUPS

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
    "account_reset_password_from_key_done",
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
SETTLED = "() => document.fonts.status === 'loaded' && !document.querySelector('.htmx-request')"


@dataclass
class Look:
    """One way to look at pages; somebody signed in and somebody who is not."""

    inside: Page
    outside: Page
    language: str
    heard: list[str] = field(default_factory=list)

    def complaints(self, path: str, *, signed_in: bool) -> list[str]:
        """What is wrong with a page."""
        page = self.inside if signed_in else self.outside
        self.heard.clear()
        User.objects.update(language=self.language)
        answer = page.goto(path, wait_until="load")
        page.wait_for_function(SETTLED)
        wrong = [] if answer and answer.ok else [f"answer {answer and answer.status}"]
        page.evaluate(AXE)
        wrong += page.evaluate(RUN, TAGS)
        wrong += filter(None, [page.evaluate(OVERFLOW)])
        return wrong + self.heard


@pytest.fixture
def mia(db: None) -> User:
    """Somebody of the demo company who may do everything and has written comments."""
    call_command("demo", verbosity=0)
    user: User = User.objects.get(email__startswith="mia@")
    user.roles = [*Role]
    user.save()
    return user


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
def inside(mia: User, settings: Any, tmp_path: Path) -> list[str]:
    """The address of every page that somebody who is signed in can have."""
    settings.MEDIA_ROOT = tmp_path
    invite(actor=mia, email="new@example.org", name="Nora Neu", roles=[Role.EMPLOYEE])
    paths = [filled(name, pattern) for name, pattern in GUARDED]
    paths += [reverse("help_page", args=[topic]) for topic in HELP]
    paths += [reverse("inventory:group", args=[sample("inventory:group", "pk"), code]) for code in GROUPS]
    paths += [reverse("imports:upload", args=[importer.code]) for importer in IMPORTERS]
    paths += [f"{run.get_absolute_url()}{page}" for run in imports(mia) for page in ("", "columns/")]
    paths += [reverse(name) for name in ACCOUNT]
    client = Client()
    client.force_login(mia)
    return [path for path in dict.fromkeys(paths) if is_page(client, path)]


def is_page(client: Client, path: str) -> bool:
    """Whether this is a whole page, and not a part, a file, or the way to another page."""
    answer = client.get(path)
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and html and b"<html" in answer.content


def imports(user: User) -> list[ImportRun]:
    """A list in each stage: columns, busy, preview with faults and open questions, done; and very long ones."""
    short = (
        "Name;Phase;Kanal;Verantwortlich;Kontakte\nA;Awarness;Web;N.N.;viele\nB;Decision;Post;Neu, Petra;5\n"
    )
    long = "Kennzahl;Datum;Wert\nAD1;2026-01-02;9\nAD1;2026-01-03;99\nXX;2026-01-04;9\n"
    return [
        brought(user, kind, content, stage)
        for kind, content in (("touchpoints", short), ("measurements", long))
        for stage in ("columns", "busy", "preview", "done")
    ]


def brought(user: User, kind: str, content: str, stage: str) -> ImportRun:
    """A list on its way in, as far as that stage."""
    file = SimpleUploadedFile(f"{stage}.csv", content.encode())
    run = upload_list(actor=user, importer=IMPORTERS[kind], file=file)
    if stage == "columns":
        return run
    form = run.kind.form
    answers = {name: own.initial for name, own in form.base_fields.items()} if form else {}
    answers = {name: str(value) for name, value in answers.items() if value is not None}
    assign_columns(run=run, mapping=run.mapping, settings=answers, clear_empty=False)
    if stage != "busy":
        jobs.check(run.pk)
    if stage == "done":
        start_import(actor=user, run=run, only_good=True)
        jobs.execute(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def test_every_page_is_accessible_fits_a_phone_and_keeps_the_console_silent(
    looks: list[Look], inside: list[str]
) -> None:
    assert len(inside) > 100
    wrong: dict[str, list[str]] = {}
    outside = [reverse(name) for name in OUTSIDE]
    for number, path in enumerate([*inside, *outside]):
        for at in (0, 1, 2 + number % 6):
            found = looks[at].complaints(path, signed_in=path not in outside)
            if found:
                wrong[f"{path} {' '.join(map(str, WAYS[at]))}"] = found
    assert not wrong, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in wrong.items())


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
