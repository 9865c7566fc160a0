"""Which touchpoints are likely to be recorded twice: names that are spelt alike."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from touchpoints.inventory.models import Touchpoint
from touchpoints.inventory.models.touchpoint import TouchpointQuerySet

ALIKE = 0.5  # trigram similarity from which names count as alike; 1.0: the same but for case and accents
RARE = 30  # names that share a trigram; what more of them share tells nothing, and comparing all would grow squared

PAIRS = """
with current as (
    select id, name_sort from inventory_touchpoint where not is_archived and duplicate_of_id is null
), grams as (
    select id, unnest(show_trgm(name_sort)) as gram from current
), rare as (
    select gram from grams group by gram having count(*) between 2 and %(rare)s
), candidates as (
    select a.id as one, b.id as two from grams a join grams b using (gram) join rare using (gram) where a.id < b.id
    union
    select min(id), unnest((array_agg(id order by id))[2:]) from current group by name_sort having count(*) > 1
)
select c.one, c.two, similarity(a.name_sort, b.name_sort) as alike
from candidates c join current a on a.id = c.one join current b on b.id = c.two
where similarity(a.name_sort, b.name_sort) >= %(alike)s
order by alike desc, a.name_sort, c.one, c.two
limit %(most)s
"""


@dataclass(frozen=True)
class Pair:
    """Two touchpoints whose names are alike, from 0 to 1."""

    one: Any
    two: Any
    alike: float


def likely_duplicates(visible: TouchpointQuerySet, *, most: int) -> list[Pair]:
    """Pairs of current touchpoints with similar names, the most similar first; two queries.

    `visible` says which ones may be shown, and what comes with each.
    """
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"rare": RARE, "alike": ALIKE, "most": most})
        found = cursor.fetchall()
    rows: dict[int, Touchpoint] = visible.in_bulk({pk for one, two, _alike in found for pk in (one, two)})
    return [Pair(rows[one], rows[two], alike) for one, two, alike in found if one in rows and two in rows]
