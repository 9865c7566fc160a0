"""The embedded server: how it is told to behave, and one life of it."""

import os
import pwd
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from cxm.embedded import postgres
from cxm.embedded.place import Place
from cxm.embedded.postgres import Postgres


@pytest.fixture
def place(open_folder: Callable[[], Path]) -> Place:
    return Place(open_folder())


def test_the_address_names_socket_and_port_so_that_no_pg_variable_can_turn_it(place: Place) -> None:
    assert Postgres(place).url() == f"postgresql://cxm@/cxm?host={place.var}/postgres&port=5432"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_keeps_a_private_folder_private(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SHARED_HOME", tmp_path / "shared")
    place.var.chmod(0o700)

    home = Postgres(place).home

    assert home == tmp_path / "shared" / place.name / "postgres"
    assert (place.var / "postgres").readlink() == home
    assert place.var.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_data_keep_their_owner_when_root_comes(place: Place) -> None:
    nobody = pwd.getpwnam("nobody")
    (place.var / "postgres").mkdir()
    os.chown(place.var / "postgres", nobody.pw_uid, nobody.pw_gid)

    assert Postgres(place).owner == nobody


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_copies_programs_that_the_account_cannot_reach(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SHARED_HOME", tmp_path / "shared")
    monkeypatch.setattr(postgres, "_open_to_all", lambda path: False)

    programs = Postgres(place).binaries

    assert programs.is_relative_to(tmp_path / "shared")
    assert all(
        folder.stat().st_mode & 0o001
        for folder in programs.parents
        if folder.is_relative_to(tmp_path / "shared")
    )
    said = subprocess.run([programs / "initdb", "--version"], capture_output=True, text=True)
    assert said.stdout.startswith("initdb (PostgreSQL) 18"), said.stderr
    assert Postgres(place).binaries == programs


def test_one_life(place: Place) -> None:
    """Start, use, kill -9, start, stop: nothing is lost, nobody else is let in, nothing stays behind."""
    server = Postgres(place)
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('Ähre')")
        settings: dict[str, str] = dict(
            connection.execute("SELECT name, setting FROM pg_settings").fetchall()
        )
    assert settings["listen_addresses"] == ""
    assert settings["fsync"] == "on"
    assert settings["TimeZone"] == "UTC"
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert (server.home / "pg_hba.conf").read_text() == "local all all peer map=cxm\n"

    pid = int((server.home / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, 9)
    os.environ["PGPORT"] = "1"  # what a user may have exported
    try:
        server.start()
    finally:
        del os.environ["PGPORT"]
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("Ähre",)]

    server.stop()
    assert not server.accepts_connections()
    assert postgres.servers_in(server.home) == []


def test_a_number_in_the_pid_file_that_is_another_programs_now_does_not_stop_the_start(place: Place) -> None:
    """After the restart of a container the numbers begin anew."""
    server = Postgres(place, durable=False)
    server.start()
    server.stop()
    with subprocess.Popen(["sleep", "60"], user=server.owner.pw_uid if server.owner else None) as other:
        (server.home / "postmaster.pid").write_text(f"{other.pid}\n{server.home}\n0\n5432\n\n\n\n")
        try:
            server.start()
            assert server.accepts_connections()
        finally:
            other.kill()
            server.stop()


def test_a_half_made_cluster_is_made_anew(place: Place) -> None:
    draft = place.var / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    server = Postgres(place, durable=False)

    server.start()
    server.stop()

    assert not draft.exists()
    assert (server.home / "global/pg_control").exists()


def test_a_program_that_fails_says_why(place: Place) -> None:
    with pytest.raises(SystemExit, match=r"initdb failed:\n(.|\n)*nowhere"):
        Postgres(place)._run("initdb", "-D", "/nowhere/at/all")


def test_the_wheel_may_be_missing_when_a_server_is_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="DATABASE_URL"):
        _ = Postgres(place).binaries


def test_the_command_for_a_supervisor_stays_in_the_foreground(place: Place) -> None:
    command = Postgres(place).foreground()

    assert Path(command[0]).name == "postgres"
    assert command[1:] == ["-D", str(place.var / "postgres")]
