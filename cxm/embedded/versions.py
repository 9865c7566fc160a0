"""Is data older or newer than this code?"""

from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from .place import ROOT


def newer_than_code(applied: Iterable[str], loader: MigrationLoader) -> list[str]:
    """Those of `app.name` that a room of this product must have had, but does not have here.

    Other packages are left out: they may drop migrations that they have squashed.
    """
    known = {f"{app}.{name}" for app, name in loader.disk_migrations or {}}
    rooms = {config.label for config in apps.get_app_configs() if _is_ours(Path(config.path))}
    return sorted(each for each in set(applied) - known if each.split(".", 1)[0] in rooms)


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / ".venv")
