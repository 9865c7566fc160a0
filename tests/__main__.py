"""Everything that is checked, in order: `uv run python -m tests`. It goes on after a failure and sums up at the end.

uv run python -m tests lint           formatting, lint, types, room borders, templates
uv run python -m tests fast           that, migrations and the tests without browser and kill -9
uv run python -m tests tests -- -k x  one step, with arguments for pytest
"""

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from cxm import install

install.ensure(dev=True)

REPORTS = install.ROOT / "var/test/reports"
DJANGO = ["-m", "django"]
PRODUCTION = {  # the product's own settings; those of the tests hash passwords quickly
    "DJANGO_SETTINGS_MODULE": "cxm.settings",
    "CXM_VAR": str(install.ROOT / "var/test"),
    "SITE_URL": "https://cxm.example",
    "SECRET_KEY": "x" * 25 + "0123456789-abcdefghijklmnopqrstuvwxyz",
}


@dataclass(frozen=True)
class Step:
    """One check: a Python module with arguments, or a program that a package has put beside Python."""

    name: str
    command: list[str]
    parts: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)


def pytest(name: str, select: str, *arguments: str, parts: set[str] | None = None) -> Step:
    """A step that runs tests; `select` is pytest's expression over markers."""
    report = f"--junit-xml={REPORTS / name}.xml"
    return Step(name, ["-m", "pytest", "-q", "-m", select, report, *arguments], parts or set())


LINT = {"lint", "fast"}
STEPS = [
    Step("machine", ["-m", "tests.machine"], {"browser"}),
    Step("format", ["ruff", "format", "--check", "."], LINT),
    Step("lint", ["ruff", "check", "."], LINT),
    Step("types", ["-m", "mypy", "."], LINT),
    Step("rooms", ["lint-imports"], LINT),
    Step("templates", ["-m", "djlint", "--lint", "--quiet", "templates"], LINT),
    Step("migrations", [*DJANGO, "makemigrations", "--check", "--dry-run"], {"fast"}),
    Step(
        "production", ["-m", "manage", "check", "--deploy", "--fail-level", "WARNING"], {"fast"}, PRODUCTION
    ),
    pytest("tests", "not browser and not faults", "-n", "2", parts={"fast"}),
    pytest("faults", "faults"),
    pytest("browser", "browser"),
]


def main() -> int:
    """Run the chosen steps; 1 if any of them failed."""
    chosen, extra = choose(sys.argv[1:])
    REPORTS.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    began, lines, failed, counts = time.monotonic(), [], False, Counter[str]()
    for step in chosen:
        print(f"\n=== {step.name}", flush=True)
        step_began = time.monotonic()
        code = run(step, extra)
        verdict = "ok" if code == 0 else "FAILED"
        lines.append(f"{step.name:<12} {verdict:<7} {time.monotonic() - step_began:6.1f} s")
        print(f"=== {lines[-1]}", flush=True)
        failed = failed or code != 0
        counts += count(step)
    print("\n" + "\n".join(lines))
    sums = ", ".join(f"{number} {what}" for what, number in counts.items()) or "no tests run"
    print(f"\n{sums} in {time.monotonic() - began:.1f} s")
    print("FAILED" if failed else "All checks passed")
    return int(failed)


def choose(arguments: list[str]) -> tuple[list[Step], list[str]]:
    """Steps for a part of the checks or for names of steps, and what stands after `--`."""
    own, extra = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        own, extra = arguments[:cut], arguments[cut + 1 :]
    names = [step.name for step in STEPS]
    parts = sorted({part for step in STEPS for part in step.parts})
    parser = argparse.ArgumentParser(
        "python -m tests", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(parts)}, or steps: {', '.join(names)}")
    wanted = parser.parse_args(own).part
    if unknown := set(wanted) - set(names) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return [step for step in STEPS if not wanted or {step.name, *step.parts} & set(wanted)], extra


def run(step: Step, extra: list[str]) -> int:
    """Its exit code. A step in which the arguments for pytest choose no test (code 5) has not failed."""
    bin_dir = Path(sys.executable).parent
    first, *rest = step.command
    command = [sys.executable, first, *rest] if first == "-m" else [str(bin_dir / first), *rest]
    is_pytest = rest[:1] == ["pytest"]
    report(step).unlink(missing_ok=True)
    code = subprocess.run(
        [*command, *(extra if is_pytest else [])], cwd=install.ROOT, env=os.environ | step.environment
    ).returncode
    return 0 if is_pytest and extra and code == 5 else code


def report(step: Step) -> Path:
    return REPORTS / f"{step.name}.xml"


def count(step: Step) -> Counter[str]:
    """Passed, failed and skipped tests, in pytest's words."""
    if not report(step).exists():
        return Counter()
    suite = next(ET.parse(report(step)).iter("testsuite")).attrib  # noqa: S314 - our own file
    failed, errors, skipped = (int(suite[name]) for name in ("failures", "errors", "skipped"))
    passed = int(suite["tests"]) - failed - errors - skipped
    return +Counter({"passed": passed, "failed": failed, "errors": errors, "skipped": skipped})


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
