"""The locks fit pyproject.toml: what is asked for there is locked, in a version that is allowed, and nothing else."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from cxm.install import LOCKS
from tests.house.layers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ASKED = {
    "lean": [*map(Requirement, PROJECT["dependencies"])],
    "dev": [*map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])],
}
LOCKED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(.*?)(?=^[\w.-]+|\Z)", re.MULTILINE | re.DOTALL)


def locked(text: str) -> Iterator[tuple[str, Version, bool]]:
    """Of each package in a lock file: name, version, and whether pyproject.toml itself asked for it."""
    for name, version, rest in LOCKED.findall(text):
        yield canonicalize_name(name), Version(version), "cxm (pyproject.toml)" in rest


def faults(asked: list[Requirement], text: str) -> list[str]:
    """What a lock file has too little, too much, or in a wrong version."""
    found = list(locked(text))
    versions = {name: version for name, version, _direct in found}
    wanted = {canonicalize_name(one.name): one for one in asked}
    wrong = [f"{name} is not locked" for name in wanted if name not in versions]
    wrong += [f"{name} is not asked for" for name, _version, direct in found if direct and name not in wanted]
    return wrong + [
        f"{one} is locked as {versions[name]}"
        for name, one in wanted.items()
        if name in versions and versions[name] not in one.specifier
    ]


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_holds_what_is_asked_for_in_a_version_that_is_allowed(kind: str) -> None:
    assert faults(ASKED[kind], (ROOT / LOCKS[kind]).read_text()) == []


def test_both_locks_hold_the_same_versions() -> None:
    lean, dev = (
        {name: version for name, version, _direct in locked((ROOT / LOCKS[kind]).read_text())}
        for kind in ("lean", "dev")
    )
    assert len(lean) > 50
    assert lean.items() <= dev.items()


def test_every_locked_package_has_its_hashes() -> None:
    for kind in LOCKS:
        text = (ROOT / LOCKS[kind]).read_text()
        assert [name for name, _version, rest in LOCKED.findall(text) if "--hash=sha256:" not in rest] == []


def test_planted_faults_are_found() -> None:
    origin = "    # via cxm (pyproject.toml)\n"
    text = f"django==6.1.3 \\\n    --hash=sha256:0\n{origin}old==1.0\n{origin}"
    asked = [Requirement("django>=6.2"), Requirement("celery[redis]==5.7.0")]
    assert faults(asked, text) == [
        "celery is not locked",
        "old is not asked for",
        "django>=6.2 is locked as 6.1.3",
    ]
