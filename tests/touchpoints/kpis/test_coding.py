"""Each shape counts what it should and refuses what cannot be."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchpoints.kpis.choices import AGGREGATE, Aim, Shape, Unit
from touchpoints.kpis.coding import FactError, Given, Sums, coded
from touchpoints.kpis.models import KpiDefinition

D = Decimal


def kpi(shape: Shape, **fields: Any) -> KpiDefinition:
    return KpiDefinition(code="X", shape=shape, unit=Unit.COUNT, aim=Aim.HIGHER, **fields)


NPS = kpi(Shape.NPS)
CSAT = kpi(Shape.TOP_BOX, scale_low=1, scale_high=5, box=2)
FEELING = kpi(Shape.MEAN, scale_low=-2, scale_high=2)
STARS = kpi(Shape.MEAN, scale_low=1, scale_high=5)


@pytest.mark.parametrize(
    ("definition", "delivered", "sums"),
    [
        (NPS, Given(value=D(10)), Sums(1, D(1), D(1), 10)),
        (NPS, Given(value=D(8)), Sums(1, D(0), D(0), 8)),
        (NPS, Given(value=D(6), times=D(3)), Sums(3, D(-3), D(3), 6)),
        (
            NPS,
            Given(promoters=D(50), detractors=D(20), denominator=D(100)),
            Sums(100, D(30), D(70), AGGREGATE),
        ),
        (CSAT, Given(value=D(4)), Sums(1, D(1), D(1), 4)),
        (CSAT, Given(value=D(3)), Sums(1, D(0), D(0), 3)),
        (CSAT, Given(numerator=D(80), denominator=D(100)), Sums(100, D(80), D(80), AGGREGATE)),
        (kpi(Shape.SHARE), Given(value=D(1)), Sums(1, D(1), D(1))),
        (kpi(Shape.SHARE), Given(numerator=D(8), denominator=D(10)), Sums(10, D(8), D(8))),
        (FEELING, Given(value=D("-1.6")), Sums(1, D("-1.6"), D("2.56"), -2)),
        (STARS, Given(value=D("4.5"), times=D(2)), Sums(2, D("9.0"), D("40.50"), 5)),
        (STARS, Given(numerator=D(43), denominator=D(10)), Sums(10, D(43), D(208), AGGREGATE)),
        (
            kpi(Shape.MEAN),
            Given(numerator=D(6), denominator=D(3), squares=D(14)),
            Sums(3, D(6), D(14), AGGREGATE),
        ),
        (kpi(Shape.RATE), Given(denominator=D(1000)), Sums(1000, D(0), D(0))),
        (kpi(Shape.RATE), Given(value=D(1)), Sums(0, D(1), D(0))),
        (kpi(Shape.QUOTIENT), Given(numerator=D("99.5")), Sums(0, D("99.5"), D(0))),
        (kpi(Shape.QUOTIENT), Given(value=D("12.5")), Sums(1, D("12.5"), D(0))),
        (kpi(Shape.COUNT), Given(), Sums(1, D(1), D(0))),
        (kpi(Shape.COUNT), Given(value=D(210)), Sums(210, D(210), D(0))),
        (kpi(Shape.SUM), Given(value=D("77.00")), Sums(1, D("77.00"), D(0))),
        (kpi(Shape.SUM), Given(value=D(900), denominator=D(12)), Sums(12, D(900), D(0))),
        (kpi(Shape.DISTINCT), Given(subject="00002"), Sums(1, D(1), D(0))),
    ],
)
def test_counts(definition: KpiDefinition, delivered: Given, sums: Sums) -> None:
    assert coded(definition, delivered) == sums


@pytest.mark.parametrize(
    ("definition", "delivered", "field"),
    [
        (NPS, Given(value=D(11)), "value"),
        (NPS, Given(value=D("9.5")), "value"),
        (NPS, Given(), "promoters"),
        (NPS, Given(promoters=D(60), detractors=D(50), denominator=D(100)), "denominator"),
        (CSAT, Given(value=D(0)), "value"),
        (CSAT, Given(numerator=D(3), denominator=D(2)), "numerator"),
        (kpi(Shape.SHARE), Given(value=D(2)), "value"),
        (kpi(Shape.SHARE), Given(numerator=D(-1), denominator=D(2)), "numerator"),
        (kpi(Shape.SHARE), Given(numerator=D(1)), "denominator"),
        (STARS, Given(value=D(6)), "value"),
        (STARS, Given(numerator=D(60), denominator=D(10)), "numerator"),
        (STARS, Given(numerator=D(30), denominator=D(10), squares=D(80)), "squares"),
        (kpi(Shape.MEAN), Given(numerator=D(30), denominator=D(10)), "squares"),
        (kpi(Shape.MEAN), Given(numerator=D(0), denominator=D(0)), "denominator"),
        (kpi(Shape.PERCENTILE), Given(value=D(-1)), "value"),
        (kpi(Shape.PERCENTILE), Given(numerator=D(3), denominator=D(2)), "value"),
        (kpi(Shape.RATE), Given(), "numerator"),
        (kpi(Shape.RATE), Given(numerator=D("0.5"), denominator=D(10)), "numerator"),
        (kpi(Shape.COUNT), Given(value=D(-1)), "value"),
        (kpi(Shape.SUM), Given(), "value"),
        (kpi(Shape.SUM), Given(value=D(10) ** 14), "value"),
        (kpi(Shape.SUM), Given(value=D("NaN")), "value"),
        (kpi(Shape.SUM), Given(value=D("Infinity")), "value"),
        (kpi(Shape.DISTINCT), Given(), "subject"),
        (kpi(Shape.DISTINCT), Given(subject="A", times=D(0)), "times"),
        (kpi(Shape.COUNT), Given(times=D("1.5")), "times"),
    ],
)
def test_refuses(definition: KpiDefinition, delivered: Given, field: str) -> None:
    with pytest.raises(FactError) as refusal:
        coded(definition, delivered)
    assert refusal.value.field == field


@given(
    value=st.none() | st.decimals(allow_nan=True, allow_infinity=True),
    numerator=st.none() | st.decimals(allow_nan=True, allow_infinity=True),
    denominator=st.none() | st.decimals(allow_nan=True, allow_infinity=True),
    shape=st.sampled_from(list(Shape)),
)
def test_whatever_comes_is_counted_or_refused(
    value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None, shape: Shape
) -> None:
    definition = kpi(shape, scale_low=1, scale_high=5, box=1)
    try:
        sums = coded(
            definition, Given(value=value, numerator=numerator, denominator=denominator, subject="A")
        )
    except FactError:
        return
    assert sums.n >= 0
    assert sums.total.is_finite()
    assert sums.squares.is_finite()
