"""A backup file is whole, or refused."""

import json
import tarfile
from pathlib import Path

import pytest

from cxm.embedded.archive import BrokenBackupError, Manifest, pack, unpack, verify

CREATED = "2026-11-22T19:00:00+00:00"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Of a database and two uploaded files."""
    (tmp_path / "db.dump").write_bytes(b"PGDMP" + bytes(5000))
    media = tmp_path / "media"
    (media / "übung").mkdir(parents=True)
    (media / "übung/a b.pdf").write_bytes(b"%PDF")
    (media / "empty").touch()
    pack(tmp_path / "x.cxm", Manifest(CREATED, ["inventory.0001_start"]), tmp_path / "db.dump", media)
    return tmp_path / "x.cxm"


def test_what_is_packed_comes_back(backup: Path, tmp_path: Path) -> None:
    manifest = verify(backup)
    dump, media = unpack(backup, tmp_path / "out")

    assert manifest.created == CREATED
    assert manifest.migrations == ["inventory.0001_start"]
    assert dump.read_bytes() == b"PGDMP" + bytes(5000)
    assert (media / "übung/a b.pdf").read_bytes() == b"%PDF"
    assert (media / "empty").read_bytes() == b""


def test_only_the_owner_may_read_it(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_nothing_half_bears_the_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pack(tmp_path / "x.cxm", Manifest(CREATED, []), tmp_path / "missing", tmp_path / "media")

    assert not (tmp_path / "x.cxm").exists()


@pytest.mark.parametrize("keep", [0, 100, 512, 3000, 9000])
def test_a_cut_file_is_refused(backup: Path, keep: int) -> None:
    backup.write_bytes(backup.read_bytes()[:keep])

    with pytest.raises(BrokenBackupError):
        verify(backup)


def test_every_flipped_byte_of_the_content_is_seen(backup: Path) -> None:
    whole = backup.read_bytes()
    for position in range(600, 5500, 700):
        backup.write_bytes(whole[:position] + b"!" + whole[position + 1 :])
        with pytest.raises(BrokenBackupError, match=r"damaged: db\.dump"):
            verify(backup)


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.cxm").write_text("not a backup")

    with pytest.raises(BrokenBackupError, match="cannot be read"):
        verify(tmp_path / "x.cxm")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("[", "cannot be read"),
        ('{"a": 1}', "cannot be read"),
        (json.dumps({"created": "", "migrations": [], "format": 9}), "of format 9"),
    ],
)
def test_a_strange_manifest_is_refused(tmp_path: Path, content: str, word: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with tarfile.open(tmp_path / "x.cxm", "w") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")

    with pytest.raises(BrokenBackupError, match=word):
        verify(tmp_path / "x.cxm")


def test_a_link_in_the_archive_is_refused(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with tarfile.open(backup, "a") as archive:
        archive.add(tmp_path / "link", "media/link")

    with pytest.raises(BrokenBackupError):
        verify(backup)
