"""The sponsor's page is put together once, and anew as soon as anything happens."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from cxm.audit import memory
from tests.cast import signed_in
from tests.makers import make_person, make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, TODAY, kpi, put
from touchpoints.dashboards.actions import ask_for_decision, withdraw_decision
from touchpoints.dashboards.board import boards
from touchpoints.inventory.actions.responsibility import assign
from touchpoints.inventory.choices import Part
from touchpoints.inventory.models import Phase, Touchpoint
from touchpoints.kpis.actions import set_target

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remembering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kept although this test's own transaction is open all the time (tests/cxm/audit/test_memory.py has real ones)."""
    newest = "SELECT (SELECT id FROM audit_entry WHERE NOT is_read ORDER BY id DESC LIMIT 1), true"
    monkeypatch.setattr(memory, "STATE", newest)
    boards.clear()
    yield
    boards.clear()


@pytest.fixture
def seen(sofia: User) -> Callable[[], str]:
    """What stands on the page."""
    client = signed_in(sofia)

    def opened() -> str:
        html = client.get(reverse("dashboards:sponsor")).content.decode()
        return re.sub(r"\s+", " ", html.replace("\xa0", " "))

    return opened


@pytest.fixture
def point() -> Touchpoint:
    return make_touchpoint(
        name="Anlieferung",
        is_pain_point=True,
        pain_reason="Zu spät",
        phase=Phase.objects.default().get(code="closing"),
    )


def test_it_is_put_together_once(
    seen: Callable[[], str], point: Touchpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = seen()
    monkeypatch.setattr(
        "touchpoints.dashboards.board.build_board", lambda *_: pytest.fail("put together again")
    )
    second = seen()
    assert "Anlieferung" in second
    assert len(second) == len(first)  # but for the tokens in it


def test_whatever_happens_is_on_it_at_once(seen: Callable[[], str], mia: User, point: Touchpoint) -> None:
    assert "80.0" not in seen()
    put("AS1", numerator=80, denominator=100)
    html = seen()
    assert "80.0" in html
    assert "On target" not in html
    set_target(kpi=kpi("AS1"), value=Decimal(70), since=LAST.start, actor=mia)
    assert "On target" in seen()

    assert "nobody" in seen()
    assign(
        touchpoint=point,
        person=make_person(name="Wanda Wirsing"),
        part=Part.ACCOUNTABLE,
        since=TODAY,
        actor=mia,
    )
    assert "Wanda Wirsing" in seen()

    asked = ask_for_decision(actor=mia, question="Budget für die Schnittstelle?")
    assert "Budget für die Schnittstelle?" in seen()
    withdraw_decision(actor=mia, decision=asked)
    assert "Budget für die Schnittstelle?" not in seen()


def test_each_reader_has_his_own(seen: Callable[[], str], mia: User, point: Touchpoint) -> None:
    User.objects.filter(pk=mia.pk).update(language="de")
    assert "Where it hurts most" in seen()
    assert "Where it hurts most" not in signed_in(mia).get(reverse("dashboards:sponsor")).content.decode()
    assert "Where it hurts most" in seen()
