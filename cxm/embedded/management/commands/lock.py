"""`manage.py lock`: write both lock files anew from pyproject.toml."""

import subprocess
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxm.install import LOCKS, ROOT, find_uv

PLAIN = ["pip", "compile", "pyproject.toml", "--quiet"]
FORM = [
    "--universal",
    "--generate-hashes",
    "--no-header",
]  # for every platform; a header would tell local paths


class Command(BaseCommand):
    """The only command that asks a package registry which versions there are."""

    help = "Write requirements.lock and requirements-dev.lock anew from pyproject.toml."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        upgrade = ["--upgrade"] if options["upgrade"] else []
        resolve("--extra", "dev", "-o", LOCKS["dev"], *upgrade)
        resolve("--constraints", LOCKS["dev"], "-o", LOCKS["lean"], *upgrade)  # the same versions in both
        self.stdout.write("Both lock files are written. The next command installs what they name.")


def resolve(*arguments: str) -> None:
    """One run of uv's resolver."""
    if subprocess.run([*find_uv(), *PLAIN, *FORM, *arguments], cwd=ROOT).returncode:
        raise CommandError("The lock files could not be written, see above.")
