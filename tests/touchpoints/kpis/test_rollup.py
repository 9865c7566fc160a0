"""The sums are exact in every cell, whatever comes in, goes out, comes late or comes twice."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Phase_
from hypothesis import strategies as st

from cxm.accounts.models import User
from cxm.imports.models import ImportRun
from tests.makers import make_touchpoint
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.choices import Shape
from touchpoints.kpis.coding import Given
from touchpoints.kpis.facts import Fact
from touchpoints.kpis.models import (
    DayCell,
    DistinctCell,
    KpiDefinition,
    Measurement,
    MonthCell,
    PhaseCell,
    Segment,
    TouchpointCell,
)

START = date(2025, 11, 20)
CODES = ("AD1", "AS1", "AW4", "AS5R", "REV", "CUS")


def make_run(user: User) -> ImportRun:
    """An import, as far as measurements know it."""
    return ImportRun.objects.create(importer="measurements", user=user, name="list.csv", size=1, sha256="")


def amounts(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, 5000, places=places)


@st.composite
def drawn_fact(draw: st.DrawFn) -> dict[str, Any]:
    """A measurement of any shape, on one of 60 days, here or there."""
    code = draw(st.sampled_from(CODES))
    whole, some = st.integers(0, 9).map(Decimal), st.integers(1, 3).map(Decimal)
    given = {
        "AD1": st.tuples(whole, some).map(lambda t: Given(value=t[0], times=t[1])),
        "AS1": st.integers(1, 5).map(lambda answer: Given(value=Decimal(answer))),
        "AW4": st.tuples(amounts(2), whole).map(lambda t: Given(numerator=t[0], denominator=t[1])),
        "AS5R": amounts(3).map(lambda hours: Given(value=hours)),
        "REV": amounts(4).map(lambda euros: Given(value=euros)),
        "CUS": st.sampled_from("ABC").map(lambda customer: Given(subject=customer)),
    }[code]
    return {
        "code": code,
        "given": draw(given),
        "day": START + timedelta(days=draw(st.integers(0, 60))),
        "place": draw(st.integers(0, 2)),
        "channel": draw(st.integers(0, 1)),
        "segment": draw(st.integers(0, 1)),
        "id": draw(st.none() | st.integers(0, 5)),
    }


facts = st.lists(drawn_fact(), min_size=1, max_size=6)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("list"), facts),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
        st.tuples(st.just("single out"), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=12,
)


class World:
    """What the drawn facts refer to."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.kpis = {kpi.code: kpi for kpi in KpiDefinition.objects.filter(code__in=CODES)}
        phase, channel = Phase.objects.default().first(), Channel.objects.first()
        self.places: list[Touchpoint | None] = [
            None,
            make_touchpoint(),
            make_touchpoint(phase=phase, channel=channel),
        ]
        self.channels = [None, Channel.objects.last()]
        self.segments = [None, Segment.objects.create(code="b2b", name="B2B")]

    def rows(self, drawn: list[dict[str, Any]], run: ImportRun | None) -> list[dict[str, Any]]:
        return [
            Fact(
                kpi=self.kpis[fact["code"]], day=fact["day"], given=fact["given"],
                touchpoint=self.places[fact["place"]], channel=self.channels[fact["channel"]],
                segment=self.segments[fact["segment"]],
                external_id=None if fact["id"] is None else str(fact["id"]),
            ).row(today=date(2026, 12, 31), entered_by=self.user)
            | {"run_id": run.pk if run else None}
            for fact in drawn
        ]  # fmt: skip


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, phases=(Phase_.explicit, Phase_.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=steps)
def test_every_cell_equals_the_naive_sum_after_any_history(steps: list[tuple[str, Any]], mia: User) -> None:
    with transaction.atomic():
        world = World(mia)
        lists: list[tuple[ImportRun, list[dict[str, Any]]]] = []
        for kind, what in steps:
            if kind == "list":
                run = make_run(mia)
                rollup.add_many(world.rows(what, run))
                lists.append((run, what))
            elif kind == "again" and lists:
                known = set(Measurement.objects.values_list("key", "nth"))
                run, drawn = lists[what % len(lists)]
                mine = Measurement.objects.filter(run=run)
                rows = {(r.key, r.nth) for r in mine}
                rollup.add_many(world.rows(drawn, make_run(mia)))
                assert rows <= known <= set(Measurement.objects.values_list("key", "nth"))
            elif kind == "undo" and lists:
                run, _ = lists[what % len(lists)]
                rollup.remove("run_id = %(run)s", {"run": run.pk})
                assert not Measurement.objects.filter(run=run).exists()
            elif kind == "single out" and (
                row := Measurement.objects.order_by("pk")[what : what + 1].first()
            ):
                rollup.remove("id = %(id)s", {"id": row.pk})
            assert_exact()
        transaction.set_rollback(True)


def assert_exact() -> None:
    """Compared in SQL by the room's own proof, and once more in plain Python."""
    assert set(rollup.drift().values()) == {0}
    measured = list(Measurement.objects.select_related("kpi"))
    for model, key in (
        (DayCell, lambda m: (m.kpi_id, m.day, m.phase_id, m.channel_id, m.segment_id, small(m))),
        (
            MonthCell,
            lambda m: (m.kpi_id, m.day.replace(day=1), m.phase_id, m.channel_id, m.segment_id, m.bucket),
        ),
        (PhaseCell, lambda m: (m.kpi_id, m.day.replace(day=1), m.phase_id, small(m))),
        (
            TouchpointCell,
            lambda m: (m.kpi_id, m.day.replace(day=1), m.touchpoint_id, small(m)),
        ),
    ):
        naive: dict[Any, list[Any]] = defaultdict(lambda: [0, 0, Decimal(0), Decimal(0)])
        for m in measured:
            for place, amount in enumerate((1, m.n, m.total, m.squares)):
                naive[key(m)][place] += amount
        kept = {
            tuple(getattr(cell, name) for name in model.KEYS): [cell.rows, cell.n, cell.total, cell.squares]
            for cell in model.objects.all()
        }
        assert kept == naive
    months: dict[Any, Counter[str]] = defaultdict(Counter)
    for m in measured:
        if m.kpi.shape == Shape.DISTINCT:
            months[m.kpi_id, m.day.replace(day=1)][m.subject or ""] += m.n
    kept_months = {
        (cell.kpi_id, cell.start): (cell.subjects, cell.again)
        for cell in DistinctCell.objects.filter(grain="month")
    }
    assert kept_months == {
        key: (len(seen), sum(count > 1 for count in seen.values())) for key, seen in months.items()
    }


def small(m: Measurement) -> int:
    """The bucket in the grains that keep it for percentiles only."""
    return m.bucket if m.kpi.shape == Shape.PERCENTILE else 0


def test_a_rebuild_changes_nothing_and_heals_a_planted_fault(mia: User) -> None:
    world = World(mia)
    fact = {
        "code": "AD1",
        "given": Given(value=Decimal(9)),
        "place": 1,
        "channel": 0,
        "segment": 0,
        "id": None,
    }
    rollup.add_many(world.rows([fact | {"day": START}, fact | {"day": START + timedelta(days=40)}], None))
    PhaseCell.objects.filter(month=START.replace(day=1)).update(total=5)
    assert rollup.drift()["kpis_phasecell"] == 2  # the wrong cell and the right one
    rollup.rebuild()
    assert_exact()


def one(code: str, given_: Given, **more: Any) -> dict[str, Any]:
    """A fact as `World.rows` wants it."""
    return {
        "code": code,
        "given": given_,
        "day": START,
        "place": 0,
        "channel": 0,
        "segment": 0,
        "id": None,
    } | more


def test_two_equal_purchases_of_one_list_count_twice_and_the_list_again_adds_nothing(mia: User) -> None:
    world = World(mia)
    rows = [one("REV", Given(value=Decimal("12.50")))] * 2
    assert rollup.add_many(world.rows(rows, make_run(mia))).count == 2
    assert rollup.add_many(world.rows(rows, make_run(mia))).count == 0
    assert rollup.add_many(world.rows([*rows, rows[0]], make_run(mia))).count == 1
    assert PhaseCell.objects.get().total == Decimal("37.5")


def test_a_number_of_the_source_counts_once_even_within_a_list(mia: User) -> None:
    world = World(mia)
    case = one("AS5R", Given(value=Decimal(3)), id=4711)
    assert rollup.add_many(world.rows([case, case | {"given": Given(value=Decimal(5))}], None)).count == 1


def test_the_database_refuses_to_change_a_measurement(mia: User) -> None:
    world = World(mia)
    rollup.add_many(world.rows([one("AD1", Given(value=Decimal(9)))], None))
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Measurement.objects.update(note="nicer")
