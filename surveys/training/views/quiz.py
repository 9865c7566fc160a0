"""The quiz: taken by the learner, written by whoever manages training."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from surveys.questionnaires.filling import Filling
from surveys.questionnaires.models import Draft
from surveys.questionnaires.sheet import Sheet, sheet_of
from surveys.training.actions.courses import write_quiz
from surveys.training.actions.learning import begin_attempt, finish_attempt, keep_answers
from surveys.training.forms import QuizForm, written_rows
from surveys.training.models import Assignment, Attempt, Certificate
from surveys.training.permissions import MANAGE, MINE
from surveys.training.quizzes import latest, verdicts, written_of
from surveys.training.standing import steps_of
from surveys.training.views.courses import drafted
from surveys.training.views.mine import FOLDER, help_url, own


def sheet_for(assignment: Assignment) -> Sheet:
    """The quiz of the version that was assigned."""
    version = assignment.version.quiz_version
    assert version is not None  # noqa: S101 - the database refuses a published version without one
    return sheet_of(version)


@require_http_methods(["GET", "POST"])
@requires(MINE)
def quiz(request: CxmRequest, pk: int) -> HttpResponse:
    """The questions of the attempt under way, or the button that begins one. Looking at it writes nothing."""
    assignment = own(request, pk)
    if not assignment.is_open or not all(step.is_done for step in steps_of(assignment)):
        toast(request, _("The quiz opens when all lessons are done."), level="info")
        return redirect(assignment.get_absolute_url())
    attempt = assignment.attempts.filter(response=None).first()
    if request.method == "POST" and (attempt is None or "begin" in request.POST):
        begin_attempt(assignment=assignment, actor=request.user)
        return redirect(request.path)
    if attempt is None:
        return show(request, assignment, None, sheet_for(assignment))
    draft = Draft.objects.get(invitation=attempt.invitation_id)
    filling = Filling(sheet_for(assignment), dict(draft.answers), assignment.course.language, None)
    if request.method == "POST":
        return sent(request, assignment, attempt, filling)
    return show(request, assignment, filling, filling.sheet)


def show(
    request: CxmRequest, assignment: Assignment, filling: Filling | None, sheet: Sheet, *, status: int = 200
) -> HttpResponse:
    """The page of the quiz."""
    context = {
        "assignment": assignment, "filling": filling, "count": len(sheet.items), "pass_mark": sheet.pass_mark,
        "page_help": help_url(),
    }  # fmt: skip
    return render(request, f"{FOLDER}/quiz.html", context, status=status)


def sent(request: CxmRequest, assignment: Assignment, attempt: Attempt, filling: Filling) -> HttpResponse:
    """Keep what was answered; with “hand in” judge it. What is left out is said at its question."""
    hands_in = request.POST.get("to") != "later"
    filling.bind(request.POST, complete=hands_in)
    try:
        if hands_in and not filling.errors:
            finish_attempt(attempt=attempt, answers=filling.changed, actor=request.user)
            return redirect("training:result", pk=assignment.pk, number=attempt.number)
        keep_answers(attempt=attempt, answers=filling.changed)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            filling.errors = {code: messages[0] for code, messages in error.message_dict.items()}
            return show(request, assignment, filling, filling.sheet, status=422)
        toast(request, " ".join(error.messages), level="warning")
        return redirect(assignment.get_absolute_url())
    if filling.errors:
        return show(request, assignment, filling, filling.sheet, status=422)
    toast(request, _("Your answers are kept. Go on whenever you like."))
    return redirect("training:mine")


@require_GET
@requires(MINE)
def result(request: CxmRequest, pk: int, number: int) -> HttpResponse:
    """What an attempt came to, with what is said about each answer."""
    assignment = own(request, pk)
    attempt = get_object_or_404(assignment.attempts.exclude(response=None), number=number)
    sheet = sheet_for(assignment)
    context = {
        "assignment": assignment,
        "attempt": attempt,
        "pass_mark": sheet.pass_mark,
        "verdicts": verdicts(sheet, attempt.answers, assignment.course.language),
        "certificate": Certificate.objects.filter(attempt=attempt).first(),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/result.html", context)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def write(request: CxmRequest, pk: int) -> HttpResponse:
    """Write the quiz of a draft: its questions one below the other, answers as lines."""
    version = drafted(request, pk)
    sheet = latest(version.course.quiz)
    back = f"{version.course.get_absolute_url()}#quiz"
    if request.method == "GET":
        rows = written_of(sheet, version.course.language) if sheet else []
        form = QuizForm(initial={"pass_mark": sheet.pass_mark if sheet and sheet.pass_mark else 80})
        return show_writing(request, version.course, form, rows=[{"row": row, "error": ""} for row in rows])
    rows, wrong = written_rows(request.POST)
    form = QuizForm(request.POST)
    if form.is_valid() and not wrong:
        try:
            write_quiz(
                version=version, questions=rows, pass_mark=form.cleaned_data["pass_mark"], actor=request.user
            )
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            toast(request, _("The quiz is saved."))
            return redirect(back)
    shown = [{"row": row, "error": wrong.get(number, "")} for number, row in enumerate(rows)]
    return show_writing(request, version.course, form, rows=shown, wrong=wrong, status=422)


def show_writing(
    request: CxmRequest, course: Any, form: QuizForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form, with room for three more questions."""
    rows = more.pop("rows")
    blank = {"row": None, "error": ""}
    context = {
        "course": course, "form": form, "rows": [*rows, blank, blank, blank], "page_help": help_url(),
        "back_url": reverse("training:course", args=[course.pk]), **more,
    }  # fmt: skip
    return render(request, f"{FOLDER}/quiz_write.html", context, status=status)
