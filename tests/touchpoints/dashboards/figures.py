"""What tests of the dashboards share: measurements in the last quarter, and the figures of a page."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from touchpoints.kpis.actions import measure
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import KpiDefinition
from touchpoints.kpis.periods import Period

TODAY = date(2031, 8, 12)
"""On which all tests of the dashboards happen (see conftest.py); not in the past: the database's own clock goes on."""
LAST = Period.last_closed(Grain.QUARTER, TODAY)
"""The quarter that the pages show by themselves."""


def kpi(code: str) -> KpiDefinition:
    """The KPI with this code."""
    return KpiDefinition.objects.get(code=code)


def put(code: str, day: date = LAST.start, **given: Any) -> None:
    """One measurement; `place` are the other fields of a fact, the rest what was delivered."""
    place = given.pop("place", {})
    amounts: Any = {name: Decimal(amount) for name, amount in given.items()}
    measure(facts=[Fact(kpi=kpi(code), day=day, given=Given(**amounts), **place)], actor=None)


def put_many(code: str, rows: int, **place: Any) -> None:
    """So many answers of 4 in the last quarter, spread over its days."""
    definition = kpi(code)
    facts = [
        Fact(
            kpi=definition, day=LAST.start + timedelta(days=number % LAST.days), given=Given(value=Decimal(4)),
            external_id=f"{code}-{number}", source="many", **place,
        )
        for number in range(rows)
    ]  # fmt: skip
    measure(facts=facts, actor=None)
