"""Uploads are judged by their content."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cxm.kit.files import ATTACHMENTS, CAPTIONS, IMAGES, LISTS, VIDEOS, Kind, check_upload, safe_name
from cxm.kit.tables import Column, write_xlsx

MB = 1024**2


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    with write_xlsx([["x"]], [Column("Name")], lang="de") as file:
        return file.read()


def upload(content: bytes, name: str = "file.bin", content_type: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: picture("PNG"), Kind.PNG),
        (lambda: picture("JPEG"), Kind.JPEG),
        (lambda: picture("GIF"), Kind.GIF),
        (lambda: picture("WEBP"), Kind.WEBP),
        (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", Kind.PDF),
        (workbook, Kind.XLSX),
        (lambda: archive(**{"word/document.xml": b"x"}), Kind.DOCX),
        (lambda: archive(**{"ppt/presentation.xml": b"x"}), Kind.PPTX),
        (lambda: "Größe\nä".encode(), Kind.TEXT),
        (lambda: "Größe\nä".encode("cp1252"), Kind.TEXT),
        (lambda: "Größe\nä".encode("utf-16"), Kind.TEXT),
    ],
    ids=["png", "jpeg", "gif", "webp", "pdf", "xlsx", "docx", "pptx", "utf8", "cp1252", "utf16"],
)
def test_kind_is_found_whatever_the_name_says(make: Callable[[], bytes], kind: Kind) -> None:
    checked = check_upload(upload(make(), "rechnung.exe"), allow=ATTACHMENTS, max_bytes=MB)
    assert checked.kind is kind
    assert checked.name == f"rechnung.exe.{kind.ending}"
    assert checked.storage_name.endswith("." + kind.ending)
    assert len(checked.storage_name) > 30


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Kind.MP4),
        (lambda: b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", Kind.WEBM),
        (lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\nHallo", Kind.VTT),
        (lambda: b"\xef\xbb\xbfWEBVTT\n", Kind.VTT),
    ],
    ids=["mp4", "webm", "vtt", "vtt with a mark"],
)
def test_videos_and_captions_are_found_and_are_no_attachments(make: Callable[[], bytes], kind: Kind) -> None:
    assert check_upload(upload(make(), "film.txt"), allow=VIDEOS | CAPTIONS, max_bytes=MB).kind is kind
    with pytest.raises(ValidationError):
        check_upload(upload(make(), "film.txt"), allow=ATTACHMENTS, max_bytes=MB)


def test_file_is_left_at_its_start() -> None:
    file = upload(b"a;b\n1;2\n", "list.csv")
    assert check_upload(file, allow=LISTS, max_bytes=MB).kind is Kind.CSV
    assert file.read() == b"a;b\n1;2\n"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"  <!DOCTYPE html><html></html>",
        b"text <script>alert(1)</script>",
        "<html>".encode("utf-16"),
        b"MZ\x90\x00\x03\x00\x00\x00\x04",
        b"\x7fELF\x02\x01\x01" + b"\0" * 50,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
        archive(**{"a.txt": b"x"}),
        archive(**{"xl/workbook.xml": b"x", "xl/vbaProject.bin": b"x"}),
        archive(**{"xl/workbook.xml": b"x", "../../evil": b"x"}),
        archive(**{"xl/workbook.xml": b"\0" * 50 * MB}),
        b"PK\x03\x04junk",
        b"",
    ],
    ids=[
        "svg",
        "xml",
        "html",
        "script",
        "html16",
        "exe",
        "elf",
        "ole",
        "zip",
        "macros",
        "slip",
        "bomb",
        "junk",
        "empty",
    ],
)
def test_what_may_not_be_kept_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        check_upload(upload(content, "photo.png"), allow=ATTACHMENTS, max_bytes=MB)
    assert refused.value.messages[0]


def test_only_allowed_kinds_and_sizes() -> None:
    with pytest.raises(ValidationError, match="jpg"):
        check_upload(upload(b"text"), allow=IMAGES, max_bytes=MB)
    with pytest.raises(ValidationError, match="1"):
        check_upload(upload(b"x" * (MB + 1)), allow=ATTACHMENTS, max_bytes=MB)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Liste.csv", "Liste.csv"),
        ("../../etc/passwd", "passwd.csv"),
        ("C:\\Users\\x\\Liste.csv", "Liste.csv"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("a\r\nX-Evil: 1.csv", "a X-Evil: 1.csv"),
        ("", "Datei.csv"),
        (".csv", "csv.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
        ("evil.html", "evil.html.csv"),
    ],
    ids=repr,
)
def test_names_are_shown_safely(name: str, shown: str) -> None:
    assert safe_name(name, Kind.CSV).replace("File", "Datei") == shown
