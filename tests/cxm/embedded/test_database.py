"""Dump, load beside, swap: on small databases of their own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from cxm.embedded.database import Database, DatabaseToolError
from tests.settings import services

NAME = "copies"


@pytest.fixture
def database() -> Iterator[Database]:
    """One table with one row."""
    found = Database({**Database.of(connection).parameters, "dbname": NAME})
    names = (NAME, f"{NAME}_restored", f"{NAME}_replaced")
    for name in names:
        found.drop(name)
    with found.connect("postgres", autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {NAME}")
    write(found, "CREATE TABLE django_migrations (app text, name text)")
    write(found, "INSERT INTO django_migrations VALUES ('inventory', '0001_start')")
    yield found
    for name in names:
        found.drop(name)


def write(database: Database, statement: str) -> None:
    with database.connect() as cursor:
        cursor.execute(statement)


def tool(name: str) -> str:
    return services.postgres.tool(name)


def exists(database: Database, name: str) -> bool:
    with database.connect("postgres") as maintenance:
        return (
            maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None
        )


def test_it_is_found_as_django_finds_it() -> None:
    parameters = Database.of(connection).parameters

    assert parameters["dbname"] == connection.settings_dict["NAME"]
    assert "pool" not in parameters


def test_a_dump_comes_back_in_the_place_of_what_was_changed_since(database: Database, tmp_path: Path) -> None:
    database.dump(tmp_path / "x", tool=tool("pg_dump"))
    write(database, "DELETE FROM django_migrations")
    done: list[str] = []

    replaced = database.swap(
        database.load(tmp_path / "x", tool=tool("pg_restore")), meanwhile=lambda: done.append("media")
    )

    assert done == ["media"]
    assert database.applied_migrations() == ["inventory.0001_start"]
    assert exists(database, replaced)
    assert not exists(database, f"{NAME}_restored")


def test_a_broken_dump_changes_nothing(database: Database, tmp_path: Path) -> None:
    database.dump(tmp_path / "x", tool=tool("pg_dump"))
    (tmp_path / "x").write_bytes((tmp_path / "x").read_bytes()[:-200])

    with pytest.raises(DatabaseToolError, match="pg_restore"):
        database.load(tmp_path / "x", tool=tool("pg_restore"))

    assert database.applied_migrations() == ["inventory.0001_start"]
    assert not exists(database, f"{NAME}_restored")


def test_an_error_in_the_middle_of_the_swap_leaves_the_old_one(database: Database, tmp_path: Path) -> None:
    database.dump(tmp_path / "x", tool=tool("pg_dump"))
    write(database, "INSERT INTO django_migrations VALUES ('inventory', '0002_new')")
    fresh = database.load(tmp_path / "x", tool=tool("pg_restore"))

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        database.swap(fresh, meanwhile=fail)

    assert database.applied_migrations() == ["inventory.0001_start", "inventory.0002_new"]


def test_those_who_are_connected_are_sent_away(database: Database, tmp_path: Path) -> None:
    database.dump(tmp_path / "x", tool=tool("pg_dump"))
    with database.connect() as busy:
        database.swap(database.load(tmp_path / "x", tool=tool("pg_restore")), meanwhile=lambda: None)

        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT 1")


def test_our_own_tool_serves_our_own_server(database: Database) -> None:
    assert database.find_tool("pg_dump", supplied=tool("pg_dump")) == tool("pg_dump")


def test_a_tool_that_is_too_old_is_not_taken(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.6'\n")
    old.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(old))

    with pytest.raises(DatabaseToolError, match="pg_dump 18 or newer is needed"):
        database.find_tool("pg_dump", supplied=str(old))


def test_the_password_is_not_among_the_arguments(tmp_path: Path) -> None:
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments; echo "$PGPASSWORD" > {tmp_path}/password\n')
    spy.chmod(0o755)
    server = Database({"dbname": "x", "host": "db", "user": "cxm", "password": "s3cret's"})

    server.dump(tmp_path / "out", tool=str(spy))

    assert "s3cret" not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text() == "s3cret's\n"
