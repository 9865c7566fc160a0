"""Files for the browser: hashed names, compressed once, collected only when one of them has changed."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from .place import Place

# Supplied by packages and never asked for by a page: source maps, a second API browser, other htmx versions.
IGNORED = ["*.map", "redoc*", "htmax*", "htmx-4*", "htmx-2.js", "*.mjs"]
BROTLI_QUALITY = 10  # half the time of 11 for 1.6 % more bytes (measured on plotly.js)


class FastCompressor(Compressor):  # type: ignore[misc] # whitenoise has no types
    """Brotli at a quality that the first start can afford."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names only; a name that is compressed already has the same content and is not done again."""

    keep_only_hashed_files = True
    patterns = (("*.css", HashedFilesMixin.patterns[0][1][:2]),)  # url() and @import; no source maps

    def create_compressor(self, **kwargs: object) -> Compressor:
        return FastCompressor(**kwargs)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        fresh = [path for path in paths if not Path(self.path(f"{path}.br")).exists()]
        yield from super().compress_files(fresh)


class Collection:
    """`collectstatic`, run beside other work and only if there is something to do."""

    def __init__(self, place: Place) -> None:
        self.stamp = place.var / "static.stamp"
        self._work: Future[None] | None = None

    def begin(self) -> None:
        """Look for changes and start in a thread; compressing leaves the interpreter to others."""
        wanted = fingerprint()
        kept = self.stamp.read_text() if self.stamp.exists() else ""
        if kept == wanted and Path(settings.STATIC_ROOT).exists():
            return
        self._work = ThreadPoolExecutor(1).submit(self._collect, wanted, complete=bool(kept))

    def finish(self) -> None:
        """Wait for it, and raise what went wrong."""
        if self._work:
            self._work.result()

    def _collect(self, wanted: str, *, complete: bool) -> None:
        self.stamp.unlink(missing_ok=True)  # without a stamp the next start trusts nothing that lies there
        call_command(
            "collectstatic", interactive=False, verbosity=0, clear=not complete, ignore_patterns=IGNORED
        )
        self.stamp.write_text(wanted)


def fingerprint() -> str:
    """Changes with any file that a page may ask for, and with the way they are prepared."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for finder in get_finders():
        for name, storage in finder.list(IGNORED):
            facts = os.stat(storage.path(name))
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
