"""Files for the browser are prepared once, and again only when they have changed."""

import os
from pathlib import Path

import brotli
import pytest
from pytest_django import Settings

from cxm.embedded.place import Place
from cxm.embedded.static import Collection, fingerprint


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """A small site: one style sheet that names a picture, and what packages bring along."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "look.css").write_text(
        'body { background: url("dot.svg"); }\n/*# sourceMappingURL=look.css.map */' * 20
    )
    (folder / "dot.svg").write_text("<svg/>")
    (folder / "look.css.map").write_text("{}")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "var/static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "cxm.embedded.static.Storage"}}
    (tmp_path / "var").mkdir()
    return folder


def collect(tmp_path: Path) -> list[str]:
    """Names that are served afterwards."""
    collection = Collection(Place(tmp_path / "var"))
    collection.begin()
    collection.finish()
    return sorted(path.name for path in (tmp_path / "var/static").iterdir())


def test_names_carry_a_hash_and_sources_are_left_out(source: Path, tmp_path: Path) -> None:
    names = collect(tmp_path)

    kinds = [name.split(".")[0] + Path(name).suffix for name in names]
    assert sorted(kinds) == ["dot.svg", "look.br", "look.css", "look.gz", "staticfiles.json"]
    style = next(path for path in (tmp_path / "var/static").glob("look.*.css"))
    picture = next(path.name for path in (tmp_path / "var/static").glob("dot.*.svg"))
    assert f'url("{picture}")' in style.read_text()
    assert brotli.decompress(Path(f"{style}.br").read_bytes()) == style.read_bytes()


def test_nothing_is_done_when_nothing_has_changed(source: Path, tmp_path: Path) -> None:
    collect(tmp_path)
    planted = tmp_path / "var/static/planted"
    planted.touch()
    before = (tmp_path / "var/static.stamp").stat().st_mtime_ns

    collect(tmp_path)

    assert (tmp_path / "var/static.stamp").stat().st_mtime_ns == before


def test_a_changed_file_gets_a_new_name_and_the_rest_is_not_compressed_again(
    source: Path, tmp_path: Path
) -> None:
    names = collect(tmp_path)
    kept = next((tmp_path / "var/static").glob("look.*.br"))
    os.utime(kept, ns=(1, 1))
    (source / "dot.svg").write_text("<svg><circle/></svg>" * 100)

    changed = collect(tmp_path)

    assert set(changed) - set(names)
    assert kept.stat().st_mtime_ns == 1


def test_one_that_was_killed_half_way_is_made_anew(source: Path, tmp_path: Path) -> None:
    collect(tmp_path)
    (tmp_path / "var/static.stamp").unlink()
    (tmp_path / "var/static/half.css.br").touch()

    assert "half.css.br" not in collect(tmp_path)


def test_what_goes_wrong_is_raised(source: Path, tmp_path: Path) -> None:
    (source / "look.css").write_text('body { background: url("missing.svg"); }')

    with pytest.raises(Exception, match=r"missing\.svg"):
        collect(tmp_path)

    assert not (tmp_path / "var/static.stamp").exists()


def test_the_fingerprint_is_stable(source: Path) -> None:
    first = fingerprint()
    assert fingerprint() == first

    (source / "new.js").write_text("1")
    assert fingerprint() != first
