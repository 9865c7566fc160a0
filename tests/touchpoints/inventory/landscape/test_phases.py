"""Phase models: the default data, coverage, order, what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.actions.phases import (
    add_phase,
    create_phase_model,
    delete_phase_model,
    order_phases,
    remove_phase,
)
from touchpoints.inventory.models import Channel, Phase, PhaseModel

pytestmark = pytest.mark.django_db

SEVEN = ["awareness", "consideration", "decision", "closing", "retention", "after_sales", "advocacy"]


def own_model(actor: User) -> PhaseModel:
    """A model with the phases Before, During, After."""
    model = create_phase_model(actor=actor, name_de="Unser Weg")
    for name, covers in (("Vorher", SEVEN[:3]), ("Dabei", SEVEN[3:4]), ("Danach", SEVEN[4:6])):
        add_phase(actor=actor, model=model, name_de=name, covers=[*Phase.objects.filter(code__in=covers)])
    return model


def names(model: PhaseModel) -> list[str]:
    return [phase.name_de for phase in model.phases.order_by("position")]


def test_everybody_starts_with_seven_phases_five_planning_phases_and_channels() -> None:
    assert list(Phase.objects.default().values_list("code", flat=True)) == SEVEN
    planning = PhaseModel.objects.get(code="planning")
    covers = [[c.code for c in p.covers.order_by("position")] for p in planning.phases.order_by("position")]
    assert covers == [
        ["awareness"],
        ["consideration"],
        ["decision", "closing"],
        ["closing", "after_sales"],
        ["retention", "after_sales", "advocacy"],
    ]
    assert Channel.objects.count() == 16
    assert all(phase.customer_question and phase.customer_question_en for phase in Phase.objects.all())


def test_page_shows_the_phases_with_their_touchpoints(mia: User) -> None:
    make_touchpoint(name="Newsletter", phase=Phase.objects.get(code="retention"))
    answer = signed_in(mia).get(reverse("inventory:phase_models"))
    assert answer.status_code == 200
    assert b"1 touchpoint<" in answer.content
    model = PhaseModel.objects.get(code="planning")
    page = signed_in(mia).get(model.get_absolute_url()).content.decode()
    assert page.index("Getting to know") < page.index("Loyalty and recommendation")


def test_an_own_model_is_made_by_hand(mia: User) -> None:
    client = signed_in(mia)
    answer = client.post(reverse("inventory:phase_model_new"), {"name_de": "Unser Weg", "name_en": "Our way"})
    model = PhaseModel.objects.get(code="unser_weg")
    assert answer.url == model.get_absolute_url()  # type: ignore[attr-defined]
    decision = Phase.objects.get(code="decision", model__is_default=True)
    client.post(
        reverse("inventory:phase_add", args=[model.pk]), {"name_de": "Wählen", "covers": [decision.pk]}
    )
    phase = model.phases.get()
    assert (phase.code, phase.position, list(phase.covers.all())) == ("wahlen", 1, [decision])
    assert Entry.objects.about(phase).get().data == {"model": "Unser Weg"}


def test_what_a_model_does_not_cover_is_said(mia: User) -> None:
    page = signed_in(mia).get(own_model(mia).get_absolute_url()).content.decode()
    assert "Not covered:" in page
    assert "<strong>Advocacy</strong>" in page


def test_phases_move_by_button_and_by_dragging(mia: User) -> None:
    model = own_model(mia)
    ids = [phase.pk for phase in model.phases.order_by("position")]
    url, client = reverse("inventory:phase_order", args=[model.pk]), signed_in(mia)
    client.post(url, {"ids": ids, "down": ids[0]}, headers={"HX-Request": "true"})
    assert names(model) == ["Dabei", "Vorher", "Danach"]
    client.post(url, {"ids": [ids[2], ids[0], ids[1]]})
    assert names(model) == ["Danach", "Vorher", "Dabei"]
    client.post(url, {"ids": [ids[2], ids[0], ids[1]], "up": ids[2]})
    assert names(model) == ["Danach", "Vorher", "Dabei"]


def test_an_order_of_other_phases_is_refused(mia: User) -> None:
    model = own_model(mia)
    with pytest.raises(ValidationError):
        order_phases(actor=mia, model=model, ids=[phase.pk for phase in Phase.objects.default()])
    assert names(model) == ["Vorher", "Dabei", "Danach"]


def test_the_default_model_keeps_its_phases(mia: User) -> None:
    model = PhaseModel.objects.get(is_default=True)
    first = model.phases.first()
    assert first
    for refused in (
        lambda: add_phase(actor=mia, model=model, name_de="Neu"),
        lambda: remove_phase(actor=mia, phase=first),
        lambda: delete_phase_model(actor=mia, model=model),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            refused()
    assert model.phases.count() == 7


def test_a_default_phase_is_renamed_and_described(mia: User) -> None:
    phase = Phase.objects.get(code="awareness", model__is_default=True)
    signed_in(mia).post(
        reverse("inventory:phase_edit", args=[phase.pk]),
        {"name_de": "Aufmerksamkeit", "name_en": "Attention", "description": "Der Anfang"},
    )
    phase.refresh_from_db()
    assert (phase.name_de, phase.name_en, phase.description, phase.code) == (
        "Aufmerksamkeit", "Attention", "Der Anfang", "awareness",
    )  # fmt: skip


def test_deleting_an_own_model_leaves_touchpoints_in_their_place(mia: User) -> None:
    model = own_model(mia)
    touchpoint = make_touchpoint(phase=Phase.objects.get(code="closing", model__is_default=True))
    signed_in(mia).post(reverse("inventory:phase_model_delete", args=[model.pk]))
    assert not PhaseModel.objects.filter(pk=model.pk).exists()
    touchpoint.refresh_from_db()
    assert touchpoint.phase is not None


def test_bad_input_is_said_at_the_field(mia: User) -> None:
    model = own_model(mia)
    answer = signed_in(mia).post(reverse("inventory:phase_add", args=[model.pk]), {"name_de": ""})
    assert answer.status_code == 422
    assert b"This field is required." in answer.content


def test_others_look_but_do_not_change(emil: User) -> None:
    model = PhaseModel.objects.get(code="planning")
    client = signed_in(emil)
    assert client.get(model.get_absolute_url()).status_code == 200
    for name in ("phase_model_edit", "phase_model_delete", "phase_add", "phase_order"):
        assert client.post(reverse(f"inventory:{name}", args=[model.pk])).status_code == 403
    assert model.phases.count() == 5
