"""Checks uploads by their content, not by their name or what the browser says of them."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxm.kit.archives import ArchiveError, check_archive

NAME_MAX = 120  # characters of a name as shown
HEAD, TAIL = 64 * 1024, 1024  # bytes in which kinds show themselves
UNPACKED_MAX, RATIO_MAX = 200 * 1024**2, 100
# ISO base media files that browsers play; others of the family are pictures (HEIC) or audio.
MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"dash",
    b"MSNV",
)
_invisible = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_markup = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|\?xml)", re.IGNORECASE
)


class Kind(Enum):
    """Kinds of files that may be kept, by media type and ending."""

    PNG = "image/png", "png", gettext_lazy("Picture")
    JPEG = "image/jpeg", "jpg", gettext_lazy("Picture")
    GIF = "image/gif", "gif", gettext_lazy("Picture")
    WEBP = "image/webp", "webp", gettext_lazy("Picture")
    PDF = "application/pdf", "pdf", gettext_lazy("PDF")
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        gettext_lazy("Word document"),
    )
    XLSX = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        gettext_lazy("Workbook"),
    )
    PPTX = (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
        gettext_lazy("Presentation"),
    )
    ODT = "application/vnd.oasis.opendocument.text", "odt", gettext_lazy("Text document")
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "ods", gettext_lazy("Workbook")
    TEXT = "text/plain", "txt", gettext_lazy("Text")
    CSV = "text/csv", "csv", gettext_lazy("CSV")
    MP4 = "video/mp4", "mp4", gettext_lazy("Video")
    WEBM = "video/webm", "webm", gettext_lazy("Video")
    VTT = "text/vtt", "vtt", gettext_lazy("Captions")

    def __init__(self, media_type: str, ending: str, label: Promise) -> None:
        self.media_type, self.ending, self.label = media_type, ending, label


IMAGES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP})
OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.PPTX, Kind.ODT, Kind.ODS})
TEXTS = frozenset({Kind.TEXT, Kind.CSV})
LISTS = frozenset({Kind.XLSX, Kind.CSV, Kind.TEXT})
VIDEOS = frozenset({Kind.MP4, Kind.WEBM})
CAPTIONS = frozenset({Kind.VTT})
ATTACHMENTS = IMAGES | OFFICE | TEXTS | {Kind.PDF}

_parts = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX, "ppt/presentation.xml": Kind.PPTX}
_by_mime = {kind.media_type: kind for kind in (*IMAGES, Kind.PDF)}
_macros = ("vbaProject.bin", "macrosheets/", "Basic/", "activeX/")


@dataclass(frozen=True)
class CheckedFile:
    """What is known of an upload that may be kept."""

    kind: Kind
    name: str  # as it may be shown
    storage_name: str  # random; tells nothing and cannot collide
    size: int  # bytes
    sha256: str


def check_upload(file: "UploadedFile[Any]", *, allow: frozenset[Kind], max_bytes: int) -> CheckedFile:
    """The checked upload; raises ValidationError with a reason for the person. The file is left at its start."""
    size = file.size or 0
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")
    if size > max_bytes:
        raise ValidationError(
            _("The file is too large: at most %(limit)s MB.") % {"limit": max_bytes // 1024**2},
            code="too_large",
        )
    stream: IO[bytes] = file.file  # type: ignore[assignment]
    kind = find_kind(stream, file.name or "")
    if kind is None or kind not in allow:
        endings = ", ".join(sorted(f".{kind.ending}" for kind in allow))
        raise ValidationError(
            _("Files of this kind are not accepted. Accepted: %(kinds)s.") % {"kinds": endings}, "kind"
        )
    digest = hashlib.sha256()
    for chunk in file.chunks(1024**2):
        digest.update(chunk)
    file.seek(0)
    return CheckedFile(
        kind,
        safe_name(file.name or "", kind),
        f"{secrets.token_hex(16)}.{kind.ending}",
        size,
        digest.hexdigest(),
    )


def find_kind(stream: IO[bytes], name: str) -> Kind | None:
    """The kind by content; None for everything that may not be kept, among it SVG, HTML and macros."""
    stream.seek(0)
    head = stream.read(HEAD)
    try:
        if head.startswith(b"PK\x03\x04"):
            return _office_kind(stream)
        if found := _magic_kind(head):
            return found
        return _text_kind(head, name)
    finally:
        stream.seek(0)


def _magic_kind(head: bytes) -> Kind | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in MP4_BRANDS:
        return Kind.MP4
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return Kind.WEBM
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    for match in found:
        kind = _by_mime.get(match.mime_type)
        if kind and match.offset == 0:  # signatures at the end are for polyglots
            return kind
    return None


def _office_kind(stream: IO[bytes]) -> Kind | None:
    try:
        names = check_archive(stream, unpacked=UNPACKED_MAX, ratio=RATIO_MAX)  # type: ignore[arg-type]
    except ArchiveError as error:
        if error.bomb:
            raise ValidationError(
                _("Unpacked, the file would be larger than allowed."), code="bomb"
            ) from error
        return None
    if any(part in name for name in names for part in _macros):
        raise ValidationError(_("Files with macros are not accepted."), code="macros")
    for part, kind in _parts.items():
        if part in names:
            return kind
    stream.seek(0)
    start = stream.read(200)  # OpenDocument: the first entry is stored and names the media type
    return next(
        (kind for kind in (Kind.ODT, Kind.ODS) if b"mimetype" + kind.media_type.encode() in start), None
    )


def _text_kind(head: bytes, name: str) -> Kind | None:
    """Plain text without control characters and without markup that a browser could run."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[1::2].count(0) > len(head) // 3
    narrow = head.replace(b"\0", b"") if wide or head.count(0) * 50 < len(head) else head
    if b"\0" in narrow or sum(byte < 32 and byte not in b"\t\r\n\f" for byte in narrow) * 50 > len(narrow):
        return None
    if _markup.search(narrow[:4096]):
        return None
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return Kind.VTT
    return Kind.CSV if PurePosixPath(name.lower()).suffix in (".csv", ".tsv") else Kind.TEXT


def safe_name(name: str, kind: Kind) -> str:
    """The original name as it may be shown: no folders, no control or direction characters, an ending that is
    true.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = _invisible.sub("", unicodedata.normalize("NFC", last))
    clean = " ".join("".join(char if char.isprintable() else " " for char in clean).split()).strip(". ")
    stem, _dot, ending = clean.rpartition(".")
    endings = (
        {kind.ending, "jpeg"}
        if kind is Kind.JPEG
        else {kind.ending} | ({"tsv", "log", "md"} if kind in TEXTS else set())
    )
    if not stem or ending.lower() not in endings | ({"txt", "csv"} if kind in TEXTS else set()):
        stem, ending = clean or _("File"), kind.ending
    return f"{stem[: NAME_MAX - len(ending) - 1]}.{ending}"
