"""The environment is made from the lock file, and repaired when it is half made."""

import subprocess
import sys
from pathlib import Path

import pytest

from cxm import install

CALLS = "calls"

# Stands in for uv: notes how it was called and makes what uv makes.
FAKE_UV = f"""#!{sys.executable}
import os, pathlib, sys
root = pathlib.Path.cwd()
with open(root / "{CALLS}", "a") as file:
    print(" ".join(sys.argv[1:3]), sys.argv[-1], file=file)
if sys.argv[1] == "venv":
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").symlink_to(sys.executable)
    (root / ".venv/pyvenv.cfg").write_text("version_info = 3.13.7\\n")
elif os.environ.get("FAIL"):
    sys.exit(2)
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, and a uv that only pretends."""
    (tmp_path / ".python-version").write_text("3.13\n")
    for name in install.LOCKS.values():
        (tmp_path / name).write_text(f"django==6.1.3 --hash=sha256:{name}\n")
    uv = tmp_path / "uv"
    uv.write_text(FAKE_UV)
    uv.chmod(0o755)
    monkeypatch.setenv("UV", str(uv))
    return tmp_path


def calls(root: Path) -> list[str]:
    """What uv was asked for since the last look."""
    lines = (root / CALLS).read_text().splitlines()
    (root / CALLS).unlink()
    return lines


def test_a_fresh_clone_gets_an_environment(root: Path) -> None:
    assert not install.is_current(root, dev=False)

    install.install(root, dev=False)

    assert calls(root) == ["venv --quiet .venv", "pip sync requirements.lock"]
    assert install.is_current(root, dev=False)


def test_an_environment_for_users_does_not_serve_developers(root: Path) -> None:
    install.install(root, dev=False)

    assert not install.is_current(root, dev=True)


def test_an_environment_for_developers_serves_both(root: Path) -> None:
    install.install(root, dev=True)

    assert install.is_current(root, dev=True)
    assert install.is_current(root, dev=False)


@pytest.mark.parametrize("name", ["requirements.lock", ".python-version"])
def test_a_changed_input_makes_it_stale(root: Path, name: str) -> None:
    install.install(root, dev=False)
    (root / name).write_text("3.13.1\n")

    assert not install.is_current(root, dev=False)


def test_a_stale_one_is_brought_in_step_and_not_made_anew(root: Path) -> None:
    install.install(root, dev=False)
    (root / "requirements.lock").write_text("django==6.1.4\n")
    calls(root)

    install.install(root, dev=False)

    assert calls(root) == ["pip sync requirements.lock"]
    assert install.is_current(root, dev=False)


def test_a_developer_keeps_the_larger_set_when_a_user_command_updates(root: Path) -> None:
    install.install(root, dev=True)
    (root / "requirements-dev.lock").write_text("django==6.1.4\n")
    calls(root)

    install.install(root, dev=False)

    assert calls(root) == ["pip sync requirements-dev.lock"]


def test_one_that_was_killed_half_way_is_made_anew(root: Path) -> None:
    install.install(root, dev=False)
    (root / ".venv/cxm-installed").unlink()
    (root / ".venv/half").touch()
    calls(root)

    install.install(root, dev=False)

    assert calls(root) == ["venv --quiet .venv", "pip sync requirements.lock"]
    assert not (root / ".venv/half").exists()


def test_a_failed_installation_is_not_taken_for_a_good_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIL", "1")

    with pytest.raises(SystemExit, match="next start takes it up"):
        install.install(root, dev=False)

    assert not install.is_current(root, dev=False)


def test_an_uninstalled_interpreter_makes_it_anew(root: Path) -> None:
    install.install(root, dev=False)
    (root / ".venv/bin/python").unlink()
    (root / ".venv/bin/python").symlink_to("/nowhere/python")
    calls(root)

    assert not install.is_current(root, dev=False)
    install.install(root, dev=False)
    assert calls(root)[0] == "venv --quiet .venv"


@pytest.mark.parametrize("version", ["3.12.9", "3.130.1"])
def test_another_python_makes_it_anew(root: Path, version: str) -> None:
    install.install(root, dev=False)
    (root / ".venv/pyvenv.cfg").write_text(f"version_info = {version}\n")
    (root / "requirements.lock").write_text("changed")
    calls(root)

    install.install(root, dev=False)

    assert calls(root)[0] == "venv --quiet .venv"


def test_without_uv_the_command_to_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "tests", "lint"])

    with pytest.raises(SystemExit, match="pip install uv && uv run python -m tests lint"):
        install.find_uv()


def test_a_folder_of_somebody_else_gets_a_clear_word(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)

    with pytest.raises(SystemExit, match=r"Cannot write .*\.venv: Permission denied"):
        install.install(root, dev=False)


def test_an_interpreter_that_ignores_the_environment_does_not_start_itself_for_ever() -> None:
    command = [str(install.ROOT / ".venv/bin/python"), "-S", "manage.py", "version"]

    done = subprocess.run(command, cwd=install.ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert "does not use the packages beside it" in done.stderr


def test_the_check_on_every_start_is_fast() -> None:
    """It reads two files; this would be seconds if it called another program."""
    assert install.is_current(install.ROOT, dev=False)
    assert Path(sys.prefix).resolve() == (install.ROOT / ".venv").resolve()

    install.ensure(dev=False)  # returns: we are in the right environment already
