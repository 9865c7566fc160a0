"""The sponsor's page for other systems."""

from typing import Any

import pytest
from django.test import Client

from cxm.accounts.actions import create_api_key
from cxm.accounts.models import Scope, User
from tests.makers import make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, put
from touchpoints.inventory.models import Phase
from touchpoints.kpis.choices import Status
from touchpoints.kpis.models import KpiDefinition

pytestmark = pytest.mark.django_db


def get(user: User, query: str = "") -> Any:
    """What a system with a key of this user is answered."""
    _key, secret = create_api_key(actor=user, user=user, name="Test", scope=Scope.READ)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    return Client().get(f"/api/v1/dashboards/phases{query}", headers=headers)


def test_the_figures_of_each_phase(sofia: User) -> None:
    closing = Phase.objects.default().get(code="closing")
    make_touchpoint(phase=closing, feeling=-1, verdict="disappoints")
    put("CL2", numerator=80, denominator=100)
    put("AS3", numerator=12, denominator=600)
    KpiDefinition.objects.filter(code="CL2").update(status=Status.BROKEN)
    board = get(sofia).json()
    assert board["period"] == LAST.code
    assert [headline["kpi"] for headline in board["headlines"]] == ["RE1", "AS3", "AD1"]
    assert [phase["code"] for phase in board["phases"]] == list(
        Phase.objects.default().values_list("code", flat=True)
    )
    (found,) = (phase for phase in board["phases"] if phase["code"] == "closing")
    counts = ("touchpoints", "without_owner", "review_overdue", "moments_of_truth", "disappointing", "felt")
    assert [found[name] for name in counts] == [1, 1, 0, 0, 1, -1]
    (effort,) = (figure for figure in found["figures"] if figure["kpi"] == "CL2")
    assert (effort["aspect"], effort["value"], effort["n"]) == ("experience", 80, 100)
    assert effort["status"] == "broken"


def test_another_period_and_one_that_makes_no_sense(sofia: User) -> None:
    put("CL2", day=LAST.previous().start, numerator=60, denominator=100)
    board = get(sofia, f"?period={LAST.previous().code}").json()
    assert {figure["value"] for phase in board["phases"] for figure in phase["figures"]} == {60, None}
    wrong = get(sofia, "?period=soon")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "period")
