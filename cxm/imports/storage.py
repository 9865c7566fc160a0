"""Where uploaded lists lie: outside of everything the web server hands out, under random names."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible
class ImportStorage(FileSystemStorage):
    """Private files below MEDIA_ROOT/imports; readable by this process's user only."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:  # as the settings say now, not when the class was loaded
        return str(Path(settings.MEDIA_ROOT) / "imports")

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        """There is none: files are handed out by a view that asks for the right."""
        raise ValueError("Imported files have no address.")


def random_name(run: Any, name: str) -> str:
    """A name that tells nothing; folders by its first two characters."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"
