"""Writing lessons: added, changed, ordered, looked at as a learner will."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, takes, toast
from surveys.training.actions.courses import VIDEO_MAX, order_lessons, remove_lesson, write_lesson
from surveys.training.choices import LessonKind
from surveys.training.forms import LessonForm, add_errors
from surveys.training.models import Course, CourseVersion, Lesson
from surveys.training.permissions import MANAGE
from surveys.training.standing import standards_of
from surveys.training.views.courses import drafted, show
from surveys.training.views.mine import FOLDER, help_url, shown_of


def lesson_of(request: CxmRequest, pk: int) -> Lesson:
    """A lesson of a course that this person manages."""
    rows = Lesson.objects.select_related("version__course", "touchpoint")
    return get_object_or_404(rows.filter(version__course__in=Course.objects.visible_to(request.user)), pk=pk)


@takes(VIDEO_MAX)
@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def new(request: CxmRequest, pk: int) -> HttpResponse:
    """Add a lesson at the end of the draft."""
    return written(request, drafted(request, pk), None)


@takes(VIDEO_MAX)
@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Change a lesson of the draft."""
    lesson = lesson_of(request, pk)
    if not lesson.version.is_draft:
        toast(request, _("A published version never changes. Begin a new version first."), level="warning")
        return redirect(lesson.version.course.get_absolute_url())
    return written(request, lesson.version, lesson)


def written(request: CxmRequest, version: CourseVersion, lesson: Lesson | None) -> HttpResponse:
    """The form of a lesson; what was typed stays after an error, a file has to be chosen again."""
    form = LessonForm(request.POST or None, request.FILES or None, lesson=lesson)
    if request.method == "POST" and form.is_valid():
        try:
            write_lesson(
                version=version, lesson=lesson, fields=form.plain(), media=form.cleaned_data["file"],
                captions=form.cleaned_data["captions"], actor=request.user,
            )  # fmt: skip
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("The lesson is saved."))
            return redirect(f"{version.course.get_absolute_url()}#lessons")
    if request.method == "GET" and lesson is None:
        form = LessonForm(initial={"kind": LessonKind.TEXT})
    context = {
        "form": form, "course": version.course, "version": version, "lesson": lesson, "page_help": help_url(),
    }  # fmt: skip
    return render(request, f"{FOLDER}/lesson_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE)
def remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a lesson out of the draft."""
    lesson = lesson_of(request, pk)
    try:
        remove_lesson(lesson=lesson, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    return redirect(f"{lesson.version.course.get_absolute_url()}#lessons")


@require_POST
@requires(MANAGE)
def order(request: CxmRequest, pk: int) -> HttpResponse:
    """A new order of the lessons, dragged or moved by buttons."""
    version = drafted(request, pk)
    try:
        order_lessons(version=version, ids=moved(request.POST), actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    if not request.htmx:
        return redirect(f"{version.course.get_absolute_url()}#lessons")
    focus = {
        f"focus_{name}": one for name in ("up", "down") for one in numbers(request.POST.getlist(name)[:1])
    }
    return show(request, version.course, **focus)


def numbers(texts: list[str]) -> list[int]:
    """Those of the texts that are ids."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def moved(data: QueryDict) -> list[int]:
    """The order that is wanted: `ids` as dragged, with the one named by `up` or `down` moved by one place."""
    ids = numbers(data.getlist("ids"))
    for name, step in (("up", -1), ("down", 1)):
        for pk in numbers(data.getlist(name)[:1]):
            if pk in ids:
                at = ids.index(pk)
                ids.insert(min(max(at + step, 0), len(ids) - 1), ids.pop(at))
    return ids


@require_GET
@requires(MANAGE)
def preview(request: CxmRequest, pk: int) -> HttpResponse:
    """The lesson as a learner will see it; nothing is kept."""
    lesson = lesson_of(request, pk)
    standard = (
        standards_of([lesson.touchpoint_id])[0].get(lesson.touchpoint_id) if lesson.touchpoint_id else None
    )
    context = {"course": lesson.version.course, "version": lesson.version, "page_help": help_url()}
    return render(request, f"{FOLDER}/lesson_preview.html", context | shown_of(lesson, standard))
