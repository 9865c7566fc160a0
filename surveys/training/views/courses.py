"""Courses as their managers see them: the list, one course, its settings, its draft, publishing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, hx_or_page, toast
from surveys.training.actions.courses import (
    archive_course,
    change_course,
    create_course,
    discard_course_draft,
    draft_course,
    obstacles,
    publish_course,
    restore_course,
)
from surveys.training.forms import CourseForm, PublishForm, add_errors
from surveys.training.lists import CourseList
from surveys.training.models import Course, CourseVersion
from surveys.training.permissions import MANAGE
from surveys.training.quizzes import latest_version
from surveys.training.views.mine import FOLDER, help_url


def seen(request: CxmRequest, pk: int) -> Course:
    """A course that this person manages."""
    return get_object_or_404(Course.objects.visible_to(request.user).select_related("quiz"), pk=pk)


def drafted(request: CxmRequest, pk: int) -> CourseVersion:
    """The draft of a course; 404 if there is none."""
    draft = (
        CourseVersion.objects.draft().filter(course=seen(request, pk)).select_related("course__quiz").first()
    )
    if draft is None:
        raise Http404("no draft")
    return draft


@require_GET
@requires(MANAGE)
def courses(request: CxmRequest) -> HttpResponseBase:
    """All courses."""
    return CourseList(request).respond()


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def new(request: CxmRequest) -> HttpResponse:
    """Begin a course."""
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = create_course(actor=request.user, **form.cleaned_data)
        toast(request, _("The course is begun. Now add its lessons."))
        return redirect(made.get_absolute_url())
    context = {"form": form, "course": None, "page_help": help_url()}
    return render(request, f"{FOLDER}/course_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Name, language, rhythm."""
    found = seen(request, pk)
    form = CourseForm(request.POST or None, instance=Course.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            change_course(course=found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("Saved."))
            return redirect(found.get_absolute_url())
    context = {"form": form, "course": found, "page_help": help_url()}
    return render(request, f"{FOLDER}/course_form.html", context, status=422 if form.errors else 200)


@require_GET
@requires(MANAGE)
def course(request: CxmRequest, pk: int) -> HttpResponse:
    """One course: who has to take it, the valid version, the draft."""
    return show(request, seen(request, pk))


def show(request: CxmRequest, found: Course, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a course; for htmx its lessons. `more` may carry a form in work."""
    versions = list(found.versions.select_related("published_by"))
    draft = next((one for one in versions if one.is_draft), None)
    valid = next((one for one in versions if one.status == "published"), None)
    working = draft or valid
    if draft:
        draft.course = found
    quiz = latest_version(found.quiz)
    lessons = list(working.lessons.select_related("touchpoint")) if working else []
    today = timezone.localdate()
    is_open = Q(passed_on=None, waived_on=None)
    context = {
        "course": found,
        "versions": [one for one in versions if not one.is_draft],
        "draft": draft,
        "valid": valid,
        "lessons": lessons,
        "quiz_count": quiz.n if quiz else 0,  # type: ignore[attr-defined]  # annotated
        "pass_mark": quiz.pass_mark if quiz else None,
        "obstacles": obstacles(lessons, quiz) if draft else [],
        "publish_form": PublishForm(),
        "rules": list(found.rules.select_related("unit", "touchpoint", "person")),
        "numbers": found.assignments.aggregate(
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
            passed=Count("pk", filter=Q(passed_on__isnull=False)),
        ),
        "page_help": help_url(),
        **more,
    }
    return hx_or_page(request, f"{FOLDER}/course.html", "lessons", context, status=status)


@require_POST
@requires(MANAGE)
def archive(request: CxmRequest, pk: int) -> HttpResponse:
    """Put a course away."""
    archive_course(course=seen(request, pk), actor=request.user)
    toast(request, _("The course is in the archive. Certificates hold on."))
    return redirect("training:courses")


@require_POST
@requires(MANAGE)
def restore(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a course out of the archive."""
    found = seen(request, pk)
    restore_course(course=found, actor=request.user)
    toast(request, _("The course is in use again."))
    return redirect(found.get_absolute_url())


@require_POST
@requires(MANAGE)
def draft(request: CxmRequest, pk: int) -> HttpResponse:
    """Begin a new version."""
    found = seen(request, pk)
    draft_course(course=found, actor=request.user)
    return redirect(found.get_absolute_url())


@require_POST
@requires(MANAGE)
def discard(request: CxmRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    version = drafted(request, pk)
    try:
        discard_course_draft(version=version, actor=request.user)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
    else:
        toast(request, _("The draft is discarded. Its texts stay in the history."))
    return redirect(version.course.get_absolute_url())


@require_POST
@requires(MANAGE)
def publish(request: CxmRequest, pk: int) -> HttpResponse:
    """Publish the draft; who has to take it gets it at once."""
    version, form = drafted(request, pk), PublishForm(request.POST)
    if not form.is_valid():
        return show(request, version.course, publish_form=form, status=422)
    try:
        publish_course(version=version, actor=request.user, **form.cleaned_data)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="warning")
        return redirect(version.course.get_absolute_url())
    toast(request, _("Version %(version)s is valid from now on.") % {"version": version.number})
    return redirect(version.course.get_absolute_url())
