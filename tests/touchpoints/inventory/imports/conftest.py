"""Ways to bring lists of touchpoints in, and to take them out again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import override

from cxm.accounts.models import User
from cxm.imports import jobs, progress
from cxm.imports.actions import assign_columns, decide_values, start_import, undo_import, upload_list
from cxm.imports.models import ImportRow, ImportRun
from cxm.kit import tables
from cxm.kit.importers import IMPORTERS
from touchpoints.inventory import exports
from touchpoints.inventory.models import Responsibility, Touchpoint


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of messages outside of a request."""
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No progress on another connection, which would wait for the transaction of the test."""
    monkeypatch.setattr(progress, "EVERY", 3600)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Uploaded files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def sent(content: bytes, name: str) -> "TemporaryUploadedFile":
    """A file as Django hands it over."""
    file = TemporaryUploadedFile(name, "application/octet-stream", len(content), None)
    file.write(content)
    file.seek(0)
    return file


def checked(
    user: User, content: bytes | str | Sequence[Sequence[str]], name: str = "liste.csv", **settings: Any
) -> ImportRun:
    """A list as it is in the preview, columns as proposed; rows of texts are written as CSV."""
    if not isinstance(content, bytes | str):
        content = "\n".join(";".join(f'"{cell}"' for cell in row) for row in content)
    raw = content.encode() if isinstance(content, str) else content
    run = upload_list(actor=user, importer=IMPORTERS["touchpoints"], file=sent(raw, name))
    clear_empty = settings.pop("clear_empty", False)
    assign_columns(run=run, mapping=run.mapping, settings=settings, clear_empty=clear_empty)
    jobs.check(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def decided(run: ImportRun, **decisions: dict[str, dict[str, Any]]) -> ImportRun:
    """After the person has said what unknown words mean: field -> word -> decision."""
    decide_values(run=run, decisions=decisions)
    jobs.check(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def done(run: ImportRun, user: User, *, only_good: bool = False) -> ImportRun:
    """A list that has come in."""
    start_import(actor=user, run=run, only_good=only_good)
    jobs.execute(run.pk)
    run = ImportRun.objects.get(pk=run.pk)
    assert run.state == "done", (run.failure, [row.problems for row in run.rows.wrong()])
    return run


def undone(run: ImportRun, user: User) -> ImportRun:
    """An import after somebody wanted it back."""
    undo_import(actor=user, run=run)
    jobs.undo(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def row(run: ImportRun, number: int) -> ImportRow:
    """One row of the preview."""
    return run.rows.get(number=number)


def messages(run: ImportRun, number: int) -> list[str]:
    """What is said about a row."""
    return [problem.message for problem in row(run, number).issues]


def touchpoint(name: str) -> Touchpoint:
    """By its name."""
    return Touchpoint.objects.get(name=name)


def parts(name: str) -> dict[str, set[str]]:
    """Who plays which part today."""
    found: dict[str, set[str]] = {}
    for row in Responsibility.objects.on().filter(touchpoint__name=name).select_related("person"):
        found.setdefault(row.part, set()).add(row.person.name)
    return found


def exported(kind: str = "xlsx", language: str = "de") -> bytes:
    """All current touchpoints as a file."""
    with override(language):
        rows, columns = exports.rows(Touchpoint.objects.current()), exports.columns()
        if kind == "csv":
            return b"".join(tables.write_csv(rows, columns, lang=language))
        return tables.write_xlsx(rows, columns, lang=language, title="Touchpoints").read()
