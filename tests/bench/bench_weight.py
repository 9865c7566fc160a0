"""What a page weighs on its way to the browser: its HTML gzipped, and each file it names as it is kept for serving."""

import re
from pathlib import Path

import brotli
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from cxm.accounts.models import User
from cxm.embedded.static import BROTLI_QUALITY
from tests.bench.report import Report

KB = 1000
FILES = re.compile(r'(?:href|src)="/static/([^"#?]+)')


def weight(client: Client, path: str) -> float:
    """Kilobytes of one page with everything it loads, from an empty cache."""
    response = client.get(path, headers={"Accept-Encoding": "gzip"})
    html = client.get(path).text
    names = set(FILES.findall(html))
    styles = [Path(str(finders.find(name))).read_text() for name in names if name.endswith(".css")]
    names |= {
        f"vendor/{font}" for css in styles for font in re.findall(r"url\(\"?\.\./vendor/([^)\"]+)", css)
    }
    total = len(response.content)
    for name in names:
        with open(str(finders.find(name)), "rb") as file:
            body = file.read()
        total += len(body) if name.endswith(".woff2") else len(brotli.compress(body, quality=BROTLI_QUALITY))
    return total / KB


def run(report: Report) -> None:
    """The sponsor's page, a chart page, a list page."""
    call_command("demo", verbosity=0)
    client = Client()
    client.force_login(User.objects.get(email__startswith="mia@"))
    report.figure("sponsor page", weight(client, "/dashboards/"), "kB", most=600)
    report.figure("list page", weight(client, "/touchpoints/"), "kB", most=150)
    kpi = re.search(r"/kpis/\d+/", client.get("/dashboards/").text)
    report.figure("chart page", weight(client, kpi.group() if kpi else "/kpis/"), "kB", most=600)
