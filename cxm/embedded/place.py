"""Where one installation keeps its state: the folder CXM_VAR."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_LIMIT = 85  # bytes; the kernel stops at 107, and PostgreSQL appends ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Place:
    """One installation. Two of them on a machine differ in nothing but this folder."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Place":
        """CXM_VAR, or `var` beside manage.py."""
        return cls(Path(os.environ.get("CXM_VAR") or ROOT / "var").resolve())

    @property
    def run(self) -> Path:
        """Locks, sockets and the supervisor's configuration: nothing that is missed after a reboot."""
        return self.made(self.var / "run")

    @property
    def logs(self) -> Path:
        return self.made(self.var / "log")

    @property
    def name(self) -> str:
        """Short, stable and different for each folder."""
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:10]

    def made(self, folder: Path, mode: int = 0o755) -> Path:
        """The folder, created if missing; a clear word where that is not allowed."""
        try:
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
        except OSError as error:
            message = f"Cannot create {folder}: {error.strerror}. CXM_VAR names another place."
            raise SystemExit(message) from error
        return folder

    def socket_folder(self, wanted: Path) -> Path:
        """`wanted`, or a private temporary folder where that path is too long for a socket."""
        if len(os.fsencode(wanted)) <= SOCKET_PATH_LIMIT:
            return wanted
        short = Path(tempfile.gettempdir()) / f"cxm-{os.getuid()}-{self.name}"
        self.made(short, 0o700)
        if short.is_symlink() or short.stat().st_uid != os.getuid():
            raise SystemExit(f"{short} belongs to somebody else. A shorter CXM_VAR avoids it.")
        return self.made(short / wanted.name, 0o700)
