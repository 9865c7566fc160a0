"""`manage.py restore FILE`: replace database and uploaded files by those of a backup."""

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cxm.embedded import archive
from cxm.embedded.database import Database, DatabaseToolError
from cxm.embedded.services import Services, current
from cxm.embedded.versions import newer_than_code


class Command(BaseCommand):
    """Everything is read, checked and loaded beside the data in use before these are replaced in one step."""

    help = "Replace database and uploaded files by those of a backup. Stop cxm first."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="a file that `manage.py backup` has written")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        services = current()
        if services.another_stack_runs():
            raise CommandError(f"cxm is running: {services.stack.word()}. Stop it first.")
        manifest = self._checked(options["backup"])
        if not options["yes"]:
            self._ask(manifest)
        try:
            self._replace(services, options["backup"])
        except (DatabaseToolError, OSError) as error:
            raise CommandError(f"Nothing was replaced: {error}") from error
        self.stdout.write(f"The data of {manifest.created} are back. Start: manage.py up")

    def _checked(self, backup: Path) -> archive.Manifest:
        try:
            manifest = archive.verify(backup)
        except archive.BrokenBackupError as error:
            raise CommandError(f"{backup} cannot be restored, {error}. Nothing was replaced.") from error
        if newer := newer_than_code(manifest.migrations, MigrationLoader(None)):
            raise CommandError(f"{backup} was written by a newer cxm (unknown here: {', '.join(newer)}).")
        return manifest

    def _ask(self, manifest: archive.Manifest) -> None:
        name = connection.settings_dict["NAME"]
        self.stdout.write(
            f"The backup is of {manifest.created} and holds {len(manifest.checksums) - 1} uploaded files."
        )
        if (
            input(f'Everything in database "{name}" and in {settings.MEDIA_ROOT} is replaced. Type yes: ')
            != "yes"
        ):
            raise CommandError("Nothing was replaced.")

    def _replace(self, services: Services, backup: Path) -> None:
        database = Database.of(connection)
        tool = database.find_tool("pg_restore", supplied=services.postgres.tool("pg_restore"))
        media = Path(settings.MEDIA_ROOT)
        media.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=media.parent, prefix=".cxm-restore-") as folder:
            dump, restored = archive.unpack(backup, Path(folder))
            replaced = database.swap(
                database.load(dump, tool=tool),
                meanwhile=lambda: exchange(media, restored, keep=Path(folder) / "replaced"),
            )
            database.drop(replaced)
        shutil.rmtree(services.place.var / "valkey", ignore_errors=True)  # bells for rows that are gone
        (services.place.var / "greeting.txt").unlink(missing_ok=True)


def exchange(current: Path, restored: Path, *, keep: Path) -> None:
    """Put one folder in the place of another, on the same disk."""
    current.rename(keep)
    restored.rename(current)
