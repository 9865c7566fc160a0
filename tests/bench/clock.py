"""Processor time of this process and of its database sessions: a busy machine does not change it, as it does seconds.

Both run on this machine, so the database must be the embedded one or stand beside.
"""

import gc
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")
NANO = 1e-9


def session_of(database: Any = connection) -> int:
    """Process id of the session behind this connection, which is opened if need be."""
    database.ensure_connection()
    return int(database.connection.info.backend_pid)


def used_by(pid: int) -> float:
    """Processor seconds of another process so far; 0 if it is gone."""
    try:  # to the nanosecond where the kernel counts so; see its sched-stats.rst
        return int((PROC / str(pid) / "schedstat").read_text().split()[0]) * NANO
    except FileNotFoundError:
        pass
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK  # user and system time, proc(5)


def processor(sessions: Iterable[int] = ()) -> float:
    """Processor seconds that this process and these sessions (else that of the connection) have used."""
    watched = list(sessions) or [session_of()]
    return time.process_time() + sum(used_by(pid) for pid in watched)


@dataclass(frozen=True)
class Pair:
    """Medians of two things measured in turns, in seconds."""

    one: float
    other: float

    @property
    def ratio(self) -> float:
        """The first as a multiple of the second."""
        return self.one / self.other

    def __str__(self) -> str:
        return f"{self.one * 1000:,.1f} ms against {self.other * 1000:,.1f} ms"


def compare(
    one: Callable[[], object],
    other: Callable[[], object],
    *,
    rounds: int = 9,
    clock: Callable[[], float] = processor,
) -> Pair:
    """Median processor time of both, measured in turns, so that a busy machine or a cold cache hurts both."""
    one(), other()  # warm
    gc.collect()
    gc.freeze()  # what is there is not looked through again before each measurement
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for call, kept in zip((one, other), times, strict=True):
            gc.collect()
            began = clock()
            call()
            kept.append(clock() - began)
    return Pair(median(times[0]), median(times[1]))
