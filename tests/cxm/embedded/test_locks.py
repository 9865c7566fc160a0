"""File locks between processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from cxm.embedded.locks import FileLock, holding


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.lock"


def test_one_takes_it(path: Path) -> None:
    lock = FileLock(path)

    assert lock.try_take()
    assert lock.held
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_one_is_told_no_and_holds_nothing(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.take()

    assert not second.try_take()
    assert not second.held


def test_it_is_free_again_after_release(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.take()
    first.release()

    assert second.try_take()


def test_many_may_share_it(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.share()
    second.share()

    assert first.held
    assert second.held


def test_the_last_of_those_who_share_can_take_it_alone(path: Path) -> None:
    first, second = FileLock(path), FileLock(path)
    first.share()
    second.share()

    assert not first.try_take()
    assert second.try_take()


def test_the_holder_leaves_a_word_for_others(path: Path) -> None:
    first = FileLock(path)
    first.take()
    first.leave_word("a longer first word")
    first.leave_word("http://127.0.0.1:8000/")

    assert FileLock(path).word() == "http://127.0.0.1:8000/"


def test_a_block_holds_it_and_lets_go_on_an_error(path: Path) -> None:
    def fail_inside() -> None:
        with holding(path):
            assert not FileLock(path).try_take()
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - it is our own
        fail_inside()

    assert FileLock(path).try_take()


def test_the_kernel_frees_it_after_kill_9(path: Path) -> None:
    program = "import sys, time; from pathlib import Path; from cxm.embedded.locks import FileLock\n"
    program += "lock = FileLock(Path(sys.argv[1])); lock.take()\n"
    program += "print('held', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    assert not FileLock(path).try_take()

    other.kill()
    other.wait()

    assert FileLock(path).try_take()


def test_it_survives_exec_when_asked(path: Path) -> None:
    program = "import os, sys; from pathlib import Path; from cxm.embedded.locks import FileLock\n"
    program += "lock = FileLock(Path(sys.argv[1])); lock.take(); lock.survive_exec()\n"
    program += "os.execv('/bin/sh', ['sh', '-c', 'echo held; read x'])"
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert other.stdout
    assert other.stdout.readline() == "held\n"

    assert not FileLock(path).try_take()

    other.communicate("\n")
    assert FileLock(path).try_take()


def test_a_lock_of_another_user_gets_a_clear_word(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> int:
        raise PermissionError

    monkeypatch.setattr("os.open", refuse)

    with pytest.raises(SystemExit, match="belongs to another user"):
        FileLock(path).take()
