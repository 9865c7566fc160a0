"""How long the demo company takes to load, as somebody waits for it: the whole command, from its start to its end."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from tests.bench.report import Report

PROMISED = 30  # seconds


def run(report: Report) -> None:
    """`manage.py demo` in a process of its own, on the empty database of this run."""
    url = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    env = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
        "DJANGO_SETTINGS_MODULE": "cxm.settings",
    }
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "django", "demo"], env=env, check=True, stdout=subprocess.DEVNULL)
    report.figure("demo company, wall clock of the command", time.perf_counter() - began, "s", most=PROMISED)
