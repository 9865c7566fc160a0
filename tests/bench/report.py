"""What a benchmark prints, and which limits were missed."""

from dataclasses import dataclass, field

from tests.bench.clock import Pair


@dataclass
class Report:
    """Collects ratios; `small` asks for the smaller amounts, which miss what is promised of the large ones."""

    small: bool = False
    missed: list[str] = field(default_factory=list)

    def pair(self, name: str, pair: Pair, *, most: float | None = None) -> None:
        """Print the ratio of a pair with both medians, and the limit, if there is one."""
        limit = f"at most {most:g}; " if most is not None else ""
        self._line(most is None or pair.ratio <= most, name, f"{pair.ratio:.2f} ({limit}{pair})")

    def ratio(self, name: str, one: float, other: float, *, least: float = 0) -> None:
        """Print seconds as a multiple of others, with both and the limit, if there is one."""
        limit = f"at least {least:g}; " if least else ""
        self._line(
            one / other >= least, name, f"{one / other:.2f} ({limit}{one:,.1f} s against {other:,.1f} s)"
        )

    def figure(self, name: str, value: float, unit: str, *, most: float | None = None) -> None:
        """Print a plain figure; with `most` it counts like a ratio (bytes, megabytes: not times)."""
        limit = f" (at most {most:g})" if most is not None else ""
        self._line(most is None or value <= most, name, f"{value:,.1f} {unit}{limit}")

    def unmeasured(self, name: str) -> None:
        """What is promised and was not measured counts as missed."""
        self._line(False, name, "not measured")

    def _line(self, good: bool, name: str, text: str) -> None:
        print(f"  {'ok  ' if good else 'MISS'} {name}: {text}", flush=True)
        if not good:
            self.missed.append(name)

    def close(self) -> int:
        """The exit code, with a last line that says what was missed."""
        print("all within their limits" if not self.missed else f"missed: {', '.join(self.missed)}")
        return 1 if self.missed else 0
