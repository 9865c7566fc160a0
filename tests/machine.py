"""What the tests need from the machine and no Python package brings: a browser, gettext, the libraries behind PDFs.

`python -m tests.machine` looks, installs what is missing if it may (root on Debian), and else says what to do.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys

from tests import chromium

LIBRARIES = {  # weasyprint loads them by name
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
PROGRAMS = {"xgettext": "gettext"}  # collects the texts of the interface
APT = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]


def missing() -> list[str]:
    """Debian packages that would bring what is not there."""
    packages = [package for library, package in LIBRARIES.items() if not ctypes.util.find_library(library)]
    packages += [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    return packages if chromium.find() else ["chromium", *packages]


def install(packages: list[str]) -> None:
    """By apt-get; what fails is seen in its own output, and by looking again."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*APT, "update"], env=environment)
    subprocess.run([*APT, "install", "-y", "--no-install-recommends", *packages], env=environment)


def main() -> None:
    """Exit with a message that names what is missing and how to get it."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        packages = missing()
    if packages:
        names = " ".join(packages)
        sys.exit(
            f"Missing on this machine: {names}\n"
            f"Tests of pages, PDFs and translations cannot run without. As root: apt-get install {names}\n"
            "Another Chromium or Chrome can be named by CHROME_BIN."
        )
    print(f"Browser: {chromium.find()}; gettext and the libraries for PDFs are there.")


if __name__ == "__main__":
    main()
