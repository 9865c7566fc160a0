"""`manage.py sync_kpis`: brings the declared KPIs into the database. Every migration does it, too."""

from typing import Any

from django.core.management.base import BaseCommand

from touchpoints.kpis.actions import sync_catalogue


class Command(BaseCommand):
    """Bring the declared KPIs up to date."""

    help = "Brings the declared KPIs into the database; what the manager decided stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were new or different."""
        self.stdout.write(f"{sync_catalogue()} KPIs new or changed.")
