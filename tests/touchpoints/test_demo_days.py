"""The demo company loads on any day, and its story holds: at turns of years and quarters, on a leap day."""

from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from cxm.accounts.models import User
from cxm.kit.statistics import Change, Light
from touchpoints.dashboards.board import build_board
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.choices import Reason
from touchpoints.kpis.figures import figure
from touchpoints.kpis.models import Alarm, KpiDefinition, Measurement
from touchpoints.kpis.periods import Period, running_quarter
from touchpoints.kpis.reads import Where

pytestmark = pytest.mark.django_db

NEW_YEAR, LEAP_DAY = date(2027, 1, 1), date(2028, 2, 29)
FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)


@pytest.mark.parametrize("today", [NEW_YEAR, LEAP_DAY, FIRST, LAST], ids=str)
def test_the_story_holds_on(today: date) -> None:
    with time_machine.travel(f"{today} 10:00+00:00", tick=True):
        call_command("demo", verbosity=0)
        assert Measurement.objects.latest("day").day == Period.between(today, today).previous().last
        assert set(rollup.drift().values()) == {0}
        last = running_quarter(today).previous()
        tell(last.previous(2), last.previous(), last)
        board = build_board(User.objects.get(email__startswith="sofia@"))
        assert board.period == last
        assert all(cell.figure.estimate for cell in board.headlines)
        assert {("AW2", Reason.STALE), ("AD2", Reason.MISSED)} <= {
            (alarm.kpi.code, alarm.reason) for alarm in Alarm.objects.select_related("kpi")
        }


def tell(first: Period, bad: Period, last: Period) -> None:
    """Deliveries fell, customers felt it, it healed; referrals decline."""
    kpis = KpiDefinition.objects.in_bulk(field_name="code")
    late, worst, healed = (figure(kpis["CL3"], period) for period in (first, bad, last))
    assert (late.change, late.light, worst.light) == (Change.DOWN, Light.RED, Light.RED)
    assert (healed.change, healed.light) == (Change.UP, Light.GREEN)
    hall = Where(touchpoint=Touchpoint.objects.get(name="Anlieferung mit Spedition"))
    assert figure(kpis["AS1"], first, where=hall).change is Change.DOWN
    assert figure(kpis["AS1"], last, where=hall).change is Change.UP
    assert [figure(kpis["AS3"], period).change for period in (first, last)] == [Change.UP, Change.DOWN]
    assert figure(kpis["AD2"], last).light is Light.RED
    assert figure(kpis["RE1"], last).light in {Light.GREEN, Light.OPEN}
