"""File locks. The kernel frees them when a process ends, also after kill -9: no process ids to go stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOT_OPEN = -1


class FileLock:
    """One lock file: held alone, or shared by many."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = NOT_OPEN

    @property
    def held(self) -> bool:
        return self._descriptor != NOT_OPEN

    def take(self) -> None:
        """Wait for it, then hold it alone."""
        self._flock(fcntl.LOCK_EX)

    def share(self) -> None:
        """Wait until nobody holds it alone, then hold it together with others."""
        self._flock(fcntl.LOCK_SH)

    def try_take(self) -> bool:
        """Hold it alone, if nobody else holds it now. A share of our own is given up either way."""
        try:
            self._flock(fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self.held:
            os.close(self._descriptor)
            self._descriptor = NOT_OPEN

    def survive_exec(self) -> None:
        """Keep it over os.exec: it then ends with the program that this process becomes."""
        if self.held:
            os.set_inheritable(self._descriptor, True)

    def leave_word(self, text: str) -> None:
        """For those who find it locked."""
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def word(self) -> str:
        """What the holder has left."""
        return self.path.read_text()

    def _flock(self, how: int) -> None:
        if not self.held:
            try:
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            except PermissionError as error:
                message = f"{self.path} belongs to another user. Start as that user, or set CXM_VAR."
                raise SystemExit(message) from error
        fcntl.flock(self._descriptor, how)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Hold a lock alone for the length of a block."""
    lock = FileLock(path)
    lock.take()
    try:
        yield
    finally:
        lock.release()
