"""`manage.py rebuild_rollups`: proves or renews the sums of all measurements."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from touchpoints.kpis import rollup
from touchpoints.kpis.actions import rebuild_sums


class Command(BaseCommand):
    """Count all sums again from the measurements."""

    help = "Counts all sums again from the measurements; --check only compares and fails if a cell differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument("--check", action="store_true", help="compare, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare first; then renew what is asked for."""
        drift = rollup.drift()
        for table, cells in drift.items():
            self.stdout.write(f"{table}: {cells} cells differ")
        if options["check"]:
            if any(drift.values()):
                raise CommandError(
                    "The sums differ from the measurements. Without --check they are counted again."
                )
            return
        rebuild_sums(actor=None)
        self.stdout.write("All sums were counted again.")
