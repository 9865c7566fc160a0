"""Phase models: the default one that carries the data, and other views on it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cxm.accounts.actions import counts_once
from cxm.kit.access import requires
from cxm.kit.http import CxmRequest, go_to, hx_or_page, toast
from touchpoints.inventory.actions.phases import (
    add_phase,
    change_phase,
    change_phase_model,
    create_phase_model,
    delete_phase_model,
    order_phases,
    remove_phase,
)
from touchpoints.inventory.forms_landscape import PhaseForm, PhaseModelForm, ids_of
from touchpoints.inventory.gaps import counted
from touchpoints.inventory.models import Phase, PhaseModel, Touchpoint
from touchpoints.inventory.ordering import moved, pressed
from touchpoints.inventory.permissions import MANAGE, VIEW

FOLDER = "touchpoints/inventory/landscape"


@dataclass(frozen=True)
class Stage:
    """A phase as it is shown: which default phases it stands for, and how many touchpoints have their place there."""

    phase: Phase
    covers: list[Phase]
    count: int


def stages_of(model: PhaseModel, default: list[Phase]) -> list[Stage]:
    """The phases of a model in order. `default` carries the number of touchpoints as `n`."""
    numbers: dict[int, int] = {phase.pk: phase.n for phase in default}  # type: ignore[attr-defined]  # annotated
    stages = []
    for phase in model.phases.all():
        covers = [phase] if model.is_default else [p for p in default if p in phase.covers.all()]
        stages.append(Stage(phase, covers, sum(numbers[covered.pk] for covered in covers)))
    return stages


def missing_in(stages: list[Stage], default: list[Phase]) -> list[Phase]:
    """The default phases that a model covers nowhere: their touchpoints are not seen in it."""
    covered = {phase.pk for stage in stages for phase in stage.covers}
    return [phase for phase in default if phase.pk not in covered]


def counted_default() -> list[Phase]:
    """The default phases with the number of their touchpoints."""
    return list(
        Phase.objects.default().annotate(n=counted(Touchpoint.objects.current().filter(phase=OuterRef("pk"))))
    )


def help_url() -> str:
    """Where phases, channels, systems and content are explained."""
    return reverse("help_page", args=["touchpoints"])


def visible(request: CxmRequest, pk: int) -> PhaseModel:
    """The model with its phases, if this person may see it."""
    models = PhaseModel.objects.visible_to(request.user).prefetch_related("phases__covers")
    return get_object_or_404(models, pk=pk)


@require_GET
@requires(VIEW)
def phase_models(request: CxmRequest) -> HttpResponse:
    """All phase models with their phases."""
    default = counted_default()
    rows = []
    for model in PhaseModel.objects.visible_to(request.user).prefetch_related("phases__covers"):
        stages = stages_of(model, default)
        rows.append({"model": model, "stages": stages, "missing": missing_in(stages, default)})
    return render(request, f"{FOLDER}/phase_models.html", {"rows": rows, "page_help": help_url()})


@require_GET
@requires(VIEW)
def phase_model(request: CxmRequest, pk: int) -> HttpResponse:
    """One model with its phases, what they cover, and how many touchpoints stand in each."""
    focus = ids_of([request.GET.get("focus", "")])
    return show(request, pk, focus_edit=focus[0] if focus else None)


def show(request: CxmRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a model; for htmx its list of phases. `more` may open a form in it."""
    model, default = visible(request, pk), counted_default()
    stages = stages_of(model, default)
    context = {
        "model": model,
        "stages": stages,
        "missing": missing_in(stages, default),
        "page_help": help_url(),
        **more,
    }
    return hx_or_page(request, f"{FOLDER}/phase_model.html", "phases", context, status=status)


def saved(
    request: CxmRequest,
    pk: int,
    problem: ValidationError | None = None,
    focus: dict[str, int] | None = None,
) -> HttpResponse:
    """The list of phases as it is now, with a word of confirmation or of refusal; `focus` says which button has it."""
    words = " ".join(problem.messages) if problem else _("Saved.")
    level = "warning" if problem else "success"
    if not request.htmx:
        toast(request, words, level=level)
        return go_to(request, reverse("inventory:phase_model", args=[pk]))
    response = show(request, pk, **(focus or {}))
    toast(request, words, level=level, response=response)
    return response


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def phase_model_new(request: CxmRequest) -> HttpResponse:
    """Create a model of one's own."""
    form = PhaseModelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        model = create_phase_model(actor=request.user, **form.cleaned_data)
        toast(request, _("Created. Now add its phases."))
        return go_to(request, model.get_absolute_url())
    return show_form(request, form, None)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def phase_model_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Rename and describe a model."""
    model = visible(request, pk)
    form = PhaseModelForm(request.POST) if request.method == "POST" else PhaseModelForm.of(model)
    if request.method == "POST" and form.is_valid():
        change_phase_model(actor=request.user, model=model, **form.cleaned_data)
        toast(request, _("Saved."))
        return go_to(request, model.get_absolute_url())
    return show_form(request, form, model)


def show_form(request: CxmRequest, form: PhaseModelForm, model: PhaseModel | None) -> HttpResponse:
    """The form of a model."""
    context = {"form": form, "model": model, "page_help": help_url()}
    return render(request, f"{FOLDER}/phase_model_form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE)
def phase_model_delete(request: CxmRequest, pk: int) -> HttpResponse:
    """Delete an own model."""
    model = visible(request, pk)
    try:
        delete_phase_model(actor=request.user, model=model)
    except ValidationError as error:
        toast(request, " ".join(error.messages), level="error")
        return go_to(request, model.get_absolute_url())
    toast(request, _("Deleted. Touchpoints and figures have kept their place."))
    return go_to(request, reverse("inventory:phase_models"))


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
@counts_once
def phase_add(request: CxmRequest, pk: int) -> HttpResponse:
    """Add a phase to an own model."""
    model = visible(request, pk)
    form = PhaseForm(request.POST or None, model=model)
    if request.method == "POST" and form.is_valid():
        try:
            add_phase(actor=request.user, model=model, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return saved(request, pk)
    return show(request, pk, adding=True, form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def phase_edit(request: CxmRequest, pk: int) -> HttpResponse:
    """Rename and describe a phase where it stands."""
    phase = get_object_or_404(Phase.objects.select_related("model"), pk=pk)
    form = PhaseForm(request.POST or None, model=phase.model, phase=phase)
    if request.method == "POST" and form.is_valid():
        change_phase(actor=request.user, phase=phase, **form.cleaned_data)
        return saved(request, phase.model_id, focus={"focus_edit": phase.pk})
    return show(request, phase.model_id, editing=phase.pk, form=form, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE)
def phase_remove(request: CxmRequest, pk: int) -> HttpResponse:
    """Take a phase out of an own model."""
    phase = get_object_or_404(Phase.objects.select_related("model"), pk=pk)
    try:
        remove_phase(actor=request.user, phase=phase)
    except ValidationError as error:
        return saved(request, phase.model_id, error)
    return saved(request, phase.model_id)


@require_POST
@requires(MANAGE)
def phase_order(request: CxmRequest, pk: int) -> HttpResponse:
    """A new order of the phases, dragged or moved by buttons."""
    try:
        order_phases(actor=request.user, model=visible(request, pk), ids=moved(request.POST))
    except ValidationError as error:
        return saved(request, pk, error)
    return saved(request, pk, focus=pressed(request.POST))
