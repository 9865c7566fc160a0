"""Alarms come once, for what more than chance explains, for a target missed twice, for data that stay away."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from cxm.accounts.models import User
from cxm.notices.models import Notice
from touchpoints.kpis.actions import close_alarm, look_into_alarm, measure, raise_alarms, set_target
from touchpoints.kpis.actions.watching import rhythm
from touchpoints.kpis.choices import AlarmState, Grain, Reason, Status
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import Alarm, KpiDefinition
from touchpoints.kpis.tasks import watch
from touchpoints.kpis.words import alarm_sentence

D = Decimal
TODAY = date(2026, 9, 3)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nps(mia: User) -> KpiDefinition:
    kpi = KpiDefinition.objects.get(code="AD1")
    kpi.owner = mia.person
    kpi.save()
    return kpi


def ask(kpi: KpiDefinition, month: int, promoters: int, detractors: int, n: int = 500) -> None:
    """A month of answers."""
    given = Given(promoters=D(promoters), detractors=D(detractors), denominator=D(n))
    measure(facts=[Fact(kpi=kpi, day=date(2026, month, 10), given=given)], actor=None)


def reasons() -> set[tuple[str, str, str]]:
    return {(a.kpi.code, a.reason, a.start.isoformat()) for a in Alarm.objects.select_related("kpi")}


def test_a_jump_of_three_sigma_is_told_once(nps: KpiDefinition, mia: User) -> None:
    ask(nps, 7, 250, 100)
    ask(nps, 8, 100, 300)
    assert raise_alarms(at=TODAY) == 1
    assert raise_alarms(at=TODAY) == 0
    assert raise_alarms(at=TODAY + timedelta(days=1)) == 0
    assert reasons() == {("AD1", Reason.JUMP, "2026-08-01")}
    assert Notice.objects.get(user=mia).kind == "kpis.alarm"
    with translation.override("en"):
        assert (
            alarm_sentence(Alarm.objects.get()) == "−40 in August 2026 after +30: more than chance explains"
        )


def test_what_chance_explains_raises_nothing(nps: KpiDefinition) -> None:
    ask(nps, 7, 250, 100)
    ask(nps, 8, 235, 110)
    assert raise_alarms(at=TODAY) == 0


def test_a_target_must_be_missed_in_two_periods(nps: KpiDefinition) -> None:
    set_target(kpi=nps, value=D(50), since=date(2026, 1, 1), actor=None)
    ask(nps, 6, 400, 50)
    ask(nps, 7, 150, 150)
    assert raise_alarms(at=date(2026, 8, 2)) == 1  # it jumped, but is off target for the first time only
    ask(nps, 8, 150, 150)
    assert raise_alarms(at=TODAY) == 1
    assert ("AD1", Reason.MISSED, "2026-08-01") in reasons()


def starts(kpi: KpiDefinition, reason: Reason) -> list[date]:
    return list(kpi.alarms.filter(reason=reason).order_by("start").values_list("start", flat=True))


def test_a_target_that_stays_missed_is_told_once_and_again_only_after_it_was_reached(
    nps: KpiDefinition,
) -> None:
    set_target(kpi=nps, value=D(50), since=date(2025, 1, 1), actor=None)
    for month in (3, 4, 5, 6, 8, 9):
        ask(nps, month, 150, 150)
    ask(nps, 7, 400, 50)
    for month in range(4, 8):
        raise_alarms(at=date(2026, month, 2))
    assert starts(nps, Reason.MISSED) == [date(2026, 4, 1)]
    Alarm.objects.update(state=AlarmState.CLOSED, closed_at=timezone.now())
    for month in (7, 8, 9, 10):
        raise_alarms(at=date(2026, month, 3))
    assert starts(nps, Reason.MISSED) == [date(2026, 4, 1), date(2026, 9, 1)]


def test_a_target_missed_long_before_the_first_night_is_told_with_how_often(nps: KpiDefinition) -> None:
    set_target(kpi=nps, value=D(50), since=date(2025, 1, 1), actor=None)
    for month in range(4, 9):
        ask(nps, month, 150, 150)
    raise_alarms(at=TODAY)
    assert starts(nps, Reason.MISSED) == [date(2026, 8, 1)]
    with translation.override("en"):
        said = alarm_sentence(Alarm.objects.get(reason=Reason.MISSED))
    assert said == "0 in August 2026: the target +50 is missed 5 times in a row"


def test_what_is_delivered_once_a_quarter_is_judged_by_quarters() -> None:
    awareness = KpiDefinition.objects.get(code="AW1")
    set_target(kpi=awareness, value=D(60), since=date(2025, 1, 1), actor=None)
    for day in (date(2025, 11, 10), date(2026, 2, 10), date(2026, 5, 10)):
        given = Given(numerator=D(400), denominator=D(1000))
        measure(facts=[Fact(kpi=awareness, day=day, given=given)], actor=None)
    for month in range(4, 10):
        raise_alarms(at=date(2026, month, 3))
    assert reasons() == {("AW1", Reason.MISSED, "2026-01-01")}
    with translation.override("en"):
        said = alarm_sentence(Alarm.objects.get())
    assert said == "40.0% in Q1 2026: the target 60.0% is missed 2 times in a row"


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([12, 11, 10, 9], Grain.MONTH),
        ([12, 11, 9, 8, 7], Grain.MONTH),  # one was left out
        ([12, 9, 6, 3], Grain.QUARTER),
        ([12, 8, 6, 3], Grain.QUARTER),  # delivered late once
        ([24, 12], Grain.YEAR),
        ([18, 12], Grain.YEAR),
    ],
)
def test_the_rhythm_is_that_of_the_data(months: list[int], expected: Grain) -> None:
    assert rhythm(months) is expected


def test_each_period_is_judged_by_its_own_target(nps: KpiDefinition) -> None:
    set_target(kpi=nps, value=D(10), since=date(2026, 1, 1), actor=None)
    set_target(kpi=nps, value=D(50), since=date(2026, 8, 1), actor=None)
    ask(nps, 7, 250, 100)
    ask(nps, 8, 250, 100)
    assert raise_alarms(at=TODAY) == 0


def test_a_cohort_is_judged_only_when_late_events_are_in() -> None:
    returns = KpiDefinition.objects.get(code="CL4")
    assert returns.settles_after == 30
    for month, back in enumerate((50, 52, 48, 51, 49, 50, 200), 1):
        given = Given(numerator=D(back), denominator=D(1000))
        measure(facts=[Fact(kpi=returns, day=date(2026, month, 5), given=given)], actor=None)
    assert raise_alarms(at=date(2026, 8, 29)) == 0
    assert raise_alarms(at=date(2026, 8, 31)) == 1
    assert reasons() == {("CL4", Reason.JUMP, "2026-07-01")}


def test_a_level_that_has_changed_does_not_jump_every_month() -> None:
    delivery = KpiDefinition.objects.get(code="CL3")
    for month, late in enumerate((52, 48, 50, 51, 49, 150, 152, 149), 1):
        given = Given(numerator=D(1000 - late), denominator=D(1000))
        measure(facts=[Fact(kpi=delivery, day=date(2026, month, 5), given=given)], actor=None)
    for month in range(5, 10):
        raise_alarms(at=date(2026, month, 1))
    assert reasons() == {("CL3", Reason.JUMP, "2026-06-01")}
    with translation.override("en"):
        assert (
            alarm_sentence(Alarm.objects.get())
            == "85.0% in June 2026: outside the limits of chance, 92.9% to 97.1%"
        )


def test_missing_data_are_told_and_the_alarm_closes_when_they_come(nps: KpiDefinition) -> None:
    ask(nps, 5, 250, 100)
    assert raise_alarms(at=TODAY) == 1
    ask(nps, 8, 250, 100)
    assert raise_alarms(at=TODAY) == 0
    assert Alarm.objects.get().state == AlarmState.CLOSED


@pytest.mark.parametrize(
    "fields", [{"is_shown": False}, {"status": Status.BROKEN}, {"status": Status.RETIRED}]
)
def test_what_is_not_in_use_is_not_watched(nps: KpiDefinition, fields: dict[str, object]) -> None:
    KpiDefinition.objects.filter(pk=nps.pk).update(**fields)
    ask(nps, 5, 250, 100)
    assert watch() == 0


def test_an_alarm_is_looked_into_and_closed_with_what_was_found(nps: KpiDefinition, mia: User) -> None:
    ask(nps, 5, 250, 100)
    raise_alarms(at=TODAY)
    alarm = Alarm.objects.get()
    look_into_alarm(alarm=alarm, actor=mia)
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.SEEN
    with pytest.raises(ValidationError):
        close_alarm(alarm=alarm, note=" ", actor=mia)
    close_alarm(alarm=alarm, note="The survey tool was off.", actor=mia)
    with pytest.raises(ValidationError):
        close_alarm(alarm=alarm, note="Again.", actor=mia)
    look_into_alarm(alarm=alarm, actor=mia)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.closed_by, alarm.closed_note) == (
        AlarmState.CLOSED,
        mia,
        "The survey tool was off.",
    )
    assert not Alarm.objects.open().exists()
