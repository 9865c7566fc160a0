"""Videos, captions and files of lessons: for those who have to take the course, and for its managers."""

import re
from collections.abc import Iterator
from typing import IO

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest
from surveys.training.choices import LessonKind
from surveys.training.models import Assignment, Lesson
from surveys.training.permissions import MANAGE, MINE

PART = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")
CHUNK = 256 * 1024  # bytes
SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'",
    "Cache-Control": "private",
}


def lesson_of(request: CxmRequest, pk: int) -> Lesson:
    """A lesson that this person may see: of a version that he was assigned, or any to a manager."""
    mine = Assignment.objects.of_user(request.user).filter(version=OuterRef("version"))
    may_see = Q(Exists(mine)) if not request.user.may(MANAGE) else Q()
    return get_object_or_404(Lesson.objects.filter(may_see), pk=pk)


@require_GET
@requires(MINE)
def media(request: CxmRequest, pk: int) -> HttpResponseBase:
    """The video, in parts if the browser asks for one; another file as a download."""
    lesson = lesson_of(request, pk)
    if not lesson.media:
        raise Http404("no file")
    if lesson.kind != LessonKind.VIDEO:
        return FileResponse(
            opened(lesson.media), as_attachment=True, filename=lesson.media_name, content_type=lesson.media_type,
            headers=SAFE,
        )  # fmt: skip
    return in_parts(lesson.media, lesson.media_type, request.headers.get("Range", ""))


@require_GET
@requires(MINE)
def captions(request: CxmRequest, pk: int) -> HttpResponseBase:
    """The captions of a video."""
    lesson = lesson_of(request, pk)
    if not lesson.captions:
        raise Http404("no captions")
    return FileResponse(opened(lesson.captions), content_type="text/vtt; charset=utf-8", headers=SAFE)


def opened(file: FieldFile) -> IO[bytes]:
    """The file; 404 if the disk has lost it."""
    try:
        found: IO[bytes] = file.storage.open(str(file.name), "rb")
    except FileNotFoundError as error:
        raise Http404("the file is gone") from error
    return found


def in_parts(file: FieldFile, media_type: str, asked: str) -> HttpResponseBase:
    """A whole file (200), or the part of it that a Range header asks for (206); 416 if it has no such part."""
    stream = opened(file)
    size = file.size
    match = PART.match(asked)
    if not match or match.groups() == ("", ""):
        return FileResponse(stream, content_type=media_type, headers=SAFE | {"Accept-Ranges": "bytes"})
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or start > end:
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return StreamingHttpResponse(
        portions(stream, start, end - start + 1), status=206, content_type=media_type,
        headers=SAFE | {
            "Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{size}",
            "Content-Length": str(end - start + 1),
        },
    )  # fmt: skip


def portions(stream: IO[bytes], start: int, left: int) -> Iterator[bytes]:
    """So many bytes from there on; the file is closed afterwards."""
    with stream:
        stream.seek(start)
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
