"""What the system shows, against rows that were counted by hand."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxm.accounts.models import User
from cxm.organisation.models import Person
from surveys.assessment.mirrors import (
    CUSTOMERS,
    SYSTEM,
    Counted,
    counted,
    counted_for,
    customers,
    is_flattering,
)
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_system, make_touchpoint
from touchpoints.inventory.actions.responsibility import assign
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis.models import KpiDefinition

pytestmark = pytest.mark.django_db
DAY = timezone.localdate()


@pytest.mark.parametrize(
    ("part", "whole", "step"),
    [(0, 0, None), (0, 4, 0), (1, 100, 1), (24, 100, 1), (25, 100, 2), (59, 100, 2), (60, 100, 3), (9, 10, 4)],
)  # fmt: skip
def test_a_share_becomes_a_step(part: int, whole: int, step: int | None) -> None:
    assert Counted(part, whole).step == step


def test_two_steps_better_than_shown_is_flattering() -> None:
    assert is_flattering(2.0, Counted(0, 5))
    assert not is_flattering(1.9, Counted(0, 5))
    assert not is_flattering(4.0, Counted(0, 0))
    assert not is_flattering(None, Counted(0, 5))


def test_touchpoints_are_counted_as_they_are(mia: User) -> None:
    one, two = make_touchpoint(kind="personal"), make_touchpoint(kind="digital")
    make_touchpoint(kind="digital", verdict="delights", process_url="https://example.org/p")
    assign(touchpoint=one, person=make_person(), part=Part.ACCOUNTABLE, since=DAY, actor=mia)
    Touchpoint.objects.filter(pk=one.pk).update(trained_on=DAY)
    Touchpoint.objects.filter(pk=two.pk).update(
        measured_on=DAY, evidence=2, evidence_on=DAY - timedelta(days=400)
    )
    found = counted()
    live = Touchpoint.objects.live().count()
    assert found["owned"] == Counted(1, live)
    assert found["trained"] == Counted(1, live)
    assert found["measured"] == Counted(1, live)
    assert found["judged"] == Counted(1, live)
    assert found["processes"] == Counted(1, live)
    assert found["known"] == Counted(0, live)
    assert found["digital"] == Counted(0, 2)


def test_systems_and_content_are_counted_as_they_are() -> None:
    make_system()
    owner = make_person()
    make_content(owner=owner)
    make_content(owner=owner, expires_on=DAY)
    make_content()
    found = counted()
    assert found["connected"] == Counted(0, 1)
    assert found["content"] == Counted(1, 3)
    assert found["vision"] == Counted(0, Person.objects.present().count())
    assert found["fresh"] == Counted(0, KpiDefinition.objects.shown().count())


def test_all_take_two_queries_and_one_takes_one() -> None:
    with CaptureQueriesContext(connection) as queries:
        found = counted()
    assert len(queries) == 2
    assert {mirror.figure for mirror in SYSTEM.values()} <= set(found)
    for code, mirror in SYSTEM.items():
        with CaptureQueriesContext(connection) as queries:
            assert counted_for(code)[mirror.figure] == found[mirror.figure]
        assert len(queries) == 1
    assert counted_for("own-question") == {}


def test_each_mirror_leads_to_a_list_without_faults(mia: User) -> None:
    client = signed_in(mia)
    for mirror in {mirror.url: mirror for mirror in SYSTEM.values()}.values():
        response: Any = client.get(mirror.url)
        assert response.status_code == 200, mirror.url
        page = response.context.get("list")
        assert page is None or not page.faults, mirror.url


def test_each_question_to_customers_is_a_kpi_of_the_catalogue(mia: User) -> None:
    assert set(CUSTOMERS.values()) <= set(KpiDefinition.objects.values_list("code", flat=True))
    assert set(customers(mia)) == set(
        KpiDefinition.objects.shown().filter(code__in=CUSTOMERS.values()).values_list("code", flat=True)
    )
    assert set(customers(mia, "bond")) <= {"AD1"}
    assert customers(mia, "own-question") == {}
