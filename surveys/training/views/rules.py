"""Who has to take a course: rules, and exceptions with a reason."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, toast
from surveys.training.actions.assigning import add_rule, end_rule
from surveys.training.actions.assigning import waive as waive_assignment
from surveys.training.choices import RuleKind
from surveys.training.forms import RuleForm, WaiveForm, add_errors
from surveys.training.models import Assignment, Course, Rule
from surveys.training.permissions import MANAGE
from surveys.training.views.courses import seen
from surveys.training.views.mine import FOLDER, help_url


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def new(request: CxmRequest, pk: int) -> HttpResponse:
    """Say who has to take a course; they get it at once."""
    course = seen(request, pk)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=asked(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_rule(course=course, actor=request.user, **form.whom())
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("The rule holds from now on."))
            return redirect(f"{course.get_absolute_url()}#rules")
    context = {"form": form, "course": course, "page_help": help_url()}
    return render(request, f"{FOLDER}/rule_form.html", context, status=422 if form.errors else 200)


def asked(request: CxmRequest) -> dict[str, str]:
    """What the address suggests."""
    return {"kind": RuleKind.WORKING, "touchpoint": request.GET.get("touchpoint", "")}


@require_POST
@requires(MANAGE)
def end(request: CxmRequest, pk: int) -> HttpResponse:
    """End a rule."""
    rows = Rule.objects.select_related("course", "unit", "touchpoint", "person")
    rule = get_object_or_404(rows.filter(course__in=Course.objects.visible_to(request.user)), pk=pk)
    course = rule.course
    end_rule(rule=rule, actor=request.user)
    toast(request, _("The rule has ended. What was passed stays."))
    return redirect(f"{course.get_absolute_url()}#rules")


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def waive(request: CxmRequest, pk: int) -> HttpResponse:
    """Somebody need not take a course this time."""
    rows = Assignment.objects.visible_to(request.user).select_related("course", "person")
    assignment = get_object_or_404(rows, pk=pk)
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            waive_assignment(assignment=assignment, reason=form.cleaned_data["reason"], actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            toast(request, _("Saved."))
            return redirect("training:assignments")
    context = {"form": form, "assignment": assignment, "page_help": help_url()}
    return render(request, f"{FOLDER}/waive.html", context, status=422 if form.errors else 200)
