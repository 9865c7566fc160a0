"""My training: what is due, where I stopped, my certificates; a course as its learner sees it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from cxm.organisation.models import Person
from surveys.training.actions.learning import finish_lesson
from surveys.training.choices import LessonKind
from surveys.training.models import Assignment, Certificate, Lesson
from surveys.training.permissions import MINE
from surveys.training.standing import Step, steps_of, steps_of_many
from surveys.training.text import shown
from touchpoints.inventory.models import Standard

FOLDER = "surveys/training"
HELP = "training"


def help_url() -> str:
    """Where training is explained."""
    return reverse("help_page", args=[HELP])


def own(request: CxmRequest, pk: int) -> Assignment:
    """One of the reader's own assignments."""
    rows = Assignment.objects.of_user(request.user).select_related(
        "course", "person", "version__quiz_version"
    )
    return get_object_or_404(rows, pk=pk)


@dataclass(frozen=True)
class Course:
    """An assignment with its steps."""

    assignment: Assignment
    steps: list[Step]

    @property
    def done(self) -> int:
        """How many lessons are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def percent(self) -> int:
        """How far it has come; the quiz counts as one more step."""
        return round(100 * self.done / (len(self.steps) + 1))

    @property
    def next_url(self) -> str:
        """Where to go on: the first lesson that is not done, then the quiz."""
        for step in self.steps:
            if not step.is_done:
                return reverse("training:lesson", args=[self.assignment.pk, step.lesson.pk])
        return reverse("training:quiz", args=[self.assignment.pk])


@require_GET
@requires(MINE)
def mine(request: CxmRequest) -> HttpResponse:
    """What is due first; continue where one stopped; certificates, also those that have ended."""
    open_ones = list(
        Assignment.objects.of_user(request.user).open().select_related("course").order_by("due_on", "pk")
    )
    steps = steps_of_many(open_ones) if open_ones else {}
    proofs = Certificate.objects.filter(person__user=request.user).select_related("course")
    context = {
        "courses": [Course(one, steps[one.pk]) for one in open_ones],
        "certificates": list(proofs.order_by("-issued_on", "course__name_sort")[:100]),
        "leads": Person.objects.present().filter(lead__user=request.user).exists(),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/mine.html", context)


@require_GET
@requires(MINE)
def learn(request: CxmRequest, pk: int) -> HttpResponse:
    """A course with its lessons and attempts; whoever manages training may look at it, too."""
    rows = Assignment.objects.visible_to(request.user).select_related(
        "course", "person", "version", "waived_by"
    )
    assignment = get_object_or_404(rows, pk=pk)
    context = {
        "assignment": assignment,
        "learning": Course(assignment, steps_of(assignment)),
        "is_own": assignment.person.user_id == request.user.pk,
        "attempts": list(assignment.attempts.exclude(response=None).order_by("-number")),
        "certificate": Certificate.objects.filter(assignment=assignment).first(),
        "page_help": help_url(),
    }
    return render(request, f"{FOLDER}/learn.html", context)


@require_http_methods(["GET", "POST"])
@requires(MINE)
def lesson(request: CxmRequest, pk: int, lesson: int) -> HttpResponse:
    """One lesson; the button at its end keeps that it is done and leads on."""
    assignment = own(request, pk)
    steps = steps_of(assignment)
    step = next((one for one in steps if one.lesson.pk == lesson), None)
    if step is None:
        return redirect(assignment.get_absolute_url())
    if request.method == "POST":
        seen = request.POST.get("standard", "")
        number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
        try:
            finish_lesson(assignment=assignment, lesson=step.lesson, seen=number, actor=request.user)
        except ValidationError as error:
            toast(request, " ".join(error.messages), level="warning")
            return redirect(request.path if error.code == "changed" else assignment.get_absolute_url())
        return redirect(Course(assignment, steps_of(assignment)).next_url)
    context = {"assignment": assignment, "step": step, "steps": steps, "page_help": help_url()}
    return render(request, f"{FOLDER}/lesson.html", context | shown_of(step.lesson, step.standard))


def shown_of(lesson: Lesson, standard: Standard | None) -> dict[str, Any]:
    """What a lesson shows: its text as markup, and the texts of the standard with their names."""
    texts = []
    if lesson.kind == LessonKind.STANDARD and standard is not None:
        texts = [
            (str(getattr(Standard._meta.get_field(name), "verbose_name", name)), getattr(standard, name))
            for name in Standard.TEXTS
            if getattr(standard, name)
        ]
    return {"lesson": lesson, "body": shown(lesson.body), "standard": standard, "texts": texts}
