"""The supervisor's configuration."""

import configparser
import os
import pwd
from pathlib import Path

import pytest

from cxm.embedded.place import Place
from cxm.embedded.supervise import Program, configuration


def parsed(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()  # reads %% as supervisord does
    parser.read_string(text)
    return parser


def written(programs: list[Program], folder: Path) -> configparser.ConfigParser:
    return parsed(configuration({"first": programs[:1], "second": programs[1:]}, Place(folder)))


def test_groups_start_in_their_order(tmp_path: Path) -> None:
    found = written([Program("a", ["x"]), Program("b", ["y"]), Program("c", ["z"])], tmp_path)

    assert dict(found["group:first"]) == {"programs": "a", "priority": "0"}
    assert dict(found["group:second"]) == {"programs": "b,c", "priority": "1"}


def test_a_program_is_started_again_and_logged(tmp_path: Path) -> None:
    found = written([Program("web", ["x"])], tmp_path)["program:web"]

    assert found["autorestart"] == "true"
    assert found["stopsignal"] == "TERM"
    assert found["stdout_logfile"] == str(tmp_path / "log/web.log")
    assert found["redirect_stderr"] == "true"


def test_odd_characters_in_a_path_survive(tmp_path: Path) -> None:
    found = written([Program("web", ["run it", "100%", "a'b"])], tmp_path)

    assert found["program:web"]["command"].endswith("""'run it' 100% 'a'"'"'b'""")


def test_a_process_ends_with_its_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

    assert Program("web", ["x"]).tied_command() == ["setpriv", "--pdeathsig", "TERM", "--", "x"]


def test_a_process_of_another_user_gives_up_our_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    owner = pwd.getpwuid(os.getuid())
    ids = ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]

    found = Program("db", ["x"], stop_signal="INT", owner=owner).tied_command()

    assert found == ["setpriv", "--pdeathsig", "INT", *ids, "--", "x"]


def test_without_setpriv_it_runs_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)

    assert Program("web", ["x"]).tied_command() == ["x"]


def test_children_get_the_signal_only_where_they_need_it(tmp_path: Path) -> None:
    found = written([Program("a", ["x"]), Program("b", ["y"], has_children=True)], tmp_path)

    assert found["program:a"]["stopasgroup"] == "false"
    assert found["program:b"]["stopasgroup"] == "true"
