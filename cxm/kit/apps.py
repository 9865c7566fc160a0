"""Finds what rooms bring: sockets, permissions, checks."""

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

SOCKETS = ("permissions", "choices", "panels", "kpis", "imports", "listeners")
"""Modules that fill a register. One more comes with the room that reads it."""


class KitConfig(AppConfig):
    """The kit as an app, so that its template tags, checks and first migration are found."""

    name = "cxm.kit"
    label = "kit"

    def ready(self) -> None:
        """Import each room's sockets once, as Django does with admin.py; guard the history after migrations."""
        from cxm.kit import checks  # noqa: F401, PLC0415 - registers system checks; apps must be loaded first

        autodiscover_modules(*SOCKETS)
        post_migrate.connect(guard_history, sender=self)


def guard_history(using: str, apps: Apps | None = None, **kwargs: Any) -> None:
    """Guard the event tables of all rooms, which by now are there."""
    from cxm.kit.history import guard_events  # noqa: PLC0415 - models load after apps

    if apps is not None:  # flush, which empties the tables between tests, names none
        guard_events(using)
