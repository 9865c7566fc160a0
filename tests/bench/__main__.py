"""Run the benchmarks on a database of their own and print one line for each ratio, with its limit."""

import argparse
import os
import sys

from cxm import install

install.ensure(dev=True)

from pathlib import Path  # noqa: E402 - the packages are there only now

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("CXM_VAR", str(ROOT / "var/bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import importlib  # noqa: E402
import logging  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import django  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import override_settings, setup_databases, teardown_databases  # noqa: E402

from tests import template  # noqa: E402
from tests.bench.report import Report  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database() -> "Iterator[None]":
    """A fresh database, dropped afterwards. Templates are not watched as in tests: that would cost time."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template.ensure()
    config = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            yield
    finally:
        teardown_databases(config, verbosity=0)


def main() -> int:
    """Run what is asked for; 1 if a ratio is beyond its limit."""
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*names, []], help=f"which ones (default: all): {', '.join(names)}"
    )
    parser.add_argument(
        "--small", action="store_true", help="without the 10,000,000 measurements, which take some minutes"
    )
    options = parser.parse_args()
    django.setup()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refused pages are no news here
    report = Report(small=options.small)
    for name in options.names or names:
        print(f"{name}:", flush=True)
        with database():
            importlib.import_module(f"tests.bench.bench_{name}").run(report)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
