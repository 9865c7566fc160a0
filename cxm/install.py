"""Keeps `.venv` equal to the lock file. Standard library only: it runs before anything is installed.

`uv run manage.py up` in a fresh clone starts manage.py in a bare interpreter; `ensure()` installs what the
lock file names, every file checked against its hash, and starts the same command again inside `.venv`. When
nothing has changed it compares two small texts and calls no other program. The reasons are written down in
.github/decisions/0002-locked-without-hosts.md.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTED_AGAIN = "CXM_STARTED_AGAIN"
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOCKS = {"lean": "requirements.lock", "dev": "requirements-dev.lock"}  # dev holds everything that lean holds


def ensure(*, dev: bool) -> None:
    """Return inside an up-to-date `.venv`, or install it and start this very command again inside of it."""
    end_with_uv()
    changed = False
    if not is_current(ROOT, dev=dev):
        with _one_at_a_time():
            if not is_current(ROOT, dev=dev):  # nobody else did it while we waited
                install(ROOT, dev=dev)
                changed = True
    if changed or Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        _start_again_inside()


def end_with_uv() -> None:
    """Be told to stop when `uv run`, which waits for us, is killed: nobody would hear Ctrl-C any more.

    The kernel keeps this promise also for the programs that this process becomes; without /proc (macOS) there is none.
    """
    parent = os.getppid()
    try:
        name = Path(f"/proc/{parent}/comm").read_text().strip()
    except OSError:
        return
    if name == "uv":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:  # it went before we asked
            raise SystemExit(128 + signal.SIGTERM)


def is_current(root: Path, *, dev: bool) -> bool:
    """Whether `.venv` was made from the lock file as it is now. A dev environment serves a lean need too."""
    stamp = read_stamp(root)
    kinds = ["dev"] if dev else ["dev", "lean"]
    return stamp in [stamp_for(root, kind) for kind in kinds] and _python(root).exists()


def stamp_for(root: Path, kind: str) -> str:
    """What the environment is made of: which set, which Python, which packages."""
    inputs = (root / ".python-version").read_bytes() + (root / LOCKS[kind]).read_bytes()
    return f"{kind} {hashlib.sha256(inputs).hexdigest()}"


def read_stamp(root: Path) -> str | None:
    """The stamp is written last, so an environment without one is half made."""
    try:
        return _stamp(root).read_text()
    except OSError:
        return None


def install(root: Path, *, dev: bool) -> None:
    """Make `.venv` anew where it is missing, half made or of another Python; else bring it in step."""
    uv = find_uv()
    before = read_stamp(root)
    kind = "dev" if dev or (before or "").startswith("dev ") else "lean"
    print(f"Installing what {LOCKS[kind]} names ...", file=sys.stderr, flush=True)
    try:
        if before is None or not _has_right_python(root):
            shutil.rmtree(root / ".venv", ignore_errors=True)
            _run(root, *uv, "venv", "--quiet", ".venv")
        _stamp(root).unlink(missing_ok=True)
        _run(
            root,
            *uv,
            "pip",
            "sync",
            "--quiet",
            "--compile-bytecode",
            "--python",
            _python(root),
            "--require-hashes",
            LOCKS[kind],
        )
        _stamp(root).write_text(stamp_for(root, kind))
    except OSError as error:
        raise SystemExit(f"Cannot write {root / '.venv'}: {error.strerror}. Is the folder yours?") from error


def _start_again_inside() -> None:
    """The process keeps its id, by which it knows that it was here before."""
    python, own_id = str(_python(ROOT)), str(os.getpid())
    if os.environ.get(STARTED_AGAIN) == own_id:
        raise SystemExit(f"{python} does not use the packages beside it; is PYTHONHOME set?")
    os.environ[STARTED_AGAIN] = own_id
    sys.stdout.flush()
    os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606 - no shell is wanted


def _python(root: Path) -> Path:
    return root / ".venv/bin/python"


def _stamp(root: Path) -> Path:
    return root / ".venv/cxm-installed"


def _has_right_python(root: Path) -> bool:
    """Whether it is of the version in .python-version, and its interpreter is still on the machine."""
    wanted = (root / ".python-version").read_text().strip()
    try:
        lines = (root / ".venv/pyvenv.cfg").read_text().splitlines()
    except OSError:
        return False
    facts = dict(line.split(" = ", 1) for line in lines if " = " in line)
    version = facts.get("version_info") or facts.get("version", "")
    return f"{version}.".startswith(f"{wanted}.") and _python(root).exists()


def find_uv() -> list[str]:
    if found := os.environ.get("UV") or shutil.which("uv"):
        return [found]
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    command = "python " * (sys.orig_argv[1:2] == ["-m"]) + " ".join(sys.orig_argv[1:])
    raise SystemExit(
        f"The packages of cxm are missing. Please run:\n\n    pip install uv && uv run {command}\n"
    )


def _run(root: Path, *command: str | Path) -> None:
    try:
        code = subprocess.run(command, cwd=root).returncode
    except KeyboardInterrupt:
        code = 130
    if code:
        raise SystemExit("The installation did not finish. The next start takes it up again.")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started together must not install into the same folder."""
    with open(ROOT / "pyproject.toml", "rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
