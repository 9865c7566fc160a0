"""Writers at the same time: nothing is lost, doubled or counted wrongly."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from touchpoints.kpis import rollup
from touchpoints.kpis.actions import measure
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import DistinctCell, KpiDefinition, Measurement, PhaseCell

WRITERS, EACH = 4, 30

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(write: Callable[[int], object]) -> None:
    """Let several writers begin at the same moment, each in its own connection."""
    start = Barrier(WRITERS)
    faults: list[Exception] = []

    def run(number: int) -> None:
        try:
            start.wait()
            write(number)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def visit(kpi: KpiDefinition, number: int, customer: str) -> Fact:
    """A customer was there."""
    return Fact(
        kpi=kpi, day=date(2026, 3, 1), given=Given(subject=customer), external_id=str(number), source="shop"
    )


def test_one_customer_in_many_lists_at_once_is_one_customer() -> None:
    kpi = KpiDefinition.objects.get(code="CUS")
    at_once(
        lambda w: (
            [measure(facts=[visit(kpi, w * EACH + n, f"C{n % 7}")], actor=None) for n in range(EACH)] and None
        )
    )
    month = DistinctCell.objects.get(grain="month")
    assert (month.subjects, month.again) == (7, 7)
    assert set(rollup.drift().values()) == {0}


def test_the_same_rows_in_many_lists_at_once_count_once() -> None:
    kpi = KpiDefinition.objects.get(code="AD1")
    facts = [
        Fact(
            kpi=kpi,
            day=date(2026, 3, 1 + n % 28),
            given=Given(value=Decimal(n % 11)),
            external_id=str(n),
            source="x",
        )
        for n in range(EACH)
    ]
    at_once(lambda w: measure(facts=facts[w:] + facts[:w], actor=None))
    assert Measurement.objects.count() == EACH
    assert sum(cell.rows for cell in PhaseCell.objects.all()) == EACH
    assert set(rollup.drift().values()) == {0}


def test_what_goes_while_others_come_is_subtracted_exactly() -> None:
    kpi = KpiDefinition.objects.get(code="CUS")
    measure(facts=[visit(kpi, n, f"C{n % 5}") for n in range(WRITERS)], actor=None)

    def come_and_go(writer: int) -> None:
        for n in range(EACH // 3):
            with transaction.atomic():
                measure(facts=[visit(kpi, 100 + writer * EACH + n, f"C{n % 5}")], actor=None)
            rollup.remove("external_id = %(id)s", {"id": str(100 + writer * EACH + n)})

    at_once(come_and_go)
    assert Measurement.objects.count() == WRITERS
    assert DistinctCell.objects.get(grain="year").subjects == 4
    assert set(rollup.drift().values()) == {0}
