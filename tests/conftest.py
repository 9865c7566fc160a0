"""What every test may use: the recorded tasks, folders for whole installations, the browser of the machine."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from cxm.celery import app
from tests import chromium, template

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's own event loop runs in the thread of the test
pytest_plugins = ["tests.cast"]


@dataclass
class SentTasks:
    """Tasks that would have gone to the worker, in order."""

    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [name for name, _args, _kwargs in self.calls]


@pytest.fixture(autouse=True)
def sent_tasks(monkeypatch: pytest.MonkeyPatch) -> SentTasks:
    """No task leaves a test; each one sent is recorded here."""
    sent = SentTasks()

    def record(name: str, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        sent.calls.append((name, tuple(args or ()), dict(kwargs or {})))

    monkeypatch.setattr(app, "send_task", record)
    return sent


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Callable[[], Path]]:
    """Makes folders for whole installations. pytest's own lie in a private one, closed to the database of root."""
    with ExitStack() as folders:

        def make() -> Path:
            folder = Path(folders.enter_context(TemporaryDirectory(prefix="cxm-")))
            folder.chmod(0o755)
            return folder

        yield make


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, django_db_createdb: bool
) -> None:
    """Each test database is a copy of one that is migrated, unless there is one to be used again."""
    wanted = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    if not django_db_keepdb or django_db_createdb or not template.exists(wanted):
        connection.settings_dict["TEST"]["TEMPLATE"] = template.ensure()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables are emptied between tests: so the test database alone is without the guards that refuse it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select tgname, tgrelid::regclass::text from pg_trigger "
            "where tgname = 'never_emptied' or tgname like 'pgtrigger_never_emptied_%'"
        )
        for trigger, table in cursor.fetchall():
            cursor.execute(f"drop trigger {trigger} on {table}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as found on the machine."""
    found = chromium.find()
    if found is None:
        pytest.fail("No Chromium found. CHROME_BIN may name one; as root `python -m tests` installs it.")
    return browser_type_launch_args | {"executable_path": found, "args": chromium.FLAGS}
