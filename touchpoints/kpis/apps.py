"""Brings the declared KPIs into the database after each migration, so that tests and fresh installs have them."""

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class KpisConfig(AppConfig):
    """The room as an app."""

    name = "touchpoints.kpis"
    label = "kpis"

    def ready(self) -> None:
        """Listen for the end of a migration: no business flow, but the moment at which the tables are there."""
        post_migrate.connect(bring_catalogue, sender=self)


def bring_catalogue(using: str, apps: Apps | None = None, **kwargs: Any) -> None:
    """Sync the catalogue, unless this room's tables have just been taken away."""
    from touchpoints.kpis.actions.catalogue import sync_catalogue  # noqa: PLC0415 - models load after apps

    try:
        if apps is not None:  # flush, which empties the tables between tests, names none
            apps.get_model("kpis", "KpiDefinition")
    except LookupError:
        return
    if using == "default":
        sync_catalogue()
