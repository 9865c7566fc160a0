"""Finds what rooms bring: sockets, permissions, checks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

SOCKETS = ("permissions", "choices", "panels", "kpis", "facts", "steps", "imports", "listeners")


class KitConfig(AppConfig):
    """The kit as an app, so that its template tags, checks and first migration are found."""

    name = "cxm.kit"
    label = "kit"

    def ready(self) -> None:
        """Import each room's sockets once, as Django does with admin.py."""
        from cxm.kit import checks  # noqa: F401, PLC0415 - registers system checks; apps must be loaded first

        autodiscover_modules(*SOCKETS)
