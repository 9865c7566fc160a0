"""Recording and changing touchpoints; two editors at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cxm.accounts.models import User
from cxm.audit.models import Entry
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, timeline
from touchpoints.inventory.actions.conflicts import Conflict
from touchpoints.inventory.actions.touchpoints import change_many, change_touchpoint, record_touchpoint
from touchpoints.inventory.choices import Kind, Ownership, Status
from touchpoints.inventory.models import Channel, Phase, System, Touchpoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_new_one_gets_a_code_an_owner_and_the_kind_of_its_channel(mia: User) -> None:
    anna = make_person(name="Anna")
    fields = {
        "name": "Kasse",
        "phase": Phase.objects.default().get(code="closing"),
        "channel": Channel.objects.get(code="branch"),
    }
    touchpoint = record_touchpoint(fields=fields, owner=anna, actor=mia)
    touchpoint.refresh_from_db()
    assert touchpoint.code.startswith("TP-")
    assert (touchpoint.kind, touchpoint.ownership) == (Kind.PERSONAL, Ownership.OWNED)
    assert timeline(touchpoint) == [("Anna", TODAY, None)]
    assert touchpoint.completeness == 100 * 4 // 13
    assert [e.verb for e in Entry.objects.about(touchpoint).order_by("id")] == [
        "inventory.touchpoint.recorded",
        "inventory.responsibility.accountable",
    ]


def test_a_moment_of_truth_is_reviewed_every_90_days(mia: User) -> None:
    fields = {"name": "Kasse", "is_moment_of_truth": True, "moment_reason": "Here they pay."}
    assert record_touchpoint(fields=fields, actor=mia).review_every == 90
    touchpoint = make_touchpoint()
    change_touchpoint(
        touchpoint=touchpoint, fields={"is_moment_of_truth": True, "moment_reason": "Why not"}, actor=mia
    )
    touchpoint.refresh_from_db()
    assert touchpoint.review_every == 90
    change_touchpoint(touchpoint=touchpoint, fields={"review_every": 30}, actor=mia)
    change_touchpoint(touchpoint=touchpoint, fields={"is_moment_of_truth": False}, actor=mia)
    touchpoint.refresh_from_db()
    assert touchpoint.review_every == 30


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"is_moment_of_truth": True}, "moment_reason"),
        ({"is_best_practice": True, "practice_reason": "  "}, "practice_reason"),
        ({"feeling": 3}, "feeling"),
        ({"review_every": 1}, "review_every"),
        ({"contacts_per_month": -1}, "contacts_per_month"),
        ({"contacts_per_month": 2**40}, "contacts_per_month"),
        ({"status": "lost"}, "status"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    mia: User, fields: dict[str, object], field: str
) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    with pytest.raises(ValidationError) as error:
        change_touchpoint(touchpoint=touchpoint, fields=fields, actor=mia)
    assert field in error.value.message_dict
    touchpoint.refresh_from_db()
    assert touchpoint.revision == 1
    with pytest.raises(ValidationError):
        record_touchpoint(fields={"name": "Kasse"} | fields, actor=mia)
    assert Touchpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"feeling": 3}, "feeling"),
        ({"target_feeling": -3}, "target_feeling"),
        ({"importance_customer": 0}, "importance"),
        ({"importance_company": 6}, "importance_company"),
        ({"evidence": 5}, "evidence"),
        ({"review_every": 6}, "rhythm"),
        ({"is_best_practice": True}, "practice"),
        ({"improved_on": days(0)}, "improved"),
        ({"is_moment_of_truth": True}, "moment"),
        ({"is_pain_point": True}, "pain"),
    ],
)
def test_the_database_refuses_it_too(mia: User, fields: dict[str, object], constraint: str) -> None:
    touchpoint = make_touchpoint()
    with pytest.raises(IntegrityError, match=f'"inventory_touchpoint_{constraint}"'), transaction.atomic():
        Touchpoint.objects.filter(pk=touchpoint.pk).update(**fields)


def test_a_taken_code_is_refused(mia: User) -> None:
    taken = make_touchpoint()
    with pytest.raises(ValidationError) as error:
        record_touchpoint(fields={"name": "Kasse", "code": taken.code}, actor=mia)
    assert "code" in error.value.message_dict


def test_no_change_leaves_no_trace(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse", tags=["a"])
    change_touchpoint(
        touchpoint=touchpoint, fields={"name": "Kasse", "tags": ["a"], "systems": []}, actor=mia
    )
    touchpoint.refresh_from_db()
    assert touchpoint.revision == 1
    assert not Entry.objects.exists()


def test_two_editors_of_different_fields_both_win(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse", description="Old")
    change_touchpoint(
        touchpoint=touchpoint,
        fields={"name": "Kasse 1", "description": "Old"},
        expected_revision=1,
        actor=mia,
    )
    change_touchpoint(
        touchpoint=touchpoint, fields={"name": "Kasse", "description": "New"}, expected_revision=1, actor=otto
    )
    touchpoint.refresh_from_db()
    assert (touchpoint.name, touchpoint.description, touchpoint.revision) == ("Kasse 1", "New", 3)


def test_the_second_editor_of_a_field_sees_both_values(mia: User, otto: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    change_touchpoint(touchpoint=touchpoint, fields={"name": "Kasse 1"}, expected_revision=1, actor=mia)
    with pytest.raises(Conflict) as conflict:
        change_touchpoint(touchpoint=touchpoint, fields={"name": "Kasse 2"}, expected_revision=1, actor=otto)
    (clash,) = conflict.value.clashes
    assert (clash.name, clash.theirs, clash.mine) == ("name", "Kasse 1", "Kasse 2")
    assert (conflict.value.revision, conflict.value.by) == (2, mia)
    touchpoint.refresh_from_db()
    assert touchpoint.name == "Kasse 1"
    change_touchpoint(touchpoint=touchpoint, fields={"name": "Kasse 2"}, expected_revision=2, actor=otto)
    touchpoint.refresh_from_db()
    assert touchpoint.name == "Kasse 2"


def test_links_clash_too(mia: User, otto: User) -> None:
    crm, shop = System.objects.create(name="CRM"), System.objects.create(name="Shop")
    touchpoint = make_touchpoint()
    change_touchpoint(touchpoint=touchpoint, fields={"systems": [crm]}, expected_revision=1, actor=mia)
    with pytest.raises(Conflict):
        change_touchpoint(touchpoint=touchpoint, fields={"systems": [shop]}, expected_revision=1, actor=otto)
    change_touchpoint(
        touchpoint=touchpoint, fields={"systems": [], "market": "DE"}, expected_revision=1, actor=otto
    )
    touchpoint.refresh_from_db()
    assert (list(touchpoint.systems.all()), touchpoint.market) == ([crm], "DE")


def test_a_revision_that_never_was_is_a_conflict(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse")
    with pytest.raises(Conflict):
        change_touchpoint(touchpoint=touchpoint, fields={"name": "Kasse 2"}, expected_revision=99, actor=mia)


def test_going_live_without_an_owner_is_told(mia: User) -> None:
    touchpoint = make_touchpoint(name="Kasse", status=Status.PLANNED)
    outcome = change_touchpoint(touchpoint=touchpoint, fields={"status": Status.ACTIVE}, actor=mia)
    assert [gap.touchpoint for gap in outcome.gaps] == [touchpoint]


def test_many_at_once(mia: User, django_assert_max_num_queries: object) -> None:
    touchpoints = [make_touchpoint(tags=["b"]) for _ in range(20)]
    phase = Phase.objects.default().get(code="decision")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        outcome = change_many(
            touchpoints=touchpoints, fields={"phase": phase}, add_tags=["a", "b"], actor=mia
        )
    assert len(outcome.touchpoints) == 20
    assert Touchpoint.objects.filter(phase=phase, tags=["a", "b"], revision=2).count() == 20
    assert change_many(touchpoints=touchpoints, fields={"phase": phase}, actor=mia).touchpoints == []
