"""Writes of phase models and phases. The default model keeps its phases; own models are free."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cxm.accounts.models import User
from cxm.audit.actions import record
from cxm.kit.fields import sort_key
from touchpoints.inventory.choices_landscape import (
    PHASE_ADDED,
    PHASE_CHANGED,
    PHASE_MODEL_CHANGED,
    PHASE_MODEL_CREATED,
    PHASE_MODEL_DELETED,
    PHASE_REMOVED,
    PHASES_ORDERED,
)
from touchpoints.inventory.models import Phase, PhaseModel

MOST_PHASES = 20  # of one model: what a map can show


def free_code(name: str, taken: Collection[str]) -> str:
    """A code made from a name that is not among `taken`."""
    start = slugify(sort_key(name)).replace("-", "_")[:34].strip("_") or "x"
    code, number = start, 2
    while code in taken:
        code, number = f"{start}_{number}", number + 1
    return code


@transaction.atomic
def create_phase_model(*, actor: User, name_de: str, name_en: str = "", description: str = "") -> PhaseModel:
    """A new view on the customer's way, without phases yet."""
    taken = set(PhaseModel.objects.values_list("code", flat=True))
    model = PhaseModel.objects.create(
        code=free_code(name_de, taken), name_de=name_de, name_en=name_en, description=description
    )
    record(PHASE_MODEL_CREATED, actor=actor, target=model)
    return model


@transaction.atomic
def change_phase_model(
    *, actor: User, model: PhaseModel, name_de: str, name_en: str, description: str
) -> PhaseModel:
    """Rename and describe a model, also the default one."""
    model.name_de, model.name_en, model.description = name_de, name_en, description
    model.save(update_fields=["name_de", "name_en", "description"])
    record(PHASE_MODEL_CHANGED, actor=actor, target=model)
    return model


@transaction.atomic
def delete_phase_model(*, actor: User, model: PhaseModel) -> None:
    """Delete an own model with its phases; touchpoints keep their place, which is in the default model."""
    if model.is_default:
        raise ValidationError(_("The default model cannot be deleted: touchpoints and figures hang on it."))
    record(
        PHASE_MODEL_DELETED,
        actor=actor,
        target=model,
        data={"phases": [phase.name_de for phase in model.phases.all()]},
    )
    model.phases.all().delete()
    model.delete()


@transaction.atomic
def add_phase(
    *,
    actor: User,
    model: PhaseModel,
    name_de: str,
    name_en: str = "",
    customer_question: str = "",
    customer_question_en: str = "",
    description: str = "",
    covers: Sequence[Phase] = (),
) -> Phase:
    """Add a phase at the end of an own model. Locks the model, so that two at once get two positions."""
    PhaseModel.objects.select_for_update().get(pk=model.pk)
    if model.is_default:
        raise ValidationError(
            _("The default model keeps its phases. Create a model of your own to add some.")
        )
    phases = model.phases.all()
    if phases.count() >= MOST_PHASES:
        raise ValidationError(_("A model has at most %(count)s phases."), params={"count": MOST_PHASES})
    last = phases.aggregate(last=Max("position"))["last"] or 0
    phase = Phase.objects.create(
        model=model,
        code=free_code(name_de, set(phases.values_list("code", flat=True))),
        position=last + 1,
        name_de=name_de,
        name_en=name_en,
        customer_question=customer_question,
        customer_question_en=customer_question_en,
        description=description,
    )
    phase.covers.set(covers)
    record(PHASE_ADDED, actor=actor, target=phase, data={"model": model.name_de})
    return phase


@transaction.atomic
def change_phase(
    *,
    actor: User,
    phase: Phase,
    name_de: str,
    name_en: str,
    customer_question: str,
    customer_question_en: str,
    description: str,
    covers: Sequence[Phase] = (),
) -> Phase:
    """Rename and describe a phase; say what it covers if it belongs to an own model."""
    phase.name_de, phase.name_en, phase.description = name_de, name_en, description
    phase.customer_question, phase.customer_question_en = customer_question, customer_question_en
    phase.save(
        update_fields=["name_de", "name_en", "description", "customer_question", "customer_question_en"]
    )
    if not phase.model.is_default:
        phase.covers.set(covers)
    record(PHASE_CHANGED, actor=actor, target=phase)
    return phase


@transaction.atomic
def order_phases(*, actor: User, model: PhaseModel, ids: Sequence[int]) -> None:
    """Put the phases of a model into this order. Refused unless `ids` are exactly its phases. Locks the model."""
    PhaseModel.objects.select_for_update().get(pk=model.pk)
    phases = {phase.pk: phase for phase in model.phases.all()}
    if len(ids) != len(phases) or set(ids) != set(phases):
        raise ValidationError(_("The phases were changed meanwhile. Please look at the new order first."))
    if [phase.pk for phase in sorted(phases.values(), key=lambda p: p.position)] == list(ids):
        return
    for position, pk in enumerate(ids, 1):
        phases[pk].position = position
    Phase.objects.bulk_update(phases.values(), ["position"])
    record(PHASES_ORDERED, actor=actor, target=model)


@transaction.atomic
def remove_phase(*, actor: User, phase: Phase) -> None:
    """Take a phase out of an own model."""
    if phase.model.is_default:
        raise ValidationError(_("The default model keeps its phases: touchpoints and figures hang on them."))
    record(PHASE_REMOVED, actor=actor, target=phase, data={"model": phase.model.name_de})
    phase.delete()
