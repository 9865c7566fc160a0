"""Measurements: import against the limit of the database, the same list again, memory, and reads that stay flat.

Imports are compared by processor time of this process and its database session, which a busy machine does not change.
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection, transaction
from django.test import override_settings

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, start_import, upload_list
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.kit.access import Role
from cxm.kit.importers import IMPORTERS
from tests.bench.report import Report, compare
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.choices import Grain
from touchpoints.kpis.figures import figures
from touchpoints.kpis.grains import ROWS
from touchpoints.kpis.models import KpiDefinition, Measurement
from touchpoints.kpis.periods import Period

ROWS_IN_LIST = 1_000_000
DAYS = 730
ANSWERS = (0, 3, 5, 6, 7, 8, 8, 9, 9, 10, 10)
COLUMNS = {"day": 0, "value": 1, "touchpoint": 2, "external_id": 3}


def run(report: Report) -> None:
    """Import a long list, import it again, then read figures over few and many measurements."""
    user = User.objects.create_user("mia@example.org", name="Mia", roles=[Role.CX_MANAGER])
    phases, channels = list(Phase.objects.default()), list(Channel.objects.all())
    Touchpoint.objects.bulk_create(
        Touchpoint(
            code=f"T{n:03}",
            name=f"Kontaktpunkt {n}",
            phase=phases[n % 7],
            channel=channels[n % len(channels)],
        )
        for n in range(90)
    )
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        imports(report, user, Path(folder))
    clear()
    reads(report, 10_000_000 if report.full else 1_000_000)


def imports(report: Report, user: User, folder: Path) -> None:
    """The list once, the same rows by the barest statements, and the list again."""
    content = folder / "answers.csv"
    write_list(content, ROWS_IN_LIST)
    small = folder / "few.csv"
    write_list(small, 20_000, start=ROWS_IN_LIST)
    bring(small, user)  # warm: imports, plans, caches
    before = peak_memory()
    first, brought = timed(lambda: bring(content, user))
    report.figure(
        "memory that a list of 1,000,000 rows needs beyond one of 20,000",
        peak_memory() - before,
        "MB",
        most=60,
    )
    if brought.count("new") != ROWS_IN_LIST or any(rollup.drift().values()):
        raise AssertionError(f"import is not exact: {brought.counts}, {rollup.drift()}")
    again, known = timed(lambda: bring(content, user))
    if known.count("new"):
        raise AssertionError("the same list again added rows")
    limit = bare_limit(folder)
    report.figure("rows in a second of one processor", ROWS_IN_LIST / first, "rows")
    report.ratio("import against COPY + INSERT ... ON CONFLICT of the same rows", limit / first, least=0.5)
    report.ratio("first import against the same list again", first / again, least=3)


def write_list(path: Path, rows: int, start: int = 0) -> None:
    """Answers of two years at 90 touchpoints, in the order of their days."""
    chance = random.Random(7)
    first = date.today() - timedelta(days=DAYS + 1)
    with path.open("w") as file:
        file.write("Datum;Wert;Touchpoint;Antwort-ID\n")
        for n in range(rows):
            day = first + timedelta(days=n * DAYS // rows)
            file.write(f"{day:%d.%m.%Y};{chance.choice(ANSWERS)};T{chance.randrange(90):03};{start + n:09}\n")


def bring(path: Path, user: User) -> ImportRun:
    """Bring a list in as the pages and the worker do."""
    upload = TemporaryUploadedFile(path.name, "text/csv", path.stat().st_size, None)
    with path.open("rb") as file:
        while block := file.read(1024**2):
            upload.write(block)
    upload.seek(0)
    kpi = KpiDefinition.objects.get(code="AD1")
    run = upload_list(actor=user, importer=IMPORTERS["measurements"], file=upload)
    assign_columns(
        run=run, mapping=COLUMNS, settings={"kpis": [str(kpi.pk)], "source": "survey"}, clear_empty=False
    )
    jobs.check(run.pk)
    run.refresh_from_db()
    start_import(actor=user, run=run, only_good=True)
    jobs.execute(run.pk)
    run.refresh_from_db()
    if run.state != State.DONE:
        raise AssertionError(f"import ended {run.state}: {run.failure}")
    return run


def bare_limit(folder: Path) -> float:
    """Seconds for the same rows without reading a list, coding, checks or sums: the limit of this database."""
    names = ", ".join([*rollup.COLUMNS, "nth"])
    ready = folder / "ready.copy"
    with connection.cursor() as cursor:
        with (
            ready.open("wb") as file,
            cursor.copy(f"copy (select {names} from {ROWS} where run_id is not null) to stdout") as copy,
        ):
            for block in copy:
                file.write(block)
        cursor.execute(f"truncate {ROWS}")
        began = processor()
        with transaction.atomic():
            cursor.execute(f"create temp table bare on commit drop as select {names} from {ROWS} limit 0")
            with ready.open("rb") as file, cursor.copy(f"copy bare ({names}) from stdin") as copy:
                while block := file.read(1024**2):
                    copy.write(block)
            cursor.execute(
                f"insert into {ROWS} ({names}) select {names} from bare on conflict (key, nth) do nothing"
            )
        return (processor() - began) * ROWS_IN_LIST / (ROWS_IN_LIST + 20_000)


def clear() -> None:
    """No measurement is left."""
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {ROWS}")
    rollup.rebuild()


FILL = """
insert into kpis_measurement (kpi_id, day, touchpoint_id, phase_id, channel_id, subject, value, n, total, squares, bucket, source, key, nth)
select k.id, d.day, t.id, coalesce(k.phase_id, t.phase_id), t.channel_id, case when k.shape in ('distinct', 'repeat') then 'C' || i %% 50000 end,
  i %% 11, 1, s.x, s.x * s.x, case when k.shape = 'percentile' then 150 + i %% 120 else i %% 11 end, 'bench', gen_random_uuid(), 1
from generate_series(%(first)s, %(last)s) i
cross join lateral (select current_date - 1 - (i %% 730)::int as day) d
join (select *, row_number() over (order by id) - 1 as place from kpis_kpidefinition) k on k.place = i %% %(kpis)s
cross join lateral (select case when k.shape = 'mean' then 1 + i %% 5 else i %% 2 end as x) s
join (select *, row_number() over (order by id) - 1 as place from inventory_touchpoint) t on t.place = (i / 7) %% 90
"""  # noqa: E501 - a table of data, one line a part


def reads(report: Report, many: int) -> None:
    """The figures of all KPIs in a quarter, with history, over few and many measurements."""
    kpis = list(KpiDefinition.objects.shown().in_order())
    period = Period.last_closed(Grain.QUARTER)

    def page() -> None:
        for one in figures(kpis, period).values():
            assert one.light, one.change

    def reference() -> None:
        list(KpiDefinition.objects.in_order())
        list(Channel.objects.all())

    fill(1, 10_000)
    few = compare(page, reference, rounds=15)
    fill(10_001, many)
    several = compare(page, reference, rounds=15)
    report.ratio(f"figures of all KPIs over {many:,} measurements against 10,000", several / few, most=1.2)


def fill(first: int, last: int) -> None:
    """Measurements of all KPIs by plain SQL, then their sums."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"first": first, "last": last, "kpis": KpiDefinition.objects.count()})
    rollup.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    assert Measurement.objects.exists()


def timed[T](call: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds, and what came of it."""
    began = processor()
    result = call()
    return processor() - began, result


def processor() -> float:
    """Processor seconds that this process and its database session have used: a busy machine does not change them."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        session = cursor.fetchone()[0]
    fields = Path(f"/proc/{session}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])  # user and system time, proc(5)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def peak_memory() -> float:
    """The most that this process has used so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
