"""A real browser for the browser tests: one that is on the machine, never a download of playwright's."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = "ms-playwright/chromium-*/chrome-linux*/chrome"

# Root needs --no-sandbox; the rest keeps a fresh profile from talking to the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Path of Chromium or Chrome: CHROME_BIN, the PATH, or playwright's own folder."""
    if given := os.environ.get("CHROME_BIN"):
        return given
    for name in NAMES:
        if found := shutil.which(name):
            return found
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return next((str(path) for path in sorted(cache.glob(PLAYWRIGHT), reverse=True)), None)
