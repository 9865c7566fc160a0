"""Looks into zip archives (office files) without unpacking anything."""

import struct
import zipfile
from typing import BinaryIO

END_RECORD = b"PK\x05\x06"
ZIP64_LOCATOR = b"PK\x06\x07"
END_SIZE, COMMENT_MAX = 22, 65_535  # bytes; APPNOTE.TXT 4.3.16
DIRECTORY_MAX = 4 * 1024**2  # bytes: more than any office file needs
ENTRIES_MAX = 10_000
SMALL = 1024**2  # bytes: below this the ratio says nothing


class ArchiveError(Exception):
    """Not an archive that may be opened: damaged, or a bomb."""

    def __init__(self, *, bomb: bool) -> None:
        super().__init__("bomb" if bomb else "damaged")
        self.bomb = bomb


def check_archive(file: BinaryIO, *, unpacked: int, ratio: int) -> list[str]:
    """Names of the entries, after the declared sizes were found harmless: total bytes and packing ratio.

    The directory itself is measured before it is read; archives of the 64-bit form are not needed for lists.
    A directory that lies is caught later by the memory limit of the process that unpacks.
    """
    _check_end(file)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(bomb=False) from error
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > unpacked or total > max(packed * ratio, SMALL) or len(entries) > ENTRIES_MAX:
        raise ArchiveError(bomb=True)
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise ArchiveError(bomb=False)
    return names


def _check_end(file: BinaryIO) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - COMMENT_MAX - 20))
    tail = file.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < END_SIZE:
        raise ArchiveError(bomb=False)
    count, directory = struct.unpack_from("<HL", tail, at + 10)
    if (
        tail[max(0, at - 20) : at].startswith(ZIP64_LOCATOR)
        or count > ENTRIES_MAX
        or directory > DIRECTORY_MAX
    ):
        raise ArchiveError(bomb=True)
