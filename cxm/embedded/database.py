"""Copies of a whole database: dump it, load a dump beside the one in use, and swap the two."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

MAINTENANCE = "postgres"  # a database cannot be renamed by those who are in it
TIMEOUT = "10"  # seconds for a server to answer


class DatabaseToolError(Exception):
    """pg_dump or pg_restore has failed; the text is its own."""


@dataclass(frozen=True)
class Database:
    """One database, as libpq finds it: ours or one on a server."""

    parameters: Mapping[str, str]

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> Self:
        """The database of a Django connection."""
        known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
        given: dict[str, Any] = connection.get_connection_params()
        return cls({name: str(value) for name, value in given.items() if name in known and value is not None})

    @property
    def name(self) -> str:
        return self.parameters["dbname"]

    def connect(self, name: str | None = None, *, autocommit: bool = False) -> psycopg.Connection:
        """A connection beside Django's, to this database or to another one on its server."""
        return psycopg.connect(self._conninfo(name, self.parameters), autocommit=autocommit)

    def applied_migrations(self) -> list[str]:
        """`app.name` of each, as the database itself remembers them."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
            ).fetchall()
        return [name for (name,) in rows]

    def find_tool(self, name: str, *, supplied: str) -> str:
        """The first program that is as new as the server and can speak to it: ours, or the machine's.

        Ours is built without TLS, so a server that wants it needs the machine's.
        """
        with self.connect() as connection:
            version = connection.info.server_version // 10_000
            encrypted = connection.pgconn.ssl_in_use
        for candidate in [shutil.which(name)] if encrypted else [supplied, shutil.which(name)]:
            if candidate and _major_version(candidate) >= version:
                return candidate
        raise DatabaseToolError(f"{name} {version} or newer is needed on this machine.")

    def dump(self, file: Path, *, tool: str) -> None:
        """All of it as of one moment, compressed."""
        self._run(tool, self.name, "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")

    def load(self, file: Path, *, tool: str) -> str:
        """Restore a dump into a fresh database and return its name. A failure leaves nothing behind."""
        fresh = f"{self.name}_restored"
        self.drop(fresh)
        self._maintain(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh)))
        flags = ["--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
        try:
            self._run(tool, fresh, *flags, str(file))
        except DatabaseToolError:
            self.drop(fresh)
            raise
        return fresh

    def swap(self, fresh: str, *, meanwhile: Callable[[], None]) -> str:
        """Give `fresh` our name; return the name that the database in use until now has then.

        Both renames are one transaction and `meanwhile` runs within it: after a kill it is the one or the other.
        """
        replaced = f"{self.name}_replaced"
        self.drop(replaced)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with self.connect(MAINTENANCE) as connection:
            connection.execute(leave, [self.name])
            connection.execute(rename.format(sql.Identifier(self.name), sql.Identifier(replaced)))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(self.name)))
            meanwhile()
        return replaced

    def drop(self, name: str) -> None:
        """Remove a database of this server, if it is there."""
        self._maintain(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _maintain(self, statement: sql.Composed) -> None:
        with self.connect(MAINTENANCE, autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, tool: str, name: str, *arguments: str) -> None:
        """The password goes by the environment: arguments can be read by everybody on the machine."""
        visible = {key: value for key, value in self.parameters.items() if key != "password"}
        environment = os.environ | {"PGPASSWORD": self.parameters.get("password", "")}
        command = [tool, f"--dbname={self._conninfo(name, visible)}", *arguments]
        done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise DatabaseToolError(f"{Path(tool).name}: {done.stderr.strip()[-2000:]}")

    def _conninfo(self, name: str | None, parameters: Mapping[str, str]) -> str:
        return make_conninfo("", **{"connect_timeout": TIMEOUT, **parameters, "dbname": name or self.name})


def _major_version(tool: str) -> int:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)\.", said)
    return int(found[1]) if found else 0
