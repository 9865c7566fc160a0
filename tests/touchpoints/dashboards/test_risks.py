"""What worries most: the order can be computed by hand from the formula that the page states."""

from math import log
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.makers import make_person, make_touchpoint
from tests.touchpoints.dashboards.figures import TODAY
from tests.touchpoints.inventory.people import give
from touchpoints.dashboards.landscape import most_worrying, phases_with_counts
from touchpoints.inventory.models import Phase, Touchpoint

pytestmark = pytest.mark.django_db


def test_the_order_follows_the_formula() -> None:
    owner = make_person()
    hurts = {"is_pain_point": True, "pain_reason": "Dauert"}
    decides = {"is_moment_of_truth": True, "moment_reason": "Hier zählt es"}
    make_touchpoint(
        name="A",
        importance_customer=5,
        contacts_per_month=90,
        feeling=-2,
        verdict="disappoints",
        **hurts,
        **decides,
    )
    make_touchpoint(name="B", importance_customer=5, contacts_per_month=90, **hurts)
    make_touchpoint(name="C", contacts_per_month=None, verdict="disappoints")
    make_touchpoint(name="D", importance_customer=1, contacts_per_month=999_990, feeling=-1)
    make_touchpoint(
        name="Ohne Schmerz", importance_customer=5, contacts_per_month=999_990, feeling=0, **decides
    )
    for name in "ACD":
        give(Touchpoint.objects.get(name=name), owner, start=-1)
    expected = {
        "A": 5 * (1 + 1 + 1) * log(100) * 1.5,
        "B": 5 * 1 * log(100) * 1.5,  # nobody is accountable
        "C": 3 * 1 * log(10),
        "D": 1 * 0.5 * log(1_000_000),
    }
    found = dict(most_worrying().values_list("name", "risk"))  # type: ignore[misc]  # annotated
    assert found == pytest.approx(expected)
    assert list(found) == sorted(expected, key=lambda name: -expected[name]) == ["A", "B", "C", "D"]


def test_who_has_left_is_nobody() -> None:
    make_touchpoint(name="A", verdict="disappoints")
    give(Touchpoint.objects.get(), make_person(left_on=TODAY), start=-9)
    risk: Any = most_worrying().get()
    assert (risk.owner_present, risk.risk) == (False, pytest.approx(3 * log(10) * 1.5))


def test_only_what_customers_meet_now_is_a_risk() -> None:
    make_touchpoint(name="Geplant", verdict="disappoints", status="planned")
    make_touchpoint(name="Im Archiv", verdict="disappoints", is_archived=True)
    make_touchpoint(name="Bleibt", verdict="disappoints", status="phasing_out")
    assert [touchpoint.name for touchpoint in most_worrying()] == ["Bleibt"]


def test_equal_risks_keep_their_order() -> None:
    made = [make_touchpoint(verdict="disappoints") for _number in range(4)]
    assert list(most_worrying()) == made


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([-2, -1, 0, 1, 2, None]), st.sampled_from([-2, 0, 2, None]),
            st.one_of(st.none(), st.integers(0, 90_000)), st.booleans(),
        ),
        max_size=5,
    )
)  # fmt: skip
def test_the_mean_feeling_is_weighted_by_contacts(
    rows: list[tuple[int | None, int | None, int | None, bool]],
) -> None:
    closing = Phase.objects.default().get(code="closing")
    Touchpoint.objects.filter(phase=closing).delete()
    for felt, wanted, contacts, live in rows:
        make_touchpoint(
            phase=closing, feeling=felt, target_feeling=wanted, contacts_per_month=contacts,
            status="active" if live else "shut_down",
        )  # fmt: skip
    counted: Any = next(phase for phase in phases_with_counts() if phase == closing)
    assert counted.live == sum(row[3] for row in rows)
    for value, place in ((counted.felt, 0), (counted.wanted, 1)):
        known = [(row[place], 1 if row[2] is None else max(1, row[2])) for row in rows if row[3]]
        said = [(feeling, weight) for feeling, weight in known if feeling is not None]
        if said:
            mean = sum(feeling * weight for feeling, weight in said) / sum(
                weight for _feeling, weight in said
            )
            assert value == pytest.approx(mean)
        else:
            assert value is None
