"""What the browser tests share: somebody who is signed in, the console that stays silent, a worker."""

from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from cxm.accounts.models import User
from cxm.celery import app
from tests.conftest import SentTasks
from touchpoints.inventory.models import PhaseModel

DEFAULTS = import_module("touchpoints.inventory.migrations.0003_default_phases_and_channels")

type Enter = Callable[[BrowserContext, User], None]
type Work = Callable[[], list[str]]

expect.set_options(timeout=30_000)  # ms; what a machine needs that does something else as well


def listen(page: Page, heard: list[str]) -> None:
    """Note what the console of a page complains about, refused styles and scripts among it."""
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))


@pytest.fixture(autouse=True)
def defaults(transactional_db: None) -> None:
    """Phases and channels that a migration has made; an earlier test with a server of its own emptied all tables."""
    if not PhaseModel.objects.exists():
        DEFAULTS.add_defaults(apps, None)


@pytest.fixture
def silent(page: Page) -> Iterator[list[str]]:
    """Nothing stands in the console at the end of a test."""
    heard: list[str] = []
    listen(page, heard)
    yield heard
    assert heard == []


@pytest.fixture
def enter(live_server: LiveServer) -> Enter:
    """Signs somebody in, without the sign-in page."""

    def sign_in(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    return sign_in


@pytest.fixture
def work(sent_tasks: SentTasks) -> Work:
    """Does what was sent to the worker so far, and what follows from it; returns the names of the tasks."""

    app.loader.import_default_modules()

    def do() -> list[str]:
        done = []
        while sent_tasks.calls:
            name, args, kwargs = sent_tasks.calls.pop(0)
            app.tasks[name](*args, **kwargs)
            done.append(name)
        assert done, "nothing was sent to the worker"
        return done

    return do
