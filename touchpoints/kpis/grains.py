# ruff: noqa: S608 - the statements are put together from names of this room; values are parameters
"""The grains in SQL: how the key of a cell is read from a measurement, and how sums are added to cells."""

from dataclasses import dataclass

from touchpoints.kpis.choices import Grain
from touchpoints.kpis.models import (
    Cell,
    DayCell,
    DistinctCell,
    Measurement,
    MonthCell,
    PhaseCell,
    SubjectCell,
    TouchpointCell,
)

ROWS = Measurement._meta.db_table
SUBJECTS, DISTINCT = SubjectCell._meta.db_table, DistinctCell._meta.db_table
SUMS = ("rows", "n", "total", "squares")
MONTH = "date_trunc('month', day::timestamp)::date"
COUNTED_GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
"""Periods for which different customers are kept."""


@dataclass(frozen=True)
class Rollup:
    """A grain. `keeps_answers`: with the histogram of every KPI, not only of percentiles."""

    model: type[Cell]
    start: str
    keeps_answers: bool = False

    @property
    def name(self) -> str:
        return self.model._meta.model_name or ""

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def sums(self, source: str, sign: str = "") -> str:
        """The sums of `source` per cell, in the order of the key; wants the parameter `percentiles`."""
        bucket = (
            "bucket"
            if self.keeps_answers
            else "case when kpi_id = any(%(percentiles)s) then bucket else 0 end"
        )
        starts = {"day": self.start, "month": self.start, "bucket": bucket}
        keys = ", ".join(f"{starts[name]} as {name}" if name in starts else name for name in self.model.KEYS)
        order = ", ".join(str(place) for place in range(1, len(self.model.KEYS) + 1))
        return (
            f"select {keys}, {sign}count(*) as rows, {sign}sum(n)::bigint as n, {sign}sum(total) as total, "
            f"{sign}sum(squares) as squares from {source} group by {order} order by {order}"
        )

    def add(self, source: str, sign: str = "") -> str:
        """Add the sums of `source` to the cells, or with "-" subtract them."""
        keys = ", ".join(self.model.KEYS)
        sums = ", ".join(f"{name} = {self.table}.{name} + excluded.{name}" for name in SUMS)
        return (
            f"insert into {self.table} ({keys}, {', '.join(SUMS)}) {self.sums(source, sign)} "
            f"on conflict ({keys}) do update set {sums}"
        )


ROLLUPS = (
    Rollup(DayCell, "day"),
    Rollup(MonthCell, MONTH, keeps_answers=True),
    Rollup(PhaseCell, MONTH),
    Rollup(TouchpointCell, MONTH),
)


def visits(source: str, sign: str = "") -> str:
    """How often each customer was seen per month, quarter and year; wants the parameter `by_subject`."""
    grains = ", ".join(f"('{grain.value}')" for grain in COUNTED_GRAINS)
    return (
        f"select kpi_id, grain, date_trunc(grain, day::timestamp)::date as start, subject, {sign}sum(n)::bigint as n "
        f"from {source} cross join (values {grains}) as grains(grain) where kpi_id = any(%(by_subject)s) "
        "group by 1, 2, 3, 4 order by 1, 2, 3, 4"
    )


def subject_counts(source: str, sign: str = "") -> list[str]:
    """Keep who was seen how often, and from each one's count before and after, how many there are.

    The count before is read under the lock of the customer's row, so parallel writers count him once.
    """
    return [
        f"seen as (insert into {SUBJECTS} (kpi_id, grain, start, subject, n) {visits(source, sign)} "
        f"on conflict (kpi_id, grain, start, subject) do update set n = {SUBJECTS}.n + excluded.n "
        "returning kpi_id, grain, start, coalesce(old.n, 0) as before, new.n as after)",
        f"counted as (insert into {DISTINCT} (kpi_id, grain, start, subjects, again) "
        "select kpi_id, grain, start, sum((after > 0)::int - (before > 0)::int), "
        "sum((after > 1)::int - (before > 1)::int) from seen group by 1, 2, 3 order by 1, 2, 3 "
        f"on conflict (kpi_id, grain, start) do update set subjects = {DISTINCT}.subjects + excluded.subjects, "
        f"again = {DISTINCT}.again + excluded.again)",
    ]
