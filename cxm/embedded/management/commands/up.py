"""`manage.py up`: everything that a running cxm needs, in one process tree."""

import io
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from cxm.embedded.database import Database
from cxm.embedded.services import Services, current
from cxm.embedded.stack import Address, Choice, console, processes
from cxm.embedded.static import Collection
from cxm.embedded.supervise import become_supervisor
from cxm.embedded.versions import newer_than_code

OLDEST_POSTGRES = 18
START_LOCK = 0x63786D  # advisory lock "cxm": of two machines on one database only one migrates at a time
PORT_PATIENCE = 15  # seconds in which what a killed supervisor has left lets go of the port


class Command(BaseCommand):
    """Starts database and broker (if no addresses are given), web, worker and scheduler, until Ctrl-C."""

    help = "Start everything: database, broker, web, worker and scheduler. Stop with Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--empty", action="store_true", help="start with a set-up page, without the demo company"
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument(
            "--workers", type=int, default=1, help="web processes of 8 threads (default: %(default)s)"
        )
        parser.add_argument(
            "--web", choices=["gunicorn", "dev"], default="gunicorn", help="dev: reloads changed code"
        )
        parser.add_argument(
            "--console", action="store_true", help="show all logs here too, not only in log/ under CXM_VAR"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.time() - process_age()
        services = current()
        address = Address(options["host"], options["port"])
        choice = Choice(address, options["web"], options["workers"], options["console"], began)
        try:
            self._claim(services, address)
            files = Collection(services.place)
            if choice.web != "dev":
                files.begin()
            self._prepare_database(services, empty=options["empty"])
            files.finish()
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        self._warn_of_strangers(address)
        services.hand_over_database()
        services.survive_exec()
        os.environ.setdefault("SITE_URL", address.url.rstrip("/"))
        if services.owns_broker:
            os.environ["BROKER_URL"] = services.valkey.url()
        groups = processes(services, choice)
        become_supervisor(groups, services.place, beside=console(services, choice, groups))

    def _claim(self, services: Services, address: Address) -> None:
        """Be the only one here, and have the port, before anything is touched."""
        if not services.stack.try_take():
            raise CommandError(f"cxm is already running here: {services.stack.word()}")
        services.stack.leave_word(f"{address.url} (process {os.getpid()})")
        # A supervisor that ends by itself removes this file; after kill -9 its children may still be ending.
        killed = (services.place.run / "supervisord.pid").exists()
        if reason := address.wait_until_free(PORT_PATIENCE if killed else 0):
            raise CommandError(f"Cannot listen on {address.binding}: {reason}. Another one: up --port 8001")

    def _warn_of_strangers(self, address: Address) -> None:
        if address.open_to_others and not os.environ.get("ALLOWED_HOSTS"):
            self.stdout.write(_("Other machines are refused until ALLOWED_HOSTS and SITE_URL name this one."))

    def _prepare_database(self, services: Services, *, empty: bool) -> None:
        services.start_database()
        with only_one_starts():
            self._migrate()
            self._fill(services.place.var / "greeting.txt", empty=empty)
        for each in connections.all(initialized_only=True):
            each.close()
            each.close_pool()  # type: ignore[attr-defined] # of the PostgreSQL backend

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        applied = [f"{app}.{name}" for app, name in executor.loader.applied_migrations]
        if newer := newer_than_code(applied, executor.loader):
            raise CommandError(
                f"The database was written by a newer cxm (unknown here: {', '.join(newer)}). "
                "Update the program, or restore a backup of this version."
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("Bringing the database up to date ..."))
            call_command("migrate", verbosity=0, interactive=False)

    def _fill(self, greeting: Path, *, empty: bool) -> None:
        """Load the demo into an empty database, unless the set-up page was asked for or others may come in."""
        if get_user_model()._default_manager.exists():
            return
        greeting.unlink(missing_ok=True)
        if empty:
            return
        if settings.DEMO:
            self._load_demo(greeting)
        else:
            self.stdout.write(
                _(
                    "The demo company is not loaded: it lets everybody in with one click, and SITE_URL is an https "
                    "address (or CXM_DEMO is off). The first page sets up your own company; CXM_DEMO=1 loads the "
                    "demo all the same."
                )
            )

    def _load_demo(self, greeting: Path) -> None:
        """The demo says how to sign in; that is kept for later starts."""
        if "demo" not in get_commands():
            return
        self.stdout.write(_("Loading the demo company ..."))
        said = io.StringIO()
        call_command("demo", stdout=said)
        greeting.write_text("".join(f"  {line}\n" for line in said.getvalue().splitlines()))


@contextmanager
def only_one_starts() -> Iterator[None]:
    """Hold the start lock of the database; a clear word if it does not answer or is too old."""
    try:
        guard = Database.of(connection).connect(autocommit=True)
    except psycopg.OperationalError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    with guard:
        if guard.info.server_version < OLDEST_POSTGRES * 10_000:
            raise CommandError(
                f"cxm needs PostgreSQL {OLDEST_POSTGRES}; this is {guard.info.server_version / 10_000:.0f}."
            )
        guard.execute("SELECT pg_advisory_lock(%s)", [START_LOCK])
        yield


def process_age() -> float:
    """Seconds since this process began, which was before Python, packages and Django were loaded."""
    try:
        started = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    except OSError:
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
