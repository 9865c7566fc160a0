"""Steps and completeness."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.inventory.people import TODAY, days, give
from tests.touchpoints.inventory.test_standards import published
from touchpoints.inventory.actions.care import care_of, refresh_care
from touchpoints.inventory.choices import Kind, Maturity
from touchpoints.inventory.maturity import FACTS, Snapshot, assess
from touchpoints.inventory.models import Channel, Phase

DAY = date(2026, 6, 1)
FULL = Snapshot(
    at=DAY, phase_id=1, channel_id=1, kind=Kind.DIGITAL, description="a", customer_goal="b", expectation="c",
    importance_customer=3, contacts_per_month=0, has_standard=True, has_owner=True, trained_on=date(2026, 5, 1),
    material_on=date(2026, 4, 1), measured_on=date(2026, 5, 31), improved_on=date(2025, 1, 1),
)  # fmt: skip


def test_nothing_but_a_name() -> None:
    care = assess(Snapshot(at=DAY))
    assert (care.maturity, care.completeness, care.next_step) == (Maturity.RECORDED, 0, Maturity.DESCRIBED)
    assert len(care.missing) == 9


def test_everything() -> None:
    care = assess(FULL)
    assert (care.maturity, care.completeness, care.next_step, care.missing) == (
        Maturity.IMPROVED,
        100,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("change", "step", "missing"),
    [
        ({"has_owner": False}, Maturity.DESCRIBED, ["owner"]),
        ({"trained_on": None}, Maturity.OWNED, ["trained_on"]),
        ({"trained_on": date(2026, 3, 31)}, Maturity.OWNED, ["trained_on"]),
        ({"measured_on": date(2025, 6, 1)}, Maturity.TRAINED, ["measured_on"]),
        ({"measured_on": date(2025, 6, 2), "improved_on": None}, Maturity.MEASURED, ["improved_on"]),
        ({"phase_id": None, "expectation": ""}, Maturity.RECORDED, ["phase", "expectation"]),
        ({"contacts_per_month": None, "has_owner": False}, Maturity.RECORDED, ["contacts_per_month"]),
    ],
)
def test_each_step_needs_the_ones_below(change: dict[str, Any], step: Maturity, missing: list[str]) -> None:
    care = assess(replace(FULL, **change))
    assert (care.maturity, [fact.code for fact in care.missing]) == (step, missing)


EMPTY: dict[str, dict[str, Any]] = {
    "phase": {"phase_id": None}, "channel": {"channel_id": None}, "kind": {"kind": ""},
    "description": {"description": ""}, "customer_goal": {"customer_goal": ""}, "expectation": {"expectation": ""},
    "importance_customer": {"importance_customer": None}, "contacts_per_month": {"contacts_per_month": None},
    "standard": {"has_standard": False}, "owner": {"has_owner": False}, "trained_on": {"trained_on": None},
    "measured_on": {"measured_on": None}, "improved_on": {"improved_on": None},
}  # fmt: skip


@given(st.sets(st.sampled_from([fact.code for fact in FACTS])))
def test_a_fact_more_never_makes_it_worse(absent: set[str]) -> None:
    changes: dict[str, Any] = {}
    for code in absent:
        changes |= EMPTY[code]
    care = assess(replace(FULL, **changes))
    assert care.completeness == 100 * (len(FACTS) - len(absent)) // len(FACTS)
    for code in absent:
        fewer = {key: value for key, value in changes.items() if key not in EMPTY[code]}
        better = assess(replace(FULL, **fewer))
        assert better.maturity >= care.maturity
        assert better.completeness > care.completeness


@pytest.mark.django_db
def test_the_snapshot_reads_what_is_there(mia: User) -> None:
    touchpoint = make_touchpoint(
        phase=Phase.objects.default().first(), channel=Channel.objects.first(), kind=Kind.DIGITAL, description="a",
        customer_goal="b", expectation="c", importance_customer=3, contacts_per_month=5, trained_on=days(-1),
        measured_on=TODAY,
    )  # fmt: skip
    assert care_of(touchpoint).maturity == Maturity.RECORDED
    published(touchpoint, mia)
    assert care_of(touchpoint).maturity == Maturity.DESCRIBED
    give(touchpoint, make_person(), start=-3)
    assert care_of(touchpoint).maturity == Maturity.OWNED  # trained before the standard of today
    touchpoint.trained_on = TODAY
    touchpoint.save()
    assert care_of(touchpoint).maturity == Maturity.MEASURED


@pytest.mark.django_db
def test_the_last_step_is_reached_by_hand_where_its_link_leads(mia: User) -> None:
    touchpoint = make_touchpoint(
        phase=Phase.objects.default().first(), channel=Channel.objects.first(), kind=Kind.DIGITAL, description="a",
        customer_goal="b", expectation="c", importance_customer=3, contacts_per_month=5, trained_on=TODAY,
        measured_on=TODAY,
    )  # fmt: skip
    published(touchpoint, mia)
    give(touchpoint, make_person())
    client = signed_in(mia)
    place = f"/touchpoints/{touchpoint.pk}/edit/care/"
    assert f'href="{place}"' in client.get(touchpoint.get_absolute_url()).content.decode()
    data = {"revision": touchpoint.revision, "review_every": 180, "trained_on": TODAY, "improved_on": TODAY}
    refused = client.post(place, data)
    assert (refused.status_code, "Say what was improved." in refused.content.decode()) == (422, True)
    client.post(place, data | {"improved_note": "Half the waiting time (Mia)"})
    touchpoint.refresh_from_db()
    assert (touchpoint.maturity, touchpoint.completeness) == (Maturity.IMPROVED, 100)
    assert "Half the waiting time (Mia)" in client.get(touchpoint.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_refreshing_many_takes_two_queries(django_assert_num_queries: object) -> None:
    ids = [make_touchpoint(description="x").pk for _ in range(50)]
    with django_assert_num_queries(4):  # type: ignore[operator]  # two and the savepoint around them
        assert refresh_care(ids) == 50
    assert refresh_care(ids) == 0
