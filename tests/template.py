"""An empty, migrated database, of which every test database is a copy.

To copy takes a moment, to migrate 20 s of a processor, and each worker of the test run needs a database.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from cxm.embedded.locks import holding
from cxm.embedded.place import ROOT, Place

PREFIX = "template_"
DRAFT = "templatedraft"


def ensure() -> str:
    """Name of a template that fits the migrations as they are now; the first who needs it makes it."""
    name = PREFIX + fingerprint()
    with holding(Place.from_environment().run / "template.lock"), server() as connection:
        found = [row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()]
        if name not in found:
            for old in found:
                if old.startswith(PREFIX) or old == DRAFT:
                    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DRAFT)))
            migrate(DRAFT)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(DRAFT), sql.Identifier(name)))
    return name


def exists(name: str) -> bool:
    """Whether the server has a database of this name."""
    with server() as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return row is not None


def fingerprint() -> str:
    """Changes with our own migrations and with those of packages."""
    digest = hashlib.sha256((ROOT / "requirements-dev.lock").read_bytes())
    for path in sorted(migrations()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def migrations() -> list[Path]:
    return [
        path
        for package in ("cxm", "touchpoints", "surveys")
        for path in (ROOT / package).glob("*/migrations/*.py")
    ]


def migrate(name: str) -> None:
    """In a process of its own, because this one's connection belongs to the tests."""
    command = [sys.executable, "-m", "django", "migrate", "-v0", "--settings=tests.settings"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": address(name)}, check=True)


def server() -> psycopg.Connection:
    return psycopg.connect(address("postgres"), autocommit=True)


def address(name: str) -> str:
    """DATABASE_URL, but of another database on the same server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
