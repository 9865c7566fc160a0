"""How a benchmark measures and what it prints."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Report:
    """Collects ratios; `full` asks for the largest amounts."""

    full: bool = False
    missed: list[str] = field(default_factory=list)

    def ratio(
        self, name: str, value: float, *, most: float | None = None, least: float | None = None
    ) -> None:
        """Print a ratio with its limit, and remember it if it is beyond."""
        good = (most is None or value <= most) and (least is None or value >= least)
        limit = f"at most {most:g}" if most is not None else f"at least {least:g}"
        print(f"  {'ok  ' if good else 'MISS'} {name}: {value:.2f} ({limit})", flush=True)
        if not good:
            self.missed.append(name)

    def figure(self, name: str, value: float, unit: str, *, most: float | None = None) -> None:
        """Print a plain figure; with `most` it counts like a ratio (bytes, megabytes: not times)."""
        good = most is None or value <= most
        limit = f" (at most {most:g})" if most is not None else ""
        print(f"  {'ok  ' if good else 'MISS'} {name}: {value:,.1f} {unit}{limit}", flush=True)
        if not good:
            self.missed.append(name)

    def close(self) -> int:
        """The exit code, with a last line that says what was missed."""
        print("all within their limits" if not self.missed else f"missed: {', '.join(self.missed)}")
        return 1 if self.missed else 0


def compare(
    one: Callable[[], object], other: Callable[[], object], *, rounds: int = 9, cpu: bool = False
) -> float:
    """Median time of `one` as a multiple of that of `other`, measured in turns so that a busy machine hurts both.

    `cpu` counts processor time of this process instead of wall time.
    """
    clock = time.process_time if cpu else time.perf_counter
    one(), other()  # warm
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for call, kept in zip((one, other), times, strict=True):
            gc.collect()
            began = clock()
            call()
            kept.append(clock() - began)
    return median(times[0]) / median(times[1])
