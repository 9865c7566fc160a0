"""What `manage.py up` puts into an empty database."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from cxm.accounts.models import User
from cxm.embedded.management.commands import up


def fill(greeting: Path, monkeypatch: pytest.MonkeyPatch, *, empty: bool = False) -> tuple[list[str], str]:
    """The commands that a start runs, and what it says."""
    ran: list[str] = []
    monkeypatch.setattr(up, "call_command", lambda name, **options: ran.append(name))
    said = io.StringIO()
    with translation.override("en"):
        up.Command(stdout=said)._fill(greeting, empty=empty)
    return ran, said.getvalue()


@pytest.mark.django_db
def test_the_demo_is_loaded_into_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DEMO = True
    assert fill(tmp_path / "greeting.txt", monkeypatch) == (["demo"], "Loading the demo company ...\n")
    assert (tmp_path / "greeting.txt").exists()


@pytest.mark.django_db
def test_where_others_come_in_the_demo_is_refused_and_the_set_up_page_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DEMO = False  # as under https, see tests/cxm/accounts/test_deploy.py
    greeting = tmp_path / "greeting.txt"
    greeting.write_text("of an earlier database")
    ran, said = fill(greeting, monkeypatch)
    assert ran == []
    assert "The demo company is not loaded" in said
    assert "The first page sets up your own company" in said
    assert not greeting.exists()


@pytest.mark.django_db
def test_an_own_company_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.DEMO = True
    assert fill(tmp_path / "greeting.txt", monkeypatch, empty=True) == ([], "")


def test_what_is_there_stays(
    ada: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DEMO = True
    assert fill(tmp_path / "greeting.txt", monkeypatch) == ([], "")
