"""All processes under one supervisor (supervisord), which this process becomes."""

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from .place import ROOT, Place

STOP_PATIENCE = 30  # seconds that a process has to finish what it is doing


@dataclass(frozen=True)
class Program:
    """One process that the supervisor keeps alive."""

    name: str
    command: Sequence[str]
    stop_signal: str = "TERM"
    owner: pwd.struct_passwd | None = None  # another user to run as
    environment: dict[str, str] = field(default_factory=dict)
    has_children: bool = False  # they get the stop signal too

    def tied_command(self) -> list[str]:
        """The command, with the kernel's promise that it ends with its parent, also after kill -9 of that.

        `setpriv` is part of every Linux; without it (macOS) only this promise is lost.
        """
        if not shutil.which("setpriv"):
            return list(self.command)
        tie = ["setpriv", "--pdeathsig", self.stop_signal]
        if self.owner:
            tie += ["--reuid", str(self.owner.pw_uid), "--regid", str(self.owner.pw_gid), "--clear-groups"]
        return [*tie, "--", *self.command]


def configuration(groups: dict[str, list[Program]], place: Place) -> str:
    """The supervisor's file. Groups start in their order and stop in the reverse one, each as a whole."""
    head = {"nodaemon": "true", "logfile": "/dev/null", "logfile_maxbytes": "0", "loglevel": "warn"}
    head["pidfile"] = str(place.run / "supervisord.pid")
    if os.geteuid() == 0:
        head["user"] = "root"  # said aloud, or supervisord warns about it
    sections = [_section("supervisord", head)]
    for position, (group, programs) in enumerate(groups.items()):
        names = ",".join(program.name for program in programs)
        sections.append(_section(f"group:{group}", {"programs": names, "priority": str(position)}))
        sections += [_section(f"program:{each.name}", _options(each, place)) for each in programs]
    return "\n".join(sections)


def become_supervisor(groups: dict[str, list[Program]], place: Place, beside: Sequence[str]) -> NoReturn:
    """Turn this process into supervisord, which keeps our process id and locks; run `beside` next to it."""
    file = place.run / "supervisord.conf"
    file.write_text(configuration(groups, place))
    os.environ |= {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
    sys.stdout.flush()
    subprocess.Popen(beside, cwd=ROOT)
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(file)]
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def _options(program: Program, place: Place) -> dict[str, str]:
    options = {
        "command": shlex.join(program.tied_command()),
        "directory": str(ROOT),
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "1000",
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(STOP_PATIENCE),
        "stopasgroup": "true" if program.has_children else "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(place.logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }
    if program.environment:
        options["environment"] = ",".join(f'{name}="{value}"' for name, value in program.environment.items())
    return options


def _section(name: str, options: dict[str, str]) -> str:
    lines = [f"{option} = {value.replace('%', '%%')}\n" for option, value in options.items()]
    return f"[{name}]\n{''.join(lines)}"
