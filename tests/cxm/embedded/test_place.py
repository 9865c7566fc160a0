"""Where an installation keeps its state."""

from pathlib import Path

import pytest

from cxm.embedded.place import ROOT, SOCKET_PATH_LIMIT, Place


def test_it_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CXM_VAR", str(tmp_path / "x/../here"))

    assert Place.from_environment().var == tmp_path / "here"


def test_it_lies_beside_manage_py_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXM_VAR")

    assert Place.from_environment().var == (ROOT / "var").resolve()
    assert (ROOT / "manage.py").exists()


def test_folders_appear_when_they_are_needed(tmp_path: Path) -> None:
    place = Place(tmp_path / "var")

    assert place.run.is_dir()
    assert place.logs.is_dir()


def test_a_folder_that_cannot_be_made_gets_a_clear_word(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit, match="CXM_VAR names another place"):
        _ = Place(tmp_path / "file/var").run


def test_a_socket_stays_beside_the_data_if_the_path_is_short(tmp_path: Path) -> None:
    assert Place(tmp_path).socket_folder(Path("/srv/cxm/var/run")) == Path("/srv/cxm/var/run")


def test_a_long_path_gets_a_private_folder_for_its_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("ä" * SOCKET_PATH_LIMIT)

    folder = Place(deep).socket_folder(deep / "run")

    assert folder.parent.parent == tmp_path
    assert folder.name == "run"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700


def test_a_planted_link_is_not_trusted_as_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("a" * SOCKET_PATH_LIMIT)
    folder = Place(deep).socket_folder(deep / "run").parent
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(SystemExit, match="belongs to somebody else"):
        Place(deep).socket_folder(deep / "run")
