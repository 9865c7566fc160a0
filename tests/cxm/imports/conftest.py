"""Dummy importers for the time of a test, files in a folder of its own, and ways to bring lists in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, upload_list
from cxm.imports.models import ImportRun
from cxm.kit.importers import IMPORTERS, Importer
from cxm.organisation.models import Unit
from tests.cxm.imports.dummies import TABLES, AmountImporter, UnitImporter


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Uploaded files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def registered[T: Importer](importer: T) -> Iterator[T]:
    """The importer, as long as the test runs."""
    IMPORTERS.register(importer)
    yield importer
    del IMPORTERS._items[importer.code]


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> Iterator[UnitImporter]:
    """Lists of units."""
    monkeypatch.setattr(Unit, "get_absolute_url", lambda unit: f"/units/{unit.pk}/")
    yield from registered(UnitImporter())


@pytest.fixture
def amounts(db: None) -> Iterator[AmountImporter]:
    """Very long lists of amounts, with their tables."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    yield from registered(AmountImporter())
    with connection.cursor() as cursor:
        cursor.execute("drop table test_staged; drop table test_amounts")


def sent(content: bytes | str, name: str = "list.csv") -> "TemporaryUploadedFile":
    """A file as Django hands it over."""
    raw = content.encode() if isinstance(content, str) else content
    file = TemporaryUploadedFile(name, "text/csv", len(raw), None)
    file.write(raw)
    file.seek(0)
    return file


def uploaded(importer: Importer, user: User, content: bytes | str, name: str = "list.csv") -> ImportRun:
    """A list as it is after the upload."""
    return upload_list(actor=user, importer=importer, file=sent(content, name))


def checked(
    importer: Importer, user: User, content: bytes | str, name: str = "list.csv", **more: Any
) -> ImportRun:
    """A list as it is in the preview, columns as proposed."""
    run = uploaded(importer, user, content, name)
    assign_columns(run=run, mapping=more.pop("mapping", run.mapping), settings={}, clear_empty=False, **more)
    jobs.check(run.pk)
    return ImportRun.objects.get(pk=run.pk)
