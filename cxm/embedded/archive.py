"""A backup is one file: a tar with the dump, the uploaded files, and a manifest with their checksums."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

FORMAT = 1
DUMP = "db.dump"
MEDIA = "media/"
MANIFEST = "manifest.json"
CHUNK = 1 << 20  # bytes


class BrokenBackupError(Exception):
    """The file is no backup, or not whole; the text says why."""


@dataclass
class Manifest:
    """What the archive holds and where it comes from."""

    created: str  # ISO 8601, UTC
    migrations: list[str]
    format: int = FORMAT
    checksums: dict[str, str] = field(default_factory=dict)  # name in the archive -> SHA-256


def pack(target: Path, manifest: Manifest, dump: Path, media: Path) -> None:
    """Write the archive beside its place and move it there when it is on disk: none is ever half."""
    draft = target.with_name(f".{target.name}.part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for name, path in [(DUMP, dump), *_uploaded(media)]:
                with path.open("rb") as source:
                    entry = _entry(name, os.fstat(source.fileno()))
                    reader = _Summing(source)
                    archive.addfile(entry, reader)
                manifest.checksums[name] = reader.digest.hexdigest()
            content = json.dumps(asdict(manifest), indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)


def verify(source: Path) -> Manifest:
    """Read all of it and compare every checksum, before anything is replaced."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is None:
                    raise BrokenBackupError(f"{member.name} is no plain file")
                if member.name == MANIFEST:
                    manifest = _read_manifest(content.read())
                else:
                    found[member.name] = _checksum(content)
    except (OSError, tarfile.TarError) as error:
        raise BrokenBackupError(f"it cannot be read: {error}") from error
    if manifest is None or DUMP not in found:
        raise BrokenBackupError("it is not whole")
    if found != manifest.checksums:
        wrong = sorted(
            name
            for name in found.keys() | manifest.checksums
            if found.get(name) != manifest.checksums.get(name)
        )
        raise BrokenBackupError(f"these parts are damaged: {', '.join(wrong[:5])}")
    return manifest


def unpack(source: Path, folder: Path) -> tuple[Path, Path]:
    """Into an empty folder; returns the dump and the folder of the uploaded files."""
    with tarfile.open(source, "r:") as archive:
        archive.extractall(folder, filter="data")
    media = folder / MEDIA
    media.mkdir(exist_ok=True)
    return folder / DUMP, media


def _entry(name: str, facts: os.stat_result) -> tarfile.TarInfo:
    """No owner and no rights: they mean nothing on another machine."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = facts.st_size, int(facts.st_mtime)
    return entry


class _Summing:
    """A file that sums up what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _uploaded(media: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield MEDIA + path.relative_to(media).as_posix(), path


def _checksum(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while data := content.read(CHUNK):
        digest.update(data)
    return digest.hexdigest()


def _read_manifest(content: bytes) -> Manifest:
    try:
        manifest = Manifest(**json.loads(content))
    except (TypeError, ValueError) as error:
        raise BrokenBackupError("its manifest cannot be read") from error
    if manifest.format != FORMAT:
        raise BrokenBackupError(f"it is of format {manifest.format}, this version reads {FORMAT}")
    return manifest
