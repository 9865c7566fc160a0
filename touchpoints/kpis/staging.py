# ruff: noqa: S608 - table names are made of a number
"""Long lists on their way in: coded row by row, streamed to a table of their own, written by one statement.

What repeats in a long list (answers, days, places) is coded once. A row costs some microseconds, and memory does not
grow with the rows.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cxm.kit.fields import sort_key
from touchpoints.inventory.models import Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.choices import Shape
from touchpoints.kpis.coding import ONE, Given, coded
from touchpoints.kpis.facts import check_day, joined
from touchpoints.kpis.grains import ROWS
from touchpoints.kpis.models import KpiDefinition, Segment

COLUMNS = {
    "kpi_id": "bigint", "day": "date", "at": "timestamptz", "touchpoint_id": "bigint", "phase_id": "bigint",
    "channel_id": "bigint", "segment": "text", "subject": "text", "value": "numeric", "n": "bigint",
    "total": "numeric", "squares": "numeric", "bucket": "smallint", "source": "text", "external_id": "text",
    "key": "uuid", "number": "integer", "has_id": "boolean",
}  # fmt: skip
REMEMBERED = 50_000
"""Different days, places and amounts whose coding is remembered."""
PORTION = 500
"""Lines in one piece of the stream."""
KNOWN_SHARE, LOOKED_AT = 0.5, 2_000
"""From this share of known rows on, among the first so many, all rows are looked up before they are written."""
NULL, NULL_COLUMN = "\\N", "\\N\t"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


type When = tuple[date, datetime | None]


class Feed:
    """A KPI that rows feed, with what the lines of all of them begin with.

    Where a list feeds several KPIs, a count counts the rows (or how often each stands for), whatever the value
    beside it is: `counts_rows`.
    """

    def __init__(self, kpi: KpiDefinition, source: str, *, counts_rows: bool = False) -> None:
        self.kpi, self.counts_rows = kpi, counts_rows
        self.column, self.key = f"{kpi.pk}\t", f"{kpi.pk}\x1f{source}\x1f"
        self.places: dict[Any, tuple[str, str]] = {}
        self.amounts: dict[Any, tuple[str, str]] = {}


class Coder:
    """Turns rows into lines of PostgreSQL's text format. It knows all KPIs and touchpoints: no query while it works."""

    def __init__(self, *, feeds: Iterable[int], source: str) -> None:
        kpis = KpiDefinition.objects.in_bulk()
        self.named = {str(pk): Feed(kpi, source) for pk, kpi in kpis.items()}
        self.feeds = [Feed(kpis[pk], source, counts_rows=kpis[pk].shape == Shape.COUNT) for pk in feeds]
        self.source_column, self.today = escaped(source), timezone.localdate()
        homes = Touchpoint.objects.order_by().values_list("pk", "phase_id", "channel_id")
        self.homes = {str(pk): (phase, channel) for pk, phase, channel in homes}
        self.days: dict[When, tuple[str, str]] = {}

    def lines(self, number: int, cells: Sequence[Any]) -> list[str]:
        """One line for each KPI that the row feeds. Raises FactError.

        `cells` are the importer's fields in their order; chosen things by id. Without a KPI the row feeds those that
        were chosen for the whole list. The inner loop of long imports: it makes no objects.
        """
        named, when, value, *amounts, touchpoint, phase, channel, segment, subject, own = cells
        day, day_key = self.days.get(when) or self.day(when)
        lines = []
        for feed in self.feeds if named is None else (self.named[named],):
            spot = touchpoint, phase, channel, segment
            place, place_key = feed.places.get(spot) or self.place(feed, spot)
            much = (None if feed.counts_rows else value, *amounts, subject is None)
            sums, sums_key = feed.amounts.get(much) or self.sums(feed, much, subject)
            if own is None:
                known_by = f"row\x1f{day_key}\x1f{place_key}\x1f{subject or ''}\x1f{sums_key}"
            else:
                known_by = f"id\x1f{own}"
            key = blake2b((feed.key + known_by).encode(), digest_size=16).hexdigest()
            lines.append(
                f"{feed.column}{day}{place}{escaped(subject)}{sums}{self.source_column}{escaped(own)}{key}\t{number}\t"
                f"{'f' if own is None else 't'}\n"
            )
        return lines

    def day(self, when: When) -> tuple[str, str]:
        """Day and time as columns, and as part of the key. Raises FactError."""
        check_day(when[0], self.today)
        text = f"{when[0]}\t{when[1].isoformat() if when[1] else NULL}\t"
        return remember(self.days, when, (text, joined(*when)))

    def place(self, feed: Feed, spot: tuple[str | None, ...]) -> tuple[str, str]:
        """Touchpoint, phase, channel and segment; what is not given is the touchpoint's, or the KPI's home phase."""
        touchpoint, phase, channel, segment = spot
        own_phase, own_channel = self.homes.get(touchpoint or "", (None, None))
        columns = (touchpoint, phase or own_phase or feed.kpi.phase_id, channel or own_channel)
        text = "".join(f"{NULL if pk is None else pk}\t" for pk in columns) + escaped(segment)
        return remember(feed.places, spot, (text, joined(touchpoint, phase, channel, segment_code(segment))))

    def sums(self, feed: Feed, much: tuple[Any, ...], subject: str | None) -> tuple[str, str]:
        """What is counted. Raises FactError."""
        value, times, *amounts, _nobody = much
        given = Given(value, ONE if times is None else times, *amounts)
        sums = coded(feed.kpi, given._replace(subject=subject))
        shown = NULL if value is None else f"{value:f}"
        text = f"{shown}\t{sums.n}\t{sums.total:f}\t{sums.squares:f}\t{sums.bucket}\t"
        return remember(feed.amounts, much, (text, joined(value, *sums)))


def remember[T](memory: dict[Any, T], key: Any, value: T) -> T:
    """Keep the value for the next row, unless there are too many different ones already."""
    if len(memory) < REMEMBERED:
        memory[key] = value
    return value


def escaped(text: str | None) -> str:
    """A text as a column of PostgreSQL's text format, with the tab behind it."""
    if text is None:
        return NULL_COLUMN
    return (text if text.isalnum() else text.translate(_ESCAPES)) + "\t"


def segment_code(name: str | None) -> str | None:
    """By what a segment is known: case, accents and blanks do not matter."""
    return None if name is None else sort_key(" ".join(name.split()))[:60]


def segments_of(names: Iterable[str]) -> dict[str, int]:
    """The segments of these names, made if nobody has used them yet."""
    codes = {name: segment_code(name) or "" for name in names}
    Segment.objects.bulk_create(
        [Segment(code=code, name=" ".join(name.split())[:120]) for name, code in codes.items()],
        ignore_conflicts=True,
    )
    known = dict(Segment.objects.filter(code__in=codes.values()).values_list("code", "pk"))
    return {name: known[code] for name, code in codes.items()}


def table_of(run: int) -> str:
    """The table in which the rows of a list wait. Logged, so that a crash between check and import loses none."""
    return f"kpis_staged_{int(run)}"


@transaction.atomic
def stage(run: int, portions: Iterable[Sequence[str]]) -> None:
    """Stream coded lines into the table of this list, and tell the planner how many there are."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"create table {table_of(run)} ({columns})")
        with cursor.copy(f"copy {table_of(run)} ({', '.join(COLUMNS)}) from stdin") as copy:
            for lines in portions:
                copy.write("".join(lines))
        cursor.execute(f"analyze {table_of(run)} (kpi_id, day, key)")


def discard(run: int) -> None:
    """Drop the table of this list, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"drop table if exists {table_of(run)}")


def is_staged(run: int) -> bool:
    """Whether the rows of this list wait in its table."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [table_of(run)])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def write(run: int) -> tuple[rollup.Moved, int]:
    """Write what is staged and not known yet, with all sums; says what came in and how many were staged."""
    table = table_of(run)
    rollup.take_memory()
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*), count(segment), coalesce(bool_and(has_id), true) from {table}")
        staged, with_segment, all_have_ids = cursor.fetchone()
        names: list[str] = []
        if with_segment:
            cursor.execute(
                f"select segment from {table} where segment is not null group by segment order by min(number)"
            )
            names = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            f"select count(*) from (select key from {table} limit {LOOKED_AT}) s "
            f"where exists (select from {ROWS} m where m.key = s.key)"
        )
        known = cursor.fetchone()[0]
    segments = segments_of(names)
    segment = "seg.id" if segments else "null::bigint"
    join = "left join unnest(%(names)s::text[], %(ids)s::bigint[]) as seg(name, id) on seg.name = segment"
    source = (
        f"(select staged.*, {segment} as segment_id, %(run)s::bigint as run_id, null::bigint as entered_by_id, "
        f"null::text as note from {table} staged {join if segments else ''}) as staged"
    )
    params = {"run": run, "names": list(segments), "ids": list(segments.values())}
    mostly_known = known >= min(staged, LOOKED_AT) * KNOWN_SHARE
    return rollup.add(source, params, skip_known=mostly_known, all_have_ids=all_have_ids), staged
