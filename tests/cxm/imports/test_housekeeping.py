"""Files that nobody needs any more, and the bell."""

import logging
import os
import time
from typing import Any

import pytest
from django.db import transaction

from cxm.accounts.models import User
from cxm.celery import app
from cxm.imports.actions import forget_old_files
from cxm.imports.storage import ImportStorage
from cxm.kit.bell import ring
from tests.conftest import SentTasks
from tests.cxm.imports.conftest import uploaded
from tests.cxm.imports.dummies import UnitImporter


def test_files_are_private_and_their_names_tell_nothing(units: UnitImporter, mia: User, folder: Any) -> None:
    run = uploaded(units, mia, "Name\nA\n", "Geheime Liste.csv")
    assert run.name == "Geheime Liste.csv"
    assert "Liste" not in run.path.name
    assert run.path.is_relative_to(folder / "media/imports")
    assert run.path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ValueError, match="no address"):
        ImportStorage().url(run.file.name)


def test_files_of_uploads_that_died_are_forgotten(units: UnitImporter, mia: User) -> None:
    kept = uploaded(units, mia, "Name\nA\n").path
    orphan, fresh = kept.with_name("orphan"), kept.with_name("fresh")
    for path in (orphan, fresh):
        path.write_text("Name")
    for path in (kept, orphan):
        os.utime(path, (time.time() - 2 * 86_400,) * 2)
    forget_old_files()
    assert (kept.exists(), orphan.exists(), fresh.exists()) == (True, False, True)


def test_bell_rings_after_commit_and_once(
    db: None, sent_tasks: SentTasks, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            ring("imports.check", 1)
        ring("imports.check", 2)
        assert sent_tasks.names == []
    assert [call[1] for call in sent_tasks.calls] == [(1,), (2,)]


def test_bell_that_was_rolled_back_does_not_silence_a_later_one(
    db: None, sent_tasks: SentTasks, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                ring("imports.check", 1)
                raise LookupError
        except LookupError:
            ring("imports.check", 1)
    assert [call[1] for call in sent_tasks.calls] == [(1,)]


def test_broker_that_is_down_fails_no_request(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise ConnectionRefusedError("broker")

    monkeypatch.setattr(app, "send_task", refuse)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        ring("imports.check", 1)
    assert "not heard" in caplog.text
