"""The page of a phase, and the page of all of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cxm.accounts.models import User
from tests.cast import signed_in
from tests.makers import make_content, make_person, make_touchpoint
from tests.touchpoints.dashboards.figures import LAST, TODAY, kpi, put
from tests.touchpoints.inventory.people import give
from touchpoints.dashboards.phases import build_phase
from touchpoints.inventory.models import Channel, Phase
from touchpoints.kpis.actions import measure
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition, Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def after_sales(db: None) -> Phase:
    """Where the tests happen."""
    return Phase.objects.default().get(code="after_sales")


def page(user: User, phase: Phase, **query: Any) -> str:
    response = signed_in(user).get(phase.get_absolute_url(), query)
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", "")


def test_it_shows_the_figures_and_what_disappoints_and_delights(otto: User, after_sales: Phase) -> None:
    phone = Channel.objects.get(code="phone")
    make_touchpoint(
        name="Hotline", phase=after_sales, channel=phone, verdict="disappoints", is_pain_point=True,
        pain_reason="Dauert zu lange",
    )  # fmt: skip
    make_touchpoint(name="Chat", phase=after_sales, verdict="delights")
    make_touchpoint(
        name="Warenkorb", phase=Phase.objects.default().get(code="decision"), verdict="disappoints"
    )
    make_content(title="Abgelaufener Text", expires_on=TODAY - timedelta(days=1)).phases.set([after_sales])
    make_content(title="Gültiger Text", expires_on=TODAY + timedelta(days=9)).phases.set([after_sales])
    put("AS1", numerator=80, denominator=100)
    html = page(otto, after_sales)
    assert "80.0%" in html
    assert f"{reverse('kpis:measurements')}?kpi={kpi('AS1').pk}" in html
    assert "Dauert zu lange" in html
    assert "Warenkorb" not in html
    assert "Abgelaufener Text" in html
    assert "Gültiger Text" not in html
    view = build_phase(otto, after_sales)
    assert [t.name for t in view.disappoints] == ["Hotline"]
    assert [t.name for t in view.delights] == ["Chat"]
    assert view.period == LAST


def test_the_figures_of_one_segment(otto: User, after_sales: Phase) -> None:
    business = Segment.objects.create(code="objekt", name="Objektkunden")
    put("AS1", numerator=80, denominator=100)
    put("AS1", numerator=10, denominator=100, place={"segment": business})
    assert "45.0%" in page(otto, after_sales)
    html = page(otto, after_sales, segment=business.pk)
    assert "10.0%" in html
    assert "45.0%" not in html
    assert f'value="{business.pk}" selected' in html
    for nonsense in ("", "x", "0", "99999999999999999999"):
        assert "45.0%" in page(otto, after_sales, segment=nonsense)


def test_different_customers_are_not_known_by_segment_and_it_says_so(otto: User) -> None:
    retention, business = (
        Phase.objects.default().get(code="retention"),
        Segment.objects.create(code="b", name="B"),
    )
    for customer in range(6):
        fact = Fact(
            kpi=kpi("CUS"),
            day=LAST.start,
            given=Given(subject=f"K{customer}"),
            segment=business,
            external_id=str(customer),
        )
        measure(facts=[fact], actor=None)
    assert "for all of them only" not in page(otto, retention)
    html = page(otto, retention, segment=business.pk)
    assert "for all of them only" in html
    assert "not measured" in html  # the others


def test_the_period_of_the_address_goes_along(otto: User, after_sales: Phase) -> None:
    put("AS1", day=LAST.previous().start, numerator=60, denominator=100)
    html = page(otto, after_sales, period=LAST.previous().code)
    assert "60.0%" in html
    assert f"/phases/advocacy/?period={LAST.previous().code}" in html


def test_without_a_shown_kpi_it_says_what_to_do(otto: User, after_sales: Phase) -> None:
    KpiDefinition.objects.filter(phase=after_sales).update(is_shown=False)
    assert "No KPI is shown for this phase" in page(otto, after_sales)


def test_a_phase_that_does_not_exist_is_not_found(otto: User) -> None:
    client = signed_in(otto)
    assert client.get(reverse("dashboards:phase", args=["nirgends"])).status_code == 404
    assert (
        client.get(reverse("dashboards:phase", args=["p1_know"])).status_code == 404
    )  # of the planning model


def test_all_phases_with_their_counts(otto: User, after_sales: Phase) -> None:
    make_touchpoint(name="Ohne", phase=after_sales)
    make_touchpoint(name="Mit", phase=after_sales)
    give(after_sales.touchpoints.get(name="Mit"), make_person(), start=-2)
    html = signed_in(otto).get(reverse("dashboards:phases")).content.decode()
    assert html.count("<article") == 7
    assert "2 touchpoints" in html
    assert "1 without owner" in html
    assert f"phase={after_sales.pk}&amp;status=active&amp;status=phasing_out&amp;gap=no_owner" in html
