"""`.ci/run` finds uv, or gets it, on every kind of machine."""

import os
import subprocess
from pathlib import Path

from tests.house.layers import ROOT

PYTHON = """#!/bin/bash
echo "python3 $*" >> "$CALLS"
if [ -e "$SYSTEM" ] && [[ "$*" == *"pip install"* && "$*" != *--break-system-packages* ]]; then
  echo "error: externally-managed-environment" >&2
  exit 1
fi
"""
UV = """#!/bin/bash
echo "uv $*" >> "$CALLS"
"""
BY_PIP = "python3 -m pip install -q uv"
TESTS = "uv run python -m tests"


def run(folder: Path, **programs: str) -> list[str]:
    """What is called on a machine that has these programs, and nothing else but the shell's own."""
    (folder / "bin").mkdir()
    for name, text in programs.items():
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    for name in ("bash", "dirname", "env"):
        (folder / "bin" / name).symlink_to(f"/usr/bin/{name}")
    calls = folder / "calls"
    names = {"PATH": str(folder / "bin"), "CALLS": str(calls), "SYSTEM": str(folder / "system")}
    subprocess.run([ROOT / ".ci/run"], env={**names, "HOME": os.environ["HOME"]}, check=True)
    return calls.read_text().splitlines()


def test_uv_is_used_where_it_is(tmp_path: Path) -> None:
    assert run(tmp_path, python3=PYTHON, uv=UV) == [TESTS]


def test_uv_is_got_where_python_is_ours(tmp_path: Path) -> None:
    assert run(tmp_path, python3=PYTHON) == [BY_PIP, f"python3 -m {TESTS}"]


def test_uv_is_got_where_python_belongs_to_the_system(tmp_path: Path) -> None:
    (tmp_path / "system").touch()
    assert run(tmp_path, python3=PYTHON) == [
        BY_PIP,
        "python3 -m pip install -q --user --break-system-packages uv",
        f"python3 -m {TESTS}",
    ]
