"""A long list of measurements: against the limit of the database, the same list again, and memory.

Compared by processor time of this process and all its database sessions, in one process each: a session that lets
others help would hide what they use.
"""

import gc
import random
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection, transaction
from django.test import override_settings

from cxm.accounts.models import User
from cxm.imports import jobs
from cxm.imports.actions import assign_columns, start_import, upload_list
from cxm.imports.choices import State
from cxm.imports.models import ImportRun
from cxm.imports.progress import ProgressWriter
from cxm.kit.access import Role
from cxm.kit.importers import IMPORTERS
from tests.bench.clock import PROC, processor, session_of, used_by
from tests.bench.report import Report
from touchpoints.inventory.models import Channel, Phase, Touchpoint
from touchpoints.kpis import rollup
from touchpoints.kpis.grains import ROWS
from touchpoints.kpis.models import KpiDefinition

WARM, SHORT, LONG = 20_000, 100_000, 1_000_000
DAYS = 730
ANSWERS = (0, 3, 5, 6, 7, 8, 8, 9, 9, 10, 10)
COLUMNS = {"day": 0, "value": 1, "touchpoint": 2, "external_id": 3}
NAMES, READY = ", ".join([*rollup.COLUMNS, "nth"]), "ready.copy"
ALONE = "set max_parallel_workers_per_gather = 0"
EVERY = 0.02  # seconds between two looks at the memory
GROWTH = 60  # megabytes that nine tenths of a million rows may need: caches and sorting, nothing by the row


@dataclass(frozen=True)
class Done[T]:
    """What a piece of work gave, and what it took: seconds of processors, seconds, megabytes of each process."""

    result: T
    processor: float
    wall: float
    client: float
    session: float


def run(report: Report) -> None:
    """Import a short list, a long one, the long one again, and again with one more row; then the bare statements."""
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
    with tempfile.TemporaryDirectory() as name, override_settings(MEDIA_ROOT=name):
        folder = Path(name)
        bring(written(folder / "warm.csv", WARM, LONG + SHORT), user)  # imports, plans, caches
        short = measured(lambda: bring(written(folder / "short.csv", SHORT, LONG), user))
        content = written(folder / "answers.csv", LONG)
        first = measured(lambda: bring(content, user))
        if first.result.count("new") != LONG or any(rollup.drift().values()):
            raise AssertionError(f"import is not exact: {first.result.counts}, {rollup.drift()}")
        again = measured(lambda: bring(content, user))
        with content.open("a") as file:
            file.write(f"{date.today() - timedelta(days=1):%d.%m.%Y};9;T001;one more\n")
        daily = measured(lambda: bring(content, user))
        if (again.result.count("new"), daily.result.count("new")) != (0, 1):
            raise AssertionError("the same list again added rows, or one row more not one")
        unload(folder)
        limit = measured(lambda: bare(folder))
        rows = WARM + SHORT + LONG + 1
    report.figure(f"{LONG:,} rows, rows in a second of one processor", LONG / first.processor, "rows")
    report.figure(f"{LONG:,} rows, on the wall", first.wall, "s")
    report.ratio(
        "processor time of COPY + INSERT ... ON CONFLICT of the same rows against the import",
        limit.processor * LONG / rows, first.processor, least=0.5,
    )  # fmt: skip
    report.ratio(
        "processor time of the import against the same file again", first.processor, again.processor, least=3
    )
    report.ratio(
        "processor time of the import against the same rows and a new one", first.processor, daily.processor
    )
    for who, one, other in (
        ("importing process", first.client, short.client), ("database session", first.session, short.session)
    ):  # fmt: skip
        name = f"memory of the {who}, {LONG:,} rows beyond {SHORT:,} ({other:,.0f} MB)"
        report.figure(name, max(one - other, 0), "MB", most=GROWTH)


def written(path: Path, rows: int, start: int = 0) -> Path:
    """Answers of two years at 90 touchpoints, in the order of their days."""
    chance = random.Random(7)
    first = date.today() - timedelta(days=DAYS + 1)
    with path.open("w") as file:
        file.write("Datum;Wert;Touchpoint;Antwort-ID\n")
        for n in range(rows):
            day = first + timedelta(days=n * DAYS // rows)
            file.write(f"{day:%d.%m.%Y};{chance.choice(ANSWERS)};T{chance.randrange(90):03};{start + n:09}\n")
    return path


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


def bare(folder: Path) -> None:
    """The same rows without reading a list, coding, checks or sums: the limit of this database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"create temp table bare on commit drop as select {NAMES} from {ROWS} limit 0")
        with (folder / READY).open("rb") as file, cursor.copy(f"copy bare ({NAMES}) from stdin") as copy:
            while block := file.read(1024**2):
                copy.write(block)
        cursor.execute(
            f"insert into {ROWS} ({NAMES}) select {NAMES} from bare on conflict (key, nth) do nothing"
        )


def unload(folder: Path) -> None:
    """All measurements into a file, and out of the table."""
    with connection.cursor() as cursor:
        with (
            (folder / READY).open("wb") as file,
            cursor.copy(f"copy (select {NAMES} from {ROWS}) to stdout") as copy,
        ):
            for block in copy:
                file.write(block)
        cursor.execute(f"truncate {ROWS}")


def measured[T](call: Callable[[], T]) -> Done[T]:
    """Do it in a database session of its own, and watch what it takes."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    gc.collect()
    with patch.object(jobs, "ProgressWriter", CountedProgress), Watch() as watch:
        spent, began, clock = CountedProgress.spent, processor(), time.monotonic()
        result = call()
        used = processor() - began + CountedProgress.spent - spent
        wall = time.monotonic() - clock
    return Done(result, used, wall, *watch.peaks)


class CountedProgress(ProgressWriter):
    """The processor time of the session that tells how far an import is counts, too."""

    spent = 0.0

    def close(self) -> None:
        """Ask before the session is gone."""
        if self.connection is not None:
            CountedProgress.spent += used_by(session_of(self.connection))
        super().close()


class Watch(Thread):
    """The most memory of their own that this process and its database session had, in megabytes beyond the start."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.files = [PROC / who / "status" for who in ("self", str(session_of()))]
        self.before = self.now()
        self.most = list(self.before)
        self.over = Event()

    def now(self) -> list[float]:
        """Memory of both that nobody shares."""
        found = (re.search(r"RssAnon:\s+(\d+) kB", file.read_text()) for file in self.files)
        return [int(match[1]) * 1024 / 1e6 if match else 0.0 for match in found]

    def run(self) -> None:
        """Look again and again."""
        while not self.over.wait(EVERY):
            self.most = [max(pair) for pair in zip(self.most, self.now(), strict=True)]

    @property
    def peaks(self) -> list[float]:
        """Of this process and of the session."""
        return [most - before for most, before in zip(self.most, self.before, strict=True)]

    def __enter__(self) -> "Watch":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.join()
