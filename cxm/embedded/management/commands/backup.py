"""`manage.py backup`: the database and the uploaded files in one file, also while cxm is running."""

import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cxm.embedded import archive
from cxm.embedded.database import Database, DatabaseToolError
from cxm.embedded.services import current


class Command(BaseCommand):
    """The file holds personal data; only its owner may read it."""

    help = "Write database and uploaded files to one file. cxm may keep running."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target", nargs="?", type=Path, help="file or folder (default: backups/ under CXM_VAR)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        services = current()
        now = datetime.now(UTC)
        target = options["target"] or services.place.made(services.place.var / "backups", 0o700)
        if target.is_dir():
            target /= f"cxm-{now:%Y%m%d-%H%M}.cxm"
        database = Database.of(connection)
        manifest = archive.Manifest(now.isoformat(timespec="seconds"), database.applied_migrations())
        try:
            tool = database.find_tool("pg_dump", supplied=services.postgres.tool("pg_dump"))
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cxm-backup-") as folder:
                dump = Path(folder) / archive.DUMP
                database.dump(dump, tool=tool)
                archive.pack(target, manifest, dump, Path(settings.MEDIA_ROOT))
        except (DatabaseToolError, OSError) as error:
            raise CommandError(f"No backup was written: {error}") from error
        size = target.stat().st_size / 1e6
        self.stdout.write(f"{target} ({size:.1f} MB, {len(manifest.checksums) - 1} uploaded files)")
