"""No verdict before its time: unsettled periods, own lengths, parts of the whole, other formulas, few cases."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from cxm.accounts.models import User
from cxm.kit.numbers import formats
from cxm.kit.statistics import Change, Light
from tests.cast import signed_in
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel
from touchpoints.kpis.actions import measure, raise_alarms, start_version
from touchpoints.kpis.choices import Grain, Reason, Split
from touchpoints.kpis.choosing import Choice
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.figures import Figure, figure, figures
from touchpoints.kpis.models import Alarm, KpiDefinition, Target
from touchpoints.kpis.page import build_page, for_page
from touchpoints.kpis.periods import Period, own_period
from touchpoints.kpis.reads import Where

D = Decimal
NOW = date(2026, 8, 20)
RUNNING, LAST = Period.parse("2026-Q3"), Period.parse("2026-Q2")
EN = formats("en")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def summer() -> Any:
    """It is the 20th of August 2026, and English is spoken."""
    with time_machine.travel(f"{NOW} 10:00+00:00"), translation.override("en"):
        yield


def kpi(code: str) -> KpiDefinition:
    return KpiDefinition.objects.get(code=code)


def put(code: str, day: date, given: Given, **fields: Any) -> None:
    measure(facts=[Fact(kpi=kpi(code), day=day, given=given, **fields)], actor=None)


def counted(code: str, day: date, hits: int, n: int, **fields: Any) -> None:
    put(code, day, Given(numerator=D(hits), denominator=D(n)), **fields)


def want(code: str, value: float, tolerance: float = 0) -> None:
    during = DateRange(date(2024, 1, 1), None)
    Target.objects.create(kpi=kpi(code), during=during, value=value, tolerance=tolerance)


# Provisional


def test_a_sum_so_far_is_not_off_target_and_has_not_fallen() -> None:
    want("ORD", 12_000)
    for year in (2024, 2025, 2026):
        for month in range(1, 13 if year < 2026 else 7):
            put("ORD", date(year, month, 10), Given(value=D(12_000 + month)))
    put("ORD", date(2026, 8, 10), Given(value=D(20_000)))
    running, last = figure(kpi("ORD"), RUNNING), figure(kpi("ORD"), LAST)
    assert (running.light, running.change, running.difference) == (
        Light.PROVISIONAL,
        Change.NOT_SIGNIFICANT,
        None,
    )
    assert (running.reading(EN).state, running.reading(EN).change) == ("open", "")
    assert last.light is Light.GREEN
    with time_machine.travel("2026-10-01 10:00+00:00"):
        closed = figure(kpi("ORD"), RUNNING)
        assert (closed.light, closed.change) == (Light.RED, Change.DOWN)


def test_a_cohort_waits_until_late_events_are_in() -> None:
    want("CL4", 8)
    for month in range(1, 8):
        counted("CL4", date(2026, month, 5), 70 if month < 7 else 300, 1000)
    july = Period.parse("2026-07")
    with time_machine.travel("2026-08-30 10:00+00:00"):
        open_ = figure(kpi("CL4"), july)
        assert (open_.light, open_.change) == (Light.PROVISIONAL, Change.NOT_SIGNIFICANT)
        assert "provisional" in open_.reading(EN).foot
    with time_machine.travel("2026-08-31 10:00+00:00"):
        settled = figure(kpi("CL4"), july)
        assert (settled.light, settled.change) == (Light.RED, Change.UP)


def test_a_sample_waits_too_and_without_a_target_there_is_still_none() -> None:
    put("AD1", date(2026, 8, 1), Given(promoters=D(600), detractors=D(100), denominator=D(1000)))
    put("AD1", date(2026, 5, 1), Given(promoters=D(200), detractors=D(500), denominator=D(1000)))
    assert figure(kpi("AD1"), RUNNING).light is Light.NO_TARGET
    want("AD1", 30)
    running = figure(kpi("AD1"), RUNNING)
    assert (running.light, running.change) == (Light.PROVISIONAL, Change.NOT_SIGNIFICANT)
    put("AS6", date(2026, 8, 1), Given(value=D(5), times=D(6)))
    want("AS6", 60)
    assert figure(kpi("AS6"), RUNNING).light is Light.TOO_FEW


def test_pages_open_with_the_quarter_that_is_over(mia: User) -> None:
    place = make_touchpoint(name="Hotline")
    counted("AS2", date(2026, 8, 3), 70, 100, touchpoint=place)
    client, nps = signed_in(mia), kpi("AS2").get_absolute_url()
    panel = reverse("kpis:touchpoint_panel", args=[place.pk])
    assert "Q3 2026" in client.get(panel).text  # nothing is older
    assert client.get(nps).context["page"].choice.period == RUNNING
    counted("AS2", date(2026, 5, 3), 70, 100, touchpoint=place)
    assert "Q2 2026" in client.get(panel).text
    assert client.get(nps).context["page"].choice.period == LAST
    assert client.get(nps, {"period": "2026-Q3"}).context["page"].choice.period == RUNNING
    assert "Q2 2026" in client.get(reverse("kpis:list")).text


# Own periods


def stay(month: int, kept: int, of: int) -> None:
    counted("RE1", date(2026, month, 28), kept, of)


def test_a_monthly_rate_is_read_in_its_month_whatever_is_asked_for() -> None:
    for month in range(1, 8):
        stay(month, 40_500 + month, 42_000)
    want("RE1", 96)
    found = figure(kpi("RE1"), LAST)
    assert (found.period.code, found.n) == ("2026-06", 42_000)
    assert found.reading(EN).foot == "n\u00a0=\u00a042,000 · June 2026"
    assert found.light is Light.GREEN
    assert found.before[-1][0].code == "2026-05"
    assert figure(kpi("RE1"), Period.parse("2025")).n == 0
    assert figure(kpi("RE1"), Period.parse("2026-06")).reading(EN).remark == ""
    assert figure(kpi("RE1"), RUNNING).period.code == "2026-07"  # the newest in it that is over
    assert "period=2026-06" in found.url
    assert "last=2026-06-30" in found.rows_url


@pytest.mark.parametrize(
    ("asked", "grain", "at", "read"),
    [
        ("2026-Q2", "month", NOW, "2026-06"),
        ("2026-Q3", "month", NOW, "2026-07"),
        ("2026-Q3", "month", date(2026, 7, 5), "2026-07"),
        ("2026", "quarter", NOW, "2026-Q2"),
        ("2025", "quarter", NOW, "2025-Q4"),
        ("2026-05", "quarter", NOW, "2026-Q1"),
        ("2026-06", "quarter", NOW, "2026-Q2"),
        ("2026-08", "quarter", NOW, "2026-Q2"),
        ("2026-05-03..2026-07-17", "month", NOW, "2026-06"),
        ("2027-Q1", "month", NOW, "2027-03"),
        ("2026-Q2", "", NOW, "2026-Q2"),
        ("2026-Q2", "quarter", NOW, "2026-Q2"),
        ("2026-Q2", "year", NOW, "2025"),
    ],
)
def test_which_own_period_is_meant(asked: str, grain: str, at: date, read: str) -> None:
    assert own_period(Period.parse(asked), Grain(grain) if grain else None, at=at).code == read


def test_an_own_period_that_is_not_settled_waits_for_the_one_before() -> None:
    month = Grain.MONTH
    assert (
        own_period(RUNNING, month, settles_after=30, at=NOW).code == "2026-08"
    )  # July is not settled, June outside
    assert own_period(Period.parse("2026"), month, settles_after=30, at=NOW).code == "2026-06"


def test_the_page_of_a_monthly_rate_offers_months_only(mia: User) -> None:
    for month in range(1, 8):
        stay(month, 40_500, 42_000)
    page = signed_in(mia).get(kpi("RE1").get_absolute_url(), {"period": "2026-Q2", "grain": "quarter"})
    assert page.context["page"].choice.period.code == "2026-06"
    assert [grain for grain, *_rest in page.context["grains"]] == [Grain.MONTH]
    assert all(len(code) == 7 and "Q" not in code for code, *_rest in page.context["periods"])
    assert page.context["page"].figure.n == 42_000


def test_repurchase_has_one_window_whatever_is_asked_for() -> None:
    for month, customer in ((4, "A"), (5, "A"), (6, "B"), (1, "A"), (6, "C"), (6, "D"), (6, "E")):
        put("RE3", date(2026, month, 9), Given(subject=customer), external_id=f"{month}{customer}")
    found = [figure(kpi("RE3"), Period.parse(code)) for code in ("2026-06", "2026-Q2", "2026-07")]
    assert {one.period.code for one in found} == {"2026-Q2"}
    assert {one.estimate.value for one in found if one.estimate} == {20.0}


def test_alarms_look_at_own_periods() -> None:
    KpiDefinition.objects.filter(code="CL3").update(grain=Grain.QUARTER)
    for year, month in ((2025, 1), (2025, 4), (2025, 7), (2025, 10), (2026, 1), (2026, 4)):
        counted("CL3", date(year, month, 5), 950 if (year, month) != (2026, 4) else 700, 1000)
    raise_alarms(at=NOW)
    alarm = Alarm.objects.get(reason=Reason.JUMP)
    assert (alarm.grain, alarm.start) == (Grain.QUARTER, LAST.start)


# Parts of the whole


def test_a_part_is_not_judged_by_the_target_of_the_whole() -> None:
    shop, branch = Channel.objects.get(code="shop"), Channel.objects.get(code="branch")
    for month in (4, 5, 6):
        put("ORD", date(2026, month, 3), Given(value=D(9_000)), channel=shop)
        put("ORD", date(2026, month, 3), Given(value=D(4_000)), channel=branch)
        counted("CL3", date(2026, month, 3), 950, 1000, channel=shop)
    want("ORD", 12_000)
    want("CL3", 94)
    assert figure(kpi("ORD"), LAST).light is Light.GREEN
    by_channel = figures([kpi("ORD"), kpi("CL3")], LAST, by=Split.CHANNEL)
    assert {one.light for (pk, _place), one in by_channel.items() if pk == kpi("ORD").pk} == {Light.NO_TARGET}
    part = figure(kpi("ORD"), LAST, where=Where(channel=shop))
    assert (part.light, part.target) == (Light.NO_TARGET, None)
    assert (
        figure(kpi("CL3"), LAST, where=Where(channel=shop)).light is Light.GREEN
    )  # a share is wanted everywhere


# Another formula


def deliveries(months: dict[int, int]) -> None:
    for month, on_time in months.items():
        counted("CL3", date(2026, month, 5), on_time, 1000)


def renew(mia: User, code: str, day: date) -> None:
    start_version(actor=mia, kpi=kpi(code), valid_from=day, note="Counted in another way")


def test_nothing_is_compared_across_another_formula(mia: User) -> None:
    deliveries({1: 950, 2: 951, 3: 949, 4: 950, 5: 950, 6: 700, 7: 701})
    june = Period.parse("2026-06")
    assert figure(kpi("CL3"), june).change is Change.DOWN
    renew(mia, "CL3", june.start)
    found = figure(kpi("CL3"), june)
    assert (found.change, found.difference, found.comparable) == (Change.NOT_SIGNIFICANT, None, [])
    assert len(figure(kpi("CL3"), Period.parse("2026-07")).comparable) == 1
    assert figure(kpi("CL3"), Period.parse("2026-05")).comparable
    assert raise_alarms(at=date(2026, 7, 2)) == 0
    assert found.trend[-2] is None  # the line is broken there


def test_a_sample_is_not_compared_across_another_formula_either(mia: User) -> None:
    put("AD1", date(2026, 5, 1), Given(promoters=D(600), detractors=D(100), denominator=D(1000)))
    put("AD1", date(2026, 6, 1), Given(promoters=D(200), detractors=D(500), denominator=D(1000)))
    june = Period.parse("2026-06")
    assert figure(kpi("AD1"), june).change is Change.DOWN
    renew(mia, "AD1", june.start)
    assert figure(kpi("AD1"), june).change is Change.NOT_SIGNIFICANT
    assert raise_alarms(at=date(2026, 7, 2)) == 0


def test_a_period_with_the_break_inside_is_marked_and_compared_with_nothing(mia: User) -> None:
    deliveries({1: 950, 2: 951, 3: 949, 4: 950, 5: 950, 6: 700})
    renew(mia, "CL3", date(2026, 6, 3))
    june = figure(kpi("CL3"), Period.parse("2026-06"))
    assert june.change is Change.NOT_SIGNIFICANT
    assert june.reading(EN).remark == "new formula since 3 Jun 2026"
    assert figure(kpi("CL3"), Period.parse("2026-07")).comparable == []


def test_a_target_missed_before_and_after_another_formula_is_missed_once(mia: User) -> None:
    deliveries({5: 700, 6: 700})
    want("CL3", 95)
    renew(mia, "CL3", date(2026, 6, 1))
    assert raise_alarms(at=date(2026, 7, 2)) == 0


def test_limits_of_chance_are_drawn_of_settled_periods_of_one_formula(mia: User) -> None:
    for month in range(1, 9):
        counted("CL4", date(2026, month, 5), 80, 1000)
    page = kpi_page(mia, "CL4")
    assert page.limits is not None
    assert len(page.limits.table.rows) == 6  # July settles at the end of August
    renew(mia, "CL4", date(2026, 5, 1))
    assert kpi_page(mia, "CL4").limits is None  # two months of the new formula say nothing yet


def kpi_page(user: User, code: str, **query: str) -> Any:
    found = for_page(KpiDefinition.objects.filter(code=code), user).get()
    asked = QueryDict(mutable=True)
    asked.update(query)
    return build_page(user, found, Choice.read(asked, user, found))


# Few cases


def test_a_census_of_few_cases_at_a_touchpoint_is_shown_without_a_verdict() -> None:
    place = make_touchpoint()
    counted("AS2", date(2026, 5, 5), 3, 6, touchpoint=place)
    want("AS2", 70)
    found = figure(kpi("AS2"), LAST, where=Where(touchpoint=place))
    assert (found.light, found.n) == (Light.TOO_FEW, 6)
    assert found.reading(EN).note == "small number, much chance"
    counted("AS2", date(2026, 5, 6), 40, 100, touchpoint=place)
    assert figure(kpi("AS2"), LAST, where=Where(touchpoint=place)).light is Light.RED


def test_one_dear_case_is_no_cost_per_case() -> None:
    put("AS7C", date(2026, 5, 5), Given(numerator=D(500), denominator=D(1)))
    found = figure(kpi("AS7C"), LAST)
    assert (found.estimate, found.n) == (None, 1)
    assert found.reading(EN).note == "too few answers (n\u00a0=\u00a01)"
    put("AS7C", date(2026, 5, 6), Given(numerator=D(500), denominator=D(4)))
    assert value(figure(kpi("AS7C"), LAST)) == 200


def value(found: Figure) -> float:
    assert found.estimate
    return found.estimate.value


def test_below_the_fewest_answers_no_histogram_is_drawn(mia: User) -> None:
    put("AD1", date(2026, 5, 5), Given(value=D(9), times=D(4)))
    assert kpi_page(mia, "AD1").spread is None
    put("AD1", date(2026, 5, 6), Given(value=D(3)))
    assert kpi_page(mia, "AD1").spread is not None


def test_the_page_says_from_which_change_on_it_can_be_seen(mia: User) -> None:
    """260 answers a period find 20 points at variance 0.67."""
    put("AD1", date(2026, 5, 5), Given(promoters=D(118), detractors=D(66), denominator=D(260)))
    text = (
        "With n\u00a0=\u00a0260 in each of two periods only changes from about ±20 on are likely to be seen."
    )
    assert kpi_page(mia, "AD1").seen == text
    assert text in signed_in(mia).get(kpi("AD1").get_absolute_url()).text
    counted("CL3", date(2026, 5, 5), 950, 1000)
    assert kpi_page(mia, "CL3").seen == ""  # counted over everybody
    assert kpi_page(mia, "AS1").seen == ""


def test_n_stands_beside_what_is_counted_over_everybody(mia: User) -> None:
    place = make_touchpoint()
    counted("CL3", date(2026, 5, 5), 950, 1000, touchpoint=place)
    for url in (kpi("CL3").get_absolute_url(), reverse("kpis:touchpoint_panel", args=[place.pk])):
        assert "n\u00a0=\u00a01,000" in signed_in(mia).get(url).text
