"""German is complete: nothing untranslated, nothing forgotten, the compiled file is current."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from cxm.kit.management.commands.messages import translated
from tests.house.layers import ROOT

FOLDER = ROOT / "cxm/locale/de/LC_MESSAGES"


def test_every_text_of_the_source_is_translated(tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        pytest.fail("gettext is missing: apt-get install gettext")
    place = tmp_path / "de/LC_MESSAGES"
    shutil.copytree(FOLDER, place)
    call_command("messages", into=str(tmp_path))
    collected = {m.id for m in read_po((place / "django.po").open("rb"))}
    kept = {m.id for m in read_po((FOLDER / "django.po").open("rb"))}
    assert collected == kept


def test_an_untranslated_text_is_found(tmp_path: Path) -> None:
    place = tmp_path / "de/LC_MESSAGES"
    shutil.copytree(FOLDER, place)
    with (place / "django.po").open("a") as file:
        file.write('\nmsgid "A planted text"\nmsgstr ""\n')
    with pytest.raises(CommandError, match="1 texts have no German"):
        call_command("messages", into=str(tmp_path), compile_only=True)


def test_the_compiled_file_is_current() -> None:
    source, compiled = read_po((FOLDER / "django.po").open("rb")), read_mo((FOLDER / "django.mo").open("rb"))
    assert texts(compiled) == texts(m for m in source if translated(m.string))


def texts(messages: Iterable[Message]) -> list[tuple[tuple[str, ...], ...]]:
    """Context, text and translation of each message, in order; of plural ones each form."""
    return sorted(
        (as_tuple(m.context or ""), as_tuple(m.id), as_tuple(m.string or "")) for m in messages if m.id
    )


def as_tuple(text: str | bytes | Iterable[str]) -> tuple[str, ...]:
    """One text or several forms; a compiled file gives contexts as bytes."""
    if isinstance(text, bytes):
        return (text.decode(),)
    return (text,) if isinstance(text, str) else tuple(text)


def test_placeholders_are_the_same_in_both_languages() -> None:
    catalog = read_po((FOLDER / "django.po").open("rb"))
    wrong = [(m.id, [str(e) for e in m.check(catalog)]) for m in catalog if m.id and m.check(catalog)]
    assert wrong == []
