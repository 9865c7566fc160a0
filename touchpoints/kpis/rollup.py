# ruff: noqa: S608 - the statements are put together from names of this room; values are parameters
"""How measurements get in and out, and how their sums stay exact on the way.

One SQL statement writes the rows and adds what was really new to each grain; taking rows out subtracts it. Cells are
touched in the order of their keys, so writers wait for one another; only two lists with the same numbers in different
order can stop each other, and then one of them starts again.
Sums are exact decimals: what was added and subtracted leaves nothing behind, and `drift()` proves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from touchpoints.kpis.choices import BY_SUBJECT, Shape
from touchpoints.kpis.grains import DISTINCT, ROLLUPS, ROWS, SUBJECTS, SUMS, subject_counts, visits
from touchpoints.kpis.models import KpiDefinition

COLUMNS = {
    "kpi_id": "bigint", "day": "date", "at": "timestamptz", "touchpoint_id": "bigint", "phase_id": "bigint",
    "channel_id": "bigint", "segment_id": "bigint", "subject": "text", "value": "numeric", "n": "bigint",
    "total": "numeric", "squares": "numeric", "bucket": "smallint", "run_id": "bigint", "source": "text",
    "external_id": "text", "key": "uuid", "entered_by_id": "bigint", "note": "text",
}  # fmt: skip
"""What a measurement brings along. A source of rows has these, `number` (order in the list) and `has_id`."""
COUNTED = "kpi_id, day, touchpoint_id, phase_id, channel_id, segment_id, subject, n, total, squares, bucket"
BULK_MEMORY = "32MB"
"""work_mem of a long import, which sorts and groups its rows a few times: with more it takes no less time, and the
memory of the session grows with the rows up to several times as much."""


@dataclass
class Moved:
    """What came in or went out: how many rows, and the newest day of each touchpoint that was concerned."""

    count: int = 0
    kpis: set[int] = field(default_factory=set)
    touchpoints: dict[int, date] = field(default_factory=dict)


def shapes() -> dict[str, list[int]]:
    """The KPIs that the sums treat in their own way: percentiles keep buckets, others different customers."""
    ids: dict[str, list[int]] = {"percentiles": [], "by_subject": []}
    for pk, shape in KpiDefinition.objects.values_list("pk", "shape"):
        if shape == Shape.PERCENTILE:
            ids["percentiles"].append(pk)
        elif shape in BY_SUBJECT:
            ids["by_subject"].append(pk)
    return ids


def take_memory() -> None:
    """Let this transaction sort and group a million rows in few runs."""
    with connection.cursor() as cursor:
        cursor.execute("set local work_mem = %s", [BULK_MEMORY])


def changes(source: str, sign: str = "") -> str:
    """Common table expressions that add the sums of `source` to every grain, or with "-" subtract them."""
    grains = [f"{rollup.name} as ({rollup.add(source, sign)})" for rollup in ROLLUPS]
    return ", ".join([*grains, *subject_counts(source, sign)])


def add(
    source: str, params: dict[str, Any], *, skip_known: bool = False, all_have_ids: bool = False
) -> Moved:
    """Write the rows of `source` (a table or set of rows with COLUMNS, number, has_id) that are not known yet.

    Locks the written keys and cells until the end of the transaction. `skip_known` looks known rows up before it
    writes: cheaper when most are known, dearer when none is. `all_have_ids` spares the search for equal rows.
    """
    names = ", ".join(COLUMNS)
    equal = "case when has_id then 1 else row_number() over (partition by key order by number) end"
    incoming = f"select {names}, {1 if all_have_ids else equal} as nth from {source}"
    unknown = f"where not exists (select from {ROWS} k where k.key = i.key and k.nth = i.nth)"
    statement = f"""
        with incoming as ({incoming}), added as (
          insert into {ROWS} ({names}, nth) select * from incoming i {unknown if skip_known else ""}
          on conflict (key, nth) do nothing returning {COUNTED}
        ), {changes("added")}
        select kpi_id, touchpoint_id, count(*), max(day) from added group by 1, 2"""
    return _moved(statement, params | shapes())


def add_many(rows: Sequence[dict[str, Any]]) -> Moved:
    """Write a few measurements (COLUMNS and has_id each) that are not known yet."""
    columns = COLUMNS | {"has_id": "boolean"}
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in columns.items())
    source = f"unnest({arrays}) with ordinality as given({', '.join(columns)}, number)"
    rows = sorted(rows, key=lambda row: row["key"].int)
    return add(source, {name: [row.get(name) for row in rows] for name in columns})


@transaction.atomic
def remove(where: str, params: dict[str, Any]) -> Moved:
    """Take out the measurements for which the SQL condition `where` holds, and subtract them everywhere."""
    statement = f"""
        with gone as (delete from {ROWS} where {where} returning {COUNTED}), {changes("gone", "-")}
        select kpi_id, touchpoint_id, count(*), max(day) from gone group by 1, 2"""
    moved = _moved(statement, params | shapes())
    empty = [*((rollup.table, "rows") for rollup in ROLLUPS), (SUBJECTS, "n"), (DISTINCT, "subjects")]
    with connection.cursor() as cursor:
        for table, count in empty:
            cursor.execute(f"delete from {table} where {count} = 0 and kpi_id = any(%s)", [list(moved.kpis)])
    return moved


def _moved(statement: str, params: dict[str, Any]) -> Moved:
    moved = Moved()
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for kpi, touchpoint, count, day in cursor.fetchall():
            moved.count += count
            moved.kpis.add(kpi)
            if touchpoint is not None:
                moved.touchpoints[touchpoint] = max(day, moved.touchpoints.get(touchpoint, day))
    return moved


@transaction.atomic
def rebuild() -> None:
    """Count all cells again from the measurements. Writers wait until it is done."""
    params = shapes()
    with connection.cursor() as cursor:
        cursor.execute(f"lock table {ROWS} in share row exclusive mode")
        for rollup in ROLLUPS:
            cursor.execute(f"delete from {rollup.table}")
            cursor.execute(rollup.add(ROWS), params)
        cursor.execute(f"delete from {SUBJECTS}")
        cursor.execute(f"delete from {DISTINCT}")
        cursor.execute(f"with {', '.join(subject_counts(ROWS))} select", params)


def drift() -> dict[str, int]:
    """How many cells of each table differ from what the measurements say; nothing should. One snapshot a table."""
    params, found = shapes(), {}
    with connection.cursor() as cursor:
        for table, kept, counted in truths():
            cursor.execute(
                f"with kept as ({kept}), counted as ({counted}) select count(*) from "
                "((table kept except all table counted) union all (table counted except all table kept)) as different",
                params,
            )
            found[table] = cursor.fetchone()[0]
    return found


def truths() -> list[tuple[str, str, str]]:
    """Each table of sums with the query for what it keeps and the query for what the measurements say."""
    grains = [
        (
            rollup.table,
            f"select {', '.join((*rollup.model.KEYS, *SUMS))} from {rollup.table}",
            rollup.sums(ROWS),
        )
        for rollup in ROLLUPS
    ]
    counted = (
        f"select kpi_id, grain, start, count(*), count(*) filter (where n > 1) from ({visits(ROWS)}) as v "
        "group by 1, 2, 3"
    )
    return [
        *grains,
        (SUBJECTS, f"select kpi_id, grain, start, subject, n from {SUBJECTS}", visits(ROWS)),
        (DISTINCT, f"select kpi_id, grain, start, subjects, again from {DISTINCT}", counted),
    ]
