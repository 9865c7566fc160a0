"""Gives every command the addresses it needs, DATABASE_URL and BROKER_URL, before Django reads its settings.

An address that is given (environment or `.env`) is used as it is. Else PostgreSQL is started here for the
life of this command; it stops with the last command that uses it. Valkey runs only under `up`: the truth of
every task is a row in the database, so other commands may speak into the void.
"""

import atexit
import os
import signal
import time
from collections.abc import Sequence
from types import FrameType

import environ

from .locks import FileLock, holding
from .place import ROOT, Place
from .postgres import Postgres
from .valkey import Valkey

WITHOUT_DATABASE = {
    *("", "help", "version", "--help", "--version", "-h", "lock", "diffsettings"),
    *("collectstatic", "findstatic", "makemessages", "compilemessages"),
    "up",  # starts the database itself, once it knows that nobody else does
}
PATIENCE = 30  # seconds for a database that a supervisor is just starting


class Services:
    """The servers of this installation, as far as they are ours."""

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place = place
        self.postgres = Postgres(place, durable=durable)
        self.valkey = Valkey(place)
        self.owns_database = False
        self.owns_broker = False
        self.stack = FileLock(place.run / "up.lock")  # held by the one `up`
        self._users = FileLock(place.run / "users.lock")  # shared by all who use the database

    def announce(self) -> None:
        """Fill in the addresses that are not given. Starts nothing."""
        os.environ["CXM_VAR"] = str(self.place.var)
        if not os.environ.get("DATABASE_URL"):
            self.owns_database = True
            os.environ["DATABASE_URL"] = self.postgres.url()
        if not os.environ.get("BROKER_URL"):
            self.owns_broker = True
            os.environ["BROKER_URL"] = self.valkey.url() if self.valkey.answers() else "memory://localhost/"

    def start_database(self) -> None:
        """Have the database for the life of this process."""
        if not self.owns_database or self._users.held:
            return
        atexit.register(self.leave)  # first: whoever is told to stop while it starts must stop it, too
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:  # which would skip that
            signal.signal(signal.SIGTERM, _exit)
        with holding(self.place.run / "services.lock"):
            self._users.share()
            if self.another_stack_runs():
                self._wait_for_database()
            else:
                self.postgres.start()

    def hand_over_database(self) -> None:
        """Stop it, so that a supervisor can start it as its own child."""
        if self.owns_database:
            with holding(self.place.run / "services.lock"):
                self.postgres.stop()

    def survive_exec(self) -> None:
        """Our locks are held by the program that this process becomes."""
        self.stack.survive_exec()
        self._users.survive_exec()

    def another_stack_runs(self) -> bool:
        """Whether an `up` other than ourselves holds this installation."""
        if self.stack.held:
            return False
        if self.stack.try_take():
            self.stack.release()
            return False
        return True

    def _wait_for_database(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.postgres.answers():
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"cxm runs, but its database does not answer: {self.place.logs / 'postgres.log'}"
                )
            time.sleep(0.05)

    def leave(self) -> None:
        """Whoever goes last stops the server."""
        with holding(self.place.run / "services.lock"):
            if self._users.try_take():
                self.postgres.stop()
                self._users.release()


def _exit(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not break off the cleaning up
    raise SystemExit(128 + number)


_current: Services | None = None


def current() -> Services:
    """The services of this process."""
    global _current
    if _current is None:
        environ.Env.read_env(ROOT / ".env")
        _current = Services(Place.from_environment())
        _current.announce()
    return _current


def provide(arguments: Sequence[str]) -> None:
    """What `manage.py COMMAND ...` needs."""
    services = current()
    command = arguments[0] if arguments else ""
    asks_only = "--help" in arguments or "-h" in arguments
    if not asks_only and (command not in WITHOUT_DATABASE or "--database" in arguments):
        services.start_database()
