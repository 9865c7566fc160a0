"""Measurements of any number, made in the database; their sums are counted by the product."""

from django.db import connection

from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.models import KpiDefinition

FILL = """
insert into kpis_measurement (kpi_id, day, touchpoint_id, phase_id, channel_id, subject, value, n, total, squares,
  bucket, source, key, nth)
select k.id, current_date - 1 - (i %% 730)::int, t.id, coalesce(k.phase_id, t.phase_id), t.channel_id,
  case when k.shape in ('distinct', 'repeat') then 'C' || i %% 50000 end, i %% 11, 1, s.x, s.x * s.x,
  case when k.shape = 'percentile' then 150 + i %% 120 else i %% 11 end, 'bench', uuidv7(), 1
from generate_series(%(first)s, %(last)s) i
join (select *, row_number() over (order by id) - 1 as place from kpis_kpidefinition) k on k.place = i %% %(kpis)s
join (select *, row_number() over (order by id) - 1 as place from inventory_touchpoint) t
  on t.place = (i / 7) %% %(touchpoints)s
cross join lateral (select case when k.shape = 'mean' then 1 + i %% 5 else i %% 2 end as x) s
"""  # keys in the order of time, else the index of ten million random ones takes longer than all the rest


PLAIN_INDEXES = """
select indexname, indexdef from pg_indexes where tablename = 'kpis_measurement' and indexdef not like 'CREATE UNIQUE%'
"""


def fill(first: int, last: int) -> None:
    """Measurements of these numbers: of all KPIs in turns, over two years and all touchpoints."""
    counts = {"kpis": KpiDefinition.objects.count(), "touchpoints": Touchpoint.objects.count()}
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:  # made anew in a tenth of the time that it takes to keep them
            cursor.execute(f"drop index {name}")
        cursor.execute(FILL, {"first": first, "last": last} | counts)
        for _name, definition in indexes:
            cursor.execute(definition)
    rollup.rebuild()
