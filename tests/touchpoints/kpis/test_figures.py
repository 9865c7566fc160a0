"""Figures are pooled, judged by the target of their time, and read in a constant number of queries."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st

from cxm.kit.numbers import formats
from cxm.kit.statistics import Change, Light
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase
from touchpoints.kpis.actions import measure
from touchpoints.kpis.choices import Grain, Shape, Split
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.figures import figure, figures, is_stale, newest_days, series
from touchpoints.kpis.models import KpiDefinition, Measurement, Segment, Target
from touchpoints.kpis.periods import Period
from touchpoints.kpis.pools import EMPTY, Pool
from touchpoints.kpis.reads import Where, answers, pools

D = Decimal
MARCH = Period.parse("2026-03")
DAY = date(2026, 3, 10)

pytestmark = pytest.mark.django_db


def kpi(code: str) -> KpiDefinition:
    return KpiDefinition.objects.get(code=code)


def put(code: str, given_: Given, day: date = DAY, **fields: Any) -> None:
    measure(facts=[Fact(kpi=kpi(code), day=day, given=given_, **fields)], actor=None)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "value", "low", "high"),
    [(50, 20, 100, 30, 14.05, 44.20), (15, 6, 30, 30, 0.68, 53.86), (5, 2, 10, 30, -19.05, 65.20)],
)
def test_nps_has_the_known_interval_however_it_was_delivered(
    promoters: int, detractors: int, n: int, value: float, low: float, high: float
) -> None:
    put("AD1", Given(promoters=D(promoters), detractors=D(detractors), denominator=D(n)))
    for score, times in ((10, promoters), (8, n - promoters - detractors), (3, detractors)):
        put("AD1", Given(value=D(score), times=D(times)), day=DAY + timedelta(days=31))
    for period in (MARCH, Period.parse("2026-04"), Period.between(date(2026, 3, 5), date(2026, 3, 20))):
        estimate = figure(kpi("AD1"), period).estimate
        assert estimate is not None
        assert (estimate.value, round(estimate.low, 2), round(estimate.high, 2)) == (value, low, high)


def test_shares_are_shown_in_per_cent_with_wilson() -> None:
    put("AS1", Given(numerator=D(80), denominator=D(100)))
    estimate = figure(kpi("AS1"), MARCH).estimate
    assert estimate is not None
    assert (estimate.value, round(estimate.low, 1), round(estimate.high, 1), estimate.n) == (
        80,
        71.1,
        86.7,
        100,
    )


def test_each_kind_of_figure() -> None:
    put("AS3", Given(denominator=D(12_000)))
    put("AS3", Given(value=D(73)))
    put("AW4", Given(numerator=D(820), denominator=D(20)))
    put("AD5", Given(numerator=D(430), denominator=D(100)))
    put("ORD", Given(value=D(3)))
    for hours, times in ((1, 10), (2, 10), (30, 1)):
        put("AS5R", Given(value=D(hours), times=D(times)))
    found = {code: figure(kpi(code), MARCH) for code in ("AS3", "AW4", "AD5", "ORD", "AS5R")}
    values = {code: one.estimate.value for code, one in found.items() if one.estimate}
    assert values["AS3"] == pytest.approx(73 / 12_000 * 1000)
    assert values["AW4"] == 41
    assert values["AD5"] == 4.3
    assert values["ORD"] == 3  # three orders are shown: they are counted, not sampled
    assert values["AS5R"] == pytest.approx(2, rel=0.025)
    assert found["AS5R"].p90 is not None


def test_different_customers_do_not_add_up() -> None:
    for month, customer in ((1, "A"), (1, "A"), (2, "A"), (2, "B"), (3, "C")):
        put(
            "CUS",
            Given(subject=customer),
            day=date(2026, month, 1),
            external_id=str(Measurement.objects.count()),
        )
        put(
            "RE3",
            Given(subject=customer),
            day=date(2026, month, 1),
            external_id=str(Measurement.objects.count()),
        )
    assert [f(kpi("CUS"), "2026-01"), f(kpi("CUS"), "2026-02"), f(kpi("CUS"), "2026-Q1")] == [1, 2, 3]
    assert kpi("RE3").min_n == 5
    KpiDefinition.objects.filter(code="RE3").update(min_n=5)
    assert (
        figure(kpi("RE3"), Period.parse("2026-Q1")).estimate is None
    )  # three customers are too few for a rate
    assert figure(kpi("RE3"), Period.parse("2026-Q1")).pool.again == 1


def f(definition: KpiDefinition, code: str) -> float | None:
    estimate = figure(definition, Period.parse(code)).estimate
    return estimate.value if estimate else None


def test_below_the_fewest_observations_there_is_no_figure_and_no_light() -> None:
    put("AD1", Given(value=D(10), times=D(4)))
    Target.objects.create(kpi=kpi("AD1"), during=DateRange(date(2026, 1, 1), None), value=10)
    one = figure(kpi("AD1"), MARCH)
    assert (one.estimate, one.light, one.n) == (None, Light.TOO_FEW, 4)
    assert one.reading(formats("en")).value == "–"


def test_the_past_is_judged_by_the_target_of_its_time() -> None:
    nps = kpi("AD1")
    for day in (date(2025, 6, 1), DAY):
        put("AD1", Given(promoters=D(600), detractors=D(200), denominator=D(1000)), day=day)
    Target.objects.create(kpi=nps, during=DateRange(date(2025, 1, 1), date(2026, 1, 1)), value=30)
    Target.objects.create(kpi=nps, during=DateRange(date(2026, 1, 1), None), value=50)
    assert figure(nps, Period.parse("2025-06")).light is Light.GREEN
    assert figure(nps, MARCH).light is Light.RED
    assert figure(nps, Period.parse("2024-06")).light is Light.NO_TARGET


def test_the_target_of_a_sum_is_per_month() -> None:
    put("REV", Given(value=D(250_000), denominator=D(900)))
    Target.objects.create(kpi=kpi("REV"), during=DateRange(date(2025, 1, 1), None), value=100_000)
    assert figure(kpi("REV"), MARCH).light is Light.GREEN
    assert figure(kpi("REV"), Period.parse("2026-Q1")).light is Light.RED
    assert figure(kpi("REV"), Period.between(DAY, DAY)).light is Light.NO_TARGET


def test_a_change_is_shown_only_if_it_is_more_than_chance() -> None:
    put("AD1", Given(promoters=D(40), detractors=D(20), denominator=D(100)), day=date(2026, 2, 1))
    put("AD1", Given(promoters=D(44), detractors=D(20), denominator=D(100)))
    put("AD1", Given(promoters=D(800), detractors=D(20), denominator=D(1000)), day=date(2026, 4, 1))
    assert figure(kpi("AD1"), MARCH).change is Change.NOT_SIGNIFICANT
    april = figure(kpi("AD1"), Period.parse("2026-04"))
    assert april.change is Change.UP
    assert april.reading(formats("en")).change == "+54"


def test_a_census_moves_beyond_the_limits_of_chance() -> None:
    for month, late in enumerate((12, 15, 11, 14, 13, 12), 1):
        put("CL3", Given(numerator=D(1000 - late), denominator=D(1000)), day=date(2026, month, 5))
    put("CL3", Given(numerator=D(985), denominator=D(1000)), day=date(2026, 7, 5))
    put("CL3", Given(numerator=D(930), denominator=D(1000)), day=date(2026, 8, 5))
    assert figure(kpi("CL3"), Period.parse("2026-07")).change is Change.NOT_SIGNIFICANT
    assert figure(kpi("CL3"), Period.parse("2026-08")).change is Change.DOWN


def test_a_merged_duplicate_counts_for_the_touchpoint_that_stayed() -> None:
    kept = make_touchpoint()
    duplicate = make_touchpoint()
    put("AD1", Given(value=D(9), times=D(6)), touchpoint=kept)
    put("AD1", Given(value=D(2), times=D(4)), touchpoint=duplicate)
    duplicate.duplicate_of = kept
    duplicate.save()
    assert figure(kpi("AD1"), MARCH, where=Where(touchpoint=kept)).n == 10
    by_place = figures([kpi("AD1")], MARCH, by=Split.TOUCHPOINT)
    assert {place: one.n for (_, place), one in by_place.items()} == {kept.pk: 10}
    put("AD1", Given(value=D(5)), touchpoint=duplicate, external_id="late")
    assert Measurement.objects.filter(touchpoint=kept).count() == 2


def test_figures_of_all_kpis_take_three_queries() -> None:
    phase = Phase.objects.default()[0]
    for code in ("AD1", "REV", "AS5R"):
        for number in range(20):
            put(
                code,
                Given(value=D(number % 10)),
                phase=phase,
                external_id=str(number),
                day=DAY - timedelta(days=number),
            )
    put("CUS", Given(subject="A"))
    kpis = list(KpiDefinition.objects.shown().in_order())
    for read in (figures, by_phase):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = read(kpis, Period.parse("2026-Q1"))
            assert [one.reading(formats("de")) for one in found.values()]
        assert len(queries) <= 3


def by_phase(kpis: list[KpiDefinition], period: Period) -> Any:
    return figures(kpis, period, by=Split.PHASE)


def test_newest_days_and_staleness() -> None:
    put("AD1", Given(value=D(9)))
    assert newest_days([kpi("AD1"), kpi("REV")]) == {kpi("AD1").pk: DAY}
    assert is_stale(kpi("AD1"), DAY, at=DAY + timedelta(days=63))
    assert not is_stale(kpi("AD1"), DAY, at=DAY + timedelta(days=62))
    assert not is_stale(kpi("REV"), None)


ANYWHERE = st.fixed_dictionaries(
    {"phase": st.booleans(), "channel": st.booleans(), "segment": st.booleans(), "touchpoint": st.booleans()}
)
SPANS: list[Callable[[], list[Period]]] = [
    lambda: [*MARCH.history(3), MARCH],
    lambda: [Period.parse("2026-Q1"), Period.parse("2025-Q4")],
    lambda: [Period.between(date(2026, 2, 5), date(2026, 3, 17))],
    lambda: [Period.between(date(2026, 2, 1), date(2026, 3, 31))],
    lambda: [Period.containing(Grain.WEEK, DAY), Period.containing(Grain.WEEK, DAY).previous()],
    lambda: [Period.containing(Grain.DAY, DAY)],
]


@settings(
    max_examples=60, deadline=None, phases=(Stage.explicit, Stage.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(limits=ANYWHERE, spans=st.sampled_from(SPANS), by=st.sampled_from([None, *Split]))
@example(limits={}, spans=SPANS[0], by=Split.TOUCHPOINT)
@example(limits={}, spans=SPANS[1], by=Split.PHASE)
@example(limits={"channel": True}, spans=SPANS[0], by=Split.SEGMENT)
def test_any_part_and_span_equals_the_naive_sum(
    world: dict[str, Any], limits: dict[str, bool], spans: Callable[[], list[Period]], by: Split | None
) -> None:
    where = Where(**{name: world[name] for name, on in limits.items() if on})
    periods = spans()
    rows = Measurement.objects.select_related("kpi")
    naive: dict[Any, Pool] = {}
    for row in rows:
        if any(getattr(row, name) != world[name] for name, on in limits.items() if on):
            continue
        place = getattr(row, f"{by.value}_id") if by else None
        for period in periods:
            if period.start <= row.day < period.end:
                key = row.kpi_id, place, period.start
                buckets = {row.bucket: row.n} if row.kpi.shape == Shape.PERCENTILE else {}
                naive[key] = naive.get(key, EMPTY) + Pool(1, row.n, row.total, row.squares, buckets)
    kpis = list(KpiDefinition.objects.filter(code__in=("AD1", "AS5R", "REV")))
    assert pools(kpis, periods, by=by, where=where) == naive
    nps = next(definition for definition in kpis if definition.code == "AD1")
    counted: dict[int, int] = {}
    for row in rows:
        inside = periods[0].start <= row.day < periods[0].end
        if (
            row.kpi_id == nps.pk
            and inside
            and all(getattr(row, name) == world[name] for name, on in limits.items() if on)
        ):
            counted[row.bucket] = counted.get(row.bucket, 0) + row.n
    assert answers(nps, periods[0], where=where) == counted
    if by is None:
        assert [pool.n for _period, pool in series(nps, periods, where=where)[None]] == [
            naive.get((nps.pk, None, period.start), EMPTY).n for period in periods
        ]


@pytest.fixture
def world() -> dict[str, Any]:
    """A hundred measurements, half of them in each part."""
    phase, channel = Phase.objects.default()[2], Channel.objects.order_by("pk")[3]
    segment = Segment.objects.create(code="b2b", name="B2B")
    place = make_touchpoint()
    facts = [
        Fact(
            kpi=kpi(code), day=DAY - timedelta(days=number * 3), given=Given(value=D(number % 11)),
            phase=phase if number % 2 else None, channel=channel if number % 3 else None,
            segment=segment if number % 5 > 1 else None, touchpoint=place if number % 7 > 3 else None,
            external_id=str(number),
        )
        for code in ("AD1", "AS5R", "REV") for number in range(34)
    ]  # fmt: skip
    measure(facts=facts, actor=None)
    return {"phase": phase, "channel": channel, "segment": segment, "touchpoint": place}
