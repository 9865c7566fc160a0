"""Comments and files of a touchpoint."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from touchpoints.inventory.actions import talk
from touchpoints.inventory.forms import CommentForm, FileForm, add_errors
from touchpoints.inventory.models import Attachment, Comment, Touchpoint
from touchpoints.inventory.permissions import COMMENT, EDIT, EDIT_OWN, VIEW
from touchpoints.inventory.views.objects import editable, help_url, is_part, rows, visible

FOLDER = "touchpoints/inventory"
SHOWN = 200  # comments on a page, the newest


def comments_of(request: CxmRequest, touchpoint: Touchpoint) -> list[Any]:
    """The comments of a touchpoint in order of time, with what this person may do with each."""
    newest = touchpoint.comments.shown().select_related("author").order_by("-id")[:SHOWN]
    found: list[Any] = list(newest)[::-1]
    moderates = request.user.may(EDIT)
    for comment in found:
        comment.is_mine = comment.author_id == request.user.pk
        comment.can_remove = comment.is_mine or moderates
    return found


@require_http_methods(["GET", "POST"])
@requires(COMMENT)
@counts_once
def comments(request: CxmRequest, pk: int) -> HttpResponse:
    """All comments of a touchpoint; say something."""
    touchpoint = visible(request, pk)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _comment, unknown = talk.comment(
                touchpoint=touchpoint, text=form.cleaned_data["text"], actor=request.user
            )
            return said(request, touchpoint, unknown)
        except ValidationError as error:
            add_errors(form, error)
    return show_comments(request, touchpoint, form=form, status=422 if form.errors else 200)


def show_comments(
    request: CxmRequest, touchpoint: Touchpoint, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The card of comments, or a page of it; `more` may carry a form in work."""
    context = {
        "touchpoint": touchpoint,
        "comments": comments_of(request, touchpoint),
        "comment_form": more.pop("form", None) or CommentForm(),
        "page_help": help_url(),
        **more,
    }
    return hx_or_page(request, f"{FOLDER}/comments.html", "card", context, status=status)


def said(request: CxmRequest, touchpoint: Touchpoint, unknown: list[str]) -> HttpResponse:
    """The comments as they are now; words after an @ that fit nobody are named."""
    words = _("Saved.")
    if unknown:
        names = ", ".join(f"@{word}" for word in unknown)
        words = _("Saved, but nobody was found for %(names)s; write the full name.") % {"names": names}
    level = "warning" if unknown else "success"
    if not is_part(request):
        toast(request, words, level=level)
        return go_to(request, f"{touchpoint.get_absolute_url()}#comments")
    response = show_comments(request, touchpoint)
    toast(request, words, level=level, response=response)
    return response


def comment_of(request: CxmRequest, pk: int) -> Comment:
    """A comment that this person may see."""
    shown = Comment.objects.shown().select_related("touchpoint", "author")
    return get_object_or_404(shown.filter(touchpoint__in=rows(request)), pk=pk)


@require_http_methods(["GET", "POST"])
@requires(COMMENT)
def comment_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change one's own comment."""
    comment = comment_of(request, pk)
    if comment.author_id != request.user.pk:
        raise PermissionDenied("somebody else's comment")
    form = CommentForm(request.POST or None, initial={"text": comment.text}, prefix="edit")
    if request.method == "POST" and form.is_valid():
        try:
            _comment, unknown = talk.edit_comment(
                comment=comment, text=form.cleaned_data["text"], actor=request.user
            )
            return said(request, comment.touchpoint, unknown)
        except ValidationError as error:
            add_errors(form, error)
    status = 422 if form.errors else 200
    return show_comments(request, comment.touchpoint, edit_form=form, editing=comment.pk, status=status)


@require_POST
@requires(COMMENT)
def comment_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take back one's own comment; who edits all touchpoints may take back any."""
    comment = comment_of(request, pk)
    if comment.author_id != request.user.pk and not request.user.may(EDIT):
        raise PermissionDenied("somebody else's comment")
    talk.remove_comment(comment=comment, actor=request.user)
    return said(request, comment.touchpoint, [])


@require_http_methods(["GET", "POST"])
@requires(EDIT_OWN)
def files(request: CxmRequest, pk: int) -> HttpResponse:
    """All files of a touchpoint; add one."""
    touchpoint = editable(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            talk.attach(touchpoint=touchpoint, file=form.cleaned_data["file"], actor=request.user)
            return filed(request, touchpoint)
        except ValidationError as error:
            form.add_error("file", error)
    return show_files(request, touchpoint, form=form, status=422 if form.errors else 200)


def show_files(
    request: CxmRequest, touchpoint: Touchpoint, *, form: FileForm | None = None, status: int = 200
) -> HttpResponse:
    """The card of files, or a page of it."""
    context = {
        "touchpoint": touchpoint,
        "files": list(touchpoint.attachments.select_related("uploaded_by")),
        "file_form": form or FileForm(),
        "can_edit": True,
        "page_help": help_url(),
    }
    return hx_or_page(request, f"{FOLDER}/files.html", "card", context, status=status)


def filed(request: CxmRequest, touchpoint: Touchpoint) -> HttpResponse:
    """The files as they are now."""
    if not is_part(request):
        toast(request, _("Saved."))
        return go_to(request, f"{touchpoint.get_absolute_url()}#files")
    response = show_files(request, touchpoint)
    toast(request, _("Saved."), response=response)
    return response


def file_of(request: CxmRequest, pk: int) -> Attachment:
    """A file of a touchpoint that this person may see."""
    return get_object_or_404(
        Attachment.objects.select_related("touchpoint").filter(touchpoint__in=rows(request)), pk=pk
    )


@require_GET
@requires(VIEW)
def file(request: CxmRequest, pk: int) -> HttpResponseBase:
    """The file as a download; it is never shown as a page of ours."""
    attachment = file_of(request, pk)
    return FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )


@require_POST
@requires(EDIT_OWN)
def file_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Remove a file."""
    attachment = file_of(request, pk)
    touchpoint = editable(request, attachment.touchpoint_id)
    talk.detach(attachment=attachment, actor=request.user)
    return filed(request, touchpoint)
