"""The catalogue keeps what was measured; own KPIs are shown in units that fit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from touchpoints.kpis.actions import change_kpi, define_kpi, measure, sync_catalogue
from touchpoints.kpis.actions.catalogue import CountingChanged
from touchpoints.kpis.catalogue.lifetime import lifetime_value
from touchpoints.kpis.choices import FITTING, KPIS, Grain, Shape, Unit, fitting_factor
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition

pytestmark = pytest.mark.django_db


def kpi(code: str) -> KpiDefinition:
    return KpiDefinition.objects.get(code=code)


def test_a_declaration_never_recounts_what_was_measured() -> None:
    """The database has another box than the declaration, as after a changed one."""
    KpiDefinition.objects.filter(code="AS1").update(box=1)
    assert sync_catalogue() == 1
    assert kpi("AS1").box == 2  # nothing was measured: it may change
    measure(facts=[Fact(kpi=kpi("AS1"), day=date(2026, 3, 1), given=Given(value=Decimal(4)))], actor=None)
    KpiDefinition.objects.filter(code="AS1").update(box=1, name_en="Old name")
    with pytest.raises(CountingChanged, match=r"AS1 \(box\)"):
        sync_catalogue()
    assert (kpi("AS1").box, kpi("AS1").name_en) == (1, "Old name")
    KpiDefinition.objects.filter(code="AS1").update(box=2)
    assert sync_catalogue() == 1
    assert kpi("AS1").name_en != "Old name"  # what it is called may change


def test_the_own_period_is_the_managers_choice_but_not_none(mia: User) -> None:
    assert {code: kpi(code).grain for code in ("RE1", "RE2", "RE3", "RE4", "RE6", "AD2", "AD1")} == {
        "RE1": "month", "RE2": "month", "RE3": "quarter", "RE4": "month", "RE6": "month", "AD2": "month", "AD1": "",
    }  # fmt: skip
    change_kpi(actor=mia, kpi=kpi("RE1"), grain=Grain.YEAR)
    sync_catalogue()
    assert kpi("RE1").grain == Grain.YEAR
    with pytest.raises(ValidationError) as refused:
        change_kpi(actor=mia, kpi=kpi("RE1"), grain="")
    assert "grain" in refused.value.message_dict


def test_every_declared_kpi_fits() -> None:
    for declared in KPIS:
        assert declared.unit in FITTING[declared.shape], declared.code
        assert fitting_factor(declared.shape, declared.unit) in (None, declared.factor), declared.code


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"shape": Shape.SHARE, "unit": Unit.POINTS}, "unit"),  # 73 % would read +1
    ({"shape": Shape.NPS, "unit": Unit.PERCENT}, "unit"),
    ({"shape": Shape.COUNT, "unit": Unit.HOURS}, "unit"),
    ({"shape": Shape.RATE, "unit": Unit.PER_1000, "factor": 1}, "factor"),
    ({"shape": Shape.RATE, "unit": Unit.PERCENT, "factor": 1000}, "factor"),
    ({"shape": Shape.SHARE, "unit": Unit.PERCENT, "factor": 100}, "factor"),
    ({"shape": Shape.QUOTIENT, "unit": Unit.PER_1000, "factor": 10}, "factor"),
]


@pytest.mark.parametrize(("fields", "field"), UNFIT)
def test_what_does_not_fit_is_refused_at_its_field_and_by_the_database(
    mia: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        define_kpi(actor=mia, code="HB9", name_de="Neu", **fields)
    assert list(refused.value.message_dict) == [field]
    with pytest.raises(IntegrityError, match="kpis_kpi_fits"), transaction.atomic():
        KpiDefinition.objects.create(code="HB9", name_de="Neu", **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"shape": Shape.RATE, "unit": Unit.PER_1000, "factor": 1000},
        {"shape": Shape.QUOTIENT, "unit": Unit.MONEY, "factor": 10},
        {"shape": Shape.MEAN, "unit": Unit.COUNT},
        {"shape": Shape.SHARE, "unit": Unit.PERCENT},
    ],
)
def test_what_fits_is_taken(mia: User, fields: dict[str, Any]) -> None:
    assert define_kpi(actor=mia, code="HB9", name_de="Neu", **fields).pk


def test_lifetime_value_golden_values() -> None:
    """m = 100, r = 0.8, i = 0.1: 80 / 0.3. And the sum of the single years, of which the formula is the limit."""
    assert lifetime_value(100, 0.8, 0.1) == pytest.approx(266.6667, abs=1e-4)
    years = sum(100 * 0.8**year / 1.1**year for year in range(1, 400))
    assert lifetime_value(100, 0.8, 0.1) == pytest.approx(years)
    assert lifetime_value(100, 0, 0.1) == 0
    for retention, discount in ((1.1, 0.1), (-0.1, 0.1), (1, 0), (0.5, -0.2)):
        with pytest.raises(ValueError, match="must"):
            lifetime_value(100, retention, discount)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_example_at_the_lifetime_value_is_what_the_formula_gives(language: str) -> None:
    with translation.override(language):
        assert formats(language).decimal(lifetime_value(100, 0.8, 0.1), 2) in str(kpi("AS9").words("hint"))
